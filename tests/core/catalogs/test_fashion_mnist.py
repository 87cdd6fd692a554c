import gzip
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from core.catalogs.catalog import CatalogError
from core.catalogs.fashion_mnist import CLASSES, read_idx_pictures
from core.catalogs.pictures import item_box, item_photo
from core.catalogs.protocol import protocol
from core.catalogs.registry import load_catalog
from detection.images import ImageError

COUNTS = {"train": 6, "t10k": 3}


def _pictures(part: str) -> np.ndarray:
    rng = np.random.default_rng(COUNTS[part])
    return rng.integers(0, 256, (COUNTS[part], 28, 28), dtype=np.uint8)


def _write(folder: Path, *, is_zipped: bool, dot: str = "-") -> Path:
    folder.mkdir(parents=True)
    for part, count in COUNTS.items():
        labels = bytes(range(count))
        files = {
            f"{part}-images{dot}idx3-ubyte": struct.pack(">IIII", 2051, count, 28, 28) + _pictures(part).tobytes(),
            f"{part}-labels{dot}idx1-ubyte": struct.pack(">II", 2049, count) + labels,
        }
        for name, content in files.items():
            if is_zipped:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content))
            else:
                (folder / name).write_bytes(content)
    return folder


@pytest.mark.parametrize(
    ("place", "is_zipped", "dot"),
    [("fashion-mnist", True, "-"), ("FashionMNIST/raw", False, "-"), ("fashion-mnist", False, ".")],
)
def test_reads_debians_and_torchvisions_files(data_root: Path, place: str, is_zipped: bool, dot: str) -> None:
    folder = _write(data_root / place, is_zipped=is_zipped, dot=dot)
    catalog = load_catalog("fashion-mnist")
    assert catalog.root == folder
    assert len(catalog) == 9
    assert catalog.items["category"].tolist() == [*CLASSES[:6], *CLASSES[:3]]
    assert protocol(catalog).queries.tolist() == [6, 7, 8]
    for row in range(9):
        part, number = ("train", row) if row < 6 else ("t10k", row - 6)
        photo = item_photo(catalog, row, max_side=8)
        assert (photo.full_width, photo.full_height) == (28, 28)
        for channel in range(3):
            assert np.array_equal(photo.pixels[:, :, channel], _pictures(part)[number])
    assert item_box(catalog, 0) is None


def test_both_forms_at_once_are_read_the_same(data_root: Path) -> None:
    folder = _write(data_root / "fashion-mnist", is_zipped=False)
    (folder / "labels-of-another-set.txt").write_text("no part of it")
    zipped = _write(data_root / "zipped", is_zipped=True)
    for part in COUNTS:
        name = f"{part}-images-idx3-ubyte"
        assert np.array_equal(read_idx_pictures(folder / name), read_idx_pictures(zipped / f"{name}.gz"))
    with pytest.raises(ValueError, match="read-only"):
        read_idx_pictures(folder / "train-images-idx3-ubyte")[0] = 1


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])


def _spoil(path: Path) -> None:
    path.write_bytes(b"\x00\x00\x08\x01" + path.read_bytes()[4:])


def _claim_too_much(path: Path) -> None:
    path.write_bytes(struct.pack(">IIII", 2051, 2**31, 2**15, 2**15))


def _claim_one_more(path: Path) -> None:
    path.write_bytes(struct.pack(">I", 2049) + struct.pack(">I", 6) + bytes([0, 1, 2, 3, 4, 10]))


@pytest.mark.parametrize(
    ("name", "damage"),
    [
        ("train-labels-idx1-ubyte", _cut),
        ("train-images-idx3-ubyte", _spoil),
        ("train-images-idx3-ubyte", _claim_too_much),
        ("train-labels-idx1-ubyte", _claim_one_more),
        ("t10k-labels-idx1-ubyte", Path.unlink),
    ],
)
def test_damaged_files_are_refused(data_root: Path, name: str, damage) -> None:
    folder = _write(data_root / "fashion-mnist", is_zipped=False)
    damage(folder / name)
    with pytest.raises(CatalogError, match=name):
        load_catalog("fashion-mnist")


def test_labels_of_another_number_than_pictures_are_refused(data_root: Path) -> None:
    folder = _write(data_root / "fashion-mnist", is_zipped=False)
    shutil.copy(folder / "t10k-labels-idx1-ubyte", folder / "train-labels-idx1-ubyte")
    with pytest.raises(CatalogError, match="expected 3 pictures, as there are labels, but got 6"):
        load_catalog("fashion-mnist")


@pytest.mark.parametrize("is_zipped", [False, True])
def test_pictures_cut_short_are_an_image_error(data_root: Path, is_zipped: bool) -> None:
    folder = _write(data_root / "fashion-mnist", is_zipped=is_zipped)
    path = next(folder.glob("t10k-images*"))
    _cut(path)
    catalog = load_catalog("fashion-mnist")
    with pytest.raises(ImageError, match="expected picture 2 of t10k-images"):
        item_photo(catalog, 8)
