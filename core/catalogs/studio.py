"""`studio`, the catalogue that the project draws itself: a fresh clone has something to search."""

import json
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import pandas as pd

from core.catalogs.catalog import CatalogError
from core.catalogs.studio_products import VIEWS, Product, products

VERSION = 1  # raise it when a change of the drawing code changes pictures: older ones are then drawn again
TEXT_COLUMNS = ("item_id", "image", "product_id", "view", "category", "garment", "colour", "pattern", "title", "gender")
BOX_COLUMNS = ("x1", "y1", "x2", "y2")
_QUALITY = 86
_MOST_WORKERS = 8  # each spends a second or two on surroundings of its own first
_SETTINGS = ("version", "n_products", "seed")
_REBUILD = "Draw it again: python -m core build --catalog studio."

Box = tuple[float, float, float, float]
Progress = Callable[[int, int], None]


def studio_table(n_products: int = 1200, seed: int = 20) -> pd.DataFrame:
    """The catalogue without its pictures.

    Args:
        n_products: how many products; the first ones are the same whatever their number.
        seed: which catalogue.

    Returns:
        One row a picture in the order products, then shop, worn, flat; the columns of `TEXT_COLUMNS`, all str.

    Raises:
        ValueError: for fewer than one product or a negative seed.
    """
    _check_settings(n_products, seed)
    return pd.DataFrame([_row(product, view) for product in products(n_products, seed) for view in VIEWS])


def draw_studio(
    folder: Path,
    *,
    n_products: int = 1200,
    seed: int = 20,
    workers: int | None = None,
    on_progress: Progress | None = None,
) -> Path:
    """Draw the catalogue into a folder; what an interrupted run has drawn is kept.

    Args:
        folder: gets images/<item_id>.jpg, studio.json and, last of all, items.csv.
        n_products: how many products, three pictures each.
        seed: which catalogue.
        workers: processes; a core each, at most eight, if None; this process alone if 1.
        on_progress: called with (pictures done, pictures in all).

    Returns:
        The path of items.csv: the columns of `TEXT_COLUMNS` and `BOX_COLUMNS` (px of the picture).

    Raises:
        ValueError: for fewer than one product or a negative seed.
    """
    _check_settings(n_products, seed)
    table, settings = folder / "items.csv", {"version": VERSION, "n_products": n_products, "seed": seed}
    total = n_products * len(VIEWS)
    if table.exists() and _read_settings(folder) == settings and not _missing(folder, n_products):
        if on_progress:
            on_progress(total, total)
        return table
    table.unlink(missing_ok=True)  # its presence means complete
    (folder / "images").mkdir(parents=True, exist_ok=True)
    boxes: dict[str, Box] = {}
    for drawn in _draw_all(folder, n_products, seed, workers):
        boxes.update(drawn)
        if on_progress:
            on_progress(len(boxes), total)
    rows = studio_table(n_products, seed)
    corners = pd.DataFrame([boxes[item] for item in rows["item_id"]], columns=list(BOX_COLUMNS)).round(2)
    _write(folder / "studio.json", json.dumps(settings).encode())
    _write(table, pd.concat([rows, corners], axis=1).to_csv(index=False).encode())
    return table


def read_studio(folder: Path) -> pd.DataFrame:
    """The drawn catalogue's table.

    Args:
        folder: where `draw_studio` drew.

    Returns:
        One row a picture, `TEXT_COLUMNS` as str and `BOX_COLUMNS` as float64 px.

    Raises:
        ValueError: if it is not there, incomplete or from another version; the message says what to run.
    """
    table = folder / "items.csv"
    if not table.exists():
        raise CatalogError(f"studio: expected {table.name} in {folder}, but it is not wholly drawn. {_REBUILD}")
    settings = _read_settings(folder)
    if settings.get("version") != VERSION:
        raise CatalogError(
            f"studio: expected version {VERSION} in {folder}, found {settings.get('version')}. {_REBUILD}"
        )
    items = pd.read_csv(table, dtype=dict.fromkeys(TEXT_COLUMNS, str), keep_default_na=False)
    lacking = [name for name in (*TEXT_COLUMNS, *BOX_COLUMNS) if name not in items.columns]
    if lacking:
        raise CatalogError(f"studio: expected the columns {', '.join(lacking)} in {table}, not found. {_REBUILD}")
    expected = int(settings["n_products"]) * len(VIEWS)
    if len(items) != expected:
        raise CatalogError(f"studio: expected {expected} rows in {table}, found {len(items)}. {_REBUILD}")
    missing = _missing(folder, int(settings["n_products"]))
    if missing:
        raise CatalogError(
            f"studio: {len(missing)} pictures are missing from {folder}, the first is {missing[0]}. {_REBUILD}"
        )
    return items


