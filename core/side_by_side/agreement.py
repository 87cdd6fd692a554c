"""How much rankings of the same query agree: rank-biased overlap, and which items stand in which of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# How likely a reader goes on from one place to the next; at 0.9 the first ten places have 86 % of the weight (eq. 21).
PERSISTENCE = 0.9


@dataclass(frozen=True)
class Links:
    """Every item that any of c rankings found.

    Attributes:
        rows: (m,) int64, each item once, by its best rank; among equals the one of the earlier ranking first.
        ranks: (m, c) int64, its rank 1.. in each ranking, 0 where that one did not find it.
    """

    rows: np.ndarray
    ranks: np.ndarray

    def __post_init__(self) -> None:
        if self.ranks.ndim != 2 or self.rows.shape != (len(self.ranks),):
            raise ValueError(f"expected (m,) rows and (m, c) ranks, but got {self.rows.shape} and {self.ranks.shape}")

    @property
    def counts(self) -> np.ndarray:
        """(c,) int64: the items of each ranking."""
        return (self.ranks > 0).sum(axis=0)

    @property
    def alone(self) -> np.ndarray:
        """(c,) int64: those of them that no other ranking found."""
        is_found = self.ranks > 0
        return is_found[is_found.sum(axis=1) == 1].sum(axis=0)

    @property
    def by_all(self) -> int:
        """How many items every ranking found."""
        return int((self.ranks > 0).all(axis=1).sum())


def rank_biased_overlap(first: np.ndarray, second: np.ndarray, p: float = PERSISTENCE) -> float:
    """RBO_ext: how much two rankings agree, their heads counting most; beyond what is seen it is taken to go on alike.

    Webber, Moffat and Zobel, A similarity measure for indefinite rankings, TOIS 2010, equation 30: with the overlap
    X_d of the first d places, X_k / k p^k + (1 - p) / p sum over d = 1..k of X_d / d p^d.

    Args:
        first: (k,) int64, rows of items, best first, each once; -1 where the ranking has ended.
        second: Likewise; the longer of the two is cut to the depth of the shorter.
        p: In (0, 1); the larger, the more the lower places count.

    Returns:
        In [0, 1], 1 for equal rankings, 0 for those without a common item; NaN where one is empty.

    Raises:
        ValueError: An item stands twice in a ranking, or p is out of range.

    >>> round(rank_biased_overlap(np.array([1, 2, 3, 4, 5]), np.array([2, 3, 4, 1, 5])), 3)
    0.828
    """
    if not 0 < p < 1:
        raise ValueError(f"expected a p between 0 and 1, but got {p}")
    first, second = _found(first), _found(second)
    depth = min(len(first), len(second))
    if depth == 0:
        return float("nan")
    _, in_first, in_second = np.intersect1d(first[:depth], second[:depth], assume_unique=True, return_indices=True)
    overlap = np.bincount(np.maximum(in_first, in_second), minlength=depth).cumsum()
    places = np.arange(1, depth + 1)
    agreement = overlap / places
    # Equal rankings may come out a rounding above 1.
    return min(1.0, float(agreement[-1] * p**depth + (1 - p) / p * (agreement * p**places).sum()))


def link(rankings: Sequence[np.ndarray]) -> Links:
    """Where each item stands in each of several rankings.

    Args:
        rankings: At least one, each (k,) int64, rows of items, best first, each once; -1 where it has ended.

    Raises:
        ValueError: An item stands twice in a ranking.
    """
    found = [_found(ranking) for ranking in rankings]
    rows = np.unique(np.concatenate([np.zeros(0, np.int64), *found]))
    ranks = np.zeros((len(rows), len(found)), np.int64)
    for column, ranking in enumerate(found):
        ranks[np.searchsorted(rows, ranking), column] = np.arange(1, len(ranking) + 1)
    best = np.where(ranks > 0, ranks, np.iinfo(np.int64).max)
    order = np.lexsort((best.argmin(axis=1), best.min(axis=1)))
    return Links(rows[order], ranks[order])


def _found(ranking: np.ndarray) -> np.ndarray:
    if ranking.ndim != 1 or ranking.dtype != np.int64:
        raise ValueError(f"expected a ranking (k,) int64, but got {ranking.shape} {ranking.dtype}")
    found = ranking[ranking >= 0]
    if len(np.unique(found)) < len(found):
        raise ValueError("expected each item once in a ranking, but one is there twice")
    return found
