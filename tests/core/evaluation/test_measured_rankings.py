"""Measured a portion of the queries at a time, rankings come to the same as looked at query by query."""

import numpy as np

from core.evaluation.measured_rankings import KEPT_PLACES, measured_rankings
from core.index import Ranking
from tests import reference_metrics as slow

QUERIES, ITEMS, KS = 7, 130, (1, 5)


def test_portions_come_to_the_same_as_query_by_query() -> None:
    rng = np.random.default_rng(0)
    rows = np.stack([rng.permutation(ITEMS) for _ in range(QUERIES)])
    scores = -np.sort(-rng.random((QUERIES, ITEMS)).astype(np.float32), axis=1)
    keys = {"kind": (rng.integers(0, 5, QUERIES), rng.integers(0, 4, ITEMS))}  # kind 4 has nothing to find
    keys["kind"][0][0] = 4
    portions = [(slice(first, last), Ranking(rows[first:last], scores[first:last])) for first, last in ((0, 3), (3, 7))]
    found, tables, hits = measured_rankings(portions, keys, KS)
    np.testing.assert_array_equal(found.rows, rows[:, :KEPT_PLACES])
    np.testing.assert_array_equal(found.scores, scores[:, :KEPT_PLACES])
    asked, searched = keys["kind"]
    for query in range(QUERIES):
        ranks = (np.flatnonzero(searched[rows[query]] == asked[query]) + 1).tolist()
        assert hits["kind"].of(query).tolist() == ranks
        row = tables["kind"].iloc[query]
        assert row["n_relevant"] == len(ranks)
        for metric, value in slow.of_ranks(ranks, ITEMS, KS).items():
            np.testing.assert_allclose(row[metric], value, rtol=1e-12)
    assert np.isnan(tables["kind"]["AP"].iloc[0])
