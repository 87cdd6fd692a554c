"""Significance: intervals cover what they should, the test keeps its level, Holm equals stepping down by hand."""

import doctest
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.evaluation import significance
from core.evaluation.significance import bootstrap_intervals, compared_pairs, holm, paired_p_values, verdict
from tests import reference_metrics as slow


def alone(count: int) -> np.ndarray:
    """Groups of queries that have nothing to do with each other."""
    return np.arange(count)


def test_means_and_counts_are_those_without_the_unknown() -> None:
    values = np.array([[1.0, np.nan, np.nan], [0.0, 0.5, np.nan], [0.5, np.nan, np.nan]])
    found = bootstrap_intervals(values, alone(3))
    assert found.count.tolist() == [3, 1, 0]
    assert found.mean[:2].tolist() == [0.5, 0.5]
    assert np.isnan([found.mean[2], found.low[2], found.high[2]]).all()
    assert (found.low[1], found.high[1]) == (0.5, 0.5)
    assert found.low[0] < 0.5 < found.high[0]


def slow_means(values: list[list[float]], groups: list[int], rng: np.random.Generator) -> list[float]:
    """One resample: as many groups as there are, drawn one by one, all values of each put on one heap."""
    names = sorted(set(groups))
    heap = []
    for _ in names:
        drawn = names[int(rng.integers(0, len(names)))]
        heap += [row for row, group in zip(values, groups, strict=True) if group == drawn]
    return [sum(column) / len(heap) for column in zip(*heap, strict=True)]


