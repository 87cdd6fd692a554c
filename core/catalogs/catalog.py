"""The one checked table that every data set becomes: items, their pictures, labels and boxes."""

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

# (done, total): called now and then by whatever takes long; total is 0 while it is unknown.
OnProgress = Callable[[int, int], None]

TEXT_COLUMNS = ("item_id", "image", "product_id", "category", "title", "colour", "gender", "split")
BOX_COLUMNS = ("x1", "y1", "x2", "y2")
# What a row is for when models are measured; live search looks through `CatalogSpec.search_splits`.
SPLITS = ("train", "query", "gallery")


class CatalogError(ValueError):
    """A catalogue cannot be read. The message says what was expected, what came and what to do."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one item: it was left out or is only pointed out."""

    kind: str  # "missing image", "duplicate id", "path outside", "no id", ...
    item: str
    detail: str = ""


@dataclass(frozen=True)
class Catalog:
    """A data set as a checked table.

    Attributes:
        name: The registry's name, or the folder's for `folder`.
        root: Folder that `image` values are relative to.
        items: One row an item, index 0..n-1 (a row's position is its *gallery row*). Columns:
            `TEXT_COLUMNS` as str ("" where unknown; `item_id` unique, `image` a posix path below `root`, with
            `#n` for picture n of an idx file; `split` one of `SPLITS`), `BOX_COLUMNS` as float64 (px of the
            upright picture, NaN without a box), and whatever else the data set has.
        problems: What was found wrong while reading, and left out.
    """

    name: str
    root: Path
    items: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    _row_of: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        missing = [name for name in (*TEXT_COLUMNS, *BOX_COLUMNS) if name not in self.items.columns]
        if missing:
            raise CatalogError(
                f"catalogue {self.name}: expected the columns {', '.join(missing)}, but they are not there."
            )
        if not self.items["item_id"].is_unique:
            raise CatalogError(f"catalogue {self.name}: expected unique item ids; read it with `check_items` first.")
        object.__setattr__(self, "_row_of", {item: row for row, item in enumerate(self.items["item_id"])})

    def __len__(self) -> int:
        return len(self.items)

    def row_of(self, item_id: str) -> int:
        """The gallery row (0..n-1) of an item. Raises CatalogError for an unknown id."""
        try:
            return self._row_of[item_id]
        except KeyError:
            raise CatalogError(f"catalogue {self.name} has no item {item_id!r}.") from None

    def problem_summary(self) -> str:
        """One line: how many items were left out, by kind; '' if none."""
        counts = Counter(problem.kind for problem in self.problems)
        return ", ".join(f"{count} {kind}" for kind, count in counts.most_common())


@dataclass(frozen=True)
class Archive:
    """A public archive that `catalogs download` fetches, checks and unpacks."""

    url: str
    sha256: str | None  # None where the publisher's archive is made anew at each request
    strip: int  # leading folders of the archive's paths to drop
    target: str  # folder below the catalogue's folder; "" for itself
    about_bytes: int  # what to expect where the server does not say


@dataclass(frozen=True)
class CatalogSpec:
    """What is known of a data set before it is read; the registry's record."""

    name: str
    title: str
    about: str
    licence: str
    publisher: str
    page: str
    folder: str  # below the data root; for `studio` below the artifacts
    layout: str  # the files it is recognised by, for people
    marker: str  # glob below its folder: one match means that the set is there
    read: Callable[[Path, OnProgress], Catalog]
    protocol: str  # who asks and who answers when models are measured, in a sentence
    relevance: tuple[str, ...]  # columns (joined by +) that make a gallery item relevant to a query
    search_splits: tuple[str, ...] = SPLITS
    crop: str = "none"  # "truth": an item is the inside of its box, not the whole picture
    archives: tuple[Archive, ...] = ()
    other_folders: tuple[str, ...] = ()  # the publisher's own folder names below the data root, or absolute ones


