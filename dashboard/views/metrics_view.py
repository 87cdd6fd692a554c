"""Metrics: which model is better, by how much, how sure that is, what it costs, and where it shows."""

import streamlit as st

from core.artifacts import ArtifactError
from core.evaluation.figures import curves_over_k, quality_against_ms
from core.evaluation.metric_texts import metric_title, relevance_title
from core.evaluation.results import evaluate_command, stored_runs
from core.evaluation.summaries import Summary, summary_table
from dashboard import resources
from dashboard.comparing import Comparisons, comparisons
from dashboard.components import bound_segments, bound_select, show_score_table
from dashboard.evaluation_choice import (
    choose_catalog,
    choose_k,
    choose_relevance,
    show_measure,
    show_photos_notice,
    show_unmeasured,
)
from dashboard.figures import PLAIN_CHART, with_room
from dashboard.links import follow_link, open_page
from dashboard.outdated import NOTE, why_outdated
from dashboard.pair_panel import choose_pair, show_pair
from dashboard.run_words import counted, run_words
from dashboard.score_panel import COSTS, metric_columns, score_data, space_columns

TABLES = {"retrieval": "Retrieval", "cost": "Cost", "space": "Embedding space"}
FAMILIES = ("P", "R", "recall", "nDCG")


def main() -> None:
    follow_link()
    st.header("Metrics", anchor=False)
    where, what, cut = st.columns([4, 4, 2])
    with where:
        catalog_name = choose_catalog()
    summaries = readable_summaries(catalog_name)
    if not summaries:
        show_unmeasured(catalog_name, "Here stand the models with their numbers, intervals and queries.")
        return
    with what:
        relevance = choose_relevance(list(dict.fromkeys(name for one in summaries for name in one.metrics)))
    summaries = [summary for summary in summaries if relevance in summary.metrics]
    with cut:
        k = choose_k(sorted({k for summary in summaries for k in summary.facts["ks"]}))
    show_photos_notice(catalog_name)
    compared = comparisons(catalog_name, relevance)
    show_table(summaries, relevance, k, compared)
    show_outdated(summaries)
    show_charts(summaries, relevance, k)
    st.subheader("Two models against each other", anchor=False)
    show_comparison(summaries, relevance, k, compared)
    with st.expander("Measure models", icon=":material/monitoring:", expanded=len(summaries) < 2):
        show_measure(catalog_name, is_main=len(summaries) < 2)


def readable_summaries(catalog_name: str) -> list[Summary]:
    """All stored runs in short; what cannot be read is said, and the others are shown."""
    summaries = []
    for run in stored_runs(catalog_name):
        try:
            summaries.append(resources.run_summary(catalog_name, run))
        except ArtifactError as error:
            st.warning(str(error), icon=":material/build:")
    return summaries


def show_table(summaries: list[Summary], relevance: str, k: int, compared: Comparisons) -> None:
    """The models by numbers, and what the numbers are of."""
    table = bound_segments("Numbers", TABLES, "retrieval", "table", is_named=False)
    columns = {
        "retrieval": metric_columns(["AP", *(f"{name}@{k}" for name in FAMILIES), "MAP@R", "RR"]),
        "cost": COSTS,
        "space": space_columns(relevance),
    }[table]
    facts = summaries[0].facts
    catalog_name = facts["catalog"]
    is_retrieval = table == "retrieval"
    data = score_data(
        summaries,
        columns,
        relevance=relevance,
        compared=compared,
        sorted_by=st.query_params.get("sort", "AP"),
        notes={summary.run: (NOTE, why) for summary in summaries if (why := why_outdated(summary.facts))},
        action="See the queries behind this number" if is_retrieval else "",
    )

    def sort(column: str) -> None:
        st.query_params["sort"] = column

    def opened(cell: dict[str, str]) -> None:
        asked = {"catalog": catalog_name, "relevance": relevance, "run": cell["row"], "metric": cell["column"]}
        open_page("queries", **asked)

    show_score_table(data, key=f"scores-{table}", on_sort=sort, on_open=opened)
    if is_retrieval:
        cell = summaries[0].metrics[relevance]["AP"]
        left_out = counted(cell["left_out"], "query", "queries")
        aside = f", {left_out} with nothing to find left out" if cell["left_out"] else ""
        st.caption(
            f"Means over {counted(cell['count'], 'query', 'queries')}{aside}, against {facts['n_gallery']:,} items. "
            f"Relevant is {relevance_title(relevance)}. {facts['protocol']} Under each number its 95 % interval; "
            "≈ cannot be told from the best. Click a number for its queries."
        )
    else:
        st.caption("Measured in the same run as the metrics. What ? says stands behind each head.")


def show_outdated(summaries: list[Summary]) -> None:
    """What should be measured anew, and how."""
    for summary in summaries:
        if why := why_outdated(summary.facts):
            st.warning(
                f"{run_words(summary.run)} is out of date: {why}. Measure it anew: `{evaluate_command(summary.facts)}`",
                icon=":material/history:",
            )


def show_comparison(summaries: list[Summary], relevance: str, k: int, compared: Comparisons) -> None:
    """Two models that are chosen beside the metric they are compared on, the two best at first."""
    one, other, on = st.columns([4, 4, 3])
    with on:
        metric = choose_metric(k)
    means = {run.run: cells[metric]["mean"] for run in summaries if metric in (cells := run.metrics[relevance])}
    ranked = sorted(means, key=lambda run: -(means[run] or 0))
    if len(ranked) > 1:
        show_pair(summaries[0].catalog, choose_pair(ranked, one, other), relevance, metric, compared)
    else:
        st.info("A second model would be compared here, query by query. Measure one below.", icon=":material/compare:")


def choose_metric(k: int) -> str:
    """The metric that two models are compared on."""
    names = ["AP", *(f"{name}@{k}" for name in FAMILIES), "MAP@R", "RR"]
    return bound_select("Compared on", {name: metric_title(name) for name in names}, "AP", "metric")


def show_charts(summaries: list[Summary], relevance: str, k: int) -> None:
    """Curves over k, and quality against time."""
    table = summary_table(summaries)
    table = table[table["relevance"] == relevance].assign(run=lambda rows: rows["run"].map(run_words))
    curves, speed = st.columns(2, gap="large")
    with curves:
        family = bound_segments("Curve", {name: f"{name}@k" for name in FAMILIES}, "P", "curve")
        st.plotly_chart(curves_over_k(table, family), key="curves", config=PLAIN_CHART)
    with speed:
        labels = {name: metric_title(name) for name in ("AP", f"P@{k}", f"R@{k}")}
        metric = bound_segments("Quality", labels, "AP", "quality")
        st.plotly_chart(
            with_room(quality_against_ms(table[table["metric"] == metric], metric)), key="quality", config=PLAIN_CHART
        )


main()
