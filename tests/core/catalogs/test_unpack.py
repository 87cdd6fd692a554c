"""Archives that somebody may have prepared: every one is refused, and nothing lands outside of the folder."""

import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.catalogs.unpack import UnpackError, unpack_zip

Members = list[tuple[str | zipfile.ZipInfo, bytes]]


def _archive(path: Path, members: Members, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def _special(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def _everything(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file() or path.is_symlink()}


def test_unpacks_below_the_target_without_the_leading_folder(tmp_path: Path) -> None:
    members: Members = [
        ("set-master/", b""),
        ("set-master/train/hat/ä b.jpg", b"one"),
        ("set-master/README.md", b"two"),
    ]
    archive = _archive(tmp_path / "a.zip", members)
    calls: list[tuple[int, int]] = []
    count = unpack_zip(archive, tmp_path / "out", strip=1, on_progress=lambda *call: calls.append(call))
    assert count == 2
    assert (tmp_path / "out/train/hat/ä b.jpg").read_bytes() == b"one"
    assert _everything(tmp_path / "out") == {"train/hat/ä b.jpg", "README.md"}
    assert calls[-1] == (6, 6)


@pytest.mark.parametrize(
    "name",
    [
        "../outside.txt",
        "set/../../outside.txt",
        "/etc/outside.txt",
        "set//outside.txt",
        "set/./outside.txt",
        "C:/outside.txt",
        "set\\..\\outside.txt",
        "set/new\nline.txt",
        "..",
    ],
)
def test_a_path_that_leaves_the_folder_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    archive = _archive(tmp_path / "a.zip", [("set/fine.txt", b"fine"), (name, b"hostile")])
    before = _everything(tmp_path)
    with pytest.raises(UnpackError, match="leaves its folder or is no plain path"):
        unpack_zip(archive, tmp_path / "in" / "out", strip=0)
    assert _everything(tmp_path) == before


def test_a_name_cut_by_a_nul_is_refused(tmp_path: Path) -> None:
    archive = _archive(tmp_path / "a.zip", [("set/fine.txtXevil", b"fine")])
    archive.write_bytes(archive.read_bytes().replace(b"fine.txtXevil", b"fine.txt\0evil"))
    with pytest.raises(UnpackError, match="no plain path"):
        unpack_zip(archive, tmp_path / "out")


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_are_refused(tmp_path: Path, kind: int) -> None:
    archive = _archive(tmp_path / "a.zip", [(_special("set/link", kind | 0o777), b"/etc/passwd")])
    with pytest.raises(UnpackError, match="link or device"):
        unpack_zip(archive, tmp_path / "out")
    assert _everything(tmp_path) == {"a.zip"}


@pytest.mark.parametrize("names", [("set/a.txt", "set/a.txt"), ("set/a.txt", "set/A.TXT")])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_path_twice_is_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    archive = _archive(tmp_path / "a.zip", [(name, b"x") for name in names])
    with pytest.raises(UnpackError, match="twice"):
        unpack_zip(archive, tmp_path / "out")


@pytest.mark.parametrize("names", [("set/a", "set/a/b"), ("set/a/b", "set/a")])
def test_a_path_that_is_file_and_folder_is_refused(tmp_path: Path, names: tuple[str, str]) -> None:
    archive = _archive(tmp_path / "a.zip", [(name, b"x") for name in names])
    with pytest.raises(UnpackError, match="as a file and as a folder"):
        unpack_zip(archive, tmp_path / "out")


def test_too_many_or_too_large_is_refused(tmp_path: Path) -> None:
    archive = _archive(tmp_path / "a.zip", [(f"set/{number}", bytes(100_000)) for number in range(5)])
    with pytest.raises(UnpackError, match="at most 4 files"):
        unpack_zip(archive, tmp_path / "out", max_files=4)
    with pytest.raises(UnpackError, match="unpacked, but the archive has more"):
        unpack_zip(archive, tmp_path / "out", max_bytes=499_999)
    assert _everything(tmp_path) == {"a.zip"}
    assert unpack_zip(archive, tmp_path / "out", max_bytes=500_000) == 5


def _claim_less(content: bytes) -> bytes:
    """The central directory says that the first file has 10 bytes unpacked."""
    place = content.index(b"PK\x01\x02") + 24
    return content[:place] + struct.pack("<I", 10) + content[place + 4 :]


def _flip_a_byte(content: bytes) -> bytes:
    place = content.index(b"set/0") + 5 + 40
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


def _encrypt(content: bytes) -> bytes:
    place = content.index(b"PK\x01\x02") + 8
    return content[:place] + b"\x01\x00" + content[place + 2 :]


def _unknown_method(content: bytes) -> bytes:
    place = content.index(b"PK\x01\x02") + 10
    return content[:place] + struct.pack("<H", 99) + content[place + 2 :]


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    "damage",
    [
        _claim_less,
        _flip_a_byte,
        _encrypt,
        _unknown_method,
        lambda content: content[:-40],
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"<html>not found</html>",
    ],
)
def test_a_damaged_archive_is_refused(tmp_path: Path, compression: int, damage: Callable[[bytes], bytes]) -> None:
    content = b"".join(struct.pack("<I", number * 2654435761 % 2**32) for number in range(2000))
    archive = _archive(tmp_path / "a.zip", [("set/0", content), ("set/1", content)], compression)
    archive.write_bytes(damage(archive.read_bytes()))
    with pytest.raises(UnpackError):
        unpack_zip(archive, tmp_path / "out")


def test_an_archive_without_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnpackError, match="holds none"):
        unpack_zip(_archive(tmp_path / "a.zip", [("set/", b""), ("top.txt", b"x")]), tmp_path / "out", strip=1)
