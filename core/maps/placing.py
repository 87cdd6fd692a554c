"""A new point's place on a map that is already made: among the places of its nearest neighbours.

UMAP's own transform takes a compile of seconds at its first call and t-SNE has none that is quick. This one is a
search that was done anyway and a dozen averages: well under a millisecond, for every kind of map alike.
"""

import numpy as np

# Measured on held-out items (core/maps/placing_check.py): fewer are shaky, more pull a point out of a small group.
NEIGHBOURS = 10
STEPS = 30
HOW = (
    "Placed at the geometric median of the places of its {count} nearest items, nearer ones weighing more: "
    "where most of them are, and not between two groups."
)


def place(points: np.ndarray, rows: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Places of new items: the geometric median of their neighbours' places, weighted by closeness (Weiszfeld 1937).

    A mean would put an item that has neighbours in two groups between them, where nothing like it is.

    Args:
        points: (n, 2) float32, the map.
        rows: (q, k) int64, the nearest gallery rows of each new item, best first; -1 where there are fewer.
        scores: (q, k) float32, their cosines; NaN where the row is -1. Of k, the first `NEIGHBOURS` are used.

    Returns:
        (q, 2) float32; NaN for an item without a neighbour.
    """
    if points.ndim != 2 or points.shape[1] != 2 or rows.shape != scores.shape or rows.ndim != 2:
        raise ValueError(
            f"expected points (n, 2) and rows, scores (q, k), got {points.shape} {rows.shape} {scores.shape}"
        )
    rows, scores = rows[:, :NEIGHBOURS], scores[:, :NEIGHBOURS].astype(np.float64)
    is_there = rows >= 0
    distances = np.sqrt(np.maximum(2 - 2 * np.where(is_there, scores, 1), 0))
    weights = np.where(is_there, 1 / np.maximum(distances, 1e-3), 0)
    near = points[np.maximum(rows, 0)].astype(np.float64)
    smallest = 1e-4 * max(float(np.ptp(points, axis=0).max()), 1e-12)
    centres = _weighted_mean(near, weights)
    for _ in range(STEPS):
        away = np.linalg.norm(near - centres[:, None], axis=2)
        centres = _weighted_mean(near, weights / np.maximum(away, smallest))
    return centres.astype(np.float32)


def _weighted_mean(near: np.ndarray, weights: np.ndarray) -> np.ndarray:
    total = weights.sum(axis=1, keepdims=True)
    return np.where(total > 0, (weights[:, :, None] * near).sum(axis=1) / np.where(total > 0, total, 1), np.nan)
