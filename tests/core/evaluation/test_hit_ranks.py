"""Ranks of relevant items: what they hold is what the rankings held, and every metric comes out of them alone."""

import doctest

import numpy as np
import pytest

from core.evaluation import hit_ranks, query_groups
from core.evaluation.hit_ranks import HitRanks, joined, metrics_of_ranks, ranks_of_hits
from core.evaluation.metrics import metric_names, metric_table
from tests import reference_metrics as slow

KS = (1, 2, 5, 40)


def drawn_hits(seed: int) -> np.ndarray:
    """(30, 20) bool: nothing relevant, everything relevant, and all between."""
    rng = np.random.default_rng(seed)
    hits = rng.random((30, 20)) < rng.random((30, 1))
    hits[0], hits[1] = False, True
    return hits


@pytest.mark.parametrize("seed", range(4))
def test_metrics_of_ranks_equal_the_slow_ones_and_those_of_hits(seed: int) -> None:
    hits = drawn_hits(seed)
    ranks = ranks_of_hits(hits)
    found = metrics_of_ranks(ranks, KS)
    assert list(found.columns) == ["n_relevant", *metric_names(KS)]
    for number, row in enumerate(found.drop(columns="n_relevant").to_dict("records")):
        assert ranks.of(number).tolist() == [place + 1 for place in range(20) if hits[number, place]]
        assert row == pytest.approx(slow.of_ranks(ranks.of(number).tolist(), 20, KS), rel=1e-12, nan_ok=True)
    for name, values in metric_table(hits, hits.sum(axis=1), KS).items():
        np.testing.assert_allclose(found[name], values, rtol=1e-12)


def test_parts_are_joined_in_order_also_empty_ones() -> None:
    hits = drawn_hits(5)
    parts = [ranks_of_hits(part) for part in (hits[:7], hits[7:7], hits[7:])]
    whole = ranks_of_hits(hits)
    np.testing.assert_array_equal(joined(parts).ranks, whole.ranks)
    np.testing.assert_array_equal(joined(parts).offsets, whole.offsets)
    assert len(joined([])) == 0


@pytest.mark.parametrize(
    ("ranks", "offsets"),
    [
        ([1, 1], [0, 2]), ([2, 1], [0, 2]), ([0], [0, 1]), ([1], [0, 2]), ([1], [1, 1]),
        ([1, 2], [0, 2, 1, 2]), ([1], []),
    ],
)  # fmt: skip
def test_ranks_that_are_none_are_refused(ranks: list[int], offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="expected"):
        HitRanks(np.array(ranks, np.int32), np.array(offsets, np.int64))
    with pytest.raises(ValueError, match="int32"):
        HitRanks(np.array([1]), np.array([0, 1]))


def test_a_query_s_first_rank_may_be_lower_than_the_last_of_the_one_before() -> None:
    assert HitRanks(np.array([5, 9, 1], np.int32), np.array([0, 2, 2, 3])).n_relevant.tolist() == [2, 0, 1]


@pytest.mark.parametrize("module", [hit_ranks, query_groups])
def test_the_examples_of_the_docstrings_are_true(module: object) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert result.failed == 0
