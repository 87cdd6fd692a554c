"""How sure a mean over queries is, and whether one model is better than another, with seeds fixed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

SAMPLES = 2000
PERMUTATIONS = 10_000
LEVEL = 0.95
ALPHA = 0.05
# Numbers drawn at a time, so that memory stays small with many queries.
DRAWN_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Intervals:
    """Means of m columns with their intervals; all (m,) float64, NaN where `count` (m,) int64 is 0."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    count: np.ndarray


def bootstrap_intervals(
    values: np.ndarray, groups: np.ndarray, *, samples: int = SAMPLES, level: float = LEVEL, seed: int = 0
) -> Intervals:
    """Means over queries with percentile intervals of the cluster bootstrap (Davison and Hinkley 1997, 3.8).

    Queries of one photo or product are not independent, so whole groups are drawn, and each drawn one brings all its
    queries. Without that an interval would be too narrow.

    Args:
        values: (q, m) float64, one row a query; NaN is left out, column by column.
        groups: (q,) int64, equal for queries that belong together (see `core.evaluation.query_groups`).
        samples: How often the groups are drawn anew, with replacement.
        level: Share of the resampled means inside the interval, in (0, 1).
        seed: Equal seeds give equal intervals.
    """
    _check(values, groups)
    if not 0 < level < 1 or samples < 1:
        raise ValueError(f"expected a level in (0, 1) and samples of at least 1, but got {level} and {samples}")
    known = ~np.isnan(values)
    mean, low, high = (np.full(values.shape[1], np.nan) for _ in range(3))
    for pattern in np.unique(known, axis=1).T:
        if not pattern.any():
            continue
        columns = (known == pattern[:, None]).all(axis=0)
        present = values[np.ix_(pattern, columns)]
        mean[columns] = present.mean(axis=0)
        sums, sizes = _group_sums(present, groups[pattern])
        sums_and_size = np.column_stack([sums, sizes])
        totals = np.concatenate([times @ sums_and_size for times in _drawn_groups(len(sizes), samples, seed)])
        means = totals[:, :-1] / totals[:, -1:]
        tails = 100 * np.array([(1 - level) / 2, (1 + level) / 2])
        low[columns], high[columns] = np.percentile(means, tails, axis=0)
    return Intervals(mean, low, high, known.sum(axis=0))


def paired_p_values(
    differences: np.ndarray, groups: np.ndarray, *, permutations: int = PERMUTATIONS, seed: int = 0
) -> np.ndarray:
    """Two-sided p of paired differences being centred on 0, by flipping signs at random (Fisher 1935; Smucker 2007).

    The queries of a group flip together, as they are not independent.

    Args:
        differences: (q, m) float64, one row a query; NaN is left out.
        groups: As in `bootstrap_intervals`.
        permutations: Random sign patterns; the smallest possible p is 1 / (permutations + 1).
        seed: Equal seeds give equal values.

    Returns:
        (m,) float64 in (0, 1]; 1 where no query differs.
    """
    _check(differences, groups)
    known, _ = _group_sums(np.where(np.isnan(differences), 0.0, differences), groups)
    known = known[(known != 0).any(axis=1)]
    observed = np.abs(known.sum(axis=0))
    rng = np.random.default_rng(seed)
    exceeded = np.zeros(known.shape[1], np.int64)
    for count in _portions(permutations, len(known)):
        flips = rng.integers(0, 2, (count, len(known)), np.int8).astype(np.float64) * 2 - 1
        # The small slack counts sums that differ by rounding alone as equal.
        exceeded += (np.abs(flips @ known) >= observed * (1 - 1e-9) - 1e-12).sum(axis=0)
    return (1 + exceeded) / (1 + permutations)


