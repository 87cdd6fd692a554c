"""The table of models by numbers: what `show_score_table` draws, worked out from summaries and comparisons."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.evaluation.metric_texts import metric_text
from core.evaluation.summaries import Summary
from core.side_by_side.fusion_names import is_fusion
from dashboard.comparing import Comparisons
from dashboard.run_words import run_parts, run_title

BEST, CLOSE = "best", "close"
NO_EMBEDDING = "not defined: a fusion has ranks, but no embedding"


@dataclass(frozen=True)
class Column:
    """A column of numbers. `path` leads to one in a summary's facts; `factor` brings it to the unit shown."""

    key: str
    title: str
    text: str
    path: tuple[str, ...] = ()
    digits: int = 3
    factor: float = 1.0
    is_lower_better: bool | None = None  # None: neither, so that nothing is marked
    formula: str = ""
    source: str = ""


COSTS = (
    Column("query_ms", "ms a query", "Median milliseconds of one query on the machine that measured: open, detect "
           "where boxes are detected, encode, search.", ("cost", "query_ms_total"), 1, is_lower_better=True),
    Column("encode_ms", "ms to encode", "Of these, the encoder's.", ("cost", "query_ms", "encode"), 1,
           is_lower_better=True),
    Column("items_per_s", "items/s", "Pictures encoded a second when a catalogue is built, in batches.",
           ("cost", "encode_items_per_s"), 1, is_lower_better=False),
    Column("parameters", "parameters, M", "Numbers that were learned, in millions.", ("cost", "parameters"), 1, 1e-6,
           is_lower_better=True),
    Column("weights", "weights, MB", "The file of the weights.", ("cost", "weights_bytes"), 1, 1e-6,
           is_lower_better=True),
    Column("dim", "dimensions", "Length of the vectors in the index.", ("cost", "dim"), 0, is_lower_better=True),
    Column("index", "index, MB", "The index of this catalogue in memory.", ("cost", "index_bytes"), 1, 1e-6,
           is_lower_better=True),
    Column("build_s", "build, s", "Encoding the whole gallery at that pace.", ("cost", "gallery_build_s"), 0,
           is_lower_better=True),
)  # fmt: skip


def space_columns(relevance: str) -> tuple[Column, ...]:
    """What the embeddings alone say, classes being those of a relevance."""
    of_class, of_all = ("unsupervised", relevance), ("unsupervised",)
    return (
        Column("silhouette", "silhouette", "How much nearer an item is to its own class than to the next one, "
               "from -1 to 1.", (*of_class, "silhouette"), is_lower_better=False, source="Rousseeuw 1987"),
        Column("davies_bouldin", "Davies-Bouldin", "How wide classes are for the distance between them.",
               (*of_class, "davies_bouldin"), 2, is_lower_better=True, source="Davies and Bouldin 1979"),
        Column("alignment", "alignment", "Mean squared distance of two items of one class.", (*of_class, "alignment"),
               is_lower_better=True, source="Wang and Isola 2020"),
        Column("uniformity", "uniformity", "How evenly all items are spread over the sphere: the log of the mean "
               "exp(-2 distance²).", (*of_all, "uniformity"), 2, is_lower_better=True, source="Wang and Isola 2020"),
        Column("hubness", "hubness", "Skew of how often an item is among the nearest 10: high if few items are "
               "everybody's neighbours.", (*of_all, "hubness"), 2, is_lower_better=True, source="Radovanović 2010"),
        Column("most_found", "greatest hub, %", "The share of queries that have the most frequent item among their "
               "nearest 10.", (*of_all, "most_found"), 1, 100, is_lower_better=True),
        Column("never_found", "never found, %", "The share of items that are among no query's nearest 10.",
               (*of_all, "never_found"), 1, 100, is_lower_better=True),
    )  # fmt: skip


def metric_columns(metrics: Sequence[str]) -> tuple[Column, ...]:
    """Columns of retrieval metrics; higher is better in all."""
    texts = [(metric, metric_text(metric)) for metric in metrics]
    return tuple(
        Column(metric, text.title, text.says, is_lower_better=False, formula=text.formula, source=text.source)
        for metric, text in texts
    )


