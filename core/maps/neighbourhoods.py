"""Who is near whom: nearest rows, and how well one space keeps the neighbourhoods of another, whole and per point."""

import numpy as np

from core.catalogs.catalog import OnProgress
from core.index import build_index, search_index

CHUNK = 512


def nearest_rows(embeddings: np.ndarray, k: int, on_progress: OnProgress | None = None) -> np.ndarray:
    """The k nearest others of each item, by FAISS.

    Args:
        embeddings: (n, dim) float32, unit length.
        k: At least 1, below n.
        on_progress: Called with (items done, items in all).

    Returns:
        (n, k) int64, nearest first; among equals the lower row first; the item itself is removed by its row.
    """
    count = len(embeddings)
    if not 1 <= k < count:
        raise ValueError(f"expected k of 1 to {count - 1} for {count} items, but got {k}")
    index, chunks = build_index(embeddings), []
    for start in range(0, count, CHUNK):
        stop = min(start + CHUNK, count)
        rows = search_index(index, embeddings[start:stop], k + 1).rows
        chunks.append(_without(rows, np.arange(start, stop)))
        if on_progress:
            on_progress(stop, count)
    return np.concatenate(chunks)


def nearest_points(points: np.ndarray, k: int) -> np.ndarray:
    """The k nearest others of each point of a map (n, 2): (n, k) int64, nearest first, itself removed by its row."""
    from scipy.spatial import KDTree

    if not 1 <= k < len(points):
        raise ValueError(f"expected k of 1 to {len(points) - 1} for {len(points)} points, but got {k}")
    rows = KDTree(points).query(points, k + 1)[1]
    return _without(np.asarray(rows, np.int64), np.arange(len(points)))


def neighbour_ranks(
    vectors: np.ndarray, rows: np.ndarray, on_progress: OnProgress | None = None, items: np.ndarray | None = None
) -> np.ndarray:
    """Where given items stand among all others, seen from each item, by Euclidean distance.

    Args:
        vectors: (n, d) float; unit vectors have the same order by cosine.
        rows: (m, k) int64, some others for each item that is asked about.
        on_progress: Called with (items done, items in all).
        items: (m,) int64, the items asked about; all n in their order if not given.

    Returns:
        (m, k) int64 in 1..n-1, 1 for the nearest; equals share the best rank.
    """
    asked = np.arange(len(vectors)) if items is None else items
    if rows.ndim != 2 or len(rows) != len(asked):
        raise ValueError(f"expected ({len(asked)}, k) rows, one line an item, but got {rows.shape}")
    # Two dimensions hold many near-equal distances: float32 would shuffle their order.
    vectors = vectors.astype(np.float64) if vectors.shape[1] < 16 else vectors
    half_squares = (vectors**2).sum(axis=1) / 2
    ranks = np.empty(rows.shape, np.int64)
    for start in range(0, len(asked), CHUNK):
        part = asked[start : start + CHUNK]
        lines = np.arange(len(part))
        # x.y - |y|^2 / 2 falls as |x - y| grows, for a fixed x.
        closeness = vectors[part] @ vectors.T - half_squares
        own = closeness[lines, part].copy()
        closeness[lines, part] = -np.inf
        for column in range(rows.shape[1]):
            theirs = rows[start : start + len(part), column]
            threshold = np.where(theirs == part, own, closeness[lines, theirs])
            ranks[start : start + len(part), column] = 1 + (closeness > threshold[:, None]).sum(axis=1)
        if on_progress:
            on_progress(start + len(part), len(asked))
    return ranks


def kept_nearness(
    vectors: np.ndarray, rows: np.ndarray, on_progress: OnProgress | None = None, items: np.ndarray | None = None
) -> np.ndarray:
    """How near the neighbours that each item has elsewhere are in this space (Venna and Kaski, 2001).

    With the embeddings and the neighbours on the map it is the trustworthiness of each point (are its neighbours on
    the map true ones?); with the map and the neighbours among the embeddings, its continuity (are its true
    neighbours still near?). The mean over all points is the figure of the whole.

    Args:
        vectors: (n, d), this space.
        rows: (m, k) int64, the k nearest others of each item in the other space; k below n / 2.
        on_progress: Called with (items done, items in all).
        items: (m,) int64, the items asked about; all n in their order if not given.

    Returns:
        (m,) float64, 1 for neighbourhoods that are kept whole: 1 - 2 / (k (2n - 3k - 1)) * sum of max(0, rank - k).
    """
    count, k = len(vectors), rows.shape[1]
    if not 1 <= k < count / 2:
        raise ValueError(f"expected k of 1 to {(count - 1) // 2} for {count} items, but got {k}")
    excess = np.maximum(neighbour_ranks(vectors, rows, on_progress, items) - k, 0).sum(axis=1)
    return 1 - excess * (2 / (k * (2 * count - 3 * k - 1)))


def overlap(rows: np.ndarray, other_rows: np.ndarray) -> np.ndarray:
    """The share of neighbours that each item has in both of two spaces, in [0, 1].

    Args:
        rows: (n, k) int64, the k nearest of each item in one space, none twice.
        other_rows: (n, k) int64, likewise in the other.

    Returns:
        (n,) float64; by chance about k / n.

    >>> overlap(np.array([[1, 2]]), np.array([[2, 3]]))
    array([0.5])
    """
    if rows.shape != other_rows.shape or rows.ndim != 2:
        raise ValueError(f"expected two arrays (n, k), but got {rows.shape} and {other_rows.shape}")
    both = np.zeros(len(rows), np.int64)
    for column in range(rows.shape[1]):
        both += (other_rows == rows[:, column, None]).any(axis=1)
    return both / rows.shape[1]


def _without(rows: np.ndarray, own: np.ndarray) -> np.ndarray:
    """(m, k + 1) rows less the item's own; less the last where it is not among them (k + 1 others are equal to it)."""
    is_own = rows == own[:, None]
    is_own[~is_own.any(axis=1), -1] = True
    return rows[~is_own].reshape(len(rows), -1)