def holm(p_values: np.ndarray) -> np.ndarray:
    """p values corrected for their number (Holm 1979): (m,) float64 in [0, 1], in the given order.

    >>> holm(np.array([0.01, 0.04, 0.03])).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(p_values, kind="stable")
    factors = len(p_values) - np.arange(len(p_values))
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(1, np.maximum.accumulate(p_values[order] * factors))
    return corrected


def compared_pairs(
    tables: Mapping[str, pd.DataFrame], groups: pd.Series, *, alpha: float = ALPHA, seed: int = 0
) -> pd.DataFrame:
    """Every pair of models on every metric, over the queries that both have answered.

    Args:
        tables: Model -> per-query values: index the query's item id, one column a metric, the same in all.
        groups: The group of each query, int64, index the item id: `Evaluation.groups` of any of the models.
        alpha: A corrected p below it decides.
        seed: Of intervals and test.

    Returns:
        One row a metric and pair: `metric`, `first`, `second`, `count` (queries), `difference` (mean of first minus
        second) with `low` and `high`, `p`, `p_holm` (corrected over the pairs of the metric) and `verdict` on the
        first: "better", "worse" or "cannot tell".
    """
    rows = []
    for first, second in combinations(tables, 2):
        one, other = tables[first].align(tables[second], join="inner", axis=0)
        differences = (one - other[one.columns]).to_numpy(np.float64)
        together = groups.loc[one.index].to_numpy(np.int64)
        spread = bootstrap_intervals(differences, together, seed=seed)
        p_values = paired_p_values(differences, together, seed=seed)
        for place, metric in enumerate(one.columns):
            mean, low, high = (float(part[place]) for part in (spread.mean, spread.low, spread.high))
            rows.append((metric, first, second, int(spread.count[place]), mean, low, high, float(p_values[place])))
    names = ["metric", "first", "second", "count", "difference", "low", "high", "p"]
    table = pd.DataFrame(rows, columns=names)
    table["p_holm"] = table.groupby("metric")["p"].transform(lambda p_values: holm(p_values.to_numpy()))
    table["verdict"] = [
        verdict(difference, p_value, alpha)
        for difference, p_value in zip(table["difference"], table["p_holm"], strict=True)
    ]
    return table


def verdict(difference: float, p_value: float, alpha: float = ALPHA) -> str:
    """ "better", "worse" or "cannot tell" for a mean difference and its (corrected) p; NaN cannot tell."""
    is_decided = p_value < alpha  # NaN is not
    if is_decided and difference > 0:
        return "better"
    return "worse" if is_decided and difference < 0 else "cannot tell"


def _group_sums(values: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums (g, m) float64 of the queries of each group, and their numbers (g,) float64."""
    names, codes = np.unique(groups, return_inverse=True)
    sums = np.zeros((len(names), values.shape[1]))
    np.add.at(sums, codes, values)
    return sums, np.bincount(codes, minlength=len(names)).astype(np.float64)


def _drawn_groups(count: int, samples: int, seed: int) -> Iterator[np.ndarray]:
    """(samples of a portion, count) float64: how often each group is in each sample; rows add up to count."""
    rng = np.random.default_rng(seed)
    for portion in _portions(samples, count):
        drawn = rng.integers(0, count, (portion, count)) + count * np.arange(portion)[:, None]
        yield np.bincount(drawn.ravel(), minlength=portion * count).reshape(portion, count).astype(np.float64)


def _portions(total: int, width: int) -> Iterator[int]:
    at_once = max(1, DRAWN_AT_ONCE // max(1, width))
    for start in range(0, total, at_once):
        yield min(at_once, total - start)


def _check(values: np.ndarray, groups: np.ndarray) -> None:
    if values.ndim != 2 or values.dtype != np.float64:
        raise ValueError(f"expected (q, m) float64, one row a query, but got {values.shape} {values.dtype}")
    if groups.shape != (len(values),) or groups.dtype.kind not in "iu":
        raise ValueError(f"expected a group of each of {len(values)} queries, but got {groups.shape} {groups.dtype}")
