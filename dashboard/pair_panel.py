"""Two models against each other: the verdict, where they differ, and the queries that one wins and the other loses."""

from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.evaluation.figures import category_differences
from core.evaluation.metric_texts import metric_title
from core.evaluation.per_query import Evaluation
from core.evaluation.significance import bootstrap_intervals
from dashboard import resources
from dashboard.comparing import Comparisons, comparisons
from dashboard.components import bound_select, show_item_grid, show_refusal
from dashboard.evaluation_choice import ALL, choose_run, has_photos
from dashboard.figures import PLAIN_CHART
from dashboard.item_tiles import item_tile
from dashboard.links import open_page
from dashboard.query_lists import query_differences, rows_by_id
from dashboard.run_words import counted, run_words

SHOWN = 8
MOST_BARS = 24
CHART = "pair-categories"


def choose_pair(ranked: list[str], one: DeltaGenerator, other: DeltaGenerator) -> tuple[str, str]:
    """Two of the runs, the first two where the address says nothing; the boxes stand in two places."""
    with one:
        first = choose_run(ranked, "Model", "first")
    with other:
        return first, choose_run([run for run in ranked if run != first], "Compared with", "second")


def show_pair(catalog_name: str, runs: tuple[str, str], relevance: str, metric: str, compared: Comparisons) -> None:
    """What can be said of two runs on a metric, and what is behind it."""
    try:
        sides = [resources.evaluation(catalog_name, run) for run in runs]
        differences = query_differences(*(side.values(relevance)[metric] for side in sides))
    except ValueError as error:
        show_refusal(error)
        return
    if compared.is_ready:
        st.markdown(verdict_words(*runs, metric, compared))
    else:
        await_verdict(catalog_name, relevance)
    state = tuple(resources.measured_at(catalog_name, run) for run in runs)
    table = _categories(catalog_name, runs, relevance, metric, state)
    chart, pictures = st.columns([5, 7], gap="large")
    with chart:
        show_categories(table, *runs, metric)
    with pictures:
        show_wins(sides[0], differences, runs, relevance, metric)


@st.fragment(run_every=1.0)
def await_verdict(catalog_name: str, relevance: str) -> None:
    """Say that the tests run, and draw the page anew when they have."""
    if comparisons(catalog_name, relevance).is_ready:
        st.rerun()
    st.markdown(":material/hourglass_top: Every two models are being tested against each other, query by query.")


def verdict_words(first: str, second: str, metric: str, compared: Comparisons) -> str:
    """What the paired test says of two runs, in a sentence."""
    pair = compared.of_pair(first, second, metric)
    if pair is None:
        return "They were not tested against each other: the stored runs do not have this metric in common."
    title, names = metric_title(metric), (run_words(first), run_words(second))
    if pair["verdict"] == "cannot tell":
        head = f"**Cannot tell** which is better, {names[0]} or {names[1]}: they differ"
    elif pair["verdict"] == "better":
        head = f"**{names[0]} is better** than {names[1]}"
    else:
        head = f"**{names[0]} is worse** than {names[1]}"
    sign = "+" if pair["verdict"] == "cannot tell" else ""
    by = pair["difference"] if sign else abs(pair["difference"])
    ends = (pair["low"], pair["high"]) if sign or pair["difference"] > 0 else (-pair["high"], -pair["low"])
    n_pairs = int((compared.table["metric"] == metric).sum())
    return (
        f"{head} by {by:{sign}.3f} [{ends[0]:{sign}.3f}, {ends[1]:{sign}.3f}] in {title}, {p_words(pair['p_holm'])} "
        f":small[:gray[{counted(int(pair['count']), 'query', 'queries')}; paired test, corrected for "
        f"{counted(n_pairs, 'pair')} of models]]"
    )


