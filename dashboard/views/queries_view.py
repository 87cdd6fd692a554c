"""Queries: the best, the worst and those on which models differ; one opened shows what each model made of it."""

import pandas as pd
import streamlit as st

from core.evaluation.per_query import Evaluation
from dashboard import resources
from dashboard.components import bound_segments, bound_select, show_rankings, show_refusal
from dashboard.evaluation_choice import ALL, choose_evaluation, choose_relevance, choose_run
from dashboard.links import follow_link, open_search
from dashboard.opened_query import QUERY, open_query, rank_words, show_opened_query
from dashboard.paging import page_of
from dashboard.query_lists import first_right, ordered_queries, query_differences, rows_by_id
from dashboard.ranking_panel import answer_line, query_row
from dashboard.run_words import counted, run_words

PER_PAGE = 12
PLACES = 12
ORDERS = {"worst": "Worst", "best": "Best", "different": "Most different"}


def main() -> None:
    follow_link()
    st.header("Queries", anchor=False)
    evaluation, runs, beside = choose_evaluation(
        "Here stand the queries that a model answers best and worst, with what came back."
    )
    with beside:
        relevance = choose_relevance(evaluation.facts["relevance"])
    if QUERY in st.query_params:
        show_opened_query(evaluation.facts["catalog"], runs, evaluation, relevance)
    else:
        show_list(evaluation, runs, evaluation.facts["run"], relevance)


def show_list(evaluation: Evaluation, runs: list[str], run: str, relevance: str) -> None:
    """A page of queries in the order that was asked for."""
    orders = ORDERS if len(runs) > 1 else {name: ORDERS[name] for name in ("worst", "best")}
    first, second, third = st.columns([4, 3, 3])
    with first:
        order = bound_segments("Order", orders, "worst", "order")
    with second:
        metric = bound_select("By", {name: name for name in evaluation.metrics}, "AP", "metric")
    with third:
        category = choose_category(evaluation)
    list_id = (evaluation.facts["catalog"], run, relevance, order, metric, category)
    values = evaluation.values(relevance)[metric]
    if category != ALL:
        values = values[evaluation.query_items["category"].to_numpy(str) == category]
    if order == "different":
        show_different(evaluation, runs, run, relevance, metric, values)
        return
    ordered = ordered_queries(values, is_best_first=order == "best")
    mean = f" Their mean is {ordered.mean():.3f}." if len(ordered) else ""
    left_out = len(values) - len(ordered)
    aside = f" {counted(left_out, 'query', 'queries')} with nothing to find left out." if left_out else ""
    st.caption(f"{counted(len(ordered), 'query', 'queries')}, {order} {metric} first.{mean}{aside}")
    table = evaluation.values(relevance)
    rows = rows_by_id(evaluation)
    shown = [
        query_row(
            evaluation,
            rows[item_id],
            query_facts(table.iloc[rows[item_id]], metric),
            [answer_line(evaluation, relevance, rows[item_id], PLACES)],
        )
        for item_id in page_of(list(ordered.index), PER_PAGE, "page", list_id)
    ]
    show_rows(evaluation, shown, f"{ORDERS[order]} queries of {run_words(run)}")


def show_different(
    evaluation: Evaluation, runs: list[str], run: str, relevance: str, metric: str, values: pd.Series
) -> None:
    """The queries on which two runs differ most, both rankings under each other."""
    others = [name for name in runs if name != run]
    other = choose_run(others, "Compared with", "second")
    try:
        second = resources.evaluation(evaluation.facts["catalog"], other)
        differences = query_differences(values, second.values(relevance)[metric])
    except ValueError as error:
        show_refusal(error)
        return
    list_id = (evaluation.facts["catalog"], run, other, relevance, metric, len(differences))
    wins, losses = int((differences["difference"] > 0).sum()), int((differences["difference"] < 0).sum())
    st.caption(
        f"{counted(len(differences), 'query', 'queries')}: {run_words(run)} is better in {wins:,}, {run_words(other)} "
        f"in {losses:,}, as good in {len(differences) - wins - losses:,}. The largest difference in "
        f"{metric} first."
    )
    sides = [(run, evaluation, rows_by_id(evaluation)), (other, second, rows_by_id(second))]
    shown = []
    for item_id in page_of(list(differences.index), PER_PAGE, "page", list_id):
        numbers = differences.iloc[differences.index.get_loc(item_id)]
        lines = [
            answer_line(side, relevance, rows[item_id], PLACES, name=run_words(name), facts=[f"{number:.3f}"])
            for (name, side, rows), number in zip(sides, numbers[["first", "second"]], strict=True)
        ]
        fact = f"{metric} {numbers['difference']:+.3f}"
        shown.append(query_row(evaluation, sides[0][2][item_id], [fact], lines))
    show_rows(evaluation, shown, f"Queries on which {run_words(run)} and {run_words(other)} differ most")


def choose_category(evaluation: Evaluation) -> str:
    """A facet: the queries of one category."""
    counts = evaluation.query_items["category"].value_counts()
    labels = {ALL: "All categories"} | {str(name): f"{name} ({count:,})" for name, count in counts.items() if name}
    return bound_select("Category", labels, ALL, "category")


def query_facts(numbers: pd.Series, metric: str) -> list[str]:
    """What a model made of one query: the metric, and where the first right one stands."""
    return [f"{metric} {numbers[metric]:.3f}", rank_words(first_right(numbers["RR"]))]


def show_rows(evaluation: Evaluation, rows: list[dict[str, object]], label: str) -> None:
    """The list itself, or that there is none."""
    if not rows:
        st.info("No query of this category had anything to find. Choose all categories.", icon=":material/search_off:")
        return
    catalog_name, encoder = evaluation.facts["catalog"], evaluation.facts["encoder"]
    show_rankings(
        rows,
        key="queries",
        label=label,
        action="Search from this one",
        on_click=lambda item_id: open_search(catalog_name, item_id, encoder),
        open_action="Open",
        on_open=open_query,
    )


main()
