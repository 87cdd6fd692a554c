"""Adapter of any folder of pictures, with a CSV file that describes them where there is one."""

import csv
import os
from pathlib import Path

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
from core.catalogs.splits import hashed_splits
from detection.images import EXTENSIONS

# Contract column -> names it goes by in CSV files of shops, in lower case without - _ and blanks.
ALIASES = {
    "item_id": ("itemid", "id", "sku", "articleid"),
    "image": ("image", "imagepath", "file", "filename", "path", "picture", "photo"),
    "product_id": ("productid", "product", "group", "groupid"),
    "category": ("category", "articletype", "class", "label", "type", "kind"),
    "title": ("title", "name", "productdisplayname", "productname"),
    "colour": ("colour", "color", "basecolour", "basecolor"),
    "gender": ("gender", "sex"),
    "split": ("split", "part", "set"),
    **{name: (name,) for name in BOX_COLUMNS},
}
SPLIT_NAMES = {
    "train": "train",
    "query": "query",
    "gallery": "gallery",
    "test": "query",
    "validation": "query",
    "val": "query",
}
# A CSV file is looked for in the folder itself under these names, the first that is there.
CSV_NAMES = ("items.csv", "catalog.csv", "styles.csv", "metadata.csv")


def read_folder(folder: Path, on_progress: OnProgress, *, name: str = "", csv_file: Path | None = None) -> Catalog:
    """The pictures below a folder, sub-folders included.

    With a CSV file its rows are the items; else every picture is one, and its folder's name is its category.

    Args:
        folder: What `image` values are relative to.
        on_progress: Not called: this is quick.
        name: The catalogue's name; the folder's where empty.
        csv_file: Described in `ALIASES`; needs an image column, or an id column whose values are file names
            without ending. None takes the first of `CSV_NAMES` in the folder, if any.

    Raises:
        CatalogError: The CSV file is unusable, or no picture is there.
    """
    name = name or folder.name
    found = _pictures(folder)
    csv_file = csv_file or next((path for item in CSV_NAMES if (path := folder / item).is_file()), None)
    problems: list[Problem] = []
    if csv_file is None:
        table = pd.DataFrame({"item_id": found, "image": found}, dtype=object)
        table["category"] = [image.split("/")[-2] if "/" in image else "" for image in found]
        table["title"] = [_words(image) for image in found]
    else:
        table, problems = _described(csv_file, found)
    if "split" in table.columns:
        table["split"] = table["split"].str.strip().str.lower().map(SPLIT_NAMES).fillna("gallery")
    else:
        table["split"] = hashed_splits(table["product_id"] if "product_id" in table.columns else table["item_id"])
    return check_items(name, folder, table, problems=tuple(problems))


def has_pictures(folder: Path) -> bool:
    """Whether a folder holds a picture, at most three levels down; looks no further than the first."""
    patterns = ("*", "*/*", "*/*/*")
    return any(
        path.suffix.lower() in EXTENSIONS for pattern in patterns for path in folder.glob(pattern) if path.is_file()
    )


def _pictures(folder: Path) -> list[str]:
    """Paths relative to the folder, sorted; hidden files and folders are left out."""
    found = []
    for parent, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        below = Path(parent).relative_to(folder)
        found += [
            (below / name).as_posix()
            for name in files
            if Path(name).suffix.lower() in EXTENSIONS and not name.startswith(".")
        ]
    return sorted(found)


def _words(image: str) -> str:
    return Path(image).stem.replace("_", " ").replace("-", " ").strip()


def _described(path: Path, found: list[str]) -> tuple[pd.DataFrame, list[Problem]]:
    """The CSV file's rows under the contract's names; images named without ending or folder are found."""
    table, problems = _read_csv(path)
    if "image" not in table.columns and "item_id" not in table.columns:
        raise CatalogError(
            f"{path}: expected a column with the picture's file ({', '.join(ALIASES['image'])}) or an id, "
            f"but got {list(table.columns)}."
        )
    by_name: dict[str, str] = {}
    for image in reversed(found):  # the first of several wins
        file = image.rpartition("/")[2]
        by_name |= {file.rpartition(".")[0]: image, file: image}
    by_name |= {image: image for image in found}
    column = "image" if "image" in table.columns else "item_id"
    texts = [text.strip().replace("\\", "/").removeprefix("./") for text in table[column]]
    table["image"] = [by_name.get(text, text) for text in texts]
    if "item_id" not in table.columns:
        table["item_id"] = table["image"]
    return table, problems


def _read_csv(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """The rows as text under the contract's names, and the lines with another number of columns."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            first = file.readline()
            file.seek(0)
            lines = csv.reader(file, delimiter=max(",;\t", key=first.count), strict=True)
            header = _contract_names([name.strip() for name in next(lines, [])])
            rows, problems = [], []
            for cells in lines:
                if len(cells) == len(header):
                    rows.append(cells)
                elif cells:
                    problem = f"line {lines.line_num} has {len(cells)} columns of {len(header)}"
                    problems.append(Problem("line of another length", cells[0], problem))
    except (OSError, csv.Error) as error:
        raise CatalogError(f"{path}: expected a CSV file with a header, but got: {error}") from error
    table = pd.DataFrame(rows, columns=header, dtype=object)
    return table.loc[:, [name != "" for name in header]], problems


def _contract_names(header: list[str]) -> list[str]:
    """The header under the contract's names; "" for a column that would stand in the way of one."""
    names = list(header)
    for contract, aliases in ALIASES.items():
        matches = [place for place, name in enumerate(header) if _plain(name) in aliases]
        if matches:
            chosen = min(matches, key=lambda place: aliases.index(_plain(header[place])))
            names = ["" if name == contract else name for name in names]
            names[chosen] = contract
    return ["" if name in names[:place] else name for place, name in enumerate(names)]


def _plain(column: str) -> str:
    return column.strip().lower().replace("_", "").replace("-", "").replace(" ", "")


SPEC = CatalogSpec(
    name="folder",
    title="Folder of pictures",
    about="Pictures of your own.",
    licence="as its owner says",
    publisher="",
    page="",
    folder="",
    layout="pictures, in folders named by category or with an items.csv (id, image, category, title, ...)",
    marker="*",
    read=read_folder,
    protocol="15 % of the products, drawn by a hash of the id, ask, unless a CSV column `split` says.",
    relevance=("category", "product_id"),
)
