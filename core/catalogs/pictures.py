"""The picture and the box of a catalogue's item."""

import numpy as np

from core.catalogs.catalog import BOX_COLUMNS, Catalog, CatalogError
from core.catalogs.fashion_mnist import read_idx_pictures
from detection.images import ImageError, Photo, open_photo


def item_photo(catalog: Catalog, row: int, *, max_side: int | None = None) -> Photo:
    """The upright picture of an item, the whole one even where the item is only a part of it.

    Args:
        catalog: The catalogue.
        row: Gallery row, 0..n-1.
        max_side: Decode at a reduced size where that is quicker, as `open_photo` does.

    Raises:
        ImageError: The file is missing, damaged or no picture.
    """
    return image_photo(catalog, str(catalog.items["image"].iat[row]), max_side=max_side)


def image_photo(catalog: Catalog, image: str, *, max_side: int | None = None) -> Photo:
    """The picture behind a value of the column `image`. Raises ImageError like `item_photo`."""
    file, _, number = image.partition("#")
    if not number:
        return open_photo(catalog.root / file, max_side=max_side)
    try:
        grey = read_idx_pictures(catalog.root / file)[int(number)]
    except (CatalogError, ValueError, IndexError) as error:
        raise ImageError(f"expected picture {number} of {file}, but it cannot be read ({error}).") from error
    height, width = grey.shape
    return Photo(np.repeat(grey[:, :, None], 3, axis=2), width, height)


def item_box(catalog: Catalog, row: int) -> np.ndarray | None:
    """The item's box: (4,) float64, x1 y1 x2 y2 in px of the upright picture in full; None without one."""
    box = catalog.items[list(BOX_COLUMNS)].iloc[row].to_numpy(dtype=np.float64)
    return None if np.isnan(box).any() else box
