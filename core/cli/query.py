"""`python -m core query`: one photo, or an item of the catalogue, searched; lines for people or JSON."""

import json
from pathlib import Path
from typing import Annotated, Any, cast

import numpy as np
import typer

from core import settings
from core.catalogs.registry import load_catalog
from core.encoders.serving import load_encoder
from core.pipeline import (
    CropRule,
    Stopwatch,
    choose_crop,
    find_garments,
    live_detector,
    open_query,
    search_set_of,
)
from core.side_by_side.answer_record import answer_record
from core.side_by_side.columns import Searched, answer_side_by_side, checked_models, encoders_of
from core.words import checked_words
from detection.cli_errors import reported_errors
from detection.images import ImageError, open_photo

app = typer.Typer()


@app.command()
def query(
    image: Annotated[Path, typer.Argument(help="A photo: JPEG, PNG, WebP, AVIF or HEIC.")],
    catalog: Annotated[str, typer.Option(help="Name of a catalogue.")],
    encoder: Annotated[
        list[str] | None, typer.Option(help="Name of an encoder, or fusion:A+B. May be given again.")
    ] = None,
    k: Annotated[int, typer.Option(help="Number of results.")] = 10,
    crop: Annotated[str, typer.Option(help="auto: the main garment; none: all; or x1,y1,x2,y2 in px.")] = "auto",
    words: Annotated[
        str, typer.Option(help='What to add to the photo, such as "red", for encoders that read text.')
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Find the items of a catalogue that look like the garment in a photo."""
    with reported_errors():
        wanted, models = parse_crop(crop), checked_models(encoder or [settings.DEFAULT_ENCODER])
        words = checked_words(words)
        if not 1 <= k <= settings.MAX_K:
            raise ValueError(f"expected a k of 1 to {settings.MAX_K}, but got {k}")
        watch = Stopwatch()
        try:
            photo = open_photo(image, max_side=settings.DECODE_SIDE_PX)
        except ImageError as error:
            raise ImageError(f"{image}: {error}") from error
        table = load_catalog(catalog)
        ready = {name: Searched(search_set_of(table, name), load_encoder(name)) for name in encoders_of(models)}
        detect = live_detector()
        photo = open_query(image.read_bytes(), watch)
        garments = find_garments(photo, detect, watch)
        chosen = choose_crop(photo, garments, wanted)
        columns = answer_side_by_side(photo, garments, chosen, models, ready, k, watch, words=words)
        record = answer_record(garments, chosen, columns, table)
        print(json.dumps(record, indent=1) if as_json else _lines(record))


def parse_crop(text: str) -> CropRule | np.ndarray:
    """`auto`, `none`, or four numbers x1,y1,x2,y2 as (4,) float64. Raises ValueError."""
    if text in ("auto", "none"):
        return cast(CropRule, text)
    try:
        box = np.array([float(part) for part in text.split(",")])
    except ValueError:
        box = np.zeros(0)
    if box.shape != (4,) or not np.isfinite(box).all():
        raise ValueError(f"expected --crop auto, none or x1,y1,x2,y2 in pixels, but got {text!r}")
    return box


def _lines(record: dict[str, Any]) -> str:
    lines = [f"searched: {record['crop_reason']}"]
    for answered in record.get("models", [record]):
        lines += ["", answered["model"]] if "model" in answered else []
        for rank, item in enumerate(answered["results"], 1):
            labels = f"{item['item_id']:<15} {item['category']:<16} {item['colour']:<12} {item['title']}"
            lines.append(f"{rank:>3}  {item['score']:.2f}  {labels}")
        lines.append("  ".join(f"{step} {time:.0f} ms" for step, time in answered["milliseconds"].items()))
    if agreement := record.get("agreement"):
        lines.append("")
        for pair in agreement["rank_biased_overlap"]:
            value = "-" if pair["value"] is None else f"{pair['value']:.2f}"
            lines.append(f"rank-biased overlap of {pair['first']} and {pair['second']}: {value} (p {agreement['p']})")
        for one in agreement["found_alone"]:
            lines.append(f"found by {one['model']} alone: {one['count']} of {one['of']}")
    return "\n".join(lines)
