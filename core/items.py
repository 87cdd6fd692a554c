"""What stands for an item of a catalogue: its picture, or the inside of its box."""

import numpy as np

from core import settings
from core.catalogs.catalog import Catalog
from core.catalogs.pictures import item_box, item_photo
from core.catalogs.registry import CATALOGS
from detection.crops import crop_box
from detection.images import ImageError


def item_pixels(catalog: Catalog, row: int, *, max_side: int) -> np.ndarray:
    """What stands for an item, (h, w, 3) uint8 RGB: its picture, or the inside of its box if its catalogue says so.

    Raises:
        ImageError: The picture cannot be opened.
    """
    box = item_box(catalog, row) if crop_rule(catalog) == "truth" else None
    # A crop is a small part of the picture: decode more of it.
    photo = item_photo(catalog, row, max_side=max_side if box is None else 4 * max_side)
    if box is None:
        return photo.pixels
    height, width = photo.pixels.shape[:2]
    try:
        x1, y1, x2, y2 = crop_box(box / photo.scale, (width, height), padding=settings.CROP_PADDING)
    except ValueError as error:
        raise ImageError(f"expected a box inside the picture of item {row}, but {error}.") from error
    return photo.pixels[y1:y2, x1:x2]


def crop_rule(catalog: Catalog) -> str:
    """ "truth" where a catalogue's items are the insides of boxes, else "none"."""
    return CATALOGS[catalog.name].crop if catalog.name in CATALOGS else "none"
