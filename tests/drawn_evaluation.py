"""For tests: an evaluation of random embeddings without pictures, and the tiny catalogue with queries and boxes."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from core.catalogs.catalog import BOX_COLUMNS, TEXT_COLUMNS, Catalog
from core.catalogs.protocol import Protocol
from core.evaluation.per_query import Evaluation, evaluate_embeddings
from core.evaluation.run_spec import RunSpec
from detection.garments import Garments
from tests.tiny_catalog import BROKEN

SPEC = RunSpec("fake", ks=(1, 3, 50), relevance=("category", "category+colour"))


def drawn_catalog(count: int = 60, seed: int = 0) -> Catalog:
    """Items of few kinds, colours and photos; some kinds and colours are unknown."""
    rng = np.random.default_rng(seed)
    items = pd.DataFrame({name: [""] * count for name in TEXT_COLUMNS}, dtype=object)
    items["item_id"] = [f"item {row}" for row in range(count)]
    items["image"] = [f"photos/{rng.integers(0, count // 2)}.jpg" for _ in range(count)]
    items["category"] = rng.choice(["dress", "shirt", "bag", ""], count)
    items["colour"] = rng.choice(["red", "blue", ""], count)
    items["season"] = rng.choice(["summer", "winter"], count)
    items["AP"] = "a column of the data set that is called like a metric"
    items["split"] = rng.choice(["query", "gallery"], count)
    items[list(BOX_COLUMNS)] = np.nan
    return Catalog("drawn", Path("nowhere"), items)


def drawn_embeddings(count: int, dim: int, seed: int = 0) -> np.ndarray:
    """Corners of a cube: few distinct scores, so many are equal, and without rounding where dim is 4 or 16."""
    signs = np.random.default_rng(seed).integers(0, 2, (count, dim)) * 2 - 1
    return (signs / np.sqrt(dim)).astype(np.float32)


def measured(catalog: Catalog, spec: RunSpec = SPEC, dim: int = 4) -> Evaluation:
    vectors = drawn_embeddings(len(catalog), dim)
    rows = {name: np.flatnonzero(catalog.items["split"] == name) for name in ("query", "gallery")}
    who = Protocol(rows["query"], rows["gallery"], rows["gallery"], ("category",))
    queries, gallery = ((rows[name], vectors[rows[name]]) for name in ("query", "gallery"))
    return evaluate_embeddings(catalog, who, spec, queries, gallery)


def split_catalog(catalog: Catalog) -> Catalog:
    """One picture of each kind asks, the broken one among them; dresses have boxes."""
    items = catalog.items.copy()
    asks = items["item_id"].isin(["dress/1.png", "top/1.png", "pants/1.png", BROKEN])
    items["split"] = np.where(asks, "query", "gallery")
    items["category"] = items["item_id"].str.partition("/")[0]
    is_dress = items["category"] == "dress"
    for column, edge in zip(("x1", "y1", "x2", "y2"), (10.0, 10.0, 90.0, 115.0), strict=True):
        items[column] = np.where(is_dress, edge, np.nan)
    return replace(catalog, items=items)


def one_dress(pixels: np.ndarray, min_confidence: float) -> Garments:
    box = np.array([[12.0, 8.0, 88.0, 117.0]])
    return Garments.sorted_from(box, np.array([0.75]), np.array([2]))
