"""Rank-biased overlap against its own definition and published numbers; links against plain loops."""

import numpy as np
import pytest

from core.side_by_side.agreement import PERSISTENCE, link, rank_biased_overlap


def as_rows(text: str) -> np.ndarray:
    return np.array([ord(letter) for letter in text], np.int64)


def slow_overlap(first: list[int], second: list[int], p: float) -> float:
    """The mean of the agreements at every depth with weights (1 - p) p^(d - 1), the last one going on for ever."""
    depth = min(len(first), len(second))
    total = 0.0
    for place in range(1, 4000):
        seen = min(place, depth)
        agreement = len(set(first[:seen]) & set(second[:seen])) / seen
        total += (1 - p) * p ** (place - 1) * agreement
    return total


@pytest.mark.parametrize("p", [0.5, 0.9, 0.98])
@pytest.mark.parametrize(("n_items", "depth"), [(30, 24), (200, 24), (24, 24), (5, 1), (2000, 96)])
def test_overlap_equals_the_sum_over_all_depths(p: float, n_items: int, depth: int) -> None:
    rng = np.random.default_rng(n_items)
    for _ in range(5):
        first, second = (rng.permutation(n_items)[:depth].astype(np.int64) for _ in range(2))
        expected = slow_overlap(first.tolist(), second.tolist(), p)
        assert rank_biased_overlap(first, second, p) == pytest.approx(expected, abs=1e-12)
        assert rank_biased_overlap(second, first, p) == pytest.approx(expected, abs=1e-12)


def test_published_numbers() -> None:
    # Figure 5 of the paper: agreements 0, 0, 2/3, 1/2, 2/5, 1/3, 2/7, here weighed as RBO weighs them.
    agreements = [0, 0, 2 / 3, 1 / 2, 2 / 5, 1 / 3, 2 / 7]
    expected = 2 / 7 * 0.9**7 + 0.1 * sum(value * 0.9**place for place, value in enumerate(agreements))
    assert rank_biased_overlap(as_rows("abcdefg"), as_rows("zcavwxy"), 0.9) == pytest.approx(expected, abs=1e-12)
    # What an implementation in another language publishes.
    assert rank_biased_overlap(as_rows("abcde"), as_rows("bcdae"), 0.9) == pytest.approx(0.828, abs=5e-4)


def test_the_first_ten_places_have_86_percent_of_the_weight() -> None:
    # Equation 21: what is lost where the first ten places agree and nothing after them does, and the other way round.
    same, other = np.arange(10), np.arange(100, 3100)
    tail = sum((1 - PERSISTENCE) * PERSISTENCE ** (d - 1) * 10 / d for d in range(11, 3000))
    head = rank_biased_overlap(np.append(same, other[:1500]), np.append(same, other[1500:]))
    assert head == pytest.approx(1 - PERSISTENCE**10 + tail, abs=1e-9)
    assert head == pytest.approx(0.8556, abs=5e-5)


def test_limits() -> None:
    for depth in (1, 2, 24, 200):
        rows = np.random.default_rng(depth).permutation(400)[:depth].astype(np.int64)
        assert rank_biased_overlap(rows, rows) == pytest.approx(1, abs=1e-12)
        assert rank_biased_overlap(rows, rows) <= 1
        assert rank_biased_overlap(rows, rows + 1000) == 0
    assert np.isnan(rank_biased_overlap(as_rows(""), as_rows("ab")))
    assert np.isnan(rank_biased_overlap(np.array([-1, -1]), np.array([1, 2])))


def test_ended_rankings_are_compared_to_the_depth_of_the_shorter() -> None:
    long, short = np.array([1, 2, 3, 4]), np.array([2, 1, -1, -1])
    assert rank_biased_overlap(long, short) == rank_biased_overlap(np.array([1, 2]), np.array([2, 1]))


def test_an_agreement_higher_up_counts_more() -> None:
    first = as_rows("abcdefgh")
    assert rank_biased_overlap(first, as_rows("astuvwxy")) > rank_biased_overlap(first, as_rows("stuvwxya"))


@pytest.mark.parametrize(
    ("first", "second", "p", "said"),
    [
        (as_rows("aba"), as_rows("abc"), 0.9, "twice"),
        (as_rows("ab"), as_rows("bb"), 0.9, "twice"),
        (as_rows("ab"), as_rows("ab"), 1.0, "between 0 and 1"),
        (as_rows("ab"), as_rows("ab"), 0.0, "between 0 and 1"),
        (as_rows("ab"), as_rows("ab"), float("nan"), "between 0 and 1"),
        (np.array([0.5, 1.0]), as_rows("ab"), 0.9, "int64"),
        (np.zeros((1, 2), np.int64), as_rows("ab"), 0.9, "int64"),
    ],
)
def test_what_is_no_ranking_is_refused(first: np.ndarray, second: np.ndarray, p: float, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        rank_biased_overlap(first, second, p)


@pytest.mark.parametrize("columns", [1, 2, 3, 5])
def test_links_equal_plain_loops(columns: int) -> None:
    rng = np.random.default_rng(columns)
    rankings = [rng.permutation(40)[: rng.integers(0, 25)].tolist() + [-1] * 3 for _ in range(columns)]
    links = link([np.array(ranking, np.int64) for ranking in rankings])
    items = {row for ranking in rankings for row in ranking if row >= 0}
    assert sorted(links.rows.tolist()) == sorted(items)
    for row, ranks in zip(links.rows.tolist(), links.ranks.tolist(), strict=True):
        assert ranks == [ranking.index(row) + 1 if row in ranking else 0 for ranking in rankings]
    best = [min((rank, place) for place, rank in enumerate(ranks) if rank) for ranks in links.ranks.tolist()]
    assert best == sorted(best)
    finders = [[place for place, ranking in enumerate(rankings) if row in ranking] for row in items]
    assert links.alone.tolist() == [sum(found == [place] for found in finders) for place in range(columns)]
    assert links.counts.tolist() == [len([row for row in ranking if row >= 0]) for ranking in rankings]
    assert links.by_all == sum(len(found) == columns for found in finders)


def test_links_of_empty_and_of_doubled_rankings() -> None:
    links = link([np.array([-1, -1]), np.zeros(0, np.int64)])
    assert (len(links.rows), links.by_all) == (0, 0)
    assert links.alone.tolist() == [0, 0]
    with pytest.raises(ValueError, match="twice"):
        link([np.array([1, 1])])
