"""Zip archives from the network, unpacked so that nothing can leave its folder or fill the disk."""

import stat
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from core.catalogs.catalog import OnProgress

MAX_FILES = 500_000
MAX_BYTES = 8_000_000_000
BLOCK = 1 << 20


class UnpackError(ValueError):
    """An archive is damaged or not to be trusted. The message says what was found and what to do."""


@dataclass(frozen=True)
class _Member:
    info: zipfile.ZipInfo
    path: str  # relative to the target folder, posix, checked


def unpack_zip(
    archive: Path,
    target: Path,
    *,
    strip: int = 0,
    on_progress: OnProgress | None = None,
    max_files: int = MAX_FILES,
    max_bytes: int = MAX_BYTES,
) -> int:
    """Unpack an archive into a folder. Every name is checked before the first byte is written.

    Args:
        archive: A zip file.
        target: Made if absent; the caller throws it away when this fails, and renames it when it is complete.
        strip: Leading folders of the archive's paths to drop; what lies above them is left out.
        on_progress: Called with (bytes written, bytes in all).
        max_files: More members are refused.
        max_bytes: More unpacked bytes are refused, whatever the archive claims.

    Returns:
        Number of files written.

    Raises:
        UnpackError: Damaged, encrypted, too large, or with a link, a path that leaves or one twice.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _checked_members(opened.infolist(), strip, max_files, max_bytes)
            total = sum(member.info.file_size for member in members)
            written = 0
            for member in members:
                written += _write(opened, member, target, max_bytes - written)
                if on_progress:
                    on_progress(written, total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnpackError(f"expected a whole zip archive, but {archive.name} is damaged ({error}).") from error
    return len(members)


def _checked_members(infos: list[zipfile.ZipInfo], strip: int, max_files: int, max_bytes: int) -> list[_Member]:
    if len(infos) > max_files:
        raise UnpackError(f"expected at most {max_files} files in the archive, but it has {len(infos)}.")
    if sum(info.file_size for info in infos) > max_bytes:
        raise UnpackError(f"expected at most {max_bytes / 1e9:.1f} GB unpacked, but the archive has more.")
    members: list[_Member] = []
    seen: set[str] = set()
    for info in infos:
        _refuse_special(info)
        parts = _checked_parts(info)[strip:]
        if info.is_dir() or not parts:
            continue
        path = "/".join(parts)
        # Some file systems hold names of another case to be the same.
        if path.casefold() in seen:
            raise UnpackError(f"the archive holds {path!r} twice.")
        seen.add(path.casefold())
        members.append(_Member(info, path))
    if not members:
        raise UnpackError("expected files in the archive, but it holds none.")
    return members


def _refuse_special(info: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UnpackError(f"the archive holds a link or device, {info.filename!r}, which is not unpacked.")
    if info.flag_bits & 0x1:
        raise UnpackError(f"expected an open archive, but {info.filename!r} is encrypted.")


def _checked_parts(info: zipfile.ZipInfo) -> list[str]:
    # `orig_filename` is what the archive says; zipfile itself cuts the other one at a NUL.
    name = info.orig_filename
    parts = name.rstrip("/").split("/")
    is_odd = any(part in ("", ".", "..") or ":" in part for part in parts)
    if is_odd or "\\" in name or any(ord(letter) < 32 or ord(letter) == 127 for letter in name):
        raise UnpackError(f"the archive holds the path {name!r}, which leaves its folder or is no plain path.")
    return parts


def _write(opened: zipfile.ZipFile, member: _Member, target: Path, room: int) -> int:
    """Bytes written. Reading to the end compares the CRC-32, so a damaged member is found here."""
    path = target / member.path
    written = 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(member.info) as source, path.open("xb") as sink:
            while block := source.read(BLOCK):
                written += len(block)
                if written > room:
                    raise UnpackError("the archive unpacks to more than it claims.")
                sink.write(block)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        raise UnpackError(f"the archive holds {member.path!r} as a file and as a folder.") from error
    return written
