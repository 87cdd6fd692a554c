"""Built files with a manifest: written so that a crash leaves the old set or the new one, checked when loaded."""

import json
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

from core.files import is_plain_name, sha256_of, sync, write_text_atomically

Read = TypeVar("Read")
MANIFEST = "manifest.json"
FORMAT = 1
# Files that no manifest names and that are older than this were left by a build that was killed.
ABANDONED_AFTER_S = 3600
LIBRARIES = (
    "torch",
    "torchvision",
    "openvino",
    "faiss-cpu",
    "timm",
    "ultralytics",
    "numpy",
    "pandas",
    "pillow",
    "umap-learn",
    "openTSNE",
    "scikit-learn",
)


class ArtifactError(ValueError):
    """A built file is missing, damaged or of another kind. The message names the command that rebuilds it."""


@dataclass(frozen=True)
class Manifest:
    """The record of how a set of files was built, and of what they must contain.

    Attributes:
        kind: What it is, such as "gallery" or "encoder".
        format: Version of the layout; another one is refused.
        created: UTC, ISO 8601.
        settings: What it was built from and with; JSON values only.
        files: Role -> file name in the folder of the manifest.
        sha256: Role -> SHA-256 of that file, hex.
        libraries: Distribution -> version.
    """

    kind: str
    format: int
    created: str
    settings: dict[str, Any]
    files: dict[str, str]
    sha256: dict[str, str]
    libraries: dict[str, str]


def publish(
    folder: Path, kind: str, settings: Mapping[str, Any], writers: Mapping[str, Callable[[Path], None]]
) -> Manifest:
    """Write a new generation of files and, last, the manifest that points to them.

    Every file gets a name of its own generation, so a reader sees the old set until `manifest.json` is replaced,
    in one step; only then is the previous generation removed.

    Args:
        folder: Made if absent.
        kind: The manifest's kind.
        settings: JSON values.
        writers: File name such as "embeddings.npy" -> function that writes it to the path it is given.

    Returns:
        The manifest as written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    generation = uuid.uuid4().hex[:12]
    files, digests = {}, {}
    for name, write in writers.items():
        stem, suffix = name.split(".", 1)
        path = folder / f"{stem}-{generation}.{suffix}"
        write(path)
        sync(path)
        files[name], digests[name] = path.name, sha256_of(path)
    created = datetime.now(UTC).isoformat(timespec="seconds")
    manifest = Manifest(kind, FORMAT, created, dict(settings), files, digests, _library_versions())
    replaced = _named_files(folder)
    write_text_atomically(folder / MANIFEST, json.dumps(asdict(manifest), indent=1, sort_keys=True))
    _remove_other_generations(folder, set(files.values()), replaced)
    return manifest


def load_manifest(folder: Path, kind: str, *, rebuild: str) -> Manifest:
    """The checked manifest of a folder: every file is there and has the SHA-256 it was written with.

    Args:
        folder: Where `publish` wrote.
        kind: The kind that is expected.
        rebuild: The command that builds it anew, for messages.

    Raises:
        ArtifactError: Missing, damaged, or of another kind or format.
    """
    while True:
        manifest = read_manifest(folder, kind, rebuild=rebuild)
        problem = _problem_of_files(folder, manifest)
        if problem is None:
            return manifest
        # A build may have replaced the set between the two looks; then the new one is whole.
        if read_manifest(folder, kind, rebuild=rebuild) == manifest:
            raise ArtifactError(f"{kind} in {folder}: {problem}. Build it again: {rebuild}")


def read_published(folder: Path, kind: str, read: Callable[[Manifest], Read], *, rebuild: str) -> Read:
    """What `read` makes of a folder's checked manifest; read anew where a build replaced the set meanwhile.

    Raises:
        ArtifactError: As `load_manifest`, or as `read` does.
    """
    while True:
        manifest = load_manifest(folder, kind, rebuild=rebuild)
        try:
            return read(manifest)
        except (ArtifactError, OSError):
            if read_manifest(folder, kind, rebuild=rebuild) == manifest:
                raise


def read_manifest(folder: Path, kind: str, *, rebuild: str) -> Manifest:
    """The manifest alone, its files not looked at; quick. Raises ArtifactError like `load_manifest`."""
    path = folder / MANIFEST
    if not path.is_file():
        raise ArtifactError(f"expected a built {kind} in {folder}, but there is none. Build it: {rebuild}")
    return _parse(path, kind, rebuild)


def _parse(path: Path, kind: str, rebuild: str) -> Manifest:
    try:
        manifest = Manifest(**json.loads(path.read_text(encoding="utf-8")))
        found = (manifest.kind, manifest.format)
        texts = (*manifest.files.values(), *manifest.sha256.values())
        if not isinstance(manifest.settings, dict) or not all(isinstance(text, str) for text in texts):
            raise TypeError("its entries are of the wrong kind")
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise ArtifactError(f"{path} is damaged ({error}). Build it again: {rebuild}") from error
    if found != (kind, FORMAT):
        raise ArtifactError(
            f"{path}: expected a {kind} of format {FORMAT}, but got {found[0]!r} of format {found[1]!r}. "
            f"Build it again: {rebuild}"
        )
    return manifest


def _problem_of_files(folder: Path, manifest: Manifest) -> str | None:
    for name, file in manifest.files.items():
        try:
            if not is_plain_name(file) or sha256_of(folder / file) != manifest.sha256.get(name):
                return f"{name} is damaged (its SHA-256 differs)"
        except OSError:
            return f"{name} is missing"
    return None


def _named_files(folder: Path) -> set[str]:
    """The files that the manifest in a folder names; none where it cannot be read."""
    try:
        return set(json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"].values())
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return set()


def _remove_other_generations(folder: Path, kept: set[str], replaced: set[str]) -> None:
    # What is young and in no manifest may be the work of another process that publishes here now.
    abandoned = time.time() - ABANDONED_AFTER_S
    for path in folder.iterdir():
        if not path.is_file() or path.name == MANIFEST or path.name in kept:
            continue
        with suppress(FileNotFoundError):
            if path.name in replaced or path.stat().st_mtime < abandoned:
                path.unlink()


def _library_versions() -> dict[str, str]:
    versions = {}
    for name in LIBRARIES:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return versions
