"""Adapter of Fashion-MNIST's idx files, plain or gzipped, as Debian's package and torchvision lay them."""

import gzip
import struct
import zlib
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalogs.catalog import Catalog, CatalogError, CatalogSpec, OnProgress, check_items

CLASSES = (
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
)  # fmt: skip
PARTS = {"train": "gallery", "t10k": "query"}
IMAGES_MAGIC, LABELS_MAGIC = 0x00000803, 0x00000801
# The two files hold 47 and 8 MB unpacked; a damaged or hostile one must not fill the memory.
MAX_UNPACKED_BYTES = 200_000_000


def read_fashion_mnist(folder: Path, on_progress: OnProgress) -> Catalog:
    """70,000 pictures of 28 x 28 px; `image` is the idx file and the picture's number, "FILE#n".

    Raises:
        CatalogError: A file is absent, damaged, or pictures and labels differ in number.
    """
    tables = []
    for part, split in PARTS.items():
        images = _find(folder, f"{part}-images-idx3-ubyte")
        labels = _labels(_find(folder, f"{part}-labels-idx1-ubyte"))
        count = _header(images)[0]
        if count != len(labels):
            raise CatalogError(f"{images}: expected {len(labels)} pictures, as there are labels, but got {count}.")
        numbers = [str(number) for number in range(count)]
        names = np.asarray(CLASSES, dtype=object)[labels]
        tables.append(
            pd.DataFrame(
                {
                    "item_id": [f"{part}-{number}" for number in numbers],
                    "image": [f"{images.name}#{number}" for number in numbers],
                    "category": names,
                    "title": names,
                    "split": split,
                }
            )
        )
    return check_items(SPEC.name, folder, pd.concat(tables, ignore_index=True))


@lru_cache(maxsize=2)
def read_idx_pictures(path: Path) -> np.ndarray:
    """All pictures of an idx file: (n, h, w) uint8, black to white, not writable.

    Raises:
        CatalogError: The file is no idx file of pictures, or cut short.
    """
    count, height, width = _header(path)
    pictures = np.frombuffer(_content(path), dtype=np.uint8, offset=16)
    if count * height * width != pictures.size:
        raise CatalogError(
            f"{path}: expected {count} pictures of {height} x {width} px, but got {pictures.size} bytes. "
            "It is cut short or damaged: install or download it again."
        )
    return pictures.reshape(count, height, width)


def _find(folder: Path, name: str) -> Path:
    # torchvision's older releases wrote a dot before idx.
    names = (name, f"{name}.gz", name.replace("-idx", ".idx"))
    for candidate in names:
        if (folder / candidate).is_file():
            return folder / candidate
    raise CatalogError(f"catalogue {SPEC.name}: expected {name} or {name}.gz in {folder}, but neither is there.")


def _labels(path: Path) -> np.ndarray:
    content = _content(path)
    magic, count = struct.unpack(">II", content[:8]) if len(content) >= 8 else (0, 0)
    labels = np.frombuffer(content, dtype=np.uint8, offset=min(8, len(content)))
    if magic != LABELS_MAGIC or count != len(labels) or (count and labels.max() >= len(CLASSES)):
        raise CatalogError(f"{path}: expected an idx file of labels 0 to 9, but it is another or damaged.")
    return labels


def _header(path: Path) -> tuple[int, int, int]:
    """(number of pictures, height, width)."""
    head = _content(path, 16)
    magic, count, height, width = struct.unpack(">IIII", head) if len(head) == 16 else (0, 0, 0, 0)
    if magic != IMAGES_MAGIC or count * height * width > MAX_UNPACKED_BYTES or min(height, width) < 1:
        raise CatalogError(f"{path}: expected an idx file of pictures, but it is another or damaged.")
    return count, height, width


def _content(path: Path, n_bytes: int = MAX_UNPACKED_BYTES) -> bytes:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return file.read(n_bytes)
    except (OSError, EOFError, zlib.error) as error:
        raise CatalogError(f"{path}: expected a whole idx file, but it cannot be read ({error}).") from error


SPEC = CatalogSpec(
    name="fashion-mnist",
    title="Fashion-MNIST",
    about="70,000 grey pictures of 28 x 28 px in 10 classes: a quick check, far from real search.",
    licence="MIT",
    publisher="Zalando Research",
    page="https://github.com/zalandoresearch/fashion-mnist",
    folder="fashion-mnist",
    layout="train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-... and t10k-labels-..., or .gz "
    "(on Debian: apt install dataset-fashion-mnist)",
    marker="t10k-images*idx3-ubyte*",
    read=read_fashion_mnist,
    protocol="The publisher's 10,000 test pictures ask; the 60,000 training pictures answer and teach.",
    relevance=("category",),
    other_folders=("FashionMNIST/raw", "fashion_mnist", "/usr/share/datasets/fashion-mnist"),
)
