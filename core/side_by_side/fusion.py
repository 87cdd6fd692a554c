"""Reciprocal-rank fusion: the rankings of several models as one (Cormack, Clarke and Buettcher, SIGIR 2009)."""

from collections.abc import Iterator, Sequence

import numpy as np

from core.index import Ranking

# Keeps a single first place from outweighing agreement; the value of the paper.
RRF_K = 60
# Summed as whole numbers, the same ranks give the same sum in whatever order the models come.
_ONE = 2**40


def fuse(rankings: Sequence[Ranking], n_rows: int, k: int) -> Ranking:
    """Rank items by the sum over the rankings of 1 / (60 + their rank); one that is not in a ranking adds nothing.

    Args:
        rankings: Of the same q queries, each of any depth; rows 0..n_rows-1, each once, -1 where a ranking has ended.
        n_rows: Rows that there are.
        k: Depth of the result, at least 1.

    Returns:
        (q, k), best first, ties to the lower row; row -1 and score NaN where there are no more. Scores are shares of
        the largest sum that is possible: in (0, 1], 1 for what is first in every ranking.

    Raises:
        ValueError: Other numbers of queries, a row beyond n_rows, or a row twice in a ranking.
    """
    if k < 1 or not rankings or len({len(ranking) for ranking in rankings}) > 1:
        raise ValueError(f"expected a k of at least 1 and rankings of the same queries, but got {k}, {len(rankings)}")
    total = np.zeros((len(rankings[0]), n_rows), np.int64)
    for ranking in rankings:
        total += _reciprocal_ranks(ranking, n_rows)
    sums = (total * ((RRF_K + 1) / len(rankings) / _ONE)).astype(np.float32)  # (q, n)
    order = np.argsort(-sums, axis=1, kind="stable")[:, :k]
    found = np.take_along_axis(sums, order, axis=1)
    rows = np.full((len(sums), k), -1, np.int64)
    scores = np.full((len(sums), k), np.nan, np.float32)
    rows[:, : order.shape[1]] = np.where(found > 0, order, -1)
    scores[:, : order.shape[1]] = np.where(found > 0, found, np.float32(np.nan))
    return Ranking(rows, scores)


def fused_portions(members: Sequence[Iterator[tuple[slice, Ranking]]], n_rows: int) -> Iterator[tuple[slice, Ranking]]:
    """Full rankings by several models, portion by portion, as one; those of one model alone stay as they are.

    Args:
        members: Of each model what `core.evaluation.full_ranking.full_rankings` yields of the same queries and gallery.
        n_rows: Items of the gallery.
    """
    for portions in zip(*members, strict=True):
        rankings = [ranking for _, ranking in portions]
        yield portions[0][0], rankings[0] if len(rankings) == 1 else fuse(rankings, n_rows, n_rows)


def _reciprocal_ranks(ranking: Ranking, n_rows: int) -> np.ndarray:
    """(q, n_rows) int64: `_ONE` / (60 + rank) of each row, 0 where it is not ranked."""
    rows = ranking.rows
    if rows.max(initial=-1) >= n_rows or rows.min(initial=0) < -1:
        raise ValueError(f"expected rows of -1 to {n_rows - 1}, but got {rows.min()} to {rows.max()}")
    values = np.zeros((len(rows), n_rows + 1), np.int64)  # row -1 is the last column, which is dropped
    shares = np.rint(_ONE / (RRF_K + np.arange(1, rows.shape[1] + 1))).astype(np.int64)
    np.put_along_axis(values, rows, np.broadcast_to(shares, rows.shape), axis=1)
    values = values[:, :n_rows]
    if np.count_nonzero(values) != np.count_nonzero(rows >= 0):
        raise ValueError("expected each row once in a ranking, but one is there twice")
    return values
