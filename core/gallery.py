"""A catalogue seen by an encoder: its embeddings, built in resumable steps, stored with a manifest, checked at load."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import artifacts, settings
from core.artifacts import ArtifactError
from core.catalogs.catalog import BOX_COLUMNS, Catalog
from core.catalogs.pictures import item_box, item_photo
from core.catalogs.registry import CATALOGS
from core.encoders.preprocess import to_square
from core.encoders.serving import weights_digest
from core.encoders.spec import Encoder, EncoderSpec
from detection.crops import crop_box
from detection.images import ImageError

CHUNK = 256
BATCH = 16
OnProgress = Callable[[int, int], None]


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


def build_gallery(catalog: Catalog, encoder: Encoder, *, on_progress: OnProgress | None = None) -> Gallery:
    """Encode every item and publish the result; a build that was stopped goes on where it stood.

    Args:
        catalog: Its items' pictures, or the insides of their boxes where its spec says so, are encoded.
        encoder: Loaded.
        on_progress: Called with (items done, items in all).

    Raises:
        ArtifactError: Not one picture could be opened, or another process builds the same.
    """
    folder = gallery_folder(catalog.name, encoder.spec.name)
    with artifacts.locked(folder, f"the gallery of {catalog.name} by {encoder.spec.name}"):
        partial = _partial_folder(folder, catalog, encoder)
        chunks = list(_encoded_chunks(catalog, encoder, partial, on_progress))
        embeddings = np.concatenate(chunks) if chunks else np.zeros((0, encoder.spec.dim), np.float32)
        is_sound = ~np.isnan(embeddings[:, 0])
        gallery = _publish(folder, catalog, encoder, embeddings, is_sound) if is_sound.any() else None
        shutil.rmtree(partial)
    if gallery is None:
        raise ArtifactError(f"catalogue {catalog.name}: not one of {len(catalog)} pictures could be opened.")
    return gallery


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
    digest.update(_crop_rule(catalog).encode())
    return digest.hexdigest()[:16]


def _bytes_of(path: Path) -> int:
    """A picture that was drawn or saved anew nearly always has another size; -1 if it is gone."""
    try:
        return path.stat().st_size
    except OSError:
        return -1


def item_pixels(catalog: Catalog, row: int, *, max_side: int) -> np.ndarray:
    """What stands for an item, (h, w, 3) uint8 RGB: its picture, or the inside of its box if its catalogue says so.

    Raises:
        ImageError: The picture cannot be opened.
    """
    box = item_box(catalog, row) if _crop_rule(catalog) == "truth" else None
    # A crop is a small part of the picture: decode more of it.
    photo = item_photo(catalog, row, max_side=max_side if box is None else 4 * max_side)
    if box is None:
        return photo.pixels
    height, width = photo.pixels.shape[:2]
    try:
        x1, y1, x2, y2 = crop_box(box / photo.scale, (width, height), padding=settings.CROP_PADDING)
    except ValueError as error:
        raise ImageError(f"expected a box inside the picture of item {row}, but {error}.") from error
    return photo.pixels[y1:y2, x1:x2]


def _partial_folder(folder: Path, catalog: Catalog, encoder: Encoder) -> Path:
    """Where finished chunks of this very build are kept; those of builds that are out of date are removed."""
    partial = folder / f"partial-{_build_key(catalog, encoder)}"
    partial.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob("partial-*"):
        if stale != partial:
            shutil.rmtree(stale)
    return partial


def _publish(folder: Path, catalog: Catalog, encoder: Encoder, embeddings: np.ndarray, is_sound: np.ndarray) -> Gallery:
    item_ids = catalog.items["item_id"].to_numpy(str)
    kept, kept_ids = embeddings[is_sound], item_ids[is_sound]
    facts = {
        "catalog": catalog.name,
        "encoder": encoder.spec.name,
        "catalog_digest": catalog_digest(catalog),
        "weights": weights_digest(encoder.spec),
        "runtime": encoder.runtime,
        "precision": encoder.precision,
        "dim": encoder.spec.dim,
        "count": len(kept),
        "left_out": item_ids[~is_sound].tolist(),
    }
    manifest = artifacts.publish(
        folder,
        "gallery",
        facts,
        {
            "embeddings.npy": lambda path: np.save(path, kept, allow_pickle=False),
            "items.parquet": lambda path: pd.DataFrame({"item_id": kept_ids}).to_parquet(path),
        },
    )
    return Gallery(catalog.name, encoder.spec.name, kept_ids, kept, manifest)


def _crop_rule(catalog: Catalog) -> str:
    return CATALOGS[catalog.name].crop if catalog.name in CATALOGS else "none"


def _encoded_chunks(
    catalog: Catalog, encoder: Encoder, partial: Path, on_progress: OnProgress | None
) -> Iterator[np.ndarray]:
    """Embeddings of `CHUNK` items each, NaN where a picture cannot be opened; finished ones are read back."""
    with ThreadPoolExecutor(settings.threads()) as pool:
        for start in range(0, len(catalog), CHUNK):
            stop = min(start + CHUNK, len(catalog))
            path = partial / f"{start:09d}.npy"
            chunk = _finished_chunk(path, (stop - start, encoder.spec.dim))
            if chunk is None:
                squares = list(pool.map(lambda row: _square(catalog, row, encoder.spec), range(start, stop)))
                chunk = _encode_present(squares, encoder)
                part = path.with_suffix(".part")
                with part.open("wb") as file:
                    np.save(file, chunk, allow_pickle=False)
                part.replace(path)
            if on_progress:
                on_progress(stop, len(catalog))
            yield chunk


def _finished_chunk(path: Path, shape: tuple[int, int]) -> np.ndarray | None:
    """A chunk that an earlier, stopped build left; None without one, or where a power cut spoilt it."""
    try:
        chunk = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return chunk if chunk.shape == shape and chunk.dtype == np.float32 else None


def _square(catalog: Catalog, row: int, spec: EncoderSpec) -> np.ndarray | None:
    try:
        return to_square(item_pixels(catalog, row, max_side=spec.side_px), spec)
    except ImageError:
        return None


def _encode_present(squares: list[np.ndarray | None], encoder: Encoder) -> np.ndarray:
    embeddings = np.full((len(squares), encoder.spec.dim), np.nan, np.float32)
    present = [(row, square) for row, square in enumerate(squares) if square is not None]
    for start in range(0, len(present), BATCH):
        rows, batch = zip(*present[start : start + BATCH], strict=True)
        embeddings[list(rows)] = encoder.encode_squares(np.stack(batch))
    return embeddings


def _build_key(catalog: Catalog, encoder: Encoder) -> str:
    parts = (catalog_digest(catalog), weights_digest(encoder.spec), encoder.runtime, encoder.precision, str(CHUNK))
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]
