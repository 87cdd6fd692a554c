"""`python -m core probe`: are pictures found from hard views of them, and photos from their titles?"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from core import settings
from core.building import build
from core.catalogs.registry import load_catalog
from core.encoders.serving import load_encoder
from core.evaluation.wording import interval
from core.progress import reporting
from detection.cli_errors import reported_errors

app = typer.Typer()


@app.command("probe")
def probe_command(
    catalog: Annotated[str, typer.Option(help="Name of a catalogue: python -m core catalogs")],
    encoder: Annotated[list[str] | None, typer.Option(help="Name of an encoder, may be given again.")] = None,
    photos: Annotated[
        int | None, typer.Option(help="Search titles among so many photos; those that ask alone, unless given.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
    progress: Annotated[
        Path | None, typer.Option("--progress", help="File that a dashboard reads.", hidden=True)
    ] = None,
) -> None:
    """Ask with a hard view of each query (perspective, light, a crop to 60 %, another ground), and with its title."""
    from core.training.probing import probe, probe_record

    with reported_errors(), reporting(f"probe {catalog}", progress) as reporter:
        records: dict[str, Any] = {}
        for name in encoder or [settings.DEFAULT_ENCODER]:
            gallery, loaded = build(catalog, name, reporter), load_encoder(name)
            report = reporter.stage(f"Ask {name} with hard views")
            found = probe(load_catalog(catalog), gallery, loaded, report, photos)
            records[name] = probe_record(found)
        typer.echo(json.dumps(records, indent=1) if as_json else "\n".join(_lines(records)))


def _lines(records: dict[str, Any]) -> list[str]:
    return [
        f"{name:<24}{what:<26}{interval(found)}   {found['count']:,} asked, {found['among']:,} searched"
        for name, record in records.items()
        for what, found in record.items()
    ]
