"""One sheet with the pictures of many items as square tiles, row by row."""

import io
import math

import numpy as np
from PIL import Image

from core.catalogs.catalog import Catalog
from core.items import item_pixels
from detection.images import ImageError

# What TensorBoard's projector takes, and what browsers decode without trouble.
MOST_SIDE_PX = 8192
LARGEST_TILE_PX, SMALLEST_TILE_PX = 64, 16


def tile_side(count: int, largest: int = LARGEST_TILE_PX) -> int:
    """The side of a tile in px, so that a square sheet of `count` tiles stays within `MOST_SIDE_PX`; 0 if none does."""
    side = min(largest, MOST_SIDE_PX // sheet_columns(count))
    return side if side >= SMALLEST_TILE_PX else 0


def sheet_columns(count: int) -> int:
    """Tiles in each row of the sheet."""
    return max(1, math.ceil(math.sqrt(count)))


def picture_sheet(catalog: Catalog, catalog_rows: np.ndarray, side_px: int) -> Image.Image:
    """The pictures of items in order, each on white; one that cannot be opened stays white."""
    columns = sheet_columns(len(catalog_rows))
    sheet = Image.new("RGB", (columns * side_px, math.ceil(len(catalog_rows) / columns) * side_px), "white")
    for position, row in enumerate(catalog_rows):
        try:
            tile = Image.fromarray(item_pixels(catalog, int(row), max_side=side_px))
        except ImageError:
            continue
        tile.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
        left, top = position % columns * side_px, position // columns * side_px
        sheet.paste(tile, (left + (side_px - tile.width) // 2, top + (side_px - tile.height) // 2))
    return sheet


def sheet_bytes(sheet: Image.Image, kind: str) -> bytes:
    """The sheet as a file: "JPEG" (small) or "PNG" (what TensorBoard expects)."""
    out = io.BytesIO()
    sheet.save(out, kind, quality=72, optimize=kind == "JPEG")
    return out.getvalue()
