"""How far two encoders agree on who is near whom, in their own spaces: for each item, and for the whole."""

from dataclasses import dataclass

import numpy as np

from core.maps.neighbourhoods import kept_nearness, nearest_rows, overlap
from core.maps.stored import K

# Every measured item is compared with every other: so many comparisons take a few seconds.
MOST_PAIRS = 200_000_000


@dataclass(frozen=True)
class Between:
    """What one encoder keeps of the neighbourhoods of another.

    Attributes:
        overlap: (n,) float64, the share of each item's k nearest that both find; by chance about k / n.
        trustworthiness: (n,) float64, of its nearest by the other encoder, how near they are by this one.
        continuity: (n,) float64, of its nearest by this encoder, how near they are by the other. Both are 1 for
            neighbourhoods that are kept whole (Venna and Kaski, 2001). All three are NaN for an item that the other
            gallery lacks, the last two also for one that was not measured.
        k: Neighbours looked at.
    """

    overlap: np.ndarray
    trustworthiness: np.ndarray
    continuity: np.ndarray
    k: int

    def __post_init__(self) -> None:
        if not self.overlap.shape == self.trustworthiness.shape == self.continuity.shape or self.overlap.ndim != 1:
            raise ValueError("expected one figure of each kind for each item")


MEASURES = {
    "overlap": "Neighbours shared by both",
    "trustworthiness": "Nearest by the other: near here too",
    "continuity": "Nearest here: near by the other too",
}


def compare_neighbourhoods(
    embeddings: np.ndarray, items: np.ndarray, other_embeddings: np.ndarray, other_items: np.ndarray, seed: int = 0
) -> Between:
    """How far another encoder agrees with this one, among the items that both galleries have.

    Args:
        embeddings: (n, dim) float32, unit length, of this encoder.
        items: (n,) int64, the catalogue row of each.
        other_embeddings: (m, other dim) float32, unit length.
        other_items: (m,) int64.
        seed: Draws the items that are measured where not all can be: `MOST_PAIRS` divided by their number.

    Raises:
        ValueError: The galleries have fewer than three items in common.
    """
    _, own, theirs = np.intersect1d(items, other_items, assume_unique=True, return_indices=True)
    count = len(own)
    if count < 3:
        raise ValueError(f"expected galleries with 3 or more items in common, but these have {count}")
    k = min(K, (count - 1) // 2)
    vectors, others = embeddings[own], other_embeddings[theirs]
    near, far = nearest_rows(vectors, k), nearest_rows(others, k)
    asked = _sample(count, seed)
    found = {
        "overlap": (own, overlap(near, far)),
        "trustworthiness": (own[asked], kept_nearness(vectors, far[asked], items=asked)),
        "continuity": (own[asked], kept_nearness(others, near[asked], items=asked)),
    }
    whole = {name: np.full(len(items), np.nan) for name in found}
    for name, (rows, values) in found.items():
        whole[name][rows] = values
    return Between(**whole, k=k)


def _sample(count: int, seed: int) -> np.ndarray:
    most = MOST_PAIRS // count
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, most, replace=False))
