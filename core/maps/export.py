"""A map as a file to keep: one HTML page, a table of points, or the files of TensorBoard's embedding projector."""

import base64
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.catalogs.catalog import Catalog
from core.catalogs.registry import catalog_spec
from core.encoders.registry import encoder_spec
from core.maps.columns import MEASURED, catalog_columns, item_colouring, measured_columns, point_colouring
from core.maps.payload import item_texts, pack, pack_colouring, pack_points
from core.maps.projection import TITLES
from core.maps.projector import projector_archive
from core.maps.sheet import picture_sheet, sheet_bytes, sheet_columns, tile_side
from core.maps.stored import EmbeddingMap, load_neighbours
from core.maps.table import points_table, rows_of_points

VIEWER = Path(__file__).with_name("viewer")
SCRIPTS = (
    "dom", "payload", "colours", "camera", "painter", "pictures", "points", "overlay", "hand", "pane", "legend",
    "tools", "search", "card", "viewer",
)  # fmt: skip
NEAR_IN_PAGE = 10
# A page is sent by mail: pictures of at most so many px.
PAGE_TILE_PX, MOST_PAGE_PICTURES = 48, 12_000


@dataclass(frozen=True)
class ExportKind:
    """One kind of file: what a file name ends in, what a browser calls it, a sentence, and how it is made."""

    suffix: str
    media_type: str
    about: str
    make: Callable[[EmbeddingMap, Catalog], bytes]


def viewer_script() -> str:
    """The JavaScript that draws maps: plain functions and classes, `Viewer` the outermost."""
    return "\n".join((VIEWER / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)


def viewer_style() -> str:
    """Its CSS; colours come from the variables --st-... of the page it stands in."""
    return (VIEWER / "viewer.css").read_text(encoding="utf-8")


def export_bytes(kind: str, made: EmbeddingMap, catalog: Catalog) -> bytes:
    """The file of a kind of `EXPORTS`. Raises ValueError for another one; ArtifactError where the gallery is gone."""
    if kind not in EXPORTS:
        raise ValueError(f"expected an export of {', '.join(EXPORTS)}, but got {kind[:40]!r}")
    return EXPORTS[kind].make(made, catalog)


def _csv(made: EmbeddingMap, catalog: Catalog) -> bytes:
    return points_table(made, catalog).to_csv(index=False).encode()


def _parquet(made: EmbeddingMap, catalog: Catalog) -> bytes:
    out = io.BytesIO()
    points_table(made, catalog).to_parquet(out, index=False)
    return out.getvalue()


def _page(made: EmbeddingMap, catalog: Catalog) -> bytes:
    """The map in one HTML file that opens anywhere, without a network: points, colours, titles and small pictures."""
    rows, own = rows_of_points(made, catalog), np.arange(len(made))
    colours = {name: item_colouring(catalog, name, rows) for name in catalog_columns(catalog)}
    colours |= {name: point_colouring(made, name) for name in measured_columns(made)}
    side = tile_side(len(made), PAGE_TILE_PX) if len(made) <= MOST_PAGE_PICTURES else 0
    sheet = _data_url(sheet_bytes(picture_sheet(catalog, rows, side), "JPEG"), "image/jpeg") if side else None
    pane = {"title": "", "summary": page_summary(made), "points": _data_url(pack_points(made, own)), "query": None}
    if made.is_measured:
        near = load_neighbours(made.catalog_name, made.encoder_name).rows[:, :NEAR_IN_PAGE]
        pane["near"] = _data_url(pack({"k": near.shape[1]}, {"rows": near.astype(np.uint32)}))
    data = {
        "key": "page", "serial": 0, "panes": [pane], "state": {}, "hint": HINT,
        "items": _data_url(json.dumps(item_texts(catalog.items.iloc[rows])).encode(), "application/json"),
        "colours": [
            {"name": name, "title": column_title(name), "urls": [_data_url(pack_colouring(column))]}
            for name, column in colours.items()
        ],
        "pictures": {"sheet": sheet, "tile": side, "columns": sheet_columns(len(made))} if sheet else None,
    }  # fmt: skip
    page = (VIEWER / "page.html").read_text(encoding="utf-8")
    for mark, text in (
        ("/*STYLE*/", viewer_style()),
        ("/*SCRIPT*/", viewer_script()),
        # A title may hold anything; "</script>" must not end the script.
        ("/*DATA*/", json.dumps(data).replace("</", "<\\/")),
        ("<!--TITLE-->", page_summary(made).replace("&", "&amp;").replace("<", "&lt;")),
    ):
        page = page.replace(mark, text, 1)
    return page.encode()


HINT = (
    "Drag to move, wheel or two fingers to zoom, click an item for its nearest in the original space, drag with Shift "
    "for a lasso. Keys: arrows, + and -, 0 for the whole map, Enter for the item in the middle, V for what is in view."
)


def column_title(name: str) -> str:
    """How a column is called on screen."""
    return MEASURED.get(name) or name.replace("_", " ").capitalize()


def page_summary(made: EmbeddingMap) -> str:
    """What a map shows, in a sentence."""
    catalog, encoder = catalog_spec(made.catalog_name).title, encoder_spec(made.encoder_name).title
    return f"{TITLES[made.spec.method]} map of {len(made):,} items of {catalog} by {encoder}"


def _data_url(content: bytes, media_type: str = "application/octet-stream") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


EXPORTS = {
    "page": ExportKind(".html", "text/html", "The map as one page that opens anywhere, without a network.", _page),
    "csv": ExportKind(".csv", "text/csv", "The points with all columns, for a spreadsheet.", _csv),
    "parquet": ExportKind(".parquet", "application/vnd.apache.parquet", "The same, typed and smaller.", _parquet),
    "projector": ExportKind(
        "-projector.zip",
        "application/zip",
        "Embeddings, labels and pictures for TensorBoard's projector.",
        projector_archive,
    ),
}
