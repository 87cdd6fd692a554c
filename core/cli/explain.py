"""`python -m core explain`: heat maps over two pictures of why they match."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image

from core import settings
from core.catalogs.registry import load_catalog
from core.explaining.explain import average_item, explain, load_explainer
from core.explaining.picture import OPACITY, draw_heat
from core.pipeline import search_set_of
from detection.cli_errors import reported_errors
from detection.images import ImageError, open_photo

app = typer.Typer()


@app.command("explain")
def explain_pair(
    first: Annotated[Path, typer.Argument(help="A picture: JPEG, PNG, WebP, AVIF or HEIC.")],
    second: Annotated[Path, typer.Argument(help="The picture that it matches.")],
    out: Annotated[Path, typer.Option(help="Folder to write first.png and second.png to.")],
    encoder: Annotated[str, typer.Option(help="Name of an encoder.")] = settings.DEFAULT_ENCODER,
    catalog: Annotated[
        str | None, typer.Option(help="A built catalogue: show only what makes them more alike than its average item.")
    ] = None,
    opacity: Annotated[float, typer.Option(help="Of the heat maps over the pictures, 0 to 1.")] = OPACITY,
) -> None:
    """Draw over two pictures what their similarity rests on; the score as JSON on standard output."""
    with reported_errors():
        if not 0 <= opacity <= 1:
            raise ValueError(f"expected an --opacity of 0 to 1, but got {opacity}")
        pictures = [_opened(path) for path in (first, second)]
        explainer = load_explainer(encoder)
        average = average_item(search_set_of(load_catalog(catalog), encoder)) if catalog else None
        found = explain(pictures[0], pictures[1], explainer, average)
        out.mkdir(parents=True, exist_ok=True)
        files = [out / "first.png", out / "second.png"]
        for path, picture, heat in zip(files, pictures, found.maps, strict=True):
            Image.fromarray(draw_heat(picture, heat, opacity)).save(path)
        record = {
            "encoder": explainer.spec.name,
            "catalog": catalog,
            "score": round(found.score, 6),
            "method": found.method,
            "shares": None if found.shares is None else [round(share, 4) for share in found.shares],
            "files": [str(path) for path in files],
        }
        print(json.dumps(record, indent=1))


def _opened(path: Path) -> np.ndarray:
    try:
        return open_photo(path, max_side=settings.DECODE_SIDE_PX).pixels
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error