def check_items(name: str, root: Path, table: pd.DataFrame, *, problems: tuple[Problem, ...] = ()) -> Catalog:
    """A `Catalog` of the sound rows of an adapter's raw table; what was left out is in its `problems`.

    Args:
        name: The catalogue's name.
        root: Folder that `image` values are relative to.
        table: At least `item_id` and `image`; other columns of the contract are filled where missing
            (product_id = item_id, split = gallery, text "", boxes NaN).
        problems: What the adapter itself found wrong.

    Raises:
        CatalogError: A needed column is missing, or no row is left.
    """
    missing = [column for column in ("item_id", "image") if column not in table.columns]
    if missing:
        raise CatalogError(
            f"catalogue {name}: expected the columns {', '.join(missing)}, but got {list(table.columns)}."
        )
    table = _filled(table)
    files = table["image"].map(lambda image: image.partition("#")[0])
    is_inside = files.map(_is_below).astype(bool)
    is_file = is_inside & files.map(_present(root)).astype(bool)
    has_id = table["item_id"] != ""
    is_repeated = has_id & table["item_id"].duplicated(keep="first")
    has_bad_box = _has_bad_box(table)
    table.loc[has_bad_box, list(BOX_COLUMNS)] = float("nan")
    found = list(problems)
    for kind, mask, column in (
        ("no id", ~has_id, "image"),
        ("duplicate id", is_repeated, "item_id"),
        ("path outside", ~is_inside, "item_id"),
        ("missing image", is_inside & ~is_file, "item_id"),
        ("bad box", has_bad_box & is_file, "item_id"),  # stays, without its box
    ):
        found += [Problem(kind, str(row[column]), str(row["image"])) for row in table.loc[mask].to_dict("records")]
    wrong = sorted(set(table["split"]) - set(SPLITS))
    if wrong:
        raise CatalogError(f"catalogue {name}: expected the splits {', '.join(SPLITS)}, but got {wrong[:5]}.")
    sound = table[has_id & ~is_repeated & is_file].reset_index(drop=True)
    if sound.empty:
        raise CatalogError(
            f"catalogue {name}: no usable item among {len(table)} rows in {root} "
            f"({Catalog(name, root, sound, tuple(found)).problem_summary() or 'the table is empty'}). "
            "Check that its pictures lie where its publisher puts them."
        )
    return Catalog(name, root, sound, tuple(found))


def _filled(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    for column in TEXT_COLUMNS:
        if column not in table.columns:
            table[column] = "gallery" if column == "split" else ""
        table[column] = table[column].astype("string").fillna("").str.strip().astype(object)
    table["product_id"] = table["product_id"].where(table["product_id"] != "", table["item_id"])
    for column in BOX_COLUMNS:
        values = table[column] if column in table.columns else pd.Series(float("nan"), index=table.index)
        table[column] = pd.to_numeric(values, errors="coerce").astype("float64")
    return table.reset_index(drop=True)


def _has_bad_box(table: pd.DataFrame) -> pd.Series:
    """Rows with a box that is not whole, finite, inside the first quadrant and of some size."""
    box = table[list(BOX_COLUMNS)]
    is_sound = (box >= 0).all(axis=1) & (box < float("inf")).all(axis=1)
    is_sound &= (box["x1"] < box["x2"]) & (box["y1"] < box["y2"])
    return box.notna().any(axis=1) & ~is_sound


def _is_below(file: str) -> bool:
    parts = file.split("/")
    return file != "" and parts[0] != "" and not {"..", "."} & set(parts) and "\\" not in file and "\0" not in file


def _present(root: Path) -> Callable[[str], bool]:
    listed: dict[str, set[str]] = {}

    def is_present(file: str) -> bool:
        # One listing a folder is far quicker than one stat a picture.
        folder, _, name = file.rpartition("/")
        if folder not in listed:
            on_disk = root / folder
            listed[folder] = {entry.name for entry in os.scandir(on_disk)} if on_disk.is_dir() else set()
        return name in listed[folder]

    return is_present
