import json
import shutil
from pathlib import Path

import pytest

from detection.artifact import DEFAULT_FOLDER, MANIFEST, DetectorError, read_manifest
from detection.garments import CLASSES
from detection.model import load_detector


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped detector that a test may damage."""
    return shutil.copytree(DEFAULT_FOLDER, tmp_path / "garments")


def edit_manifest(folder: Path, **changes: object) -> None:
    content = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**content, **changes}))


def test_the_shipped_detector_is_whole_and_small() -> None:
    assert read_manifest(DEFAULT_FOLDER).classes == CLASSES
    assert sum(file.stat().st_size for file in DEFAULT_FOLDER.iterdir()) < 35e6
    assert (DEFAULT_FOLDER / "README.md").is_file()


@pytest.mark.parametrize("name", ["garments.xml", "garments.bin", "garments.safetensors"])
def test_a_flipped_byte_or_a_missing_file_is_noticed(folder: Path, name: str) -> None:
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(DetectorError, match=rf"{name} .*python -m detection"):
        load_detector(folder)
    (folder / name).write_bytes(content[:-100])
    with pytest.raises(DetectorError, match=name):
        load_detector(folder)
    (folder / name).unlink()
    with pytest.raises(DetectorError, match=rf"{name} is missing"):
        load_detector(folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b"{}", b'{"format": 1}', b'{"format": 2}', b"[" * 100_000],
)
def test_a_damaged_manifest_is_refused(folder: Path, content: bytes) -> None:
    (folder / MANIFEST).write_bytes(content)
    with pytest.raises(DetectorError, match="python -m detection"):
        load_detector(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 99},
        {"classes": ["person", "dog"]},
        {"classes": 3},
        {"canvas_areas": [10]},
        {"canvas_areas": [10**12]},
        {"canvas_areas": []},
        {"canvas_areas": 5},
        {"max_overlap": 2.0},
        {"max_overlap": "much"},
        {"calibration": [0, 1]},
        {"calibration": [1]},
        {"calibration": "x"},
        {"files": {"../../etc/passwd": "0"}},
        {"files": []},
        {"unknown": 1},
    ],
)
def test_a_foreign_manifest_is_refused(folder: Path, changes: dict[str, object]) -> None:
    edit_manifest(folder, **changes)
    with pytest.raises(DetectorError, match="python -m detection"):
        load_detector(folder)


def test_an_absent_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match=r"manifest\.json is missing"):
        load_detector(tmp_path / "nothing")
    with pytest.raises(ValueError, match="auto, openvino or torch"):
        load_detector(runtime="tensorflow")


def test_a_description_that_does_not_fit_the_weights_is_refused(folder: Path) -> None:
    content = json.loads((folder / MANIFEST).read_text())
    content["architecture"]["head"][0][3][0] = 128
    edit_manifest(folder, architecture=content["architecture"])
    with pytest.raises(DetectorError, match="weights"):
        load_detector(folder, runtime="torch")
    edit_manifest(folder, architecture={"nonsense": 1})
    with pytest.raises(DetectorError, match="weights"):
        load_detector(folder, runtime="torch")
