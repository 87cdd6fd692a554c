"""The map of a gallery: places of its items with what is known of each, stored with a manifest, checked at load."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from core import artifacts, settings
from core.artifacts import ArtifactError
from core.gallery import Gallery, build_command, gallery_folder
from core.maps.clusters import Clusters
from core.maps.projection import TITLES, MapSpec, Method, project

Loaded = TypeVar("Loaded")
POINT_COLUMNS = ("trustworthiness", "continuity", "overlap", "cluster", "strength")
# Neighbourhoods are compared over this many; the same number wherever two are.
K = 15


@dataclass(frozen=True)
class EmbeddingMap:
    """A gallery on a plane; position in all is the gallery row.

    Attributes:
        catalog_name: Of the catalogue.
        encoder_name: Of the encoder.
        spec: How it was made.
        item_ids: (n,) str.
        points: (n, 2) float32, centred, the longer side from -1 to 1.
        measured: n rows of `POINT_COLUMNS`: how well the neighbourhood of each item is kept (in [0, 1]), its cluster
            (-1 for an outlier) and how firmly it belongs to it; without columns on a map that was made in passing.
        facts: Means over all items of the first three, `k`, and how it was made; empty likewise.
    """

    catalog_name: str
    encoder_name: str
    spec: MapSpec
    item_ids: np.ndarray
    points: np.ndarray
    measured: pd.DataFrame
    facts: dict[str, Any]

    def __post_init__(self) -> None:
        if self.points.shape != (len(self.item_ids), 2) or self.points.dtype != np.float32:
            raise ValueError(f"expected ({len(self.item_ids)}, 2) float32 points, but got {self.points.shape}")

    def __len__(self) -> int:
        return len(self.item_ids)

    @property
    def is_measured(self) -> bool:
        """Whether neighbourhoods and clusters are known."""
        return len(self.measured.columns) > 0

    @property
    def clusters(self) -> Clusters:
        """Its clusters; only of a measured map."""
        labels, strength = self.measured["cluster"], self.measured["strength"]
        return Clusters(labels.to_numpy(np.int64), strength.to_numpy(np.float32))


@dataclass(frozen=True)
class Neighbours:
    """The nearest others of each item of a gallery: (n, k) int64 rows, nearest first, and (n, k) float32 cosines."""

    rows: np.ndarray
    scores: np.ndarray

    def __post_init__(self) -> None:
        if self.rows.ndim != 2 or self.rows.shape != self.scores.shape:
            raise ValueError(f"expected rows and scores (n, k), but got {self.rows.shape} and {self.scores.shape}")


def map_folder(catalog_name: str, encoder_name: str, part: Method | str) -> Path:
    """Where a map by a method lies, or with "neighbours" what all maps of a gallery are made from."""
    return settings.artifacts_root() / "maps" / catalog_name / encoder_name / part


def map_command(catalog_name: str, encoder_name: str, method: Method) -> str:
    """The command that builds a map, for messages."""
    return f"{build_command(catalog_name, encoder_name)} --map {method}"


def is_map_built(catalog_name: str, encoder_name: str, method: Method) -> bool:
    """Whether a map is there (whether it is current is found out when it is loaded)."""
    return (map_folder(catalog_name, encoder_name, method) / artifacts.MANIFEST).is_file()


def gallery_key(manifest: artifacts.Manifest) -> str:
    """What a map depends on, 16 hex digits: the embeddings and ids of its gallery."""
    parts = (manifest.sha256.get("embeddings.npy", ""), manifest.sha256.get("items.parquet", ""))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def load_map(catalog_name: str, encoder_name: str, method: Method) -> EmbeddingMap:
    """A built map, checked against its manifest and the gallery as it is now; the gallery is not loaded for it.

    Raises:
        ArtifactError: Absent, damaged or out of date; the message names the command that rebuilds.
    """

    def read(manifest: artifacts.Manifest, folder: Path) -> EmbeddingMap:
        table = pd.read_parquet(folder / manifest.files["points.parquet"])
        points = table[["x", "y"]].to_numpy(np.float32)
        spec = MapSpec(**manifest.settings["spec"])
        measured, facts = table[list(POINT_COLUMNS)], manifest.settings["facts"]
        return EmbeddingMap(catalog_name, encoder_name, spec, table["item_id"].to_numpy(str), points, measured, facts)

    return _load(catalog_name, encoder_name, method, "map", map_command(catalog_name, encoder_name, method), read)


def load_neighbours(catalog_name: str, encoder_name: str) -> Neighbours:
    """The stored neighbours of a gallery's items. Raises ArtifactError like `load_map`."""

    def read(manifest: artifacts.Manifest, folder: Path) -> Neighbours:
        rows = np.load(folder / manifest.files["rows.npy"], allow_pickle=False)
        scores = np.load(folder / manifest.files["scores.npy"], allow_pickle=False)
        return Neighbours(rows.astype(np.int64), scores)

    rebuild = map_command(catalog_name, encoder_name, "umap")
    return _load(catalog_name, encoder_name, "neighbours", "neighbours", rebuild, read)


def map_line(made: EmbeddingMap) -> str:
    """A measured map in one line for people."""
    figures = ", ".join(f"{name} {made.facts[name]:.3f}" for name in ("trustworthiness", "continuity", "overlap"))
    return (
        f"{made.catalog_name} by {made.encoder_name}, {TITLES[made.spec.method]}: {len(made)} items, "
        f"{figures} (of {made.facts['k']} neighbours), {made.clusters.count} clusters"
    )


def quick_map(gallery: Gallery) -> EmbeddingMap:
    """A PCA made in passing, for as long as nothing better is built; nothing is measured on it."""
    spec = MapSpec("pca")
    points = project(gallery.embeddings, spec, np.zeros((len(gallery), 0), np.int64))
    nothing = pd.DataFrame(index=range(len(gallery)))
    return EmbeddingMap(gallery.catalog_name, gallery.encoder_name, spec, gallery.item_ids, points, nothing, {})


def _load(
    catalog_name: str,
    encoder_name: str,
    part: str,
    kind: str,
    rebuild: str,
    read: Callable[[artifacts.Manifest, Path], Loaded],
) -> Loaded:
    gallery_manifest = artifacts.read_manifest(
        gallery_folder(catalog_name, encoder_name), "gallery", rebuild=build_command(catalog_name, encoder_name)
    )
    folder, key = map_folder(catalog_name, encoder_name, part), gallery_key(gallery_manifest)

    def checked(manifest: artifacts.Manifest) -> Loaded:
        if manifest.settings.get("gallery") != key:
            raise ArtifactError(f"{kind} in {folder}: the gallery has been built anew since. Build it again: {rebuild}")
        try:
            return read(manifest, folder)
        except (KeyError, TypeError, ValueError, OSError) as error:
            raise ArtifactError(f"{kind} in {folder} cannot be read ({error}). Build it again: {rebuild}") from error

    return artifacts.read_published(folder, kind, checked, rebuild=rebuild)
