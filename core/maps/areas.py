"""Which points of a map lie inside a drawn area."""

import numpy as np


def inside_polygon(points: np.ndarray, polygon: np.ndarray) -> np.ndarray:
    """Whether points lie inside, by the even-odd rule: what a crossing line goes round twice is outside.

    Args:
        points: (n, 2) float.
        polygon: (m, 2) float, its corners in order; fewer than three hold nothing.

    Returns:
        (n,) bool.
    """
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    inside = np.zeros(len(points), bool)
    for (x1, y1), (x2, y2) in zip(polygon, np.roll(polygon, 1, axis=0), strict=True):
        if y1 != y2:
            is_level = (y1 > y) != (y2 > y)
            inside ^= is_level & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return inside
