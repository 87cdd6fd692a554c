"""Adapter of DeepFashion's In-shop Clothes Retrieval benchmark: several photos a product."""

import json
from collections import Counter
from pathlib import Path

import pandas as pd

from core.catalogs.catalog import (
    BOX_COLUMNS,
    SPLITS,
    Catalog,
    CatalogError,
    CatalogSpec,
    OnProgress,
    Problem,
    check_items,
)
from core.catalogs.deepfashion_lists import find_image_folder, read_list

PARTITION = "Eval/list_eval_partition.txt"
BOXES = "Anno/list_bbox_inshop.txt"
PRODUCTS = "Anno/list_item_inshop.txt"
DESCRIPTIONS = "Anno/list_description_inshop.json"  # not in every release
POSES = {"1": "front", "2": "side", "3": "back", "4": "zoom out", "5": "zoom in", "6": "stand-alone"}


def read_deepfashion_inshop(folder: Path, on_progress: OnProgress) -> Catalog:
    """The benchmark's photos: product, gender and category from the path, the box, the pose as `view`.

    Raises:
        CatalogError: A list is absent or of another form, or no photo is there.
    """
    table, problems = read_list(folder / PARTITION, ("image_name", "product_id", "split"))
    boxes, box_problems = read_list(folder / BOXES, ("image_name", "clothes_type", "pose", *BOX_COLUMNS))
    products, product_problems = read_list(folder / PRODUCTS, ("item_id",))
    problems += box_problems + product_problems
    unknown = sorted(set(table["split"]) - set(SPLITS))
    if unknown:
        raise CatalogError(f"{folder / PARTITION}: expected train, query or gallery, but got {', '.join(unknown[:5])}.")
    problems += _unlisted("product not listed", table, "product_id", set(products["item_id"]))
    problems += _unlisted("no box", table, "image_name", set(boxes["image_name"]))
    table = table.merge(boxes.drop_duplicates("image_name"), on="image_name", how="left")
    paths = table["image_name"].str.split("/", expand=True)
    if paths.shape[1] < 5:
        raise CatalogError(f"{folder / PARTITION}: expected paths like img/WOMEN/Dresses/id_00000002/02_1_front.jpg.")
    table["item_id"] = table["image_name"].str.removeprefix("img/").str.removesuffix(".jpg")
    table["image"] = find_image_folder(folder) + table["image_name"]
    table["gender"] = paths[1].str.capitalize()
    table["category"] = paths[2].str.replace("_", " ")
    table["view"] = table["pose"].map(POSES).fillna("")
    colours = _colours(folder / DESCRIPTIONS)
    table["colour"] = [colours.get(product, "") for product in table["product_id"]]
    table["title"] = (table["gender"] + " " + table["category"]).str.strip()
    return check_items(SPEC.name, folder, table.drop(columns=["image_name", "pose"]), problems=tuple(problems))


def _unlisted(kind: str, table: pd.DataFrame, column: str, listed: set[str]) -> list[Problem]:
    missing = table.loc[~table[column].isin(listed), column].unique()
    return [Problem(kind, str(value)) for value in missing]


def _colours(path: Path) -> dict[str, str]:
    """Product -> colour, for products that come in one colour only; empty without a sound file."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        pairs = {(str(entry["item"]), str(entry["color"]).strip()) for entry in entries}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    n_colours = Counter(product for product, _ in pairs)
    return {product: colour for product, colour in pairs if n_colours[product] == 1}


SPEC = CatalogSpec(
    name="deepfashion-inshop",
    title="DeepFashion In-shop Clothes Retrieval",
    about="52,712 shop photos of 7,982 products in several poses: the benchmark of finding the same product.",
    licence="non-commercial research only, by agreement with the publisher",
    publisher="Liu, Luo, Qiu, Wang, Tang (CVPR 2016)",
    page="https://mmlab.ie.cuhk.edu.hk/projects/DeepFashion/InShopRetrieval.html",
    folder="deepfashion-inshop",
    layout="Eval/list_eval_partition.txt, Anno/list_bbox_inshop.txt, Anno/list_item_inshop.txt and Img/img/",
    marker="Anno/list_bbox_inshop.txt",
    read=read_deepfashion_inshop,
    protocol="The publisher's partition: 14,218 photos ask, 12,612 answer, 25,882 of other products teach.",
    relevance=("product_id", "category"),
    search_splits=("gallery", "train"),
    other_folders=("In-shop Clothes Retrieval Benchmark",),
)
