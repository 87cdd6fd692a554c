"""The chosen cell of the confusion matrix: choosing it without a mouse, its queries, and the lists that lead to it."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.evaluation.confusion import OTHERS, Confusion, worst_pairs
from core.evaluation.per_query import Evaluation
from dashboard.components import bound_select, show_rankings, show_score_table
from dashboard.links import open_page, open_search
from dashboard.paging import page_of
from dashboard.query_lists import ANY, ANY_OTHER, queries_of_cell
from dashboard.ranking_panel import answer_line, query_row
from dashboard.run_words import counted
from dashboard.score_panel import Column, head_data

PER_PAGE, PLACES = 8, 10
TRUE, PREDICTED = "true", "predicted"
CLASS_COLUMNS = (
    Column("count", "queries", "Queries of this category.", digits=0, is_lower_better=False),
    Column("precision", "precision", "Of the queries taken for this category, the share that is of it.",
           is_lower_better=False, formula="right / taken for it"),
    Column("recall", "recall", "Of the queries of this category, the share that is taken for it.",
           is_lower_better=False, formula="right / its queries"),
    Column("f1", "F1", "The harmonic mean of precision and recall.", is_lower_better=False,
           formula="2 right / (its queries + taken for it)"),
)  # fmt: skip
# What the queries behind a number of a class are: its own, those taken for it by mistake, those that went elsewhere.
CELL_OF = {
    "count": lambda name: (name, ANY),
    "precision": lambda name: (ANY_OTHER, name),
    "recall": lambda name: (name, ANY_OTHER),
    "f1": lambda name: (name, name),
}


def set_cell(true: str, predicted: str) -> None:
    """Open a cell."""
    st.query_params[TRUE], st.query_params[PREDICTED] = true, predicted


def choose_cell(whole: Confusion, shown: Confusion) -> tuple[str, str]:
    """Two select boxes that say which cell is open; where the address says nothing, that of the worst pair."""
    names = [*map(str, whole.classes), *([OTHERS] if OTHERS in shown.classes else []), ANY_OTHER, ANY]
    pairs = worst_pairs(whole, 1)
    first = (pairs["true"].iat[0], pairs["predicted"].iat[0]) if len(pairs) else (names[0], names[0])
    one, other = st.columns(2)
    with one:
        true = bound_select("Queries of", {name: name for name in names}, str(first[0]), TRUE)
    with other:
        predicted = bound_select("taken for", _counted_names(whole, names, true), str(first[1]), PREDICTED)
    return true, predicted


def show_cell(
    evaluation: Evaluation, true: np.ndarray, predicted: np.ndarray, cell: tuple[str, str], classes: np.ndarray
) -> None:
    """The queries of a cell as pictures, each with what came back."""
    queries = queries_of_cell(true, predicted, cell, classes)
    st.markdown(f"**{counted(len(queries), 'query', 'queries')} of {cell[0]}, taken for {cell[1]}**")
    if len(queries) == 0:
        st.info("This never happened. Choose another cell.", icon=":material/check:")
        return
    rows = [
        query_row(evaluation, int(query), [], [answer_line(evaluation, "category", int(query), PLACES)])
        for query in page_of(
            queries.tolist(), PER_PAGE, "cell-page", (evaluation.facts["catalog"], evaluation.facts["run"], cell)
        )
    ]
    catalog_name, encoder = evaluation.facts["catalog"], evaluation.facts["encoder"]
    show_rankings(
        rows,
        key="cell",
        label=f"Queries of {cell[0]} taken for {cell[1]}",
        action="Search from this one",
        on_click=lambda item_id: open_search(catalog_name, item_id, encoder),
        open_action="Open",
        on_open=lambda item_id: open_page("queries", catalog=catalog_name, run=evaluation.facts["run"], query=item_id),
        tile_px=84,
        query_px=110,
    )


def show_worst(pairs: pd.DataFrame) -> None:
    """The most frequent confusions; each opens its cell."""
    st.markdown("**Most often confused**")
    if pairs.empty:
        st.caption("Nothing: every query is taken for its own category.")
    with st.container(key="worst-pairs", gap=None):
        for place, pair in enumerate(pairs.to_dict("records")):
            st.button(
                f"{pair['true']} :gray[taken for] {pair['predicted']} :gray[· {pair['count']:,} ({pair['share']:.0%})]",
                key=f"worst-{place}",
                type="tertiary",
                on_click=set_cell,
                args=(pair["true"], pair["predicted"]),
            )


def show_classes(scores: pd.DataFrame) -> None:
    """Every category with its numbers; a number opens the queries behind it."""
    data = {
        "label": "Precision, recall and F1 of each category",
        "row_title": "category",
        "columns": [head_data(column) for column in CLASS_COLUMNS],
        "rows": [_class_row(record) for record in scores.to_dict("records")],
        "sorted": st.query_params.get("sort", "count"),
        "action": "See the queries behind this number",
    }

    def sort(column: str) -> None:
        st.query_params["sort"] = column

    def opened(cell: dict[str, str]) -> None:
        set_cell(*CELL_OF[cell["column"]](cell["row"]))

    show_score_table(data, key="classes", on_sort=sort, on_open=opened)


def _class_row(record: dict[Any, Any]) -> dict[str, Any]:
    cells = {}
    for column in CLASS_COLUMNS:
        value = float(record[column.key])
        is_known = not np.isnan(value)
        text = f"{value:,.{column.digits}f}" if is_known else ""
        cells[column.key] = {"value": value if is_known else None, "text": text, "range": "", "mark": ""}
    return {"key": record["class"], "title": record["class"], "chips": [], "note": "", "why": "", "cells": cells}


def _counted_names(whole: Confusion, names: list[str], true: str) -> dict[str, str]:
    """Names with how many queries of a category are taken for each."""
    place = np.flatnonzero(whole.classes == true)
    if len(place) == 0:
        return {name: name for name in names}
    counts = dict(zip(map(str, whole.classes), whole.counts[place[0]].tolist(), strict=True))
    return {name: f"{name} ({counts[name]:,})" if name in counts else name for name in names}
