"""`python -m core evaluate`: models measured on labelled queries; a table for people or JSON."""

import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from core import settings
from core.evaluation.metric_texts import metric_title, relevance_title
from core.evaluation.per_query import Evaluation, compared_runs
from core.evaluation.query_embeddings import built_crop
from core.evaluation.results import plain, publish_evaluation
from core.evaluation.run_spec import KS, QueryCrop, RunSpec
from core.evaluation.runs import evaluate
from core.evaluation.summaries import confusion_record, summary_cells
from core.evaluation.wording import interval, signed_interval
from core.progress import reporting
from detection.cli_errors import reported_errors

app = typer.Typer()
# Facts that all runs of a catalogue share.
SHARED = (
    "catalog", "protocol", "n_queries", "n_photos", "n_groups", "grouped_by", "n_gallery", "relevance", "ks",
)  # fmt: skip
SHOWN = ("AP", "P@1", "P@10", "R@10", "RR")

ProgressFile = Annotated[Path | None, typer.Option("--progress", help="File that a dashboard reads.", hidden=True)]


@app.command("evaluate")
def evaluate_command(
    catalog: Annotated[str, typer.Option(help="Name of a catalogue: python -m core catalogs")],
    encoder: Annotated[list[str] | None, typer.Option(help="Name of an encoder, may be given again.")] = None,
    crop: Annotated[
        list[str] | None,
        typer.Option(
            help="none: the whole photo; auto: the detected garment; truth: its box; as the gallery where not given."
        ),
    ] = None,
    features: Annotated[
        list[str] | None, typer.Option(help="none, pca:D, pca:auto or whiten:D. May be given again.")
    ] = None,
    expand: Annotated[int, typer.Option(help="Search again with the average of the first N; 0 does not.")] = 0,
    k: Annotated[str, typer.Option(help="Cut-offs, such as 1,5,10.")] = ",".join(map(str, KS)),
    relevance: Annotated[
        list[str] | None, typer.Option(help="Columns, such as category+colour. May be given again.")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option(help="With --json, means of each value of a column too. May be given again.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
    progress: ProgressFile = None,
) -> None:
    """Measure encoders on a catalogue's labelled queries and compare every two of them; the results are stored."""
    with reported_errors(), reporting(f"evaluate {catalog}", progress) as reporter:
        specs = [
            RunSpec(name, cast(QueryCrop, cut), form, expand, parse_ks(k), tuple(relevance or ()))
            for name, cut, form in product(
                encoder or [settings.DEFAULT_ENCODER], crop or [built_crop(catalog)], features or ["none"]
            )
        ]
        runs: dict[str, Evaluation] = {}
        for spec in dict.fromkeys(specs):
            runs[spec.name] = evaluate(catalog, spec, reporter)
            folder = publish_evaluation(spec.name, runs[spec.name])
            typer.echo(f"{spec.name}: stored in {folder}", err=True)
        record = evaluation_record(runs, by or [])
        typer.echo(json.dumps(record, indent=1) if as_json else "\n".join(_lines(record)))


def parse_ks(text: str) -> tuple[int, ...]:
    """`1,5,10` as ascending numbers, each once. Raises ValueError."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and 0 < len(part) < 10 and int(part) >= 1 for part in parts):
        raise ValueError(f"expected --k as whole numbers of 1 or more, such as 1,5,10, but got {text!r}")
    return tuple(sorted({int(part) for part in parts}))


def evaluation_record(runs: dict[str, Evaluation], by: Sequence[str] = ()) -> dict[str, Any]:
    """Evaluations of one catalogue as JSON values: every run, and every pair of runs on every metric.

    Args:
        runs: Name -> evaluation, of the same queries.
        by: Columns of the catalogue whose values are summarized each.

    Raises:
        ValueError: There is no such column.
    """
    first = next(iter(runs.values())).facts
    relevances = first["relevance"]
    comparisons = {}
    for relevance in relevances:
        comparisons[relevance] = compared_runs(runs, relevance).to_dict("records")
    return plain(
        {
            **{name: first[name] for name in SHARED},
            "runs": {name: run_record(run, by) for name, run in runs.items()},
            "comparisons": comparisons,
        }
    )


def run_record(run: Evaluation, by: Sequence[str] = ()) -> dict[str, Any]:
    """One evaluation as JSON values: metrics by relevance, confusion, and how it was measured."""
    missing = [column for column in by if column not in run.query_items.columns]
    if missing:
        known = ", ".join(run.query_items.columns)
        raise ValueError(f"expected --by as a column of {known}, but got {', '.join(missing)}")
    told = (
        "encoder",
        "crop",
        "features",
        "expand",
        "queries_left_out",
        "queries_with_box",
        "detector",
        "trained_on",
        "seen_in_training",
        "feature_facts",
    )
    return plain(
        {
            **{name: run.facts.get(name) for name in told},
            "metrics": summary_cells(run, ("relevance",)),
            "by": {column: summary_cells(run, ("relevance", column)) for column in by},
            "confusion": confusion_record(run),
            "unsupervised": run.facts.get("unsupervised"),
            "cost": run.facts.get("cost"),
        }
    )


def _lines(record: dict[str, Any]) -> list[str]:
    asking = f"{record['n_queries']} queries from {record['n_photos']} pictures"
    lines = [f"{record['catalog']}: {asking}, {record['n_gallery']} items. {record['protocol']}"]
    width = max(len(name) for name in record["runs"])
    for relevance in record["relevance"]:
        by_run = {name: run["metrics"][relevance] for name, run in record["runs"].items()}
        shown = [name for name in SHOWN if name in next(iter(by_run.values()))]
        count, left_out = (next(iter(by_run.values()))["AP"][name] for name in ("count", "left_out"))
        lines += ["", f"Relevant is {relevance_title(relevance)}: {count} queries, {left_out} left out"]
        lines.append(" " * width + "".join(f"{metric_title(name):>22}" for name in shown))
        for name, cells in by_run.items():
            lines.append(f"{name:<{width}}" + "".join(f"{interval(cells[metric]):>22}" for metric in shown))
        for pair in record["comparisons"][relevance]:
            if pair["metric"] == "AP" and pair["count"]:
                lines.append(
                    f"{pair['first']} against {pair['second']}: {pair['verdict']}, mAP {signed_interval(pair)}, "
                    f"p {pair['p_holm']:.4f}"
                )
    return lines + [line for name, run in record["runs"].items() for line in _run_lines(name, run)]


def _run_lines(name: str, run: dict[str, Any]) -> list[str]:
    """What a run costs, what it confuses and, where a size was searched for, what that brought."""
    cost, confused = run["cost"], run["confusion"]
    pairs = [f"{pair['true']} for {pair['predicted']} ({pair['count']})" for pair in confused["worst_pairs"][:3]]
    lines = [
        "",
        f"{name}: {cost['dim']} dimensions, {cost['parameters'] / 1e6:.1f} M parameters, "
        f"{cost['query_ms_total']:.0f} ms a query, index {cost['index_bytes'] / 1e6:.1f} MB",
        f"  the nearest is of the right category for {confused['accuracy_nearest']:.1%}; most often {', '.join(pairs)}",
    ]
    if sweep := (run["feature_facts"] or {}).get("sweep"):
        before, after = (
            ", ".join(f"{metric_title(metric)} {value:.3f}" for metric, value in sweep[when].items())
            for when in ("before", "after")
        )
        chosen = f"{sweep['dim']} dimensions, chosen on {sweep['queries']} validation queries"
        lines.append(f"  {chosen}: {before} before, {after} after")
    return lines
