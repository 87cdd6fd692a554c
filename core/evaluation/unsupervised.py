"""What the shape of an embedding space says without a single query: clusters, alignment, uniformity, hubs."""

import numpy as np

# What looks at all pairs is taken over this many items, drawn with a fixed seed.
MOST_ITEMS = 5000


def cluster_scores(embeddings: np.ndarray, keys: np.ndarray) -> dict[str, float]:
    """How well labels form clusters.

    Args:
        embeddings: (n, dim) float32, unit length.
        keys: (n,) int64, equal for items of one class; -1 unknown, left out.

    Returns:
        `silhouette` in [-1, 1], higher is better, by cosine distance (Rousseeuw 1987), and `davies_bouldin` >= 0,
        lower is better, by Euclidean distance (1979); NaN with fewer than two classes or no class of two items.
    """
    vectors = embeddings[keys >= 0].astype(np.float64)
    names, codes, counts = np.unique(keys[keys >= 0], return_inverse=True, return_counts=True)
    if not 2 <= len(names) < len(vectors):
        return {"silhouette": float("nan"), "davies_bouldin": float("nan")}
    sums = np.zeros((len(names), vectors.shape[1]))
    np.add.at(sums, codes, vectors)
    return {
        "silhouette": float(_silhouettes(vectors, codes, counts, sums).mean()),
        "davies_bouldin": _davies_bouldin(vectors, codes, counts, sums / counts[:, None]),
    }


def alignment(embeddings: np.ndarray, keys: np.ndarray) -> float:
    """Mean squared distance of two different items of one class, in [0, 4], lower is closer; NaN without a pair.

    Wang and Isola, ICML 2020, with exponent 2; all pairs count alike, so large classes weigh more.

    Args:
        embeddings: (n, dim) float32, unit length.
        keys: (n,) int64, equal for items of one class; -1 unknown, left out.
    """
    vectors, labels = embeddings[keys >= 0].astype(np.float64), keys[keys >= 0]
    names, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    sums = np.zeros((len(names), embeddings.shape[1]))
    np.add.at(sums, codes, vectors)
    # Over ordered pairs of a class with n unit vectors: sum of |x - y|^2 = 2 n sum |x|^2 - 2 |sum x|^2.
    squares = np.bincount(codes, (vectors**2).sum(axis=1), minlength=len(names))
    n_pairs = (counts * (counts - 1)).sum()
    total = (2 * counts * squares - 2 * (sums**2).sum(axis=1)).sum()
    return float(max(total, 0.0) / n_pairs) if n_pairs else float("nan")


def uniformity(embeddings: np.ndarray) -> float:
    """log of the mean of exp(-2 |x - y|^2) over pairs of items, in [-8, 0]; lower is more evenly spread.

    Wang and Isola, ICML 2020, with t = 2; NaN with fewer than two items.

    Args:
        embeddings: (n, dim) float32, unit length.
    """
    vectors = embeddings[sampled_rows(np.arange(len(embeddings)))].astype(np.float32)
    count = len(vectors)
    if count < 2:
        return float("nan")
    total = 0.0
    for start in range(0, count, 512):
        cosines = vectors[start : start + 512] @ vectors.T
        total += float(np.exp(4 * np.minimum(cosines, 1) - 4, dtype=np.float64).sum())  # |x - y|^2 = 2 - 2 cos
    return float(np.log((total - count) / (count * (count - 1))))  # without the pairs of an item and itself


def hubness(rows: np.ndarray, n_gallery: int) -> dict[str, float]:
    """How unevenly gallery items are found (Radovanovic et al., JMLR 2010).

    Args:
        rows: (q, k) int64, the nearest gallery rows of each query; -1 where there are none.
        n_gallery: Items that could be found.

    Returns:
        `hubness` (skewness of how often each item is among the k nearest; 0 is even, NaN if all are found alike),
        `most_found` (how often the greatest hub is found, as a share of the queries) and `never_found` (share of
        the gallery).
    """
    if n_gallery < 1 or (rows >= n_gallery).any():
        raise ValueError(f"expected rows below {n_gallery}, the size of the gallery, but got {rows.max(initial=-1)}")
    found = np.bincount(rows[rows >= 0], minlength=n_gallery).astype(np.float64)
    centred = found - found.mean()
    spread = float(np.sqrt((centred**2).mean()))
    return {
        "hubness": float((centred**3).mean() / spread**3) if spread else float("nan"),
        "most_found": float(found.max() / len(rows)) if len(rows) else float("nan"),
        "never_found": float((found == 0).mean()),
    }


def sampled_rows(rows: np.ndarray, most: int = MOST_ITEMS, seed: int = 0) -> np.ndarray:
    """At most `most` of the rows, in their order, the same ones every time."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _silhouettes(vectors: np.ndarray, codes: np.ndarray, counts: np.ndarray, sums: np.ndarray) -> np.ndarray:
    """(n,) float64; 0 for an item that is alone in its class."""
    # Cosine distance is linear, so the mean distance to a class needs its sum only, not all pairs.
    items, own = np.arange(len(vectors)), counts[codes]
    cosine_sums = vectors @ sums.T
    own_sums = cosine_sums[items, codes] - (vectors**2).sum(axis=1)
    within = 1 - own_sums / np.maximum(own - 1, 1)
    to_others = 1 - cosine_sums / counts
    to_others[items, codes] = np.inf
    nearest = to_others.min(axis=1)
    larger = np.maximum(within, nearest)
    return np.where((own > 1) & (larger > 0), (nearest - within) / np.where(larger > 0, larger, 1), 0.0)


def _davies_bouldin(vectors: np.ndarray, codes: np.ndarray, counts: np.ndarray, centres: np.ndarray) -> float:
    to_centre = np.linalg.norm(vectors - centres[codes], axis=1)
    spreads = np.bincount(codes, to_centre) / counts
    squares = (centres**2).sum(axis=1)
    gaps = np.sqrt(np.maximum(squares[:, None] + squares - 2 * centres @ centres.T, 0))
    likeness = (spreads[:, None] + spreads) / np.where(gaps > 1e-12, gaps, np.inf)
    np.fill_diagonal(likeness, 0)
    return float(likeness.max(axis=1).mean())
