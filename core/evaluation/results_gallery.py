"""The searched items of stored runs: one file a catalogue, named after its content, as its runs share them."""

import hashlib
import io
import os
import time
import uuid
from contextlib import suppress
from pathlib import Path

import pandas as pd

from core.artifacts import ArtifactError
from core.evaluation.results_tables import write_table
from core.files import sha256_of

# A file that no run names may belong to one that is being published now.
GRACE_S = 60


def publish_gallery(folder: Path, items: pd.DataFrame) -> str:
    """Write the items into a catalogue's folder of results unless they are there; returns their SHA-256, hex."""
    buffer = io.BytesIO()
    write_table(items, buffer)
    content = buffer.getvalue()
    digest = hashlib.sha256(content).hexdigest()
    path = _path(folder, digest)
    folder.mkdir(parents=True, exist_ok=True)
    if path.is_file() and sha256_of(path) == digest:
        os.utime(path)
        return digest
    temporary = folder / f".{path.name}.{uuid.uuid4().hex[:8]}"
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    return digest


def read_gallery(folder: Path, digest: str) -> pd.DataFrame:
    """The items as they were written. Raises ArtifactError where the file is missing or damaged."""
    path = _path(folder, digest)
    if not path.is_file() or sha256_of(path) != digest:
        raise ArtifactError(f"{path.name} is missing or damaged (its SHA-256 differs)")
    return pd.read_parquet(path)


def remove_unnamed_galleries(folder: Path, named: set[str]) -> None:
    """Remove those of a catalogue's folder whose digest no run names any more."""
    kept = {_path(folder, digest).name for digest in named}
    for path in folder.glob("gallery-*.parquet"):
        with suppress(FileNotFoundError):
            if path.name not in kept and path.stat().st_mtime < time.time() - GRACE_S:
                path.unlink()


def _path(folder: Path, digest: str) -> Path:
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ArtifactError(f"expected the SHA-256 of the searched items, but got {digest!r}")
    return folder / f"gallery-{digest[:16]}.parquet"
