"""Pictures made small for the browser: JPEG bytes of a catalogue item or a photo, metadata left behind."""

import io

import numpy as np
from PIL import Image

from core import settings
from core.catalogs.catalog import Catalog
from core.items import item_pixels
from detection.images import open_photo


def to_jpeg(pixels: np.ndarray, side_px: int) -> bytes:
    """JPEG bytes of an (h, w, 3) uint8 RGB picture, its longer side at most `side_px`."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((side_px, side_px), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=82, optimize=True)
    return out.getvalue()


def item_thumbnail(catalog: Catalog, row: int, side_px: int) -> bytes:
    """JPEG bytes of what stands for an item: its picture, or the inside of its box. Raises ImageError."""
    return to_jpeg(item_pixels(catalog, row, max_side=side_px), side_px)


def photo_jpeg(source: bytes, side_px: int) -> bytes:
    """JPEG bytes of an upright photo. Raises ImageError."""
    return to_jpeg(open_photo(source, max_side=side_px).pixels, side_px)


def allowed_side(side_px: int) -> int:
    """The served size nearest above the one asked for, so that only a few sizes are ever made."""
    return next((side for side in settings.THUMBNAIL_SIDES_PX if side >= side_px), settings.THUMBNAIL_SIDES_PX[-1])
