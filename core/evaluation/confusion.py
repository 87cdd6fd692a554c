"""Which category is taken for which: that of a query against that of what was found, by the nearest or by vote."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

UNKNOWN = "(unknown)"
OTHERS = "(others)"


@dataclass(frozen=True)
class Confusion:
    """Counts of queries by their category and the one they were taken for.

    Attributes:
        classes: (c,) str; those that ask or that were found: sorted, unless put in another order.
        counts: (c, c) int64, the query's category down, the predicted one across.
    """

    classes: np.ndarray
    counts: np.ndarray

    def __post_init__(self) -> None:
        if self.counts.shape != (len(self.classes), len(self.classes)):
            raise ValueError(f"expected counts of {len(self.classes)} classes, but got {self.counts.shape}")

    @property
    def accuracy(self) -> float:
        """Share of the queries taken for their own category; NaN without queries."""
        total = self.counts.sum()
        return float(np.trace(self.counts) / total) if total else float("nan")


def neighbour_labels(rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """(q, k) str: labels of gallery rows (q, k) int64, nearest first; "" where a row is -1."""
    return np.where(rows >= 0, labels[rows], "").astype(str)


def voted_labels(neighbours: np.ndarray, k: int) -> np.ndarray:
    """The most frequent label of the nearest k, (q,) str; among equally frequent ones that of the nearest.

    Args:
        neighbours: (q, n) str, labels in the order of the ranking; "" where the ranking has ended or the label is
            unknown, which has no vote.
        k: At least 1; 1 is the nearest alone. Beyond n all vote.

    Returns:
        "" where nobody votes.

    >>> voted_labels(np.array([["shirt", "dress", "dress"], ["shirt", "dress", ""]]), 3).tolist()
    ['dress', 'shirt']
    """
    if neighbours.ndim != 2 or k < 1:
        raise ValueError(f"expected labels (q, n) and a k of at least 1, but got {neighbours.shape} and {k}")
    if neighbours.size == 0:
        return np.full(len(neighbours), "", dtype=str)
    names, codes = np.unique(neighbours[:, :k], return_inverse=True)
    codes = codes.reshape(neighbours[:, :k].shape)
    queries = np.arange(len(codes))
    votes = np.zeros((len(codes), len(names)), np.int64)
    np.add.at(votes, (queries[:, None], codes), 1)
    votes[:, names == ""] = 0
    # The first place whose label has the most votes: argmax finds the nearest of them.
    own = np.take_along_axis(votes, codes, axis=1)
    return names[codes[queries, own.argmax(axis=1)]].astype(str)


def confusion(true: np.ndarray, predicted: np.ndarray) -> Confusion:
    """Counts of true against predicted labels, both (q,) str.

    Queries whose own label is unknown ("") are left out; a prediction of "" counts as `UNKNOWN`.
    """
    if true.shape != predicted.shape or true.ndim != 1:
        raise ValueError(f"expected as many true as predicted labels, but got {true.shape} and {predicted.shape}")
    is_known = true != ""
    true, predicted = true[is_known].astype(object), predicted[is_known].astype(object)
    predicted = np.where(predicted == "", UNKNOWN, predicted)
    classes = np.array(sorted({*true, *predicted}), dtype=str)
    counts = np.zeros((len(classes), len(classes)), np.int64)
    np.add.at(counts, (np.searchsorted(classes, true.astype(str)), np.searchsorted(classes, predicted.astype(str))), 1)
    return Confusion(classes, counts)


def shares(matrix: Confusion) -> np.ndarray:
    """(c, c) float64: counts as shares of each query category; NaN for a category that never asks."""
    totals = matrix.counts.sum(axis=1, keepdims=True)
    return np.where(totals > 0, matrix.counts / np.maximum(totals, 1), np.nan)


def class_scores(matrix: Confusion) -> pd.DataFrame:
    """One row a class: `class`, `count` (its queries), `precision`, `recall`, `f1`; NaN where it is 0 / 0."""
    found = np.diagonal(matrix.counts).astype(np.float64)
    asked, predicted = matrix.counts.sum(axis=1), matrix.counts.sum(axis=0)
    return pd.DataFrame(
        {
            "class": matrix.classes,
            "count": asked,
            "precision": _ratio(found, predicted),
            "recall": _ratio(found, asked),
            "f1": _ratio(2 * found, asked + predicted),
        }
    )


def worst_pairs(matrix: Confusion, limit: int = 10) -> pd.DataFrame:
    """The most frequent confusions: `true`, `predicted`, `count`, `share` (of the true class), most first."""
    wrong = matrix.counts * ~np.eye(len(matrix.classes), dtype=bool)
    order = np.argsort(-wrong, axis=None, kind="stable")[:limit]
    rows, columns = np.unravel_index(order[wrong.ravel()[order] > 0], wrong.shape)
    return pd.DataFrame(
        {
            "true": matrix.classes[rows],
            "predicted": matrix.classes[columns],
            "count": wrong[rows, columns],
            "share": shares(matrix)[rows, columns],
        }
    )


def top_classes(matrix: Confusion, most: int) -> Confusion:
    """The `most` classes with the most queries, in their order; all others become the class `OTHERS` at the end."""
    if most < 1:
        raise ValueError(f"expected to show 1 class or more, but got {most}")
    if len(matrix.classes) <= most:
        return matrix
    totals = matrix.counts.sum(axis=1)
    kept = np.sort(np.argsort(-totals, kind="stable")[:most])
    groups = np.full(len(totals), most)
    groups[kept] = np.arange(most)
    counts = np.zeros((most + 1, most + 1), np.int64)
    np.add.at(counts, (groups[:, None], groups), matrix.counts)
    return Confusion(np.append(matrix.classes[kept].astype(object), OTHERS).astype(str), counts)


def in_block_order(matrix: Confusion) -> Confusion:
    """The same matrix with classes that are taken for each other side by side, so that blocks show.

    Average linkage over the shares in both directions, its leaves in the best order (Bar-Joseph et al. 2001).
    """
    if len(matrix.classes) < 3:
        return matrix
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    share = np.nan_to_num(shares(matrix))
    distance = 1 - (share + share.T) / 2
    np.fill_diagonal(distance, 0)
    order = leaves_list(linkage(squareform(distance, checks=False), "average", optimal_ordering=True))
    return Confusion(matrix.classes[order], matrix.counts[np.ix_(order, order)])


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