def p_words(p_value: float) -> str:
    """A p value for people."""
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def differences_by_category(evaluation: Evaluation, differences: pd.Series) -> pd.DataFrame:
    """Mean differences of the queries of each category with their intervals.

    Args:
        evaluation: Knows the queries' categories and which of them belong together.
        differences: Index the query's item id, no NaN.

    Returns:
        One row a category: `category`, `difference`, `low`, `high` and `count`; the one with most queries first.
    """
    ids = evaluation.query_items["item_id"].to_numpy(str)
    known = pd.DataFrame(
        {"category": evaluation.query_items["category"].to_numpy(str), "group": evaluation.groups.to_numpy()}, ids
    ).join(differences.rename("difference"), how="inner")
    rows = []
    for category, part in known.groupby("category", sort=True):
        spread = bootstrap_intervals(part[["difference"]].to_numpy(np.float64), part["group"].to_numpy())
        rows.append((category, *(float(ends[0]) for ends in (spread.mean, spread.low, spread.high)), len(part)))
    table = pd.DataFrame(rows, columns=["category", "difference", "low", "high", "count"])
    return table.sort_values("count", ascending=False, kind="stable")


@lru_cache(64)
def _categories(
    catalog_name: str, runs: tuple[str, str], relevance: str, metric: str, state: tuple[int, ...]
) -> pd.DataFrame:
    first, second = (resources.evaluation(catalog_name, run) for run in runs)
    differences = query_differences(first.values(relevance)[metric], second.values(relevance)[metric])
    return differences_by_category(first, differences["difference"])


def show_categories(table: pd.DataFrame, first: str, second: str, metric: str) -> None:
    """The chart; a click on a bar narrows the queries beside it."""
    shown = table.head(MOST_BARS)
    figure = category_differences(shown, metric)

    def narrow() -> None:
        points = st.session_state[CHART].selection.points
        st.query_params["category"] = str(points[0]["customdata"][0]) if points else ALL

    st.plotly_chart(figure, key=CHART, on_select=narrow, selection_mode="points", config=PLAIN_CHART)
    st.caption(f"Right of 0 {run_words(first)} is better, left of 0 {run_words(second)}. Click a bar for its queries.")
    if len(table) > MOST_BARS:
        st.caption(f"The {MOST_BARS} of {len(table)} categories with the most queries. Choose any of them beside.")


def show_wins(
    evaluation: Evaluation, differences: pd.DataFrame, runs: tuple[str, str], relevance: str, metric: str
) -> None:
    """The queries that one wins and the other loses, as pictures; each leads to both rankings."""
    categories = evaluation.query_items["category"].to_numpy(str)
    labels = {ALL: "all categories"} | {name: name for name in sorted(set(categories)) if name}
    category = bound_select("Queries of", labels, ALL, "category")
    of_query = pd.Series(categories, evaluation.query_items["item_id"].to_numpy(str))
    if category != ALL:
        differences = differences[of_query[differences.index].to_numpy() == category]
    same = int((differences["difference"] == 0).sum())
    for run, sign in zip(runs, (1, -1), strict=True):
        won = differences[differences["difference"] * sign > 0]
        show_won(evaluation, won, run, runs, relevance, metric, is_first=sign == 1)
    st.caption(f"As good in {counted(same, 'query', 'queries')}.")


def show_won(
    evaluation: Evaluation, won: pd.DataFrame, run: str, runs: tuple[str, str], relevance: str, metric: str,
    *, is_first: bool,
) -> None:  # fmt: skip
    """The queries that a run wins, by the largest difference."""
    catalog_name = evaluation.facts["catalog"]
    asked = {"catalog": catalog_name, "relevance": relevance, "metric": metric, "run": runs[0], "second": runs[1]}
    st.markdown(f"**{run_words(run)} wins {counted(len(won), 'query', 'queries')}**")
    if won.empty:
        return
    rows, items, has_photo = rows_by_id(evaluation), evaluation.query_items, has_photos(catalog_name)
    tiles = []
    for item_id, numbers in won.head(SHOWN).to_dict("index").items():
        best, least = (numbers["first"], numbers["second"]) if is_first else (numbers["second"], numbers["first"])
        item = items.iloc[rows[str(item_id)]]
        text = {"title": f"{metric} {best:.2f} against {least:.2f}", "facts": item["category"]}
        tiles.append(item_tile(catalog_name, item, has_photo=has_photo) | text)
    show_item_grid(
        tiles,
        key=f"won-{int(is_first)}",
        label=f"Queries that {run_words(run)} wins",
        action="Open",
        on_click=lambda item_id: open_page("queries", **asked, order="different", query=item_id),
        tile_px=120,
    )
