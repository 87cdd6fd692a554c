"""`python -m core catalogs`: what there is, fetching it, looking it over."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from core.catalogs.catalog import CatalogError, CatalogSpec
from core.catalogs.registry import add_folder, catalog_folder, catalog_spec, known_catalogs, load_catalog
from core.catalogs.summary import summarize_catalog
from core.cli.catalogs_text import left_out, summary_lines, table_lines
from core.progress import Reporter, reporting
from detection.cli_errors import reported_errors

app = typer.Typer(help="Data sets: what is on disk, fetching, adding and looking over.", invoke_without_command=True)

Name = Annotated[str, typer.Argument(help="Name of a catalogue: python -m core catalogs")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
ProgressFile = Annotated[Path | None, typer.Option("--progress", help="File that a dashboard reads.", hidden=True)]


@app.callback()
def list_catalogs(context: typer.Context, as_json: AsJson = False) -> None:
    """List the catalogues: what is on disk, how many items, size, licence."""
    if context.invoked_subcommand is not None:
        return
    with reported_errors(), reporting("catalogs", None) as reporter:
        rows = [_row(spec, reporter) for spec in known_catalogs()]
    if as_json:
        _print_json(rows)
        return
    for line in table_lines(rows):
        typer.echo(line)


@app.command()
def show(
    name: Name,
    scan: Annotated[bool, typer.Option(help="Decode every picture first, where that has not been done.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show a catalogue: counts, what was left out, duplicates, broken pictures, channel statistics."""
    with reported_errors(), reporting(f"show {name}", None) as reporter:
        catalog = load_catalog(name, on_progress=reporter.stage(f"Read {name}"))
        if scan:
            _scan(name, reporter)
        summary = summarize_catalog(catalog)
    if as_json:
        _print_json(summary)
        return
    for line in summary_lines(summary):
        typer.echo(line)


@app.command()
def scan(name: Name, progress: ProgressFile = None) -> None:
    """Decode every picture once, for `show`. Stopped half-way, the same command goes on where it stood."""
    with reported_errors(), reporting(f"scan {name}", progress) as reporter:
        _scan(name, reporter)


@app.command()
def download(name: Name, progress: ProgressFile = None) -> None:
    """Fetch a public data set into the data root (or draw `studio`). Stopped, it goes on where it stood."""
    with reported_errors(), reporting(f"download {name}", progress) as reporter:
        if name == "studio":
            from core.building import ready_catalog  # draws it; brings the encoders' modules along

            typer.echo(str(ready_catalog(name, reporter).root), err=True)
            return
        from core.catalogs.download import download_catalog

        folder = download_catalog(catalog_spec(name), on_stage=reporter.stage)
        catalog = load_catalog(name, on_progress=reporter.stage(f"Read {name}"))
        typer.echo(f"{name}: {len(catalog)} items in {folder}", err=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="A name of your choice.")],
    path: Annotated[Path, typer.Argument(help="Folder of pictures, sub-folders included.")],
    csv: Annotated[Path | None, typer.Option(help="File that describes them: id, image, category, title, ...")] = None,
) -> None:
    """Make a folder of pictures known as a catalogue; it stays where it is."""
    with reported_errors():
        add_folder(name, path, csv)
        catalog = load_catalog(name)
        typer.echo(f"{name}: {len(catalog)} items. {left_out(catalog.problem_summary())}".strip(), err=True)


@app.command()
def export_yolo(
    name: Name,
    out: Annotated[Path, typer.Option(help="New or empty folder.")],
    validation_share: Annotated[float, typer.Option(help="Share of the photos kept for validation.")] = 0.13,
    seed: Annotated[int, typer.Option(help="Of the split and of what is composed.")] = 0,
    pasted: Annotated[int, typer.Option(help="Photos to compose with garments of rare classes pasted in.")] = 0,
    scenes: Annotated[int, typer.Option(help="One-garment scenes to make of other catalogues on disk.")] = 0,
) -> None:
    """Write the garment boxes of `street` as a YOLO data set for training a detector."""
    with reported_errors():
        if name != "street":
            raise CatalogError(f"expected street, the catalogue with garment boxes, but got {name!r}.")
        folder = catalog_folder(catalog_spec(name))
        if folder is None:
            load_catalog(name)  # says what is missing
            return
        from tqdm import tqdm

        from core.catalogs.street_yolo import Composed, write_yolo_dataset

        others = [catalog_folder(catalog_spec(other)) for other in ("fashion-products", "clothing")]
        composed = Composed(pasted, scenes, *others) if pasted or scenes else None
        summary = write_yolo_dataset(folder, out, validation_share, seed, composed=composed, progress=tqdm)
        typer.echo(f"{summary.train} photos to train, {summary.validation} to validate: {summary.config}", err=True)


def _scan(name: str, reporter: Reporter) -> None:
    from core.catalogs.scan import scan_catalog

    catalog = load_catalog(name, on_progress=reporter.stage(f"Read {name}"))
    scanned = scan_catalog(catalog, on_progress=reporter.stage(f"Scan {name}"))
    typer.echo(f"{name}: {len(scanned.table)} pictures, {len(scanned.broken)} broken.", err=True)


def _row(spec: CatalogSpec, reporter: Reporter) -> dict[str, Any]:
    """What the list says of a catalogue; `error` in place of `items` for one that is there but unusable."""
    folder = catalog_folder(spec)
    row: dict[str, Any] = {
        "name": spec.name,
        "title": spec.title,
        "on_disk": folder is not None,
        "items": None,
        "bytes": None,
        "folder": str(folder) if folder else None,
        "licence": spec.licence,
        "can_download": bool(spec.archives) or spec.name == "studio",
        "left_out": "",
        "error": "",
    }
    if folder is not None:
        row["bytes"] = sum(path.stat().st_size for path in _files(folder))
        try:
            catalog = load_catalog(spec.name, on_progress=reporter.stage(f"Read {spec.name}"))
            row |= {"items": len(catalog), "left_out": catalog.problem_summary()}
        except CatalogError as error:
            row["error"] = str(error)
    return row


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        yield from (path for name in names if (path := Path(parent, name)).is_file())


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=1, ensure_ascii=False))
