"""Publishing and loading built files: what is damaged, foreign or missing is refused, never half used."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.artifacts import ABANDONED_AFTER_S, MANIFEST, ArtifactError, load_manifest, publish
from core.files import sha256_of

REBUILD = "python -m core build --catalog tiny"
CONTENT = {"vectors.npy": b"\x00\x01\x02" * 50, "items.tar.gz": b"rows"}


def published(folder: Path, content: dict[str, bytes] = CONTENT) -> None:
    writers = {name: writer(data) for name, data in content.items()}
    publish(folder, "gallery", {"dim": 3, "name": "Ärmel"}, writers)


def writer(data: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


def read(folder: Path) -> dict[str, bytes]:
    manifest = load_manifest(folder, "gallery", rebuild=REBUILD)
    return {name: (folder / file).read_bytes() for name, file in manifest.files.items()}


def refusal(folder: Path, kind: str = "gallery") -> str:
    with pytest.raises(ArtifactError) as caught:
        load_manifest(folder, kind, rebuild=REBUILD)
    assert REBUILD in str(caught.value)
    return str(caught.value)


def rewrite(folder: Path, **changes: object) -> None:
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_what_is_published_is_what_is_loaded(tmp_path: Path) -> None:
    folder = tmp_path / "made" / "on the way"
    published(folder)
    manifest = load_manifest(folder, "gallery", rebuild=REBUILD)
    assert read(folder) == CONTENT
    assert manifest.settings == {"dim": 3, "name": "Ärmel"}
    assert manifest.kind == "gallery"
    assert manifest.libraries["numpy"]
    assert {sha256_of(folder / file) for file in manifest.files.values()} == set(manifest.sha256.values())
    assert manifest.created.endswith("+00:00")


def test_a_new_generation_replaces_the_old_one_and_nothing_else_stays(tmp_path: Path) -> None:
    published(tmp_path)
    old = set(load_manifest(tmp_path, "gallery", rebuild=REBUILD).files.values())
    left_by_a_crash = tmp_path / "vectors-0123.npy"
    left_by_a_crash.write_bytes(b"half")
    os.utime(left_by_a_crash, (0, time.time() - 2 * ABANDONED_AFTER_S))
    published(tmp_path, {"vectors.npy": b"new"})
    assert read(tmp_path) == {"vectors.npy": b"new"}
    assert {path.name for path in tmp_path.iterdir()}.isdisjoint(old)
    assert len(list(tmp_path.iterdir())) == 2


def test_the_unfinished_work_of_another_builder_is_left_alone(tmp_path: Path) -> None:
    def interrupted(path: Path) -> None:
        path.write_bytes(b"slow")
        published(tmp_path)  # another process builds the same meanwhile
        assert read(tmp_path) == CONTENT

    publish(tmp_path, "gallery", {}, {"vectors.npy": interrupted})
    assert read(tmp_path) == {"vectors.npy": b"slow"}


def test_nothing_built_is_an_error_that_says_how_to_build(tmp_path: Path) -> None:
    assert "there is none" in refusal(tmp_path)
    assert "there is none" in refusal(tmp_path / "no such folder")


@pytest.mark.parametrize("position", [0, 1, -1])
@pytest.mark.parametrize("name", CONTENT)
def test_one_flipped_bit_is_noticed(tmp_path: Path, name: str, position: int) -> None:
    published(tmp_path)
    path = tmp_path / load_manifest(tmp_path, "gallery", rebuild=REBUILD).files[name]
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)
    assert name in refusal(tmp_path)


@pytest.mark.parametrize("name", CONTENT)
@pytest.mark.parametrize("change", ["cut", "emptied", "lengthened", "removed", "a folder"])
def test_every_other_damage_is_noticed(tmp_path: Path, name: str, change: str) -> None:
    published(tmp_path)
    path = tmp_path / load_manifest(tmp_path, "gallery", rebuild=REBUILD).files[name]
    data = path.read_bytes()
    path.unlink()
    if change == "a folder":
        path.mkdir()
    elif change != "removed":
        path.write_bytes({"cut": data[:-1], "emptied": b"", "lengthened": data + b"\0"}[change])
    assert name in refusal(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "3",
        '"text"',
        "{}",
        '{"kind": "gallery"}',
        "[" * 100_000,
        "\x00",
        '{"kind": NaN}',
    ],
    ids=["empty", "cut", "null", "list", "number", "text", "object", "partial", "deep", "null byte", "nan"],
)
def test_a_manifest_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    published(tmp_path)
    (tmp_path / MANIFEST).write_text(text)
    refusal(tmp_path)


def test_a_manifest_in_another_encoding_is_refused(tmp_path: Path) -> None:
    published(tmp_path)
    (tmp_path / MANIFEST).write_bytes(b"\xff\xfe\x00")
    refusal(tmp_path)


def test_every_cut_of_a_manifest_is_refused(tmp_path: Path) -> None:
    published(tmp_path)
    whole = (tmp_path / MANIFEST).read_text()
    for length in range(0, len(whole) - 1, 7):
        (tmp_path / MANIFEST).write_text(whole[:length])
        refusal(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "encoder"},
        {"format": 2},
        {"format": "1"},
        {"kind": None},
        {"files": ["vectors.npy"]},
        {"files": {"vectors.npy": 3}},
        {"files": None},
        {"sha256": None},
        {"sha256": {}},
        {"sha256": {"vectors.npy": 1}},
        {"settings": []},
        {"settings": None},
        {"surplus": 1},
    ],
    ids=str,
)
def test_a_foreign_manifest_is_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    published(tmp_path)
    rewrite(tmp_path, **changes)
    refusal(tmp_path)


@pytest.mark.parametrize(
    "trick", ["../outside.npy", "/etc/hostname", "..", ".", "", "sub/inside.npy", "a\0b", "..\\x", "x" * 5000]
)
def test_a_manifest_cannot_point_out_of_its_folder(tmp_path: Path, trick: str) -> None:
    folder = tmp_path / "gallery"
    published(folder)
    outside = tmp_path / "outside.npy"
    outside.write_bytes(b"outside")
    (folder / "sub").mkdir()
    (folder / "sub" / "inside.npy").write_bytes(b"outside")
    rewrite(folder, files={"vectors.npy": trick}, sha256={"vectors.npy": sha256_of(outside)})
    refusal(folder)


def test_a_folder_with_files_of_other_kinds_loses_none_it_did_not_write_below(tmp_path: Path) -> None:
    below = tmp_path / "partial-0123"
    below.mkdir()
    (below / "chunk.npy").write_bytes(b"work")
    published(tmp_path)
    assert (below / "chunk.npy").read_bytes() == b"work"


def test_a_writer_that_fails_leaves_the_old_set(tmp_path: Path) -> None:
    published(tmp_path)

    def fails(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        publish(tmp_path, "gallery", {}, {"vectors.npy": writer(b"new"), "items.tar.gz": fails})
    assert read(tmp_path) == CONTENT
