"""Labelled pictures of several catalogues as one array that training reads: squares with a mask of what is garment."""

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch.nn import functional

from core import artifacts, settings
from core.catalogs.catalog import Catalog, OnProgress
from core.catalogs.protocol import protocol
from core.catalogs.splits import hashed_splits
from core.gallery import catalog_digest
from core.items import item_pixels
from core.one_builder import built_once
from core.training.cutout import square_with_mask
from detection.images import ImageError

KIND = "training pictures"
FORMAT = 2
SIDE_PX = 224
VALIDATION_SHARE = 0.06
VALIDATION_SEED = "drape-validation-1"
COLUMNS = ("source", "item_id", "product_id", "category", "colour", "gender", "title", "is_validation")


class TrainingError(ValueError):
    """Training cannot begin or go on. The message says what was expected, what came and what to do."""


@dataclass(frozen=True)
class TrainingSet:
    """What a model learns from, and the part of it that is kept back to choose by.

    Attributes:
        squares: (n, 4, side, side) uint8, RGB and a mask: 255 where the picture is, 0 on a white surrounding. Read
            from disk as it is needed.
        items: n rows, columns `COLUMNS`: `source` is the catalogue, `is_validation` marks what is not trained on;
            the others are the catalogue's texts ("" where unknown).
    """

    squares: np.ndarray
    items: pd.DataFrame

    def __post_init__(self) -> None:
        if self.squares.ndim != 4 or self.squares.shape[1] != 4 or self.squares.dtype != np.uint8:
            raise TrainingError(f"expected squares (n, 4, s, s) uint8, but got {self.squares.shape}")
        if len(self.items) != len(self.squares) or list(self.items.columns) != list(COLUMNS):
            raise TrainingError(f"expected {len(self.squares)} items of {COLUMNS}, but got {len(self.items)}")
        if not self.items["is_validation"].any() or self.items["is_validation"].all():
            raise TrainingError("expected items to train on and items to choose by, but one of the two is empty.")

    @property
    def train_rows(self) -> np.ndarray:
        """(t,) int64, rows to learn from."""
        return np.flatnonzero(~self.items["is_validation"].to_numpy(bool))

    @property
    def validation_rows(self) -> np.ndarray:
        """(v,) int64, rows to choose by."""
        return np.flatnonzero(self.items["is_validation"].to_numpy(bool))


def load_training_set(catalogs: Sequence[Catalog], on_progress: OnProgress) -> TrainingSet:
    """The training items of catalogues; never those that ask when models are measured.

    The squares are made once and kept below the artifacts until a catalogue changes.

    Raises:
        TrainingError: No picture opens.
    """
    digests = "|".join(f"{catalog.name}:{catalog_digest(catalog)}" for catalog in catalogs)
    key = hashlib.sha256(f"{FORMAT}|{SIDE_PX}|{digests}".encode()).hexdigest()[:16]
    folder = settings.artifacts_root() / "training" / key
    manifest = built_once(folder, KIND, "the training pictures", lambda: _publish(folder, catalogs, on_progress))
    squares = np.load(folder / manifest.files["squares.npy"], mmap_mode="r", allow_pickle=False)
    return TrainingSet(squares, pd.read_parquet(folder / manifest.files["items.parquet"]))


def view_squares(training_set: TrainingSet, side: int) -> np.ndarray:
    """(n, 4, s, s) uint8: the squares that views of `side` px are cut from, s being a third more than that or more.

    They are averaged down where they are much larger, because views are drawn by two-by-two interpolation: from large
    squares small views would flicker, and take longer.
    """
    squares, wanted = training_set.squares, 32 * math.ceil(side / 24)
    if wanted > 0.75 * squares.shape[-1]:
        return squares
    smaller = np.empty((*squares.shape[:2], wanted, wanted), np.uint8)
    for start in range(0, len(squares), 64):
        part = torch.tensor(squares[start : start + 64], dtype=torch.float32)
        smaller[start : start + 64] = functional.adaptive_avg_pool2d(part, wanted).round().to(torch.uint8).numpy()
    return smaller


def _publish(folder: Path, catalogs: Sequence[Catalog], on_progress: OnProgress) -> artifacts.Manifest:
    squares, tables, done = [], [], 0
    rows_of = [protocol(catalog).train for catalog in catalogs]
    total = sum(map(len, rows_of))
    for catalog, rows in zip(catalogs, rows_of, strict=True):
        opened = []
        for row in rows:
            try:
                pixels = item_pixels(catalog, int(row), max_side=SIDE_PX)
            except ImageError:
                continue  # what cannot be opened teaches nothing; `catalogs show --scan` names it
            finally:
                done += 1
                on_progress(done, total)
            squares.append(square_with_mask(pixels, SIDE_PX))
            opened.append(int(row))
        tables.append(_described(catalog, opened))
    if not squares:
        raise TrainingError(f"not one of {total} pictures of {', '.join(c.name for c in catalogs)} could be opened.")
    array, items = np.stack(squares), pd.concat(tables, ignore_index=True)
    record = {"catalogs": [catalog.name for catalog in catalogs], "side_px": SIDE_PX, "count": len(items)}
    return artifacts.publish(
        folder,
        KIND,
        record,
        {
            "squares.npy": lambda path: np.save(path, array, allow_pickle=False),
            "items.parquet": lambda path: items.to_parquet(path, index=False),
        },
    )


def _described(catalog: Catalog, rows: list[int]) -> pd.DataFrame:
    items = catalog.items.iloc[rows].reset_index(drop=True)
    items["source"] = catalog.name
    # Photos of one product or person stay together, so that nothing trained on is met again in validation.
    keys = f"{catalog.name}:" + items["product_id"].astype(str)
    drawn = hashed_splits(keys, query_share=VALIDATION_SHARE, seed=VALIDATION_SEED)
    items["is_validation"] = [split == "query" for split in drawn]
    # Several items of one photo under one product id are several garments of one person, not views of one.
    is_shared = items.duplicated(["image", "product_id"], keep=False)
    items["product_id"] = items["product_id"].where(~is_shared, items["item_id"])
    return items[list(COLUMNS)]
