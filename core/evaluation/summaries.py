"""Means with intervals as small tables, worked out once when an evaluation is stored; pages and reports read these."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.evaluation.confusion import class_scores, confusion, neighbour_labels, voted_labels, worst_pairs
from core.evaluation.per_query import Evaluation, summarize

VOTES = 10
NAMED = ("catalog", "run", "relevance", "metric")
CELL = ("mean", "low", "high", "count", "left_out")
TOLD = ("encoder", "crop", "features", "expand", "created")
COSTS = ("dim", "parameters", "weights_bytes", "index_bytes")


@dataclass(frozen=True)
class Summary:
    """A stored run in short.

    Attributes:
        catalog: Name.
        run: Name.
        facts: As of `Evaluation`, with `created` (UTC, ISO 8601) and `libraries` (distribution -> version).
        metrics: Relevance -> metric -> `CELL`; None for a mean without queries.
        confusion: As `confusion_record`.
    """

    catalog: str
    run: str
    facts: dict[str, Any]
    metrics: dict[str, dict[str, dict[str, Any]]]
    confusion: dict[str, Any]


def summary_table(summaries: Iterable[Summary]) -> pd.DataFrame:
    """Summaries as one table for figures and pages.

    Returns:
        One row a run, relevance and metric: `catalog`, `run`, `relevance`, `metric`, `mean`, `low`, `high` (float64,
        NaN without queries), `count`, `left_out`, `encoder`, `crop`, `features`, `expand`, `seen_in_training` (bool),
        `dim`, `query_ms` (of one query, all steps), `parameters`, `weights_bytes`, `index_bytes` and `created`; NaN
        or None for what was not measured.
    """
    rows = []
    for summary in summaries:
        facts, cost = summary.facts, summary.facts.get("cost") or {}
        told: dict[str, Any] = {name: facts.get(name) for name in TOLD}
        told["seen_in_training"] = bool(facts.get("seen_in_training"))
        told |= {name: cost.get(name, np.nan) for name in COSTS}
        told["query_ms"] = cost.get("query_ms_total", np.nan)
        for relevance, cells in summary.metrics.items():
            for metric, cell in cells.items():
                named = dict(zip(NAMED, (summary.catalog, summary.run, relevance, metric), strict=True))
                rows.append(named | {name: cell[name] for name in CELL} | told)
    table = pd.DataFrame(rows, columns=[*NAMED, *CELL, *TOLD, "seen_in_training", *COSTS, "query_ms"])
    return table.astype(dict.fromkeys(("mean", "low", "high"), "float64"))


def summary_cells(run: Evaluation, by: tuple[str, ...]) -> dict[str, Any]:
    """Value of each column in turn -> metric -> mean, low, high, count and left_out."""
    cells: dict[str, Any] = {}
    for row in summarize(run.per_query, run.metrics, by).to_dict("records"):
        place = cells
        for column in by:
            place = place.setdefault(str(row[column]), {})
        place[row["metric"]] = {name: row[name] for name in CELL}
    return cells


def confusion_record(run: Evaluation, limit: int = 10) -> dict[str, Any]:
    """What is taken for what: by the nearest, and by the vote of the nearest 10."""
    true = run.query_items["category"].to_numpy(str)
    labels = neighbour_labels(run.ranking.rows, run.gallery_items["category"].to_numpy(str))
    nearest, voted = (confusion(true, voted_labels(labels, places)) for places in (1, VOTES))
    scores = class_scores(nearest)
    return {
        "count": int(nearest.counts.sum()),
        "accuracy_nearest": nearest.accuracy,
        f"accuracy_vote@{VOTES}": voted.accuracy,
        "macro_f1_nearest": float(np.nanmean(scores["f1"])) if len(scores) else None,
        "classes": scores.to_dict("records"),
        "worst_pairs": worst_pairs(nearest, limit).to_dict("records"),
    }
