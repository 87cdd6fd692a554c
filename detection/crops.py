"""From a box to the pixels that are searched for: the crop, and which garment is meant when nobody says."""

import numpy as np
import numpy.typing as npt

from detection.garments import Garments

PADDING = 0.05
MIN_CROP_PX = 16
UPPER_BODY = ("top", "outerwear", "dress")
MAIN_CONFIDENCE = 0.25


def crop_box(xyxy: npt.ArrayLike, image_size: tuple[int, int], padding: float = PADDING) -> tuple[int, int, int, int]:
    """Whole pixels to cut out for a box: padded, at least 16 px a side where the photo allows, inside the photo.

    Args:
        xyxy: x1, y1, x2, y2 in pixels; may reach over the edge.
        image_size: Width and height of the photo, px.
        padding: Added on each side, as a share of the box's width and height.

    Returns:
        x1, y1, x2, y2 with 0 <= x1 < x2 <= width and 0 <= y1 < y2 <= height.

    Raises:
        ValueError: The box is empty, not of numbers, or wholly outside the photo.
    """
    box = np.asarray(xyxy, np.float64)
    if box.shape != (4,) or not np.isfinite(box).all():
        raise ValueError(f"a box must be four finite numbers x1, y1, x2, y2, but got {xyxy!r}")
    if (box[2:] <= box[:2]).any():
        raise ValueError(f"a box must have x1 < x2 and y1 < y2, but got {tuple(box.tolist())}")
    size = np.array(image_size, np.float64)
    if (box[2:] <= 0).any() or (box[:2] >= size).any():
        raise ValueError(f"the box {tuple(box.tolist())} lies outside the photo of {image_size[0]}x{image_size[1]} px")
    if padding < 0:
        raise ValueError(f"padding must not be negative, but got {padding}")
    sides = (box[2:] - box[:2]) * (1 + 2 * padding)
    sides = np.maximum(sides, MIN_CROP_PX)
    middle = (box[:2] + box[2:]) / 2
    low = np.floor(np.clip(middle - sides / 2, 0, size))
    high = np.ceil(np.clip(middle + sides / 2, 0, size))
    # Near an edge the smallest crop is moved inwards rather than cut.
    low = np.maximum(0, np.minimum(low, size - MIN_CROP_PX))
    high = np.minimum(size, np.maximum(high, low + MIN_CROP_PX))
    x1, y1, x2, y2 = (int(edge) for edge in (*low, *high))
    return x1, y1, x2, y2


def main_garment(garments: Garments, image_size: tuple[int, int]) -> int | None:
    """The garment to search for when nobody has chosen: the most prominent one worn on the upper body.

    Prominent is large, sure and near the middle. Where no top, outerwear or dress is found, the same is asked of
    all garments.

    Args:
        garments: What was found.
        image_size: Width and height of the photo, px.

    Returns:
        A row in (0, len(garments) - 1); None if nothing was found.
    """
    if len(garments) == 0:
        return None
    size = np.array(image_size, np.float32)
    sides = (garments.xyxy[:, 2:] - garments.xyxy[:, :2]) / size
    middle = (garments.xyxy[:, 2:] + garments.xyxy[:, :2]) / 2 / size
    off_centre = np.hypot(*(middle - 0.5).T)
    prominence = garments.confidence * np.sqrt(sides.prod(axis=1)) * (1 - 0.5 * np.minimum(off_centre, 1))
    upper = np.isin(garments.class_names, UPPER_BODY) & (garments.confidence >= MAIN_CONFIDENCE)
    if upper.any():
        prominence = np.where(upper, prominence, -1.0)
    return int(prominence.argmax())
