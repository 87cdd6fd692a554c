"""Metrics: equal to slow versions, to scikit-learn and to the conventions they are named after; odd cases included."""

import doctest
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, ndcg_score

from core.evaluation import metrics
from tests import reference_metrics as slow

SHAPES = [(1, 1), (3, 2), (20, 7), (50, 40), (8, 200)]
KS = (1, 2, 3, 5, 10, 500)


def random_rankings(n_queries: int, n_gallery: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Full rankings; some queries have nothing relevant, some everything, most something."""
    rng = np.random.default_rng(seed)
    hits = rng.random((n_queries, n_gallery)) < rng.choice([0.0, 0.05, 0.3, 0.9, 1.0], (n_queries, 1))
    return hits, hits.sum(axis=1)


def cut(hits: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rankings cut short, so that some relevant items are beyond their end."""
    beyond = np.random.default_rng(seed).integers(0, 5, len(hits))
    return hits, hits.sum(axis=1) + beyond


AT_K: list[tuple[Callable, Callable]] = [
    (metrics.precision_at_k, slow.precision),
    (metrics.hit_rate_at_k, slow.hit_rate),
    (metrics.recall_at_k, slow.recall),
    (metrics.ndcg_at_k, slow.ndcg),
    (metrics.average_precision, slow.average_precision),
]


@pytest.mark.parametrize(("fast", "reference"), AT_K, ids=lambda part: part.__name__)
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("k", KS)
def test_metrics_at_k_equal_the_slow_ones(fast: Callable, reference: Callable, shape: tuple[int, int], k: int) -> None:
    for hits, n_relevant in (random_rankings(*shape, seed=k), cut(random_rankings(*shape, seed=k)[0], seed=k)):
        expected = [reference(row.tolist(), int(count), k) for row, count in zip(hits, n_relevant, strict=True)]
        found = fast(hits, n_relevant, k)
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)
        assert (np.isnan(found) == (n_relevant == 0)).all()
        assert np.nanmax(found, initial=0) <= 1


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("seed", range(3))
def test_metrics_of_full_rankings_equal_the_slow_ones(shape: tuple[int, int], seed: int) -> None:
    hits, n_relevant = random_rankings(*shape, seed)
    for fast, reference in (
        (metrics.average_precision, slow.average_precision),
        (metrics.map_at_r, slow.map_at_r),
        (metrics.reciprocal_rank, slow.reciprocal_rank),
    ):
        expected = [reference(row.tolist(), int(count)) for row, count in zip(hits, n_relevant, strict=True)]
        np.testing.assert_allclose(fast(hits, n_relevant), expected, rtol=1e-12, atol=0)


@pytest.mark.parametrize("shape", [(30, 20), (10, 100)])
def test_average_precision_and_ndcg_equal_scikit_learn(shape: tuple[int, int]) -> None:
    hits, n_relevant = random_rankings(*shape, seed=5)
    scores = np.arange(shape[1], 0, -1, dtype=float)  # no ties, as a ranking has none
    has_any = n_relevant > 0
    expected = [average_precision_score(row, scores) for row in hits[has_any]]
    np.testing.assert_allclose(metrics.average_precision(hits, n_relevant)[has_any], expected, rtol=1e-12)
    for k in (1, 5, 10, shape[1], 2 * shape[1]):
        expected = [ndcg_score(row[None].astype(int), scores[None], k=k) for row in hits[has_any]]
        np.testing.assert_allclose(metrics.ndcg_at_k(hits, n_relevant, k)[has_any], expected, rtol=1e-12)


def test_the_rule_for_a_cut_off_is_the_smaller_of_k_and_relevant() -> None:
    # Four are relevant, two found among three: by hits found it were 0.833, by all relevant (as ranx) 0.417.
    hits, n_relevant = np.array([[True, False, True]]), np.array([4])
    assert metrics.average_precision(hits, n_relevant, 3)[0] == pytest.approx((1 + 2 / 3) / 3)
    # With k of all relevant or more it is the rule of ranx: the sum over the number relevant.
    assert metrics.average_precision(hits, n_relevant, 4)[0] == pytest.approx((1 + 2 / 3) / 4)


def test_known_values() -> None:
    # The example of Musgrave et al., section 3.2: R = 10, nothing but the first, or ten in a row.
    first = np.zeros((1, 30), bool)
    first[0, [0, 10, 11, 12, 13, 14, 15, 16, 17, 18]] = True
    perfect = np.arange(30)[None] < 10
    ten = np.array([10])
    assert metrics.map_at_r(first, ten)[0] == pytest.approx(0.1)
    assert metrics.map_at_r(perfect, ten)[0] == 1
    assert metrics.hit_rate_at_k(first, ten, 1)[0] == metrics.hit_rate_at_k(perfect, ten, 1)[0] == 1
    # recall@k is the share of the relevant, R@k whether there is one at all.
    assert metrics.recall_at_k(first, ten, 5)[0] == pytest.approx(0.1)
    assert metrics.hit_rate_at_k(first, ten, 5)[0] == 1
    assert metrics.reciprocal_rank(np.array([[False, False, True]]), np.array([1]))[0] == pytest.approx(1 / 3)


