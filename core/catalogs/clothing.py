"""Adapter of the Clothing dataset (small): one garment a photo, taken at home; its class is its folder."""

from pathlib import Path

import pandas as pd

from core.catalogs.catalog import Archive, Catalog, CatalogSpec, OnProgress, check_items
from detection.images import EXTENSIONS

SPLIT_OF_PART = {"train": "gallery", "validation": "query", "test": "query"}
NAMES = {"longsleeve": "long-sleeved top", "outwear": "outerwear"}


def read_clothing(folder: Path, on_progress: OnProgress) -> Catalog:
    """The photos; the column `part` keeps the publisher's train, validation or test.

    Raises:
        CatalogError: No photo is there.
    """
    rows = []
    for part, split in SPLIT_OF_PART.items():
        for path in sorted((folder / part).glob("*/*")):
            if path.suffix.lower() in EXTENSIONS:
                rows.append((path.stem, f"{part}/{path.parent.name}/{path.name}", path.parent.name, part, split))
    table = pd.DataFrame(rows, columns=["item_id", "image", "category", "part", "split"], dtype=object)
    names = table["category"].map(lambda name: NAMES.get(name, name)).str.capitalize()
    table["title"] = names + ", photographed at home"
    return check_items(SPEC.name, folder, table)


SPEC = CatalogSpec(
    name="clothing",
    title="Clothing, photographed at home",
    about="One garment a photo, lying, hanging or worn at home, in 10 classes.",
    licence="CC0-1.0",
    publisher="Alexey Grigorev",
    page="https://github.com/alexeygrigorev/clothing-dataset-small",
    folder="clothing",
    layout="train/<class>/*.jpg, validation/<class>/*.jpg and test/<class>/*.jpg",
    marker="train/*/*.jpg",
    read=read_clothing,
    protocol="The publisher's validation and test photos ask; its training photos answer and teach.",
    relevance=("category",),
    archives=(
        Archive(
            url="https://github.com/alexeygrigorev/clothing-dataset-small/archive/refs/heads/master.zip",
            sha256=None,
            strip=1,
            target="",
            about_bytes=80_000_000,
        ),
    ),
    other_folders=("clothing-dataset-small", "clothing-dataset-small-master"),
)