def test_whole_groups_are_drawn_as_in_a_plain_loop() -> None:
    rng = np.random.default_rng(14)
    groups = np.repeat(rng.permutation(40) * 7, rng.integers(1, 9, 40))  # of unequal sizes
    values = rng.normal(size=(40, 2))[groups // 7] + 0.2 * rng.normal(size=(len(groups), 2))
    order = rng.permutation(len(groups))
    found = bootstrap_intervals(values[order], groups[order], samples=4000)
    means = [slow_means(values.tolist(), groups.tolist(), rng) for _ in range(2000)]
    np.testing.assert_allclose(found.mean, values.mean(axis=0))
    np.testing.assert_allclose([found.low, found.high], np.percentile(means, [2.5, 97.5], axis=0), atol=0.04)
    apart = bootstrap_intervals(values, alone(len(values)))
    assert ((found.high - found.low) > 1.5 * (apart.high - apart.low)).all()  # what taking them as independent hides


def test_intervals_of_dependent_queries_cover_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(15)
    groups = np.repeat(np.arange(60), 4)
    covered = {"groups": 0, "apart": 0}
    for _ in range(200):
        values = (rng.normal(3, 1, 60)[groups] + 0.3 * rng.normal(size=240))[:, None]
        for name, together in (("groups", groups), ("apart", alone(240))):
            found = bootstrap_intervals(values, together, samples=400)
            covered[name] += int(found.low[0] <= 3 <= found.high[0])
    assert 178 <= covered["groups"] <= 198
    assert covered["apart"] < 160


def test_copies_of_a_query_are_no_new_evidence() -> None:
    rng = np.random.default_rng(16)
    differences = rng.normal(0.25, 1, (50, 2))
    copied, groups = np.repeat(differences, 6, axis=0), np.repeat(alone(50), 6)
    once = paired_p_values(differences, alone(50))
    np.testing.assert_allclose(paired_p_values(copied, groups), once)
    assert (paired_p_values(copied, alone(300)) < 0.1 * once).all()
    spread, copies = bootstrap_intervals(differences, alone(50)), bootstrap_intervals(copied, groups)
    np.testing.assert_allclose([spread.low, spread.high], [copies.low, copies.high])


def test_p_values_of_groups_equal_all_sign_patterns_by_hand() -> None:
    rng = np.random.default_rng(17)
    groups = np.array([4, 4, 9, 9, 9, 1, 7, 7, 2, 3])
    differences = rng.normal(0.4, 1, (10, 1))
    sums = [float(differences[groups == name].sum()) for name in sorted(set(groups))]
    observed = abs(sum(sums))
    patterns = list(product((1, -1), repeat=len(sums)))
    extreme = sum(abs(sum(s * v for s, v in zip(signs, sums, strict=True))) >= observed - 1e-12 for signs in patterns)
    found = paired_p_values(differences, groups, permutations=40_000)
    assert found[0] == pytest.approx(extreme / len(patterns), abs=0.01)


@pytest.mark.parametrize("at_once", [100, 4_000_000])
def test_intervals_are_those_of_a_plain_loop(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(significance, "DRAWN_AT_ONCE", at_once)
    rng = np.random.default_rng(4)
    values = rng.beta(2, 1, (150, 2))
    found = bootstrap_intervals(values, alone(150), samples=4000)
    means = np.array([values[rng.integers(0, 150, 150)].mean(axis=0) for _ in range(4000)])
    np.testing.assert_allclose([found.low, found.high], np.percentile(means, [2.5, 97.5], axis=0), atol=0.004)


def test_a_column_s_interval_depends_neither_on_its_neighbours_nor_on_the_unknown() -> None:
    rng = np.random.default_rng(5)
    known, other = rng.random((40, 1)), rng.random((60, 1))
    padded = np.concatenate([known, np.full((20, 1), np.nan)])
    together = bootstrap_intervals(np.hstack([padded, other]), alone(60))
    assert together.low[0] == pytest.approx(bootstrap_intervals(known, alone(40)).low[0], abs=1e-12)
    assert together.high[1] == pytest.approx(bootstrap_intervals(other, alone(60)).high[0], abs=1e-12)


def test_equal_seeds_give_equal_intervals_and_others_do_not() -> None:
    values = np.random.default_rng(6).random((50, 1))
    first, second, third = (bootstrap_intervals(values, alone(50), seed=seed) for seed in (1, 1, 2))
    assert first.low == second.low
    assert first.low != third.low


def test_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(200):
        found = bootstrap_intervals(rng.normal(3, 1, (80, 1)), alone(80), samples=400)
        covered += int(found.low[0] <= 3 <= found.high[0])
    assert 178 <= covered <= 198  # 190 expected, percentile intervals are a little narrow


def test_more_queries_narrow_the_interval() -> None:
    values = np.random.default_rng(8).random((1600, 1))
    few, many = bootstrap_intervals(values[:100], alone(100)), bootstrap_intervals(values, alone(1600))
    assert (many.high - many.low)[0] < 0.4 * (few.high - few.low)[0]


def test_p_values_equal_scipy_s_permutation_test() -> None:
    rng = np.random.default_rng(9)
    differences = rng.normal([0.0, 0.15, 0.3], 1, (120, 3))
    found = paired_p_values(differences, alone(120), permutations=4_000)
    for column in range(3):
        expected = stats.permutation_test(
            (differences[:, column],), np.mean, permutation_type="samples", n_resamples=4_000, rng=1
        ).pvalue
        assert found[column] == pytest.approx(expected, abs=0.03)


def test_a_small_sample_gives_the_exact_p() -> None:
    # Five differences of one sign: 2 of the 32 patterns are as extreme.
    found = paired_p_values(np.full((5, 1), 0.1), alone(5), permutations=40_000)
    assert found[0] == pytest.approx(2 / 32, abs=0.005)


def test_the_test_finds_nothing_about_as_often_as_it_should_when_there_is_nothing() -> None:
    rng = np.random.default_rng(10)
    p_values = [paired_p_values(rng.normal(size=(40, 1)), alone(40), permutations=400)[0] for _ in range(300)]
    assert 4 <= sum(p < 0.05 for p in p_values) <= 28  # 15 expected


def test_no_difference_is_no_evidence() -> None:
    nothing = np.zeros((30, 2))
    nothing[3, 1] = np.nan
    assert paired_p_values(nothing, alone(30)).tolist() == [1, 1]
    assert paired_p_values(np.zeros((0, 1)), alone(0)).tolist() == [1]


def test_holm_equals_stepping_down_by_hand() -> None:
    rng = np.random.default_rng(11)
    for count in (1, 2, 3, 10):
        p_values = np.round(rng.random(count) ** 3, 2)  # with ties
        np.testing.assert_allclose(holm(p_values), slow.holm(p_values.tolist()), rtol=1e-12)
    assert holm(np.zeros(0)).shape == (0,)


GROUPS = pd.Series(alone(200), index=[f"item {number}" for number in range(200)])


def tables(shift: float, count: int = 200) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(12)
    items = [f"item {number}" for number in range(count)]
    base = rng.random(count)
    noise = [0.05 * rng.normal(size=count) for _ in range(2)]
    return {
        "one": pd.DataFrame({"AP": base, "RR": base}, index=items),
        "two": pd.DataFrame({"AP": base + shift + noise[0], "RR": base + noise[1]}, index=items),
    }


def test_a_clear_difference_is_better_or_worse_and_none_cannot_be_told() -> None:
    by_metric = compared_pairs(tables(shift=0.05), GROUPS).set_index("metric")
    assert by_metric.loc["AP", "verdict"] == "worse"  # of the first
    assert by_metric.loc["AP", "difference"] == pytest.approx(-0.05, abs=0.01)
    assert by_metric.loc["AP", "low"] < by_metric.loc["AP", "difference"] < by_metric.loc["AP", "high"] < 0
    assert by_metric.loc["RR", "verdict"] == "cannot tell"
    assert by_metric.loc["RR", "low"] < 0 < by_metric.loc["RR", "high"]
    assert compared_pairs(tables(shift=-0.05), GROUPS).set_index("metric").loc["AP", "verdict"] == "better"


def test_queries_are_paired_by_item_whatever_their_order_and_the_others_are_left_out() -> None:
    both = tables(shift=0.05)
    both["two"] = both["two"].iloc[::-1].iloc[:150]
    both["one"] = both["one"].copy()
    both["one"].iloc[-1, 0] = np.nan
    found = compared_pairs(both, GROUPS).set_index("metric")
    assert found["count"].to_dict() == {"AP": 149, "RR": 150}
    assert found.loc["AP", "verdict"] == "worse"


def test_pairs_are_corrected_for_their_number_within_each_metric() -> None:
    many = tables(shift=0.008)
    rng = np.random.default_rng(13)
    for name in ("three", "four"):
        many[name] = many["one"] + 0.05 * rng.normal(size=many["one"].shape)
    found = compared_pairs(many, GROUPS)
    assert len(found) == 2 * 6
    for _, pairs in found.groupby("metric"):
        np.testing.assert_allclose(pairs["p_holm"], slow.holm(pairs["p"].tolist()), rtol=1e-12)
        assert (pairs["p_holm"] >= pairs["p"]).all()
    assert (
        found["verdict"] == [verdict(d, p) for d, p in zip(found["difference"], found["p_holm"], strict=True)]
    ).all()


def test_one_model_alone_has_no_pairs() -> None:
    found = compared_pairs({"one": tables(0)["one"]}, GROUPS)
    assert found.empty
    assert list(found.columns) == [
        "metric", "first", "second", "count", "difference", "low", "high", "p", "p_holm", "verdict",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("difference", "p_value", "expected"),
    [(0.1, 0.01, "better"), (-0.1, 0.01, "worse"), (0.1, 0.05, "cannot tell"), (0.0, 0.01, "cannot tell"),
     (float("nan"), 0.01, "cannot tell"), (0.1, float("nan"), "cannot tell")],
)  # fmt: skip
def test_verdicts(difference: float, p_value: float, expected: str) -> None:
    assert verdict(difference, p_value) == expected


def test_values_of_the_wrong_kind_are_refused() -> None:
    for wrong in (np.zeros(3), np.zeros((3, 1), np.float32)):
        with pytest.raises(ValueError, match="one row a query"):
            bootstrap_intervals(wrong, alone(3))
        with pytest.raises(ValueError, match="one row a query"):
            paired_p_values(wrong, alone(3))
    for groups in (alone(2), np.zeros(3)):
        with pytest.raises(ValueError, match="group of each"):
            bootstrap_intervals(np.zeros((3, 1)), groups)
    with pytest.raises(ValueError, match="level"):
        bootstrap_intervals(np.zeros((3, 1)), alone(3), level=1.0)


def test_the_examples_of_the_docstrings_are_true() -> None:
    result = doctest.testmod(significance)
    assert result.attempted
    assert result.failed == 0
