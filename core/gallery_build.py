"""Building a gallery: every item encoded, in steps that a stopped build goes on from, published with a manifest."""

import hashlib
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

from core import artifacts, settings
from core.artifacts import ArtifactError
from core.catalogs.catalog import Catalog, OnProgress
from core.encoders.preprocess import to_square
from core.encoders.serving import weights_digest
from core.encoders.spec import Encoder, EncoderSpec
from core.gallery import Gallery, catalog_digest, gallery_folder
from core.items import item_pixels
from core.one_builder import locked
from detection.images import ImageError

CHUNK = 256
BATCH = 16


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
    with locked(folder, f"the gallery of {catalog.name} by {encoder.spec.name}"):
        partial = _partial_folder(folder, catalog, encoder)
        chunks = list(_encoded_chunks(catalog, encoder, partial, on_progress))
        embeddings = np.concatenate(chunks) if chunks else np.zeros((0, encoder.spec.dim), np.float32)
        is_sound = ~np.isnan(embeddings[:, 0])
        gallery = _publish(folder, catalog, encoder, embeddings, is_sound) if is_sound.any() else None
        shutil.rmtree(partial)
    if gallery is None:
        raise ArtifactError(f"catalogue {catalog.name}: not one of {len(catalog)} pictures could be opened.")
    return gallery


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
