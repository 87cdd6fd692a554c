"""Groups of a map: clusters and outliers, how pure they are, and labels that an item's neighbours do not share."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

OUTLIER = -1


@dataclass(frozen=True)
class Clusters:
    """What HDBSCAN found.

    Attributes:
        labels: (n,) int64, 0 for the largest cluster and so on; -1 for outliers.
        strength: (n,) float32 in [0, 1], how firmly an item belongs to its cluster; 0 for outliers.
    """

    labels: np.ndarray
    strength: np.ndarray

    def __post_init__(self) -> None:
        if self.labels.shape != self.strength.shape or self.labels.ndim != 1:
            raise ValueError(f"expected labels and strength (n,), but got {self.labels.shape}, {self.strength.shape}")

    @property
    def count(self) -> int:
        """Clusters, outliers not counted."""
        return int(self.labels.max(initial=OUTLIER)) + 1


def smallest_cluster(count: int) -> int:
    """How many of `count` items make a cluster, where nobody says: 0.5 %, at least 5 and at most 100."""
    return min(100, max(5, count // 200))


def find_clusters(vectors: np.ndarray, min_size: int | None = None) -> Clusters:
    """Clusters by density (HDBSCAN, Campello et al. 2013), numbered from the largest.

    Args:
        vectors: (n, d) float: places on a map, or a PCA of embeddings to some ten dimensions.
        min_size: The fewest items of a cluster, at least 2; None for `smallest_cluster`.
    """
    from sklearn.cluster import HDBSCAN

    size = smallest_cluster(len(vectors)) if min_size is None else min_size
    if len(vectors) <= size:
        return Clusters(np.full(len(vectors), OUTLIER, np.int64), np.zeros(len(vectors), np.float32))
    found = HDBSCAN(min_cluster_size=size, copy=True).fit(vectors)
    counts = np.bincount(found.labels_[found.labels_ >= 0])
    new_number = np.empty(len(counts), np.int64)
    new_number[np.argsort(-counts, kind="stable")] = np.arange(len(counts))
    is_inside = found.labels_ >= 0
    labels = np.full(len(vectors), OUTLIER, np.int64)
    labels[is_inside] = new_number[found.labels_[is_inside]]
    return Clusters(labels, np.where(is_inside, found.probabilities_, 0).astype(np.float32))


def cluster_table(clusters: Clusters, values: np.ndarray) -> pd.DataFrame:
    """What each cluster is made of.

    Args:
        clusters: Of n items.
        values: (n,) str, a column; "" for unknown.

    Returns:
        One row a cluster, the largest first: `cluster`, `items`, `known` (items whose value is known), `main` (the
        most common value, the first by name among equals), `purity` (its share of the known, NaN without any),
        `second` and `second_share` (likewise; "" and 0 without a second).
    """
    rows = []
    for number in range(clusters.count):
        inside = values[clusters.labels == number]
        names, counts = np.unique(inside[inside != ""], return_counts=True)
        order = np.argsort(-counts, kind="stable")
        known = int(counts.sum())
        named = [(str(names[at]), counts[at] / known) for at in order[:2]] + [("", 0.0)] * 2
        rows.append(
            {
                "cluster": number,
                "items": len(inside),
                "known": known,
                "main": named[0][0],
                "purity": float(named[0][1]) if known else float("nan"),
                "second": named[1][0],
                "second_share": float(named[1][1]),
            }
        )
    columns = ["cluster", "items", "known", "main", "purity", "second", "second_share"]
    return pd.DataFrame(rows, columns=columns)


def purity(table: pd.DataFrame) -> float:
    """Share of clustered items (value known) that have the main value of their cluster; NaN without any."""
    known = int(table["known"].sum())
    return float((table["purity"].fillna(0) * table["known"]).sum() / known) if known else float("nan")


def label_suspects(
    rows: np.ndarray, scores: np.ndarray, labels: np.ndarray, groups: np.ndarray, *, least: float = 0.5
) -> pd.DataFrame:
    """Items whose neighbours agree on another label than their own: probably labelled wrongly, or on a border.

    Each neighbour votes for its label with a weight that falls with its distance. Items of the same group (other
    pictures of the same product) share their label by construction, so they do not vote.

    Args:
        rows: (n, k) int64, the nearest others of each item, nearest first.
        scores: (n, k) float32, their cosines.
        labels: (n,) str; "" for unknown: neither judged nor voting.
        groups: (n,) int64 or str.
        least: In [0, 1]: the smallest score that is listed.

    Returns:
        The most suspicious first, ties in row order: `row`, `label`, `suggested`, `score` in [0, 1] (the share of
        votes for the suggested label less the share for its own), `votes` (neighbours that voted).
    """
    names, codes = np.unique(labels, return_inverse=True)
    weights = 1 / np.maximum(np.sqrt(np.maximum(2 - 2 * scores.astype(np.float64), 0)), 0.05)
    weights = np.where((groups[rows] != groups[:, None]) & (labels[rows] != ""), weights, 0)
    total = weights.sum(axis=1)
    own_votes = np.where(codes[rows] == codes[:, None], weights, 0).sum(axis=1)
    best, best_votes = np.zeros(len(rows), np.int64), np.zeros(len(rows))
    for column in range(rows.shape[1]):
        theirs = codes[rows[:, column]]
        votes = np.where(codes[rows] == theirs[:, None], weights, 0).sum(axis=1)
        is_better = (votes > best_votes) & (theirs != codes) & (weights[:, column] > 0)
        best, best_votes = np.where(is_better, theirs, best), np.where(is_better, votes, best_votes)
    margin = np.where(total > 0, (best_votes - own_votes) / np.where(total > 0, total, 1), 0)
    listed = np.flatnonzero((margin >= least) & (margin > 0) & (labels != ""))
    listed = listed[np.argsort(-margin[listed], kind="stable")]
    return pd.DataFrame(
        {
            "row": listed,
            "label": labels[listed],
            "suggested": names[best[listed]],
            "score": margin[listed],
            "votes": (weights[listed] > 0).sum(axis=1),
        }
    )
