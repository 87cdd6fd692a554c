"""Which queries to show: the best and the worst, those on which runs differ, those of a cell. No streamlit inside."""

import numpy as np
import pandas as pd

from core.evaluation.confusion import OTHERS, UNKNOWN, neighbour_labels, voted_labels
from core.evaluation.per_query import Evaluation
from core.evaluation.summaries import VOTES

# Neighbours that have a say in what a query is taken for.
BY = {"nearest": 1, "vote": VOTES}
# In the place of a category: any but the other one of the cell, or any at all.
ANY_OTHER, ANY = "(any other)", "(any)"


def ordered_queries(values: pd.Series, *, is_best_first: bool = False) -> pd.Series:
    """Values of queries from worst to best, or the other way; those that had nothing to find are left out."""
    return values.dropna().sort_values(ascending=not is_best_first, kind="stable")


def query_differences(first: pd.Series, second: pd.Series) -> pd.DataFrame:
    """What two runs made of the queries that both have answered.

    Args:
        first: Values of a metric, index the query's item id.
        second: Likewise.

    Returns:
        Index the item id; `first`, `second`, `difference` (first minus second), the largest difference on top.
    """
    one, other = first.align(second, join="inner")
    table = pd.DataFrame({"first": one, "second": other, "difference": one - other}).dropna()
    return table.iloc[np.argsort(-table["difference"].abs().to_numpy(), kind="stable")]


def first_right(reciprocal_rank: float) -> int | None:
    """The rank of the first right one from RR; None where the whole ranking has none."""
    return round(1 / reciprocal_rank) if reciprocal_rank > 0 else None


def rows_by_id(evaluation: Evaluation) -> dict[str, int]:
    """Item id of each query -> its row of the ranking."""
    return {item_id: row for row, item_id in enumerate(evaluation.query_items["item_id"].tolist())}


def true_categories(evaluation: Evaluation) -> np.ndarray:
    """(q,) str: the category of each query; "" is unknown."""
    return evaluation.query_items["category"].to_numpy(str)


def predicted_categories(evaluation: Evaluation, by: str) -> np.ndarray:
    """(q,) str: the category each query is taken for, by the nearest or the vote of the nearest."""
    labels = neighbour_labels(evaluation.ranking.rows, evaluation.gallery_items["category"].to_numpy(str))
    predicted = voted_labels(labels, BY[by])
    return np.where(predicted == "", UNKNOWN, predicted)


def queries_of_cell(true: np.ndarray, predicted: np.ndarray, cell: tuple[str, str], classes: np.ndarray) -> np.ndarray:
    """Rows of the ranking behind a cell of a confusion matrix, (n,) int64.

    Args:
        true: (q,) str.
        predicted: (q,) str.
        cell: Category of the query and the one it is taken for; `ANY_OTHER` and `ANY` may stand for either, `OTHERS`
            for those that the matrix does not show.
        classes: (c,) str, those that it shows.
    """
    is_meant = (true != "") & _matches(true, cell[0], cell[1], classes) & _matches(predicted, cell[1], cell[0], classes)
    return np.flatnonzero(is_meant)


def _matches(labels: np.ndarray, wanted: str, opposite: str, classes: np.ndarray) -> np.ndarray:
    if wanted == ANY:
        return np.ones(len(labels), bool)
    if wanted == ANY_OTHER:
        return labels != opposite
    if wanted == OTHERS and OTHERS in classes:
        return ~np.isin(labels, classes)
    return labels == wanted
