"""`python -m core build` and `prepare`: galleries and their maps, with progress, resumable."""

import signal
from pathlib import Path
from typing import Annotated

import typer

from core import settings
from core.building import build, demo_catalogs
from core.maps.build import build_maps
from core.maps.projection import method_named
from core.maps.stored import map_line
from core.progress import reporting
from detection.cli_errors import reported_errors

app = typer.Typer()

ProgressFile = Annotated[Path | None, typer.Option("--progress", help="File that a dashboard reads.", hidden=True)]


@app.command("build")
def build_command(
    catalog: Annotated[str, typer.Option(help="Name of a catalogue: python -m core catalogs")],
    encoder: Annotated[
        list[str] | None, typer.Option(help="Name of an encoder, may be given again: python -m core encoders")
    ] = None,
    maps: Annotated[
        list[str] | None, typer.Option("--map", help="Make a map of it too: umap, tsne or pca; may be given again.")
    ] = None,
    force: Annotated[
        bool, typer.Option(help="Build anew even what is there and sound; with --map, the maps only.")
    ] = False,
    progress: ProgressFile = None,
) -> None:
    """Encode a catalogue, so that it can be searched. Stopped half-way, the same command goes on where it stood."""
    _stop_cleanly()
    with reported_errors(), reporting(f"build {catalog}", progress) as reporter:
        methods = [method_named(text) for text in maps or []]
        for name in encoder or [settings.DEFAULT_ENCODER]:
            gallery = build(catalog, name, reporter, is_forced=force and not methods)
            left_out = gallery.manifest.settings["left_out"]
            typer.echo(
                f"{catalog} by {name}: {len(gallery)} items, {gallery.embeddings.nbytes / 1e6:.0f} MB"
                + (f", {len(left_out)} left out: {', '.join(left_out[:5])}" if left_out else ""),
                err=True,
            )
            for made in build_maps(gallery, methods, reporter, is_forced=force):
                typer.echo(map_line(made), err=True)


@app.command()
def prepare() -> None:
    """Build what the demonstration needs and is missing; seconds when nothing is."""
    _stop_cleanly()
    with reported_errors(), reporting("prepare", None) as reporter:
        for name in demo_catalogs():
            gallery = build(name, settings.DEFAULT_ENCODER, reporter)
            typer.echo(f"{name}: {len(gallery)} items are ready to be searched.", err=True)


def _stop_cleanly() -> None:
    """A stop from the dashboard is the same as Ctrl-C: the partial build stays and is gone on with."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
