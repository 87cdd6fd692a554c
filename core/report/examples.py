"""Queries worth looking at, as rows of pictures: where a run succeeds, where it fails, where two runs differ."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.catalogs.catalog import Catalog, CatalogError
from core.evaluation.hit_ranks import HitRanks
from core.evaluation.per_query import Evaluation
from core.report.page import Tile
from core.thumbnails import item_thumbnail
from detection.images import ImageError

SIDE_PX = 120
SHOWN_RESULTS = 6
ROWS = 4


@dataclass(frozen=True)
class Examples:
    """A run with what is needed to draw its queries.

    Attributes:
        run: Name.
        found: As loaded.
        hits: Of one relevance.
        values: `found.values(relevance)`.
        catalog: With the pictures; None where they are not on this machine.
    """

    run: str
    found: Evaluation
    hits: HitRanks
    values: pd.DataFrame
    catalog: Catalog | None


def best_queries(values: pd.DataFrame, categories: np.ndarray, *, is_worst: bool = False) -> list[int]:
    """The queries of highest (or lowest) AP, no two of one category; at most `ROWS`, those with nothing to find never.

    Args:
        values: (q, m) metrics, in the order of the queries.
        categories: (q,) str.
        is_worst: Lowest instead.
    """
    scores = values["AP"].to_numpy()
    order = np.argsort(scores if is_worst else -scores, kind="stable")
    return _of_different_categories([int(row) for row in order if not np.isnan(scores[row])], categories)


def most_different(first: pd.DataFrame, second: pd.DataFrame, categories: pd.Series) -> list[str]:
    """Item ids of the queries whose AP is most above that of the second, no two of one category; at most `ROWS`."""
    gains = (first["AP"] - second["AP"]).dropna().sort_values(ascending=False, kind="stable")
    ids = gains.index[gains > 0].to_list()
    return [ids[row] for row in _of_different_categories(range(len(ids)), categories.loc[ids].to_numpy(str))]


def query_tiles(shown: Examples, query: int) -> list[Tile]:
    """The query and what came back first, each told right or wrong."""
    asked = shown.found.query_items.iloc[query]
    ranks = set(shown.hits.of(query).tolist())
    tiles = [Tile(_picture(shown.catalog, asked["item_id"]), _words(asked))]
    for rank, row in enumerate(shown.found.ranking.rows[query, :SHOWN_RESULTS], 1):
        if row >= 0:
            item = shown.found.gallery_items.iloc[row]
            mark = "right" if rank in ranks else "wrong"
            tiles.append(Tile(_picture(shown.catalog, item["item_id"]), f"{rank}. {_words(item)}", mark))
    return tiles


def query_line(shown: Examples, query: int) -> str:
    """One line about a query: its id, its AP and where its first relevant item stands."""
    ranks = shown.hits.of(query)
    first = f"the first of {len(ranks):,} relevant items at rank {ranks[0]:,}" if len(ranks) else "nothing is relevant"
    ap = shown.values["AP"].iloc[query]
    return f"{shown.run}, query {shown.values.index[query]}: AP {ap:.2f}, {first}"


def _of_different_categories(rows: "list[int] | range", categories: np.ndarray) -> list[int]:
    chosen: dict[str, int] = {}
    for row in rows:
        chosen.setdefault(str(categories[row]), row)
        if len(chosen) == ROWS:
            break
    return list(chosen.values())


def _words(item: pd.Series) -> str:
    return ", ".join(str(item[name]) for name in ("category", "colour") if item[name]) or "unknown"


def _picture(catalog: Catalog | None, item_id: str) -> bytes | None:
    if catalog is None:
        return None
    try:
        return item_thumbnail(catalog, catalog.row_of(item_id), SIDE_PX)
    except (CatalogError, ImageError):
        return None  # the catalogue has changed since it was measured
