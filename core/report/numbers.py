"""The chapters of a report that say how good the runs are; None where there is nothing to say."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from core.evaluation.figures import curves_over_k, metric_bars
from core.evaluation.metric_texts import metric_title, relevance_title
from core.evaluation.wording import chosen_rows, interval, sentence, signed_interval, three
from core.report.measured import Measured
from core.report.page import Section, figure_html, heading, note, paragraph, table_html

Tables = Mapping[str, pd.DataFrame]
CATEGORIES = 25


def at_a_glance(measured: Measured, tables: Tables) -> Section:
    """The answer first: which run is best by mAP, how sure that is, and a bar a run."""
    relevance, best = measured.relevances[0], measured.best_run
    chosen = chosen_rows(tables["results"], relevance, "AP")
    top = chosen[chosen["run"] == best].to_dict("records")[0]
    said = [
        f"Relevant is {relevance_title(relevance)}. {best} has the highest mAP: {interval(top)} over "
        f"{top['count']:,} queries."
    ]
    pairs = tables["comparisons"]
    for pair in pairs[(pairs["relevance"] == relevance) & (pairs["metric"] == "AP")].to_dict("records"):
        if best in (pair["first"], pair["second"]):
            said.append(sentence(pair, best))
    blocks = [paragraph(text) for text in said]
    blocks += [figure_html(metric_bars(chosen, "AP", relevance=relevance_title(relevance)))]
    return Section("glance", "At a glance", tuple(blocks))


def what_was_measured(measured: Measured, tables: Tables) -> Section:
    """Who asked, who answered, what was taken out, and how, when and by which libraries each run was measured."""
    facts = measured.summaries[0].facts
    groups = " or ".join(name.replace("_id", "") for name in facts["grouped_by"])
    blocks = [
        paragraph(f"Catalogue {measured.catalog}. {facts.get('protocol', '')}"),
        paragraph(
            f"{facts['n_queries']:,} queries from {facts['n_photos']:,} pictures ask, {facts['n_gallery']:,} items "
            f"answer. Items of the query's own {facts['excluded']} are taken out of its ranking. Every metric is "
            "worked out over the full ranking, query by query; the tables show means over queries."
        ),
        paragraph(
            f"Intervals are 95 % bootstrap ones over {facts['n_groups']:,} groups of queries of the same {groups}, "
            "as those are not independent. Two runs are compared on the same queries by a paired permutation test over "
            "the same groups, corrected for the number of pairs (Holm); a corrected p below 0.05 decides."
        ),
    ]
    if len({summary.facts.get("catalog_digest") for summary in measured.summaries}) > 1:
        blocks.append(note("Caution: the runs were measured on different states of the catalogue."))
    runs = tables["runs"]
    shown = pd.DataFrame(
        {
            "run": runs["run"],
            "crop": runs["crop"],
            "features": runs["features_used"].fillna(runs["features"]),
            "expand": runs["expand"],
            "saw this catalogue in training": np.where(runs["seen_in_training"], "yes", "no"),
            "measured (UTC)": runs["measured_utc"].str.replace("T", " ").str[:16],
        }
    )
    blocks += [table_html(shown, texts=set(shown.columns) - {"expand"})]
    blocks += [note(f"Libraries: {text}.") for text in runs["libraries"].unique()]
    return Section("measured", "What was measured", tuple(blocks))


def results(measured: Measured, tables: Tables) -> Section:
    """For each relevance the metrics with intervals, the best marked, and curves over k; then mAP by category."""
    blocks = []
    for relevance in measured.relevances:
        table = tables["results"]
        table = table[table["relevance"] == relevance]
        counts = table[table["metric"] == "AP"].iloc[0]
        blocks.append(heading(f"Relevant is {relevance_title(relevance)}"))
        left_out = f"; {counts['left_out']:,} with nothing to find are left out" if counts["left_out"] else ""
        blocks.append(
            note(
                f"{counts['count']:,} queries{left_out}. Blue and bold is the best of a column. "
                "The CSV has every metric."
            )
        )
        if not counts["count"]:
            continue
        blocks.append(_metrics_html(measured, table))
        blocks += [figure_html(curves_over_k(table, name, relevance=relevance_title(relevance))) for name in ("P", "R")]
    blocks += [heading(f"mAP by category, relevant is {relevance_title(measured.relevances[0])}")]
    return Section("results", "Results", (*blocks, _categories_html(measured, tables["categories"])))


def comparisons(measured: Measured, tables: Tables) -> Section | None:
    """Every pair of runs: difference with its interval and 'better', 'worse' or 'cannot tell'."""
    if len(measured.runs) < 2:
        return None
    blocks = [paragraph("The verdict is on the first of the two. 'Cannot tell' does not mean that they are equal.")]
    for relevance in measured.relevances:
        pairs = tables["comparisons"]
        is_told = pairs["metric"].isin(["AP", "P@1", "P@10"]) & (pairs["count"] > 0)
        pairs = pairs[(pairs["relevance"] == relevance) & is_told]
        shown = pd.DataFrame(
            {
                "metric": pairs["metric"].map(metric_title),
                "first": pairs["first"],
                "second": pairs["second"],
                "queries": pairs["count"].map("{:,}".format),
                "difference": [signed_interval(pair) for pair in pairs.to_dict("records")],
                "p (Holm)": pairs["p_holm"].map("{:.4f}".format),
                "the first is": pairs["verdict"],
            }
        )
        blocks += [heading(f"Relevant is {relevance_title(relevance)}")]
        blocks += [table_html(shown, texts=("metric", "first", "second", "the first is"))]
    return Section("comparisons", "Which is better, and how sure that is", tuple(blocks))


def _metrics_html(measured: Measured, table: pd.DataFrame) -> str:
    shown, best = pd.DataFrame({"run": list(measured.runs)}), set()
    for metric in measured.metrics:
        rows = table[table["metric"] == metric].set_index("run").loc[list(measured.runs)]
        shown[metric_title(metric)] = [interval(row).replace(" [", "\n[") for row in rows.to_dict("records")]
        highest = rows["mean"].max()
        best |= {(row, metric_title(metric)) for row, mean in enumerate(rows["mean"]) if mean == highest}
    return table_html(shown, texts=("run",), best=best if len(shown) > 1 else ())


def _categories_html(measured: Measured, table: pd.DataFrame) -> str:
    counts = table.groupby("category", sort=False)["count"].max().sort_values(ascending=False, kind="stable")
    counts = counts[counts > 0].head(CATEGORIES)
    shown = pd.DataFrame({"category": [name or "(none)" for name in counts.index], "queries": counts.to_numpy()})
    best = set()
    for run in measured.runs:
        shown[run] = table[table["run"] == run].set_index("category")["mean"].reindex(counts.index).to_numpy()
    names = list(measured.runs)
    for row, means in enumerate(shown[names].to_numpy(np.float64)):
        best |= {(row, name) for name, mean in zip(names, means, strict=True) if mean == np.nanmax(means)}
    shown[names] = shown[names].map(three)
    return table_html(shown, texts=("category",), runs=names, best=best if len(names) > 1 else ())
