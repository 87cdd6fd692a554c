"""Adapter of Clothing Co-Parsing: one person a photo, in the street; an item is one garment in its box."""

from pathlib import Path

import pandas as pd

from core.catalogs import street_boxes
from core.catalogs.catalog import (
    Archive,
    Catalog,
    CatalogError,
    CatalogSpec,
    OnProgress,
    Problem,
    check_items,
)
from core.catalogs.kept_table import kept_table
from core.catalogs.splits import hashed_splits

PHOTOS, MASKS, LABELS = "photos", "annotations/pixel-level", "label_list.mat"
COLUMNS = ("photo", "class", "x1", "y1", "x2", "y2", "error")


def street_photos(folder: Path) -> list[Path]:
    """The photos that have a pixel mask, by number: the project's sample photos."""
    return [path for mask in _masks(folder) if (path := folder / PHOTOS / f"{mask.stem}.jpg").is_file()]


def read_street(folder: Path, on_progress: OnProgress) -> Catalog:
    """One item a garment box; `image` is the whole photo and `product_id` its number.

    The boxes are worked out once, which takes a while, and kept below the artifacts.

    Raises:
        CatalogError: No mask can be read, or the photos are absent.
    """
    boxes = _boxes(folder, on_progress)
    broken = boxes[boxes["error"] != ""]
    boxes = boxes[boxes["error"] == ""].reset_index(drop=True)
    number = (boxes.groupby(["photo", "class"]).cumcount() + 1).astype(str)
    table = boxes[["x1", "y1", "x2", "y2"]].copy()
    table["item_id"] = boxes["photo"] + "-" + boxes["class"] + "-" + number
    table["image"] = PHOTOS + "/" + boxes["photo"] + ".jpg"
    table["product_id"] = boxes["photo"]
    table["category"] = boxes["class"]
    table["title"] = boxes["class"].str.capitalize() + " in a street photo"
    table["split"] = hashed_splits(boxes["photo"])
    problems = [
        Problem("broken mask", str(photo), str(error))
        for photo, error in zip(broken["photo"], broken["error"], strict=True)
    ]
    return check_items(SPEC.name, folder, table, problems=tuple(problems))


def _masks(folder: Path) -> list[Path]:
    return sorted((folder / MASKS).glob("*.mat"))


def _boxes(folder: Path, on_progress: OnProgress) -> pd.DataFrame:
    """Columns `COLUMNS`: a row a box, and a row with `error` for a mask that cannot be read."""
    masks = _masks(folder)
    rule = (street_boxes.CLASS_LABELS, street_boxes.MINIMUM_PIXELS, street_boxes.MINIMUM_SHARE, COLUMNS)
    inputs = [folder / LABELS, *masks]
    return kept_table(SPEC.name, "boxes", inputs, rule, lambda: _compute(folder, masks, on_progress))


def _compute(folder: Path, masks: list[Path], on_progress: OnProgress) -> pd.DataFrame:
    try:
        labels = street_boxes.read_label_names(folder / LABELS)
    except ValueError as error:
        raise CatalogError(f"catalogue street: {error}") from error
    rows: list[tuple[object, ...]] = []
    for done, path in enumerate(masks, start=1):
        rows += _boxes_of_mask(path, labels)
        on_progress(done, len(masks))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _boxes_of_mask(path: Path, labels: tuple[str, ...]) -> list[tuple[object, ...]]:
    try:
        boxes = street_boxes.garment_boxes(street_boxes.read_mask(path), labels)
    except ValueError as error:
        return [(path.stem, "", 0, 0, 0, 0, str(error))]
    return [(path.stem, name, *box, "") for name, box in boxes]


SPEC = CatalogSpec(
    name="street",
    title="Clothing Co-Parsing",
    about="One person a photo, in the street; each garment is an item, cut out by its box.",
    licence="Apache-2.0",
    publisher="Wei Yang, Ping Luo, Liang Lin (CVPR 2014)",
    page="https://github.com/bearpaw/clothing-co-parsing",
    folder="street",
    layout="photos/NNNN.jpg, annotations/pixel-level/NNNN.mat and label_list.mat",
    marker="label_list.mat",
    read=read_street,
    protocol="The garments of 15 % of the photos, drawn by a hash of the number, ask; the others' answer.",
    relevance=("category",),
    crop="truth",
    archives=(
        Archive(
            url="https://github.com/bearpaw/clothing-co-parsing/archive/refs/heads/master.zip",
            sha256=None,
            strip=1,
            target="",
            about_bytes=170_000_000,
        ),
    ),
    other_folders=("clothing-co-parsing", "clothing-co-parsing-master"),
)
