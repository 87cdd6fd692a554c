"""Confusion: which category is taken for which; every cell opens to its queries and what came back."""

import numpy as np
import streamlit as st

from core.evaluation.confusion import Confusion, class_scores, confusion, in_block_order, top_classes, worst_pairs
from core.evaluation.confusion_figure import confusion_heatmap
from core.evaluation.per_query import Evaluation
from dashboard.cell_panel import choose_cell, set_cell, show_cell, show_classes, show_worst
from dashboard.components import bound_segments, bound_select
from dashboard.evaluation_choice import choose_evaluation
from dashboard.figures import PLAIN_CHART, with_chosen_cell
from dashboard.links import follow_link
from dashboard.query_lists import predicted_categories, true_categories

BY = {"nearest": "nearest item", "vote": "vote of the nearest 10"}
COLOURS = {"share": "Shares", "count": "Counts", "log": "Counts, log colour"}
SIZES = {"10": "10 largest", "20": "20 largest", "30": "30 largest", "all": "all"}
CHART = "matrix"


def main() -> None:
    follow_link()
    st.header("Confusion", anchor=False)
    evaluation, _, beside = choose_evaluation(
        "Here stands which category is taken for which, each cell with its queries."
    )
    with beside:
        by = bound_select("A query is taken for the category of its", BY, "nearest", "by")
    show_confusion(evaluation, by)


def show_confusion(evaluation: Evaluation, by: str) -> None:
    """The matrix and its worst pairs, then the queries of the chosen cell."""
    true, predicted = true_categories(evaluation), predicted_categories(evaluation, by)
    whole = confusion(true, predicted)
    if not whole.counts.sum():
        st.info(
            "No query of this catalogue has a category, so there is nothing to confuse.", icon=":material/grid_off:"
        )
        return
    chart, words = st.columns([8, 4], gap="large")
    with chart:
        colour, size = show_matrix_controls(whole)
    shown = in_block_order(top_classes(whole, len(whole.classes) if size == "all" else int(size)))
    with words:
        show_facts(whole)
        show_worst(worst_pairs(whole))
    with st.container(key="chosen-cell"):
        cell = choose_cell(whole, shown)
        show_cell(evaluation, true, predicted, cell, shown.classes)
    with chart:
        show_matrix(shown, colour, cell)
    with st.expander("Precision, recall and F1 of each category", icon=":material/table_chart:"):
        show_classes(class_scores(whole))


def show_matrix_controls(matrix: Confusion) -> tuple[str, str]:
    """What the colour says, and how many classes are shown."""
    first, second = st.columns([6, 3], vertical_alignment="bottom")
    with first:
        colour = bound_segments("Cells show", COLOURS, "share", "colour")
    sizes = {name: text for name, text in SIZES.items() if name == "all" or int(name) < len(matrix.classes)}
    with second:
        size = bound_select("Categories", sizes, "20" if "20" in sizes else "all", "classes")
    return colour, size


def show_matrix(matrix: Confusion, colour: str, cell: tuple[str, str]) -> None:
    """The heat map; a click chooses a cell."""
    figure = confusion_heatmap(
        matrix, as_shares=colour == "share", has_log_colour=colour == "log", with_points=True,
        is_on_dark=st.context.theme.type == "dark", title="What is taken for what. Click a cell for its queries",
    )  # fmt: skip

    def choose() -> None:
        points = st.session_state[CHART].selection.points
        if points:
            set_cell(*map(str, points[0]["customdata"][:2]))

    st.plotly_chart(
        with_chosen_cell(figure, matrix.classes, cell), key=CHART, on_select=choose, selection_mode="points",
        config=PLAIN_CHART,
    )  # fmt: skip


def show_facts(matrix: Confusion) -> None:
    """How often it is right."""
    first, second = st.columns(2)
    first.metric(
        "Right category", f"{matrix.accuracy:.1%}", help=f"Of {matrix.counts.sum():,} queries with a category."
    )
    second.metric(
        "Macro F1", f"{np.nanmean(class_scores(matrix)['f1']):.3f}", help="The mean of the F1 of each category."
    )


main()
