"""Where the relevant items of each query stand in its full ranking: all that any metric needs, kept small."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.evaluation.metrics import metric_names


@dataclass(frozen=True)
class HitRanks:
    """The ranks of all relevant items of q queries, one query after the other.

    Attributes:
        ranks: (h,) int32, at least 1, ascending within each query.
        offsets: (q + 1,) int64: those of query i are `ranks[offsets[i]:offsets[i + 1]]`.
    """

    ranks: np.ndarray
    offsets: np.ndarray

    def __post_init__(self) -> None:
        if self.ranks.dtype != np.int32 or self.offsets.dtype != np.int64 or len(self.offsets) == 0:
            raise ValueError(f"expected int32 ranks and int64 offsets, got {self.ranks.dtype}, {self.offsets.dtype}")
        if self.offsets[0] != 0 or self.offsets[-1] != len(self.ranks) or (np.diff(self.offsets) < 0).any():
            raise ValueError(f"expected offsets that ascend from 0 to {len(self.ranks)}, but got others")
        ascends = self.ranks > np.concatenate([self.ranks[:1] - 1, self.ranks[:-1]])
        starts = self.offsets[:-1][self.n_relevant > 0]
        ascends[starts] = self.ranks[starts] >= 1  # a query's first rank follows nothing
        if not ascends.all():
            raise ValueError("expected ranks of 1 or more that ascend within each query, but got others")

    def __len__(self) -> int:
        return len(self.offsets) - 1

    @property
    def n_relevant(self) -> np.ndarray:
        """(q,) int64: a full ranking holds every relevant item."""
        return np.diff(self.offsets)

    def of(self, query: int) -> np.ndarray:
        """(R,) int32: the ranks of one query's relevant items."""
        return self.ranks[self.offsets[query] : self.offsets[query + 1]]


def ranks_of_hits(hits: np.ndarray) -> HitRanks:
    """The ranks of hits (q, n) bool, whether the item at rank 1..n is relevant.

    >>> ranks_of_hits(np.array([[False, True, True], [False, False, False]])).ranks.tolist()
    [2, 3]
    """
    queries, places = np.nonzero(hits)
    counts = np.bincount(queries, minlength=len(hits))
    return HitRanks((places + 1).astype(np.int32), _offsets(counts))


def joined(parts: Iterable[HitRanks]) -> HitRanks:
    """The queries of several parts, one part after the other."""
    listed = list(parts)
    counts = [part.n_relevant for part in listed]
    return HitRanks(
        np.concatenate([np.zeros(0, np.int32), *(part.ranks for part in listed)]),
        _offsets(np.concatenate([np.zeros(0, np.int64), *counts])),
    )


def metrics_of_ranks(hits: HitRanks, ks: Sequence[int]) -> pd.DataFrame:
    """Every metric worked out anew from ranks alone, without `core.evaluation.metrics`: the two check each other.

    Args:
        hits: Of the full rankings of q queries.
        ks: Cut-offs, each at least 1.

    Returns:
        q rows: `n_relevant` (int64) and the metrics by the names of `core.evaluation.metrics.metric_names` (float64,
        NaN where nothing is relevant).
    """
    count, n_queries = hits.n_relevant, len(hits)
    query = np.repeat(np.arange(n_queries), count)
    nth = np.arange(len(hits.ranks)) - hits.offsets[:-1][query] + 1  # the n-th hit of its query
    precision, gain = nth / hits.ranks, 1 / np.log2(hits.ranks + 1.0)
    divisor = np.where(count > 0, count, np.nan)

    def total(values: np.ndarray, chosen: np.ndarray | slice = slice(None)) -> np.ndarray:
        return np.bincount(query[chosen], values[chosen], minlength=n_queries)

    table = {
        "AP": total(precision) / divisor,
        "MAP@R": total(precision, hits.ranks <= count[query]) / divisor,
        "RR": total(1 / hits.ranks, nth == 1) / np.where(count > 0, 1, np.nan),
    }
    for k in ks:
        within = hits.ranks <= k
        found = total(np.ones(len(query)), within)
        best = np.append(0, np.cumsum(1 / np.log2(np.arange(2, k + 2))))[np.minimum(count, k)]
        table[f"P@{k}"] = np.where(count > 0, found / k, np.nan)
        table[f"R@{k}"] = np.where(count > 0, found > 0, np.nan)
        table[f"recall@{k}"] = found / divisor
        table[f"nDCG@{k}"] = total(gain, within) / np.where(count > 0, best, np.nan)
    return pd.DataFrame({"n_relevant": count, **{name: table[name] for name in metric_names(ks)}})


def _offsets(counts: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
