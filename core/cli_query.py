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
    Answer,
    CropRule,
    Stopwatch,
    answer,
    choose_crop,
    find_garments,
    live_detector,
    open_query,
    search_set_of,
)
from core.retrieval import SearchSet
from detection.cli_errors import reported_errors
from detection.images import ImageError, open_photo

app = typer.Typer()
SHOWN = ("title", "category", "colour", "gender", "product_id")


@app.command()
def query(
    image: Annotated[Path, typer.Argument(help="A photo: JPEG, PNG, WebP, AVIF or HEIC.")],
    catalog: Annotated[str, typer.Option(help="Name of a catalogue.")],
    encoder: Annotated[str, typer.Option(help="Name of an encoder.")] = settings.DEFAULT_ENCODER,
    k: Annotated[int, typer.Option(help="Number of results.")] = 10,
    crop: Annotated[str, typer.Option(help="auto: the main garment; none: all; or x1,y1,x2,y2 in px.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Find the items of a catalogue that look like the garment in a photo."""
    with reported_errors():
        wanted = parse_crop(crop)
        if not 1 <= k <= settings.MAX_K:
            raise ValueError(f"expected a k of 1 to {settings.MAX_K}, but got {k}")
        watch = Stopwatch()
        try:
            photo = open_photo(image, max_side=settings.DECODE_SIDE_PX)
        except ImageError as error:
            raise ImageError(f"{image}: {error}") from error
        search_set = search_set_of(load_catalog(catalog), encoder)
        loaded, detect = load_encoder(encoder), live_detector()
        photo = open_query(image.read_bytes(), watch)
        garments = find_garments(photo, detect, watch)
        chosen = choose_crop(photo, garments, wanted)
        found = answer(photo, garments, chosen, loaded, search_set, k, watch)
        record = answer_record(found, search_set)
        print(json.dumps(record, indent=1) if as_json else _lines(record, found.crop.reason))


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


def answer_record(found: Answer, search_set: SearchSet) -> dict[str, Any]:
    """An answer as JSON values: garments, crop, results, milliseconds."""
    results = []
    for row, score in zip(found.ranking.rows[0], found.ranking.scores[0], strict=True):
        if row < 0:
            continue
        item = search_set.catalog.items.iloc[search_set.catalog_rows[row]]
        results.append(
            {
                "item_id": item["item_id"],
                "score": round(float(score), 6),
                "path": str(search_set.catalog.root / item["image"]),
                **{name: item[name] for name in SHOWN},
            }
        )
    return {
        "garments": [
            {"class": name, "confidence": round(float(confidence), 4), "xyxy": [round(float(v), 1) for v in xyxy]}
            for name, confidence, xyxy in zip(
                found.garments.class_names, found.garments.confidence, found.garments.xyxy, strict=True
            )
        ],
        "crop": None if found.crop.xyxy is None else [round(float(v), 1) for v in found.crop.xyxy],
        "crop_reason": found.crop.reason,
        "results": results,
        "milliseconds": {step: round(spent, 2) for step, spent in found.milliseconds.items()},
    }


def _lines(record: dict[str, Any], reason: str) -> str:
    lines = [f"searched: {reason}"]
    for rank, item in enumerate(record["results"], 1):
        labels = f"{item['item_id']:<15} {item['category']:<16} {item['colour']:<12} {item['title']}"
        lines.append(f"{rank:>3}  {item['score']:.2f}  {labels}")
    spent = record["milliseconds"]
    return "\n".join([*lines, "  ".join(f"{step} {time:.0f} ms" for step, time in spent.items())])
