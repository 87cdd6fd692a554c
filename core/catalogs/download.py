"""Public data sets fetched into the data root: resumed, checked, unpacked aside and moved to their place."""

import errno
import fcntl
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from core import settings
from core.catalogs.catalog import CatalogSpec, OnProgress
from core.catalogs.fetch import DownloadError, fetch_archive, forget_part
from core.catalogs.registry import catalog_folder, ignore_progress
from core.catalogs.unpack import UnpackError, unpack_zip

OnStage = Callable[[str], OnProgress]


def download_catalog(spec: CatalogSpec, *, on_stage: OnStage | None = None) -> Path:
    """The folder of a catalogue, fetched from its publisher if it is not there yet.

    The archive grows as `<folder>.zip.part` in the data root; the same call after a break goes on from there,
    where the server allows it. The catalogue's folder appears only when it is complete.

    Args:
        spec: A catalogue with `archives`.
        on_stage: Called with the name of each step; what that returns, with (bytes done, in all).

    Raises:
        DownloadError: Not to be had, offline, another archive than expected, or no room or right to write.
    """
    present = catalog_folder(spec)
    if present is not None:
        return present
    if not spec.archives:
        page = f" Get it from {spec.page} and put it there: {spec.layout}." if spec.page else ""
        raise DownloadError(f"catalogue {spec.name}: its publisher has no archive to be fetched without asking.{page}")
    root = settings.data_root()
    with _writing_in(root):
        root.mkdir(parents=True, exist_ok=True)
        with _only_one(root / f"{spec.folder}.zip.part"):
            return _fetch_whole(spec, root / spec.folder, on_stage or (lambda name: ignore_progress))


def _fetch_whole(spec: CatalogSpec, target: Path, on_stage: OnStage) -> Path:
    root = target.parent
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise DownloadError(f"expected nothing or {spec.layout} in {target}, but other files lie there. Move them.")
    for stale in root.glob(f".{spec.folder}.unpacking-*"):  # of a process that was killed
        shutil.rmtree(stale)
    staging = root / f".{spec.folder}.unpacking-{uuid.uuid4().hex[:8]}"
    try:
        parts = [_fetch_and_unpack(spec, number, staging, on_stage) for number in range(len(spec.archives))]
        if next(staging.glob(spec.marker), None) is None:
            raise DownloadError(f"expected {spec.layout} in the archive, but it looks different now: {spec.page}")
        if target.exists():
            target.rmdir()
        staging.rename(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    for part in parts:
        forget_part(part)
    return target


def _fetch_and_unpack(spec: CatalogSpec, number: int, staging: Path, on_stage: OnStage) -> Path:
    archive = spec.archives[number]
    suffix = f"-{number}" if number else ""
    part = staging.parent / f"{spec.folder}{suffix}.zip.part"
    fetch_archive(archive, part, on_progress=on_stage(f"Fetch {spec.name}"))
    try:
        unpack_zip(part, staging / archive.target, strip=archive.strip, on_progress=on_stage(f"Unpack {spec.name}"))
    except UnpackError as error:
        forget_part(part)
        raise DownloadError(f"{archive.url}: {error} It was thrown away: run the command again.") from error
    return part


@contextmanager
def _only_one(part: Path) -> Iterator[None]:
    with part.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DownloadError(f"{part.name} is being fetched by another process already.") from error
        try:
            yield
        finally:
            if part.exists() and part.stat().st_size == 0:
                part.unlink()  # nothing came


@contextmanager
def _writing_in(root: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if isinstance(error, requests.RequestException):
            raise
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise DownloadError(f"{root} cannot be written to. Set DRAPE_DATA to a folder of yours.") from error
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DownloadError(f"the disk of {root} is full. Make room and run the command again.") from error
        raise
