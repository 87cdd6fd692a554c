"""Adapter of Fashion Product Images: studio photos of a shop, described in `styles.csv`."""

import csv
from pathlib import Path

import pandas as pd

from core.catalogs.catalog import Catalog, CatalogError, CatalogSpec, OnProgress, Problem, check_items
from core.catalogs.splits import hashed_splits

COLUMNS = (
    "id", "gender", "masterCategory", "subCategory", "articleType", "baseColour", "season", "year", "usage",
    "productDisplayName",
)  # fmt: skip
CONTRACT_NAMES = {
    "id": "item_id",
    "articleType": "category",
    "baseColour": "colour",
    "productDisplayName": "title",
}
# The publisher's word for unknown; it must not make two items relevant to each other.
UNKNOWN = "NA"


def read_fashion_products(folder: Path, on_progress: OnProgress) -> Catalog:
    """The shop's products; `masterCategory`, `subCategory`, `season`, `year` and `usage` are further columns.

    Raises:
        CatalogError: `styles.csv` lacks a column, or no product has its picture.
    """
    rows, problems = _read_styles(folder / "styles.csv")
    table = pd.DataFrame(rows, columns=list(COLUMNS), dtype=object).rename(columns=CONTRACT_NAMES)
    table = table.replace({UNKNOWN: ""})
    table["image"] = "images/" + table["item_id"] + ".jpg"
    table.loc[table["item_id"] == "", "image"] = ""
    table["split"] = hashed_splits(table["item_id"])
    return check_items(SPEC.name, folder, table, problems=tuple(problems))


def _read_styles(path: Path) -> tuple[list[list[str]], list[Problem]]:
    """Rows in the order of `COLUMNS`, and the lines that hold no product."""
    rows: list[list[str]] = []
    problems: list[Problem] = []
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            lines = csv.reader(file)
            header = [name.strip() for name in next(lines, [])]
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                raise CatalogError(f"{path}: expected the columns {', '.join(missing)}, but the header is {header}.")
            order = [header.index(name) for name in COLUMNS]
            for cells in lines:
                if len(cells) > len(header):
                    # Titles hold commas and the publisher's file does not quote them; the title comes last.
                    cells = [*cells[: len(header) - 1], ",".join(cells[len(header) - 1 :])]
                if len(cells) == len(header):
                    rows.append([cells[place] for place in order])
                elif cells:
                    problems.append(Problem("short line", cells[0], f"line {lines.line_num}: {len(cells)} columns"))
    except (OSError, csv.Error) as error:
        raise CatalogError(f"{path}: expected a readable CSV file, but got: {error}. Download it again.") from error
    return rows, problems


SPEC = CatalogSpec(
    name="fashion-products",
    title="Fashion Product Images",
    about="Studio photos of an Indian fashion shop on white, with kind, colour, season and title.",
    licence="MIT",
    publisher="Param Aggarwal",
    page="https://www.kaggle.com/datasets/paramaggarwal/fashion-product-images-dataset",
    folder="fashion_products",
    layout="styles.csv and images/<id>.jpg",
    marker="styles.csv",
    read=read_fashion_products,
    protocol="15 % of the products, drawn by a hash of the product id, ask; the others answer and teach.",
    relevance=("category", "category+colour"),
    other_folders=("fashion-products", "fashion-dataset", "fashion-product-images-dataset"),
)
