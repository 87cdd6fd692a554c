"""One builder at a time in a folder of built files; what is there already is not built again."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.artifacts import ArtifactError, Manifest, load_manifest


@contextmanager
def locked(folder: Path, what: str) -> Iterator[None]:
    """Keep a folder to one builder at a time; the lock goes with the process, however it ends.

    Raises:
        ArtifactError: Another process, or another thread of this one, is building there.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f".{folder.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArtifactError(f"{what} is being built already. Wait until that has ended, or stop it.") from error
        yield


def built_once(folder: Path, kind: str, what: str, build: Callable[[], Manifest]) -> Manifest:
    """The checked manifest of a folder; where there is none, or it is damaged, it is built first.

    Args:
        folder: Where `build` publishes.
        kind: The manifest's kind.
        what: The thing, for messages.
        build: Called under the folder's lock, so that readers of what is there do not keep each other out.

    Raises:
        ArtifactError: It has to be built, and another process is building there.
    """
    rebuild = "it is made again by itself"
    try:
        return load_manifest(folder, kind, rebuild=rebuild)
    except ArtifactError:
        with locked(folder, what):
            try:  # by now another one may have ended
                return load_manifest(folder, kind, rebuild=rebuild)
            except ArtifactError:
                return build()
