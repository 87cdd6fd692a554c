"""Every loader that pages and the HTTP API share; each thing is loaded once a process, read-only."""

import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, TypeVar, TypeVarTuple

import numpy as np

from core import artifacts, settings
from core.catalogs.catalog import Catalog
from core.catalogs.registry import catalog_folder, catalog_spec, load_catalog
from core.catalogs.scan import scan_folder
from core.catalogs.summary import summarize_catalog
from core.encoders.registry import ENCODERS, encoder_spec
from core.encoders.serving import load_encoder
from core.encoders.spec import Encoder
from core.encoders.weights import weights_path
from core.evaluation.per_query import Evaluation
from core.evaluation.results import load_evaluation, load_summary, run_folder
from core.evaluation.summaries import Summary
from core.gallery import catalog_digest, gallery_folder
from core.maps.between import Between, compare_neighbourhoods
from core.maps.projection import Method
from core.maps.stored import Neighbours, load_map, load_neighbours, map_folder, quick_map
from core.pipeline import Detect, live_detector, search_set_of
from core.retrieval import SearchSet
from core.thumbnails import allowed_side, item_thumbnail
from dashboard.map_placed import PlacedMap, placed_map

Key = TypeVarTuple("Key")
R = TypeVar("R")


def _once(max_entries: int) -> Callable[[Callable[[*Key], R]], Callable[[*Key], R]]:
    """Cache a loader; two sessions that ask at the same time load it once."""

    def decorate(load: Callable[[*Key], R]) -> Callable[[*Key], R]:
        cached, lock = lru_cache(max_entries)(load), threading.Lock()

        @wraps(load)
        def loaded(*key: *Key) -> R:
            with lock:
                return cached(*key)

        return loaded

    return decorate


@_once(1)
def detector() -> Detect:
    """The garment detector, warm: the first look at a shape of photo takes several times as long."""
    detect = live_detector()
    detect(np.zeros((900, 600, 3), np.uint8), settings.MIN_CONFIDENCE)
    return detect


@_once(4)
def encoder(name: str) -> Encoder:
    """A loaded encoder, warm."""
    loaded = load_encoder(name)
    loaded.encode_squares(np.zeros((1, 3, loaded.spec.side_px, loaded.spec.side_px), np.uint8))
    return loaded


def catalog(name: str) -> Catalog:
    """A catalogue's table, read again when its files may have changed."""
    return _catalog(name, _stamp(name))


def search_set(catalog_name: str, encoder_name: str) -> SearchSet:
    """A searchable gallery; a rebuilt one is noticed. Raises ArtifactError, CatalogError, EncoderError."""
    manifest = gallery_folder(catalog_name, encoder_name) / artifacts.MANIFEST
    built = manifest.stat().st_mtime_ns if manifest.is_file() else 0
    return _search_set(catalog_name, encoder_name, built, _stamp(catalog_name))


def summary(catalog_name: str) -> dict[str, Any]:
    """What is known of a catalogue, the findings of its scan included; a new scan is noticed."""
    return _summary(catalog_name, _stamp(catalog_name), _scanned(catalog_name))


def digest_of_catalog(name: str) -> str:
    """What embeddings of a catalogue as it is now depend on. Raises CatalogError."""
    return _digest_of_catalog(name, _stamp(name))


def evaluation(catalog_name: str, run: str) -> Evaluation:
    """A stored evaluation; one that was measured anew is noticed. Raises ArtifactError."""
    return _evaluation(catalog_name, run, measured_at(catalog_name, run))


def run_summary(catalog_name: str, run: str) -> Summary:
    """A stored evaluation in short; likewise."""
    return _run_summary(catalog_name, run, measured_at(catalog_name, run))


def measured_at(catalog_name: str, run: str) -> int:
    """Changes when a run is measured anew; 0 if there is none."""
    manifest = run_folder(catalog_name, run) / artifacts.MANIFEST
    return manifest.stat().st_mtime_ns if manifest.is_file() else 0


def embedding_map(catalog_name: str, encoder_name: str, method: Method) -> PlacedMap:
    """A map with the catalogue rows of its points; a PCA that nobody built is made in passing.

    Raises:
        CatalogError, EncoderError, ArtifactError: An unknown name, or a map that is not built or not sound.
    """
    catalog_spec(catalog_name), encoder_spec(encoder_name)  # names come from an address: none becomes a path unchecked
    built = _built(map_folder(catalog_name, encoder_name, method))
    gallery = _built(gallery_folder(catalog_name, encoder_name))
    return _embedding_map(catalog_name, encoder_name, method, built, gallery, _stamp(catalog_name))


