"""How runs, their parts and their queries are called on a page."""

from collections.abc import Hashable, Mapping

from core.encoders.registry import ENCODERS
from core.side_by_side.fusion_names import is_fusion, member_names, model_of_run

_CROPS = {"none": "whole photo", "auto": "detected box", "truth": "true box"}


def run_title(run: str) -> str:
    """The encoder's title, for a run such as "efficientnet-lite2+pca-64"."""
    return model_title(model_of_run(run))


def model_title(model: str) -> str:
    """An encoder's title; "Fusion of A and B" for one of several."""
    if is_fusion(model):
        *others, last = map(model_title, member_names(model))
        return f"Fusion of {', '.join(others)} and {last}"
    return ENCODERS[model].title if model in ENCODERS else model


def run_parts(run: str) -> list[str]:
    """What a run does beside encoding: ["detected box", "PCA 64"] for "resnet50+crop-auto+pca-64"."""
    return [_part(part) for part in run.split("+")[1:]]


def run_words(run: str) -> str:
    """The whole run in one line."""
    return " · ".join([run_title(run), *run_parts(run)])


def item_words(item: Mapping[Hashable, object]) -> str:
    """An item for screen readers and where its picture would be: kind, colour, title."""
    return ", ".join(str(item[name]) for name in ("category", "colour", "title") if item.get(name)) or str(
        item["item_id"]
    )


def counted(count: int, noun: str, plural: str = "") -> str:
    """`1 query`, `2 queries`: a number with its noun."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def _part(part: str) -> str:
    name, _, value = part.partition("-")
    if name == "crop":
        return _CROPS.get(value, part)
    if name == "expand":
        return f"expanded by {value}"
    return {"pca": f"PCA {value}", "whiten": f"whitened, {value}"}.get(name, part.replace("-", " "))