def score_data(
    summaries: Sequence[Summary],
    columns: Sequence[Column],
    *,
    relevance: str,
    compared: Comparisons,
    sorted_by: str,
    notes: dict[str, tuple[str, str]],
    action: str,
) -> dict[str, Any]:
    """What the component draws.

    Args:
        summaries: One a run.
        columns: Metrics where they have no `path`.
        relevance: Of the metrics.
        compared: Every two runs; what cannot be told from the best is marked once they are.
        sorted_by: Key of a column, with a leading "-" where the worst comes first.
        notes: Run -> (what stands under its name, why).
        action: What a click on a number does; "" where it does nothing.
    """
    cells = {column.key: [_cell(summary, column, relevance) for summary in summaries] for column in columns}
    runs = [summary.run for summary in summaries]
    for column in columns:
        _mark(cells[column.key], column, runs, compared)
    keys = [column.key for column in columns]
    has_crops = any("+crop-" in run for run in runs)
    return {
        "label": "Models and what was measured of them",
        "row_title": "model",
        "columns": [head_data(column) for column in columns],
        "rows": [
            {
                "key": summary.run,
                "title": run_title(summary.run),
                "chips": chips_of(summary, has_crops),
                "note": notes.get(summary.run, ("", ""))[0],
                "why": notes.get(summary.run, ("", ""))[1],
                "cells": {key: cells[key][place] for key in keys},
            }
            for place, summary in enumerate(summaries)
        ],
        "sorted": sorted_by if sorted_by.removeprefix("-") in keys else keys[0],
        "action": action,
    }


def chips_of(summary: Summary, has_crops: bool) -> list[str]:
    """What a run does beside encoding, and whether its encoder has learned from this set or from another one.

    Args:
        summary: The run.
        has_crops: Whether runs stand beside it that cut the query.
    """
    parts = run_parts(summary.run)
    if has_crops and "+crop-" not in summary.run:
        parts = ["whole photo", *parts]
    trained_on = summary.facts.get("trained_on") or []
    if summary.facts.get("seen_in_training"):
        return [*parts, "trained on this set"]
    return [*parts, f"trained on {', '.join(trained_on)}, never saw this set"] if trained_on else parts


def head_data(column: Column) -> dict[str, Any]:
    """A column's head with its definition, as the component draws it."""
    about = {"title": column.title, "text": column.text, "formula": column.formula, "source": column.source}
    return {
        "key": column.key,
        "title": column.title,
        "is_lower_better": bool(column.is_lower_better),
        "about": about,
    }


def _cell(summary: Summary, column: Column, relevance: str) -> dict[str, Any]:
    if not column.path:
        found = summary.metrics.get(relevance, {}).get(column.key) or {}
        value, low, high = (found.get(name) for name in ("mean", "low", "high"))
        text = "" if value is None else f"{value:.3f}"
        spread = "" if low is None or high is None else f"{low:.3f} to {high:.3f}"
        return {"value": value, "low": low, "high": high, "text": text, "range": spread, "mark": ""}
    place: Any = summary.facts
    for name in column.path:
        place = place.get(name) if isinstance(place, dict) else None
    number = None if place is None else float(place) * column.factor
    text = "" if number is None else f"{number:,.{column.digits}f}"
    is_undefined = number is None and column.path[0] == "unsupervised" and is_fusion(summary.facts.get("encoder", ""))
    why = NO_EMBEDDING if is_undefined else ""
    return {"value": number, "low": None, "high": None, "text": text, "range": "", "mark": "", "why": why}


def _mark(cells: list[dict[str, Any]], column: Column, runs: list[str], compared: Comparisons) -> None:
    known = {place: cell["value"] for place, cell in enumerate(cells) if cell["value"] is not None}
    if len(known) < 2 or column.is_lower_better is None:
        return
    best = (min if column.is_lower_better else max)(known, key=known.__getitem__)
    cells[best]["mark"] = BEST
    for place in known.keys() - {best}:
        if column.path:
            is_close = cells[place]["text"] == cells[best]["text"]
        else:
            pair = compared.of_pair(runs[best], runs[place], column.key)
            is_close = pair is not None and pair["verdict"] == "cannot tell"
        cells[place]["mark"] = CLOSE if is_close else ""
