"""Adapter of DeepFashion's Category and Attribute Prediction benchmark: 50 kinds and 1,000 attributes."""

from pathlib import Path

import numpy as np
import pandas as pd

from core.catalogs.catalog import (
    BOX_COLUMNS,
    Catalog,
    CatalogError,
    CatalogSpec,
    OnProgress,
    Problem,
    check_items,
)
from core.catalogs.deepfashion_lists import find_image_folder, read_list
from core.catalogs.kept_table import kept_table

PARTITION = "Eval/list_eval_partition.txt"
# The publisher renamed the folder when it added finer labels for a small part.
ANNOTATION_FOLDERS = ("Anno_coarse", "Anno")
SPLIT_OF_PART = {"train": "train", "val": "gallery", "test": "query"}
SEPARATOR = "|"


def read_deepfashion_category(folder: Path, on_progress: OnProgress) -> Catalog:
    """The benchmark's photos with kind, box and attributes.

    The column `attributes` joins the names of the present ones by "|": of 1,000 about three are.
    `attribute_matrix` makes the matrix. `part` keeps the publisher's train, val or test.

    Raises:
        CatalogError: A list is absent or of another form, or no photo is there.
    """
    notes = _annotation_folder(folder)
    table, problems = read_list(folder / PARTITION, ("image_name", "part"))
    unknown = sorted(set(table["part"]) - set(SPLIT_OF_PART))
    if unknown:
        raise CatalogError(f"{folder / PARTITION}: expected train, val or test, but got {', '.join(unknown[:5])}.")
    kinds, kind_problems = read_list(notes / "list_category_cloth.txt", ("name", "type"))
    labels, label_problems = read_list(notes / "list_category_img.txt", ("image_name", "label"))
    boxes, box_problems = read_list(notes / "list_bbox.txt", ("image_name", *BOX_COLUMNS))
    attributes = _kept_attributes(notes, on_progress)
    problems += kind_problems + label_problems + box_problems
    names = {str(number): name for number, name in enumerate(kinds["name"], start=1)}
    table["category"] = (
        table["image_name"].map(dict(zip(labels["image_name"], labels["label"], strict=True))).map(names)
    )
    problems += [Problem("no category", str(image)) for image in table.loc[table["category"].isna(), "image_name"]]
    table = table.merge(boxes.drop_duplicates("image_name"), on="image_name", how="left")
    table = table.merge(attributes.drop_duplicates("image_name"), on="image_name", how="left")
    table["attributes"] = table["attributes"].fillna("")
    table["item_id"] = table["image_name"].str.removeprefix("img/").str.removesuffix(".jpg")
    table["image"] = find_image_folder(folder) + table["image_name"]
    table["title"] = table["item_id"].str.partition("/")[0].str.replace("_", " ")
    table["split"] = table["part"].map(SPLIT_OF_PART)
    return check_items(SPEC.name, folder, table.drop(columns=["image_name"]), problems=tuple(problems))


def attribute_names(folder: Path) -> tuple[str, ...]:
    """Names of the attributes in the order of their numbers. Raises CatalogError without the list."""
    table, _ = read_list(_annotation_folder(folder) / "list_attr_cloth.txt", ("name", "type"))
    return tuple(table["name"])


def attribute_matrix(catalog: Catalog, names: tuple[str, ...]) -> np.ndarray:
    """(n, len(names)) uint8: 1 where item and attribute go together, 0 for the publisher's no or unknown."""
    place = {name: column for column, name in enumerate(names)}
    matrix = np.zeros((len(catalog), len(names)), dtype=np.uint8)
    for row, text in enumerate(catalog.items["attributes"]):
        for name in filter(None, text.split(SEPARATOR)):
            if name in place:
                matrix[row, place[name]] = 1
    return matrix


def _annotation_folder(folder: Path) -> Path:
    for name in ANNOTATION_FOLDERS:
        if (folder / name / "list_category_img.txt").is_file():
            return folder / name
    raise CatalogError(
        f"expected list_category_img.txt in {folder}/Anno_coarse or {folder}/Anno, but it is in neither."
    )


def _kept_attributes(notes: Path, on_progress: OnProgress) -> pd.DataFrame:
    inputs = [notes / "list_attr_cloth.txt", notes / "list_attr_img.txt"]
    missing = [path for path in inputs if not path.is_file()]
    if missing:
        raise CatalogError(f"expected the lists of attributes, but {missing[0]} is not there.")
    return kept_table(SPEC.name, "attributes", inputs, SEPARATOR, lambda: _present_attributes(notes, on_progress))


def _present_attributes(notes: Path, on_progress: OnProgress) -> pd.DataFrame:
    """Columns image_name and attributes. Read line by line: the list of all photos has 900 MB."""
    names, _ = read_list(notes / "list_attr_cloth.txt", ("name", "type"))
    texts = [str(name).encode() for name in names["name"]]
    path = notes / "list_attr_img.txt"
    present: list[tuple[str, str]] = []
    try:
        with path.open("rb") as file:
            count = int(file.readline())
            file.readline()  # the header
            for done, line in enumerate(file, start=1):
                image, *values = line.split()
                if len(values) != len(texts) or not set(values) <= {b"1", b"0", b"-1"}:
                    raise CatalogError(
                        f"{path}: expected {len(texts)} values of -1, 0 or 1 a line, but got {len(values)} "
                        f"for {image.decode(errors='replace')[:80]!r}."
                    )
                joined = SEPARATOR.encode().join(texts[k] for k, value in enumerate(values) if value == b"1")
                present.append((image.decode(errors="replace"), joined.decode()))
                if done % 1000 == 0:
                    on_progress(done, count)
    except (OSError, ValueError) as error:
        if isinstance(error, CatalogError):
            raise
        raise CatalogError(f"{path}: expected a list of attributes, but got: {error}.") from error
    return pd.DataFrame(present, columns=["image_name", "attributes"], dtype=object)


SPEC = CatalogSpec(
    name="deepfashion-category",
    title="DeepFashion Category and Attribute Prediction",
    about="289,222 photos of shops and people: one garment each, its box, its kind and its attributes.",
    licence="non-commercial research only, by agreement with the publisher",
    publisher="Liu, Luo, Qiu, Wang, Tang (CVPR 2016)",
    page="https://mmlab.ie.cuhk.edu.hk/projects/DeepFashion/AttributePrediction.html",
    folder="deepfashion-category",
    layout="Anno_coarse/ (or Anno/) list_category_img.txt, list_category_cloth.txt, list_bbox.txt, "
    "list_attr_img.txt, list_attr_cloth.txt, Eval/list_eval_partition.txt and Img/img/",
    marker="Anno*/list_category_img.txt",
    read=read_deepfashion_category,
    protocol="The publisher's test photos ask, its validation photos answer, its training photos teach.",
    relevance=("category",),
    crop="truth",
    other_folders=("Category and Attribute Prediction Benchmark",),
)
