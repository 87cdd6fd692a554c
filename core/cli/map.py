"""`python -m core map`: maps as files to keep, and how well a new item's place on a map is found."""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from core import settings
from core.catalogs.catalog import Catalog
from core.catalogs.registry import load_catalog
from core.encoders.registry import encoder_spec
from core.gallery import Gallery, load_gallery
from core.maps.between import MEASURES, compare_neighbourhoods
from core.maps.export import EXPORTS, export_bytes
from core.maps.placing_check import check_placing
from core.maps.projection import method_named
from core.maps.projector import write_projector
from core.maps.stored import load_map
from detection.cli_errors import reported_errors

map_app = typer.Typer(
    help="Maps of embeddings: build them with `python -m core build --map umap`.", no_args_is_help=True
)

CatalogName = Annotated[str, typer.Option("--catalog", help="Name of a catalogue.")]
EncoderName = Annotated[str, typer.Option("--encoder", help="Name of an encoder.")]


@map_app.command("export")
def export_map(
    catalog: CatalogName,
    encoder: EncoderName = settings.DEFAULT_ENCODER,
    method: Annotated[str, typer.Option("--map", help="umap, tsne or pca.")] = "umap",
    kind: Annotated[str, typer.Option("--as", help=f"What to write: {', '.join(EXPORTS)}.")] = "page",
    out: Annotated[Path | None, typer.Option(help="File to write; by default named after the map, here.")] = None,
    projector: Annotated[
        Path | None, typer.Option(help="Folder for the plain files of `tensorboard --logdir FOLDER`, instead.")
    ] = None,
) -> None:
    """Write a built map to a file: a page that opens anywhere, a table, or TensorBoard's projector files."""
    with reported_errors():
        if projector is not None and out is not None:
            raise ValueError("expected a file by --out or a folder by --projector, but got both")
        # Refused before anything is loaded.
        named, encoder_name = method_named(method), encoder_spec(encoder).name
        table = load_catalog(catalog)
        made = load_map(table.name, encoder_name, named)
        if projector is not None:
            for path in write_projector(projector, made, table):
                typer.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB", err=True)
            return
        content = export_bytes(kind, made, table)
        path = out or Path(f"{table.name}-{encoder_name}-{named}{EXPORTS[kind].suffix}")
        path.write_bytes(content)
        typer.echo(f"{path}: {len(content) / 1e6:.1f} MB", err=True)


@map_app.command("placing")
def measure_placing(
    catalog: CatalogName,
    encoder: EncoderName = settings.DEFAULT_ENCODER,
    share: Annotated[float, typer.Option(help="Of the items that are held out.")] = 0.1,
) -> None:
    """Measure how a new item's place is found: a tenth is held out, placed by its neighbours and by UMAP itself."""
    with reported_errors():
        gallery = load_gallery(load_catalog(catalog), encoder_spec(encoder))
        for line in check_placing(gallery.embeddings, share=share).lines():
            typer.echo(line)


@map_app.command("compare")
def compare_encoders(
    catalog: CatalogName,
    encoder: EncoderName,
    other: Annotated[str, typer.Option(help="Name of the encoder to compare it with.")],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")] = False,
) -> None:
    """How far two encoders agree on who is near whom in a catalogue; means over its items."""
    with reported_errors():
        table = load_catalog(catalog)
        galleries = [load_gallery(table, encoder_spec(name)) for name in (encoder, other)]
        spaces = [(gallery.embeddings, _catalog_rows(table, gallery)) for gallery in galleries]
        between = compare_neighbourhoods(*spaces[0], *spaces[1])
        means = {name: round(float(np.nanmean(getattr(between, name))), 6) for name in MEASURES}
        if as_json:
            typer.echo(json.dumps({"catalog": table.name, "encoder": encoder, "other": other, "k": between.k, **means}))
            return
        for name, mean in means.items():
            typer.echo(f"{MEASURES[name]} ({name}): {mean:.3f}")


def _catalog_rows(table: Catalog, gallery: Gallery) -> np.ndarray:
    return np.array([table.row_of(item_id) for item_id in gallery.item_ids], np.int64)