def neighbours(catalog_name: str, encoder_name: str) -> Neighbours:
    """The stored neighbours of a gallery's items. Raises ArtifactError."""
    built = _built(map_folder(catalog_name, encoder_name, "neighbours"))
    return _neighbours(catalog_name, encoder_name, built, _built(gallery_folder(catalog_name, encoder_name)))


def between_encoders(catalog_name: str, encoder_name: str, other_name: str) -> Between:
    """How far another encoder agrees on neighbourhoods: some seconds for many items, then kept. Raises as `search_set`.

    Raises:
        ValueError: The two galleries have nothing in common.
    """
    catalog_spec(catalog_name), encoder_spec(encoder_name), encoder_spec(other_name)
    built, other_built = (_built(gallery_folder(catalog_name, name)) for name in (encoder_name, other_name))
    return _between(catalog_name, encoder_name, other_name, built, other_built, _stamp(catalog_name))


@lru_cache(4096)
def thumbnail(catalog_name: str, item_id: str, side_px: int) -> bytes:
    """JPEG bytes of an item. Raises CatalogError, ImageError."""
    table = catalog(catalog_name)
    return item_thumbnail(table, table.row_of(item_id), allowed_side(side_px))


@_once(12)
def _catalog(name: str, stamp: int) -> Catalog:
    return load_catalog(name)


@_once(6)
def _search_set(catalog_name: str, encoder_name: str, built: int, stamp: int) -> SearchSet:
    return search_set_of(_catalog(catalog_name, stamp), encoder_name)


@_once(12)
def _summary(name: str, stamp: int, scanned: int) -> dict[str, Any]:
    return summarize_catalog(_catalog(name, stamp))


@_once(12)
def _digest_of_catalog(name: str, stamp: int) -> str:
    return catalog_digest(_catalog(name, stamp))


@_once(12)
def _evaluation(catalog_name: str, run: str, measured: int) -> Evaluation:
    return load_evaluation(catalog_name, run)


@_once(64)
def _run_summary(catalog_name: str, run: str, measured: int) -> Summary:
    return load_summary(catalog_name, run)


@_once(12)
def _embedding_map(
    catalog_name: str, encoder_name: str, method: Method, built: int, gallery: int, stamp: int
) -> PlacedMap:
    if method == "pca" and not built:
        made = quick_map(search_set(catalog_name, encoder_name).gallery)
    else:
        made = load_map(catalog_name, encoder_name, method)
    return placed_map(made, _catalog(catalog_name, stamp), f"{max(built, gallery) % 10**12:x}")


@_once(6)
def _neighbours(catalog_name: str, encoder_name: str, built: int, gallery: int) -> Neighbours:
    return load_neighbours(catalog_name, encoder_name)


@_once(8)
def _between(
    catalog_name: str, encoder_name: str, other_name: str, built: int, other_built: int, stamp: int
) -> Between:
    own, other = (search_set(catalog_name, name) for name in (encoder_name, other_name))
    return compare_neighbourhoods(
        own.gallery.embeddings, own.catalog_rows, other.gallery.embeddings, other.catalog_rows
    )


def _built(folder: Path) -> int:
    """When an artifact was published; 0 if there is none."""
    manifest = folder / artifacts.MANIFEST
    return manifest.stat().st_mtime_ns if manifest.is_file() else 0


def _scanned(name: str) -> int:
    manifest = scan_folder(name) / artifacts.MANIFEST
    return manifest.stat().st_mtime_ns if manifest.is_file() else 0


def _stamp(name: str) -> int:
    """Changes when pictures are added to a catalogue's folders or its tables are written; quick."""
    folder = catalog_folder(catalog_spec(name))
    if folder is None:
        return 0
    tables = [path for path in folder.iterdir() if path.is_dir() or path.suffix in (".csv", ".json", ".txt")]
    return hash(tuple((path.name, path.stat().st_mtime_ns) for path in sorted([folder, *tables])))


def encoder_names() -> list[str]:
    """The encoders whose weights are on this machine."""
    return [spec.name for spec in ENCODERS.values() if weights_path(spec) is not None]