def test_everything_relevant_is_perfect_and_nothing_is_not_a_number() -> None:
    n_gallery = 12
    table = metrics.metric_table(np.ones((2, n_gallery), bool), np.full(2, n_gallery), (1, 5, 12))
    assert all((values == 1).all() for name, values in table.items() if not name.startswith("recall"))
    assert table["recall@5"].tolist() == pytest.approx([5 / 12] * 2)
    none = metrics.metric_table(np.zeros((3, n_gallery), bool), np.zeros(3, int), (1, 5))
    assert all(np.isnan(values).all() and values.shape == (3,) for values in none.values())


def test_beyond_the_gallery_the_missing_places_are_misses() -> None:
    hits, n_relevant = np.array([[True, True]]), np.array([2])
    assert metrics.precision_at_k(hits, n_relevant, 8)[0] == 0.25
    assert metrics.recall_at_k(hits, n_relevant, 8)[0] == 1
    assert metrics.ndcg_at_k(hits, n_relevant, 8)[0] == 1
    assert metrics.average_precision(hits, n_relevant, 8)[0] == 1


def test_empty_input_gives_empty_or_zero_answers() -> None:
    no_queries = metrics.metric_table(np.zeros((0, 5), bool), np.zeros(0, int), (1,))
    assert list(no_queries) == metrics.metric_names((1,))
    assert all(values.shape == (0,) for values in no_queries.values())
    no_gallery = metrics.metric_table(np.zeros((2, 0), bool), np.zeros(2, int), (1,))
    assert all(np.isnan(values).all() for values in no_gallery.values())
    assert metrics.reciprocal_rank(np.zeros((1, 0), bool), np.array([3])).tolist() == [0]


def test_the_table_has_every_metric_at_every_k() -> None:
    hits, n_relevant = random_rankings(20, 30, seed=1)
    table = metrics.metric_table(hits, n_relevant, (1, 10))
    assert list(table) == metrics.metric_names((1, 10))
    assert metrics.metric_names((1, 10)) == [
        "AP", "MAP@R", "RR", "P@1", "P@10", "R@1", "R@10", "recall@1", "recall@10", "nDCG@1", "nDCG@10",
    ]  # fmt: skip
    np.testing.assert_array_equal(table["R@10"], metrics.hit_rate_at_k(hits, n_relevant, 10))
    np.testing.assert_array_equal(table["recall@10"], metrics.recall_at_k(hits, n_relevant, 10))


@pytest.mark.parametrize(
    ("hits", "n_relevant", "said"),
    [
        (np.ones((2, 3)), np.ones(2, int), "bool"),
        (np.ones(3, bool), np.ones(3, int), r"\(3,\)"),
        (np.ones((2, 3), bool), np.full(3, 3), r"\(3,\)"),
        (np.ones((2, 3), bool), np.array([3, 2]), "at least the hits"),
        (np.ones((2, 3), bool), np.array([3.0, 3.0]), "whole numbers"),
    ],
)
def test_input_of_the_wrong_kind_is_refused(hits: np.ndarray, n_relevant: np.ndarray, said: str) -> None:
    for metric in (metrics.precision_at_k, metrics.recall_at_k, metrics.hit_rate_at_k, metrics.ndcg_at_k):
        with pytest.raises(ValueError, match=said):
            metric(hits, n_relevant, 1)
    for whole in (metrics.average_precision, metrics.map_at_r, metrics.reciprocal_rank):
        with pytest.raises(ValueError, match=said):
            whole(hits, n_relevant)


def test_a_ranking_that_is_cut_is_not_taken_for_a_full_one() -> None:
    hits, n_relevant = np.array([[True, False]]), np.array([3])
    with pytest.raises(ValueError, match="full rankings"):
        metrics.average_precision(hits, n_relevant)
    with pytest.raises(ValueError, match="rank 3"):
        metrics.map_at_r(hits, n_relevant)
    for k in (0, -1):
        with pytest.raises(ValueError, match="at least 1"):
            metrics.precision_at_k(hits, n_relevant, k)


def test_the_examples_of_the_docstrings_are_true() -> None:
    result = doctest.testmod(metrics)
    assert result.attempted >= 7
    assert result.failed == 0
