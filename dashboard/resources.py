"""Every loader that pages and the HTTP API share; each thing is loaded once a process, read-only."""

import threading
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, TypeVarTuple

import numpy as np

from core import artifacts, settings
from core.catalogs.catalog import Catalog
from core.catalogs.registry import catalog_folder, catalog_spec, load_catalog
from core.catalogs.scan import scan_folder
from core.catalogs.summary import summarize_catalog
from core.encoders.registry import ENCODERS
from core.encoders.serving import load_encoder
from core.encoders.spec import Encoder
from core.encoders.weights import weights_path
from core.gallery import gallery_folder
from core.pipeline import Detect, live_detector, search_set_of
from core.retrieval import SearchSet
from core.thumbnails import allowed_side, item_thumbnail

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
