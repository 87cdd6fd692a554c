"""Evaluations -> the tables of a report, numbers as they are; what is shown of them is for `core.report.build`."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from core.evaluation.confusion import Confusion, class_scores, confusion, neighbour_labels, shares, voted_labels
from core.evaluation.per_query import Evaluation, compared_runs, summarize
from core.evaluation.results import load_summaries, stored_catalogs
from core.evaluation.summaries import Summary, summary_table

# What a printed page has room for; the table of results as CSV has every metric and cut-off.
SHOWN = ("AP", "MAP@R", "RR", "P@1", "P@10", "R@10")
STEPS = ("open", "detect", "encode", "search")


def shown_metrics(summaries: Sequence[Summary]) -> list[str]:
    """Those of `SHOWN` that all runs have."""
    return [name for name in SHOWN if all(name in cells for run in summaries for cells in run.metrics.values())]


def shared_relevances(summaries: Sequence[Summary]) -> list[str]:
    """What counts as relevant in all runs, in the order of the first."""
    return [name for name in summaries[0].metrics if all(name in run.metrics for run in summaries)]


def run_facts(summaries: Sequence[Summary]) -> pd.DataFrame:
    """One row a run: how its queries were answered, whether it had seen the catalogue, when and by which libraries."""
    rows = []
    for summary in summaries:
        facts, cost = summary.facts, summary.facts.get("cost") or {}
        rows.append(
            {
                "run": summary.run,
                **{name: facts.get(name) for name in ("encoder", "crop", "features", "expand")},
                "features_used": (facts.get("feature_facts") or {}).get("used"),
                "trained_on": ", ".join(facts.get("trained_on") or ()),
                "seen_in_training": bool(facts.get("seen_in_training")),
                "queries_left_out": len(facts.get("queries_left_out") or ()),
                "runtime": f"{cost.get('runtime', '')} {cost.get('precision', '')}".strip(),
                "threads": cost.get("threads"),
                "measured_utc": facts["created"],
                "libraries": ", ".join(f"{name} {version}" for name, version in sorted(facts["libraries"].items())),
            }
        )
    return pd.DataFrame(rows)


def cost_table(summaries: Sequence[Summary]) -> pd.DataFrame:
    """One row a run: sizes, and the milliseconds of each step of one query; NaN for what was not measured."""
    rows = []
    for summary in summaries:
        cost = summary.facts.get("cost") or {}
        steps = cost.get("query_ms") or {}
        rows.append(
            {
                "run": summary.run,
                "dim": cost.get("dim", np.nan),
                "parameters": cost.get("parameters", np.nan),
                "weights_bytes": cost.get("weights_bytes", np.nan),
                "index_bytes": cost.get("index_bytes", np.nan),
                "gallery_build_s": cost.get("gallery_build_s", np.nan),
                **{f"{step}_ms": steps.get(step, np.nan) for step in STEPS},
                "query_ms": cost.get("query_ms_total", np.nan),
            }
        )
    return pd.DataFrame(rows)


def comparison_table(runs: Mapping[str, Evaluation], relevances: Sequence[str], metrics: Sequence[str]) -> pd.DataFrame:
    """`relevance` and the columns of `compared_runs`, a row a relevance, metric and pair."""
    tables = [compared_runs(runs, name, metrics).assign(relevance=name) for name in relevances]
    table = pd.concat(tables, ignore_index=True)
    return table[["relevance", *(name for name in table.columns if name != "relevance")]]


def category_table(runs: Mapping[str, Evaluation], relevance: str, metric: str = "AP") -> pd.DataFrame:
    """One row a run and category of the queries: `run`, `category`, `mean`, `low`, `high`, `count`, `left_out`."""
    tables = []
    for name, run in runs.items():
        rows = run.per_query[run.per_query["relevance"] == relevance]
        tables.append(summarize(rows, [metric], ("category",)).assign(run=name))
    return pd.concat(tables, ignore_index=True)


def nearest_confusion(run: Evaluation) -> Confusion:
    """The category of each query against that of the nearest item."""
    nearest = neighbour_labels(run.ranking.rows[:, :1], run.gallery_items["category"].to_numpy(str))
    return confusion(run.query_items["category"].to_numpy(str), voted_labels(nearest, 1))


def confusion_table(runs: Mapping[str, Evaluation]) -> pd.DataFrame:
    """One row a run and pair of categories that occurs, the most frequent first: also the right ones."""
    tables = []
    for name, run in runs.items():
        matrix = nearest_confusion(run)
        rows, columns = np.nonzero(matrix.counts)
        named = {"run": name, "category": matrix.classes[rows], "taken_for": matrix.classes[columns]}
        numbers = {"count": matrix.counts[rows, columns], "share": shares(matrix)[rows, columns]}
        tables.append(pd.DataFrame(named | numbers).sort_values("count", ascending=False, kind="stable"))
    return pd.concat(tables, ignore_index=True)


def class_table(runs: Mapping[str, Evaluation]) -> pd.DataFrame:
    """One row a run and category: `run` and the columns of `core.evaluation.confusion.class_scores`."""
    return pd.concat(
        [class_scores(nearest_confusion(run)).assign(run=name) for name, run in runs.items()], ignore_index=True
    )


def crop_table(summaries: Sequence[Summary], relevance: str, metrics: Sequence[str]) -> pd.DataFrame:
    """The same queries as whole photo, detected garment and true box, and what each costs.

    Returns:
        One row a run, of those that differ from another in the crop alone; none where there are no such: `encoder`,
        `features`, `expand`, `crop`, `run`, the means of `metrics`, `queries`, `photos` (whole pictures that ask),
        `with_box` (queries that were cut out), `detect_ms`, `encode_ms`, `query_ms`.
    """
    rows = []
    for summary in summaries:
        facts, cost = summary.facts, summary.facts.get("cost") or {}
        steps = cost.get("query_ms") or {}
        rows.append(
            {
                **{name: facts.get(name) for name in ("encoder", "features", "expand", "crop")},
                "run": summary.run,
                **{name: summary.metrics[relevance][name]["mean"] for name in metrics},
                "queries": facts["n_queries"],
                "photos": facts["n_photos"],
                "with_box": boxes if (boxes := facts.get("queries_with_box")) is not None else np.nan,
                **{f"{step}_ms": steps.get(step, 0.0) for step in ("detect", "encode")},
                "query_ms": cost.get("query_ms_total", np.nan),
            }
        )
    table = pd.DataFrame(rows)
    return table[table.groupby(["encoder", "features", "expand"])["crop"].transform("nunique") > 1]


def domain_table(summaries: Sequence[Summary], relevance: str = "category", metric: str = "AP") -> pd.DataFrame:
    """The same encoders on every catalogue they were measured on; `name@catalogue` is one that was adapted to it.

    Returns:
        Rows of `summary_table` of the metric, of whole catalogues without features and expansion, with `base` (the
        encoder before it was adapted); empty where no encoder was measured on a second catalogue.
    """
    bases = {_base(summary.facts["encoder"]) for summary in summaries}
    table = summary_table([summary for name in stored_catalogs() for summary in load_summaries(name)])
    table["base"] = table["encoder"].astype(str).map(_base)
    is_plain = (table["features"] == "none") & (table["expand"] == 0)
    table = table[
        is_plain & table["base"].isin(bases) & (table["relevance"] == relevance) & (table["metric"] == metric)
    ]
    return table[table.groupby("base")["catalog"].transform("nunique") > 1].sort_values(["base", "catalog", "run"])


def sweep_table(summaries: Sequence[Summary]) -> pd.DataFrame:
    """What a PCA sweep tried on validation queries: `run`, `dim` (0 is without), `AP`, `P@10`, `chosen`."""
    rows = []
    for summary in summaries:
        sweep = (summary.facts.get("feature_facts") or {}).get("sweep")
        if sweep:
            tried = [{"dim": 0, **sweep["before"]}, *sweep["tried"]]
            rows += [{"run": summary.run, **one, "chosen": one["dim"] == sweep["dim"]} for one in tried]
    return pd.DataFrame(rows, columns=None if rows else ["run", "dim", "AP", "P@10", "chosen"])


def space_table(summaries: Sequence[Summary]) -> pd.DataFrame:
    """The unsupervised measures: one row a run and measure, `relevance` is "" where no labels take part."""
    rows = []
    for summary in summaries:
        for name, value in (summary.facts.get("unsupervised") or {}).items():
            of_labels = value if isinstance(value, dict) else {name: value}
            relevance = name if isinstance(value, dict) else ""
            rows += [(summary.run, relevance, measure, number) for measure, number in of_labels.items()]
    return pd.DataFrame(rows, columns=["run", "relevance", "measure", "value"])


def _base(encoder: str) -> str:
    return encoder.partition("@")[0]
