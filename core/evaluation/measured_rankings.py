"""Full rankings -> what is kept of them: their heads, a row of metrics a query, and the ranks of what is relevant."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from core.evaluation.full_ranking import hits_of
from core.evaluation.hit_ranks import HitRanks, joined, ranks_of_hits
from core.evaluation.metrics import metric_table
from core.index import Ranking

# Places of each ranking that are kept; the metrics are of the full one.
KEPT_PLACES = 100


def measured_rankings(
    portions: Iterable[tuple[slice, Ranking]], keys: Mapping[str, tuple[np.ndarray, np.ndarray]], ks: Sequence[int]
) -> tuple[Ranking, dict[str, pd.DataFrame], dict[str, HitRanks]]:
    """The head of every ranking, and by relevance one row of metrics a query and the ranks of what is relevant.

    Args:
        portions: Full rankings of some of the queries at a time, in their order.
        keys: Relevance -> what must be equal, of the queries and of the items that are searched.
        ks: Cut-offs.
    """
    tables: dict[str, list[pd.DataFrame]] = {relevance: [] for relevance in keys}
    ranks: dict[str, list[HitRanks]] = {relevance: [] for relevance in keys}
    rows, scores = [], []
    for part, ranking in portions:
        rows.append(ranking.rows[:, :KEPT_PLACES])
        scores.append(ranking.scores[:, :KEPT_PLACES])
        for relevance, (asked, searched) in keys.items():
            hits = hits_of(ranking, asked[part], searched)
            n_relevant = hits.sum(axis=1)  # a full ranking holds them all
            tables[relevance].append(pd.DataFrame({"n_relevant": n_relevant, **metric_table(hits, n_relevant, ks)}))
            ranks[relevance].append(ranks_of_hits(hits))
    return (
        Ranking(np.concatenate(rows), np.concatenate(scores)),
        {relevance: pd.concat(parts, ignore_index=True) for relevance, parts in tables.items()},
        {relevance: joined(parts) for relevance, parts in ranks.items()},
    )