def _check_settings(n_products: int, seed: int) -> None:
    if n_products < 1 or seed < 0:
        raise ValueError(
            f"expected at least 1 product and a seed of 0 or more, got {n_products} products and seed {seed}."
        )


def _row(product: Product, view: str) -> dict[str, str]:
    item = f"{product.product_id}-{view}"
    return {
        "item_id": item, "image": f"images/{item}.jpg", "product_id": product.product_id, "view": view,
        "category": product.kind,
        "garment": product.garment, "colour": product.colour, "pattern": product.pattern, "title": product.title,
        "gender": product.gender,
    }  # fmt: skip


def _read_settings(folder: Path) -> dict[str, int]:
    try:
        settings = json.loads((folder / "studio.json").read_text())
    except (OSError, ValueError):
        return {}
    is_ours = isinstance(settings, dict) and all(isinstance(settings.get(name), int) for name in _SETTINGS)
    return settings if is_ours else {}


def _missing(folder: Path, n_products: int) -> list[str]:
    images = folder / "images"
    there = {path.name for path in images.iterdir()} if images.is_dir() else set()
    names = (f"P{number + 1:04d}-{view}.jpg" for number in range(n_products) for view in VIEWS)
    return [name for name in names if name not in there]


def _draw_all(folder: Path, n_products: int, seed: int, workers: int | None) -> Iterable[dict[str, Box]]:
    """Boxes of the pictures of one product after the other, as they are finished."""
    draw, wanted = partial(_draw_product, folder / "images", seed), products(n_products, seed)
    count = min(workers or min(os.cpu_count() or 1, _MOST_WORKERS), n_products)
    if count == 1:
        yield from map(draw, wanted)
        return
    # spawn: a forked child of a process that has used OpenCV's or FAISS's threads can hang
    with multiprocessing.get_context("spawn").Pool(count) as pool:
        yield from pool.imap_unordered(draw, wanted, chunksize=2)


def _draw_product(images: Path, seed: int, product: Product) -> dict[str, Box]:
    """Draw those pictures of a product that are not there yet; returns all their boxes by item id."""
    import cv2
    from PIL import Image

    from core.catalogs.studio_views import draw_item

    cv2.setNumThreads(1)
    boxes: dict[str, Box] = {}
    for view in VIEWS:
        item = f"{product.product_id}-{view}"
        path = images / f"{item}.jpg"
        kept = _box_in(path, seed)
        if kept is None:
            picture, box = draw_item(product, view)
            x1, y1, x2, y2 = (round(edge, 2) for edge in box)
            kept = (x1, y1, x2, y2)
            note = json.dumps({"version": VERSION, "seed": seed, "box": kept})
            _write(path, partial(Image.fromarray(picture).save, format="JPEG", quality=_QUALITY, comment=note))
        boxes[item] = kept
    return boxes


def _box_in(path: Path, seed: int) -> Box | None:
    """The box noted in a finished picture of this version and seed, None if there is no such picture."""
    from PIL import Image

    try:
        with Image.open(path) as picture:
            note = json.loads(picture.info["comment"])
        x1, y1, x2, y2 = (float(edge) for edge in note["box"])
        return (x1, y1, x2, y2) if (note["version"], note["seed"]) == (VERSION, seed) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, content: bytes | Callable[..., object]) -> None:
    """Write a file under a temporary name and rename it when it is complete."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as file:
        part = Path(file.name)
        try:
            if isinstance(content, bytes):
                file.write(content)
            else:
                content(file)
            file.close()
            part.chmod(0o644)
            part.replace(path)
        except BaseException:
            part.unlink()
            raise
