"""Stored evaluations of one catalogue -> a document to hand on: one HTML file, and its tables as CSV."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go

from core.catalogs.catalog import Catalog
from core.evaluation.results import load_hits, stored_runs
from core.files import write_text_atomically
from core.report import conditions, looks, numbers
from core.report.measured import read_measured, report_tables
from core.report.page import document

# Text that a spreadsheet would run as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Report:
    """A finished report.

    Attributes:
        html: The document; it opens without a network.
        tables: Name such as "results" -> its table, numbers in full.
    """

    html: str
    tables: dict[str, pd.DataFrame]


def build_report(
    catalog_name: str,
    run_names: Sequence[str] = (),
    *,
    catalog: Catalog | None = None,
    maps: Sequence[tuple[str, go.Figure]] = (),
) -> Report:
    """The report of stored runs of one catalogue.

    Args:
        catalog_name: Of the catalogue that was measured.
        run_names: Stored runs, in the order to show; none for all.
        catalog: With the pictures of the examples; None where they are not on this machine.
        maps: Built projections of the embeddings: caption and figure.

    Raises:
        ArtifactError: A run is absent or damaged.
        ValueError: Nothing is stored, or the runs have no relevance in common.
    """
    measured = read_measured(catalog_name, run_names or stored_runs(catalog_name))
    tables = report_tables(measured)
    hits = {name: load_hits(catalog_name, name) for name in measured.runs}
    chapters = [
        numbers.at_a_glance(measured, tables),
        numbers.what_was_measured(measured, tables),
        numbers.results(measured, tables),
        numbers.comparisons(measured, tables),
        conditions.costs(measured, tables),
        looks.confusions(measured),
        conditions.crops(tables),
        conditions.domains(tables),
        conditions.features(tables),
        looks.space(tables, maps),
        looks.examples(measured, hits, catalog),
        looks.definitions(measured),
    ]
    names = list(measured.runs)
    title = f"Visual search on {catalog_name}: {names[0] if len(names) == 1 else f'{len(names)} runs compared'}"
    dates = sorted({summary.facts["created"][:10] for summary in measured.summaries})
    when = dates[0] if len(dates) == 1 else f"{dates[0]} to {dates[-1]}"
    html = document(title, f"Drape evaluation report, measured {when}", [part for part in chapters if part])
    return Report(html, tables)


def write_report(report: Report, path: Path) -> list[Path]:
    """Write the HTML file and, in a folder beside it, the tables as CSV; returns all paths, the document first."""
    folder = path.with_name(f"{path.stem}-tables")
    folder.mkdir(parents=True, exist_ok=True)
    write_text_atomically(path, report.html)
    files = {folder / f"{name}.csv": table for name, table in report.tables.items()}
    for file, table in files.items():
        write_text_atomically(file, csv_text(table))
    return [path, *files]


def report_archive(report: Report) -> bytes:
    """The same as one ZIP file: `report.html` and `tables/*.csv`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.html", report.html)
        for name, table in report.tables.items():
            archive.writestr(f"tables/{name}.csv", csv_text(table))
    return out.getvalue()


def csv_text(table: pd.DataFrame) -> str:
    """A table as CSV; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    return table.map(_guarded).to_csv(index=False)


def _guarded(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
