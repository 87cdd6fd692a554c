"""The text lists of DeepFashion: a count, a header, then one line an item, its columns parted by blanks."""

from pathlib import Path

import pandas as pd

from core.catalogs.catalog import CatalogError, Problem


def read_list(path: Path, columns: tuple[str, ...]) -> tuple[pd.DataFrame, list[Problem]]:
    """The lines of a list as text columns, and a problem where their number is not what the first line says.

    Args:
        path: Such as Eval/list_eval_partition.txt.
        columns: Names to give, as many as a line has; the first may hold blanks (attribute names do).

    Raises:
        CatalogError: The file is absent, or a line has another number of columns.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise CatalogError(f"expected the list {path}, but it cannot be read ({error}).") from error
    count = lines[0].strip() if lines else ""
    if not count.isdecimal():
        raise CatalogError(f"{path}: expected a number of lines in its first line, but got {count[:40]!r}.")
    # A list of bare ids goes without a header in some releases.
    start = 1 if len(columns) == 1 and len(lines) > 1 and lines[1].strip() != columns[0] else 2
    rows = [line.strip().rsplit(None, len(columns) - 1) for line in lines[start:] if line.strip()]
    wrong = next((row for row in rows if len(row) != len(columns)), None)
    if wrong is not None:
        raise CatalogError(f"{path}: expected the columns {' '.join(columns)}, but a line is {' '.join(wrong)[:80]!r}.")
    problems = []
    if len(rows) != int(count):
        problems.append(Problem("list of another length", path.name, f"{len(rows)} lines, but it says {count}"))
    return pd.DataFrame(rows, columns=list(columns), dtype=object), problems


def find_image_folder(root: Path) -> str:
    """Prefix of the lists' `img/...` paths: "Img/" as published, "" or "img/" as often unpacked."""
    for prefix in ("Img/", "img/", ""):
        if (root / prefix / "img").is_dir():
            return prefix
    raise CatalogError(f"expected pictures in {root}/Img/img (unpack img.zip there), but there is no such folder.")
