"""`python -m core report` and `python -m core results`: what was measured, as a document and as a table."""

from pathlib import Path
from typing import Annotated

import typer

from core.catalogs.catalog import Catalog, CatalogError
from core.catalogs.registry import load_catalog
from core.evaluation.results import stored_runs
from core.evaluation.results_markdown import results_markdown, with_results
from core.files import write_text_atomically
from core.progress import reporting
from detection.cli_errors import reported_errors

app = typer.Typer()

ProgressFile = Annotated[Path | None, typer.Option("--progress", help="File that a dashboard reads.", hidden=True)]


@app.command("report")
def report_command(
    catalog: Annotated[str, typer.Option(help="Name of a catalogue that was measured.")],
    out: Annotated[Path, typer.Option(help="HTML file to write; the tables go into a folder beside it.")],
    run: Annotated[list[str] | None, typer.Option(help="A stored run, may be given again; all where none is.")] = None,
    progress: ProgressFile = None,
) -> None:
    """Write a report of stored evaluations: one HTML file that opens without a network, and its tables as CSV."""
    # Plotly takes a while to import: no other command should wait for it.
    from core.report.build import build_report, write_report
    from core.report.maps import built_maps

    with reported_errors(), reporting(f"report {catalog}", progress) as reporter:
        if not out.parent.is_dir():
            raise ValueError(f"expected --out in a folder that exists, but {out.parent} does not.")
        reporter.stage(f"Read what was measured on {catalog}")
        pictures, runs = _catalog_with_pictures(catalog), run or stored_runs(catalog)
        maps = built_maps(pictures, [name.partition("+")[0] for name in runs]) if pictures else []
        reporter.stage(f"Write the report of {len(runs)} runs")
        report = build_report(catalog, runs, catalog=pictures, maps=maps)
        for path in write_report(report, out):
            typer.echo(path)


@app.command("results")
def results_command(
    write: Annotated[Path | None, typer.Option(help="Put the table between the two marks of this file.")] = None,
) -> None:
    """Print what is stored of all catalogues as a Markdown table."""
    with reported_errors():
        table = results_markdown()
        if write is None:
            typer.echo(table)
            return
        try:
            text = write.read_text(encoding="utf-8")
        except OSError as error:
            raise ValueError(f"expected a text file with the two marks, but {write} cannot be read: {error}") from error
        write_text_atomically(write, with_results(text, table))


def _catalog_with_pictures(name: str) -> Catalog | None:
    """The catalogue, None where its pictures are not on this machine."""
    try:
        return load_catalog(name)
    except CatalogError as error:
        typer.echo(f"The examples will have no pictures: {error}", err=True)
        return None
