"""A catalogue seen by an encoder: its embeddings, stored with a manifest and checked when they are loaded."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import artifacts, settings
from core.artifacts import ArtifactError
from core.catalogs.catalog import BOX_COLUMNS, Catalog
from core.encoders.serving import weights_digest
from core.encoders.spec import EncoderSpec
from core.items import crop_rule


@dataclass(frozen=True)
class Gallery:
    """Embeddings of a catalogue's items; position in both is the gallery row.

    Attributes:
        catalog_name: Of the catalogue.
        encoder_name: Of the encoder.
        item_ids: (n,) str; items whose picture could not be opened are not among them.
        embeddings: (n, dim) float32, unit length.
        manifest: How it was built; its settings name runtime, precision and what was left out.
    """

    catalog_name: str
    encoder_name: str
    item_ids: np.ndarray
    embeddings: np.ndarray
    manifest: artifacts.Manifest

    def __post_init__(self) -> None:
        if self.embeddings.ndim != 2 or len(self.item_ids) != len(self.embeddings):
            raise ValueError(
                f"expected one embedding an item, but got {self.embeddings.shape} for {len(self.item_ids)} items"
            )

    def __len__(self) -> int:
        return len(self.item_ids)


def gallery_folder(catalog_name: str, encoder_name: str) -> Path:
    """Where the embeddings of a catalogue by an encoder lie."""
    return settings.artifacts_root() / "galleries" / catalog_name / encoder_name


def build_command(catalog_name: str, encoder_name: str) -> str:
    """The command that builds a gallery, for messages."""
    return f"python -m core build --catalog {catalog_name} --encoder {encoder_name}"


def is_built(catalog_name: str, encoder_name: str) -> bool:
    """Whether a gallery is there (whether it is sound and current is found out when it is loaded)."""
    return (gallery_folder(catalog_name, encoder_name) / artifacts.MANIFEST).is_file()


def gallery_facts(catalog_name: str, encoder_name: str) -> str | None:
    """When and how a gallery was built, in one line for people; None if it is not there or cannot be read."""
    try:
        manifest = artifacts.read_manifest(
            gallery_folder(catalog_name, encoder_name), "gallery", rebuild=build_command(catalog_name, encoder_name)
        )
    except ArtifactError:
        return None
    facts, when = manifest.settings, manifest.created.replace("T", " ")[:16]
    left_out = f", {len(facts['left_out'])} left out" if facts.get("left_out") else ""
    made_by = f"{facts.get('runtime')} {facts.get('precision')}"
    return f"{facts.get('count', 0):,} items{left_out}, {made_by}, built {when} UTC"


def load_gallery(catalog: Catalog, spec: EncoderSpec) -> Gallery:
    """A built gallery, checked against its manifest, the catalogue as it is now and the encoder's weights.

    Raises:
        ArtifactError: Absent, damaged, foreign or out of date; the message names the command that rebuilds.
    """
    rebuild = build_command(catalog.name, spec.name)
    folder = gallery_folder(catalog.name, spec.name)
    return artifacts.read_published(
        folder, "gallery", lambda manifest: _read_gallery(folder, manifest, catalog, spec), rebuild=rebuild
    )


def _read_gallery(folder: Path, manifest: artifacts.Manifest, catalog: Catalog, spec: EncoderSpec) -> Gallery:
    facts, rebuild = manifest.settings, build_command(catalog.name, spec.name)
    for key, now, what in (
        ("catalog_digest", catalog_digest(catalog), "the catalogue has changed since"),
        ("weights", weights_digest(spec), "the encoder's weights or preprocessing have changed since"),
    ):
        if facts.get(key) != now:
            raise ArtifactError(f"gallery of {catalog.name} by {spec.name}: {what}. Build it again: {rebuild}")
    try:
        embeddings = np.load(folder / manifest.files["embeddings.npy"], allow_pickle=False)
        item_ids = pd.read_parquet(folder / manifest.files["items.parquet"])["item_id"].to_numpy(str)
    except (KeyError, OSError, ValueError) as error:
        raise ArtifactError(f"gallery in {folder} cannot be read ({error}). Build it again: {rebuild}") from error
    expected = (facts.get("count"), spec.dim)
    if embeddings.shape != expected or embeddings.dtype != np.float32 or len(item_ids) != len(embeddings):
        raise ArtifactError(
            f"gallery in {folder}: expected {expected} float32 embeddings, but got {embeddings.dtype} "
            f"{embeddings.shape} for {len(item_ids)} items. Build it again: {rebuild}"
        )
    return Gallery(catalog.name, spec.name, item_ids, embeddings, manifest)


def catalog_digest(catalog: Catalog) -> str:
    """What embeddings of a catalogue depend on, 16 hex digits: ids, pictures (name and bytes) and boxes in order."""
    columns = catalog.items[["item_id", "image", *BOX_COLUMNS]]
    digest = hashlib.sha256(pd.util.hash_pandas_object(columns, index=False).to_numpy().tobytes())
    files = columns["image"].str.partition("#")[0].unique()
    digest.update(np.array([_bytes_of(catalog.root / file) for file in files], np.int64).tobytes())
    digest.update(crop_rule(catalog).encode())
    return digest.hexdigest()[:16]


def _bytes_of(path: Path) -> int:
    """A picture that was drawn or saved anew nearly always has another size; -1 if it is gone."""
    try:
        return path.stat().st_size
    except OSError:
        return -1
