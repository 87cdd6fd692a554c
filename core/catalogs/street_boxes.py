"""Garment boxes of Clothing Co-Parsing: its pixel masks of 59 labels become boxes of the detector's 13 classes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

MINIMUM_PIXELS = 100
MINIMUM_SHARE = 0.05  # of its label's pixels: a smaller component is noise of the annotation

# One class a line, in the order of the class ids, with the labels of the data set that belong to it.
CLASS_LABELS: dict[str, tuple[str, ...]] = {
    "top": (
        "blouse", "bodysuit", "hoodie", "jumper", "shirt", "sweater", "sweatshirt", "t-shirt", "top", "vest",
    ),
    "outerwear": ("blazer", "cape", "cardigan", "coat", "jacket", "suit"),
    "dress": ("dress", "romper"),
    "pants": ("jeans", "leggings", "pants"),
    "shorts": ("shorts",),
    "skirt": ("skirt",),
    "footwear": (
        "boots", "clogs", "flats", "heels", "loafers", "pumps", "sandals", "shoes", "sneakers", "wedges",
    ),
    "bag": ("bag", "purse", "wallet"),
    "headwear": ("hat",),
    "scarf": ("scarf",),
    "belt": ("belt",),
    "eyewear": ("glasses", "sunglasses"),
    "legwear": ("socks", "stockings", "tights"),
}  # fmt: skip
GARMENT_CLASSES = tuple(CLASS_LABELS)
CLASS_OF_LABEL = {label: name for name, labels in CLASS_LABELS.items() for label in labels}

GarmentBox = tuple[str, tuple[int, int, int, int]]


def garment_boxes(mask: npt.NDArray[np.integer], label_names: Sequence[str]) -> list[GarmentBox]:
    """Boxes of a photo's pixel mask, at most one for each label of the data set.

    Of a label's connected components (4 neighbours) those under 5 % of the label's pixels are dropped; a label with
    fewer than 100 pixels left is dropped; the box goes around the rest. A pair of shoes is one box.

    Args:
        mask: (h, w) integers in (0, len(label_names) - 1): the label of each pixel.
        label_names: The names of the labels; those that belong to no garment class give no box.

    Returns:
        (class name, (x1, y1, x2, y2)) in pixels, x2 and y2 exclusive, in the order of the labels.

    Raises:
        ValueError: The mask is not two-dimensional, not of integers, or holds a label without a name.
    """
    from scipy import ndimage

    if mask.ndim != 2 or not np.issubdtype(mask.dtype, np.integer):
        raise ValueError(f"mask must be integers with shape (h, w), but got {mask.dtype} with shape {mask.shape}")
    if mask.size == 0:
        return []
    low, high = int(mask.min()), int(mask.max())
    if low < 0 or high >= len(label_names):
        raise ValueError(f"mask must hold labels 0 to {len(label_names) - 1}, but got {low} to {high}")
    boxes: list[GarmentBox] = []
    # One pass finds the part of the photo that each label lies in; only there are its components looked for.
    for label, part in enumerate(ndimage.find_objects(mask.astype(np.int32) + 1)):
        name = CLASS_OF_LABEL.get(label_names[label])
        if part is None or name is None:
            continue
        components, _ = ndimage.label(mask[part] == label)
        sizes = np.bincount(components.ravel())[1:]  # component 0 is everything else
        kept = sizes >= MINIMUM_SHARE * sizes.sum()
        if sizes[kept].sum() < MINIMUM_PIXELS:
            continue
        rows, columns = np.nonzero(np.concatenate([[False], kept])[components])
        left, top = part[1].start, part[0].start
        x1, y1 = left + int(columns.min()), top + int(rows.min())
        boxes.append((name, (x1, y1, left + int(columns.max()) + 1, top + int(rows.max()) + 1)))
    return boxes


def read_label_names(path: Path) -> tuple[str, ...]:
    """Names of the data set's labels from its `label_list.mat`, by label number.

    Raises:
        ValueError: The file is not a MATLAB file with the key `label_list`.
    """
    cells = _read_mat(path, "label_list").ravel()
    return tuple(str(cell[0]) if np.size(cell) else "" for cell in cells)


def read_mask(path: Path) -> npt.NDArray[np.integer]:
    """Pixel labels (h, w) of one photo from its `.mat` file.

    Raises:
        ValueError: The file is not a MATLAB file with the key `groundtruth`, or that is no integer matrix.
    """
    mask = _read_mat(path, "groundtruth")
    if mask.ndim != 2 or not np.issubdtype(mask.dtype, np.integer):
        raise ValueError(f"{path.name}: groundtruth must be integers (h, w), but got {mask.dtype} {mask.shape}")
    return mask


def _read_mat(path: Path, key: str) -> npt.NDArray:
    from scipy.io import loadmat

    try:
        content = loadmat(path, variable_names=[key])
    except Exception as error:  # scipy raises a dozen kinds on a damaged file, all of them meaning this
        raise ValueError(f"{path.name} must be a MATLAB file, but cannot be read: {error}") from error
    if key not in content:
        raise ValueError(f"{path.name} must hold the key {key!r}, but it is absent: download `street` again")
    return np.asarray(content[key])
