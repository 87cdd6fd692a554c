"""Queries x gallery -> Ranking, with the query itself and other pictures of the same photo removed by id."""

from dataclasses import dataclass

import numpy as np

from core.catalogs.catalog import Catalog, CatalogError
from core.gallery import Gallery
from core.index import Index, Ranking, build_index, search_index


@dataclass(frozen=True)
class SearchSet:
    """What live search looks through: a gallery, its index, and where each gallery row stands in the catalogue.

    Attributes:
        catalog: The items.
        gallery: Embeddings of those that could be opened.
        index: Over the gallery's embeddings, in its order.
        catalog_rows: (n,) int64, the catalogue row of each gallery row.
        searched: (n,) bool, gallery rows that a live search may find (the catalogue's `search_splits`).
    """

    catalog: Catalog
    gallery: Gallery
    index: Index
    catalog_rows: np.ndarray
    searched: np.ndarray


def open_search_set(catalog: Catalog, gallery: Gallery, search_splits: tuple[str, ...]) -> SearchSet:
    """A gallery made ready to be searched."""
    rows = np.array([catalog.row_of(item_id) for item_id in gallery.item_ids], np.int64)
    searched = catalog.items["split"].isin(search_splits).to_numpy()[rows]
    return SearchSet(catalog, gallery, build_index(gallery.embeddings), rows, searched)


def retrieve(
    search_set: SearchSet,
    queries: np.ndarray,
    k: int,
    *,
    query_item: str | None = None,
    narrowed_to: np.ndarray | None = None,
) -> Ranking:
    """The k nearest items of each query.

    Args:
        search_set: What is searched, n gallery rows.
        queries: (q, dim) float32, unit length.
        k: At least 1.
        query_item: An item that the queries were made from: it and all items cut from the same photo are not found.
        narrowed_to: (n,) bool, only these gallery rows are found (a facet); None for all.

    Returns:
        Gallery rows and cosine scores, best first; row -1 where there are fewer than k.
    """
    allowed = search_set.searched.copy()
    if narrowed_to is not None:
        allowed &= narrowed_to
    if query_item is not None:
        allowed &= ~same_photo(search_set, query_item)
    return search_index(search_set.index, queries, k, allowed=allowed)


def same_photo(search_set: SearchSet, item_id: str) -> np.ndarray:
    """(n,) bool: gallery rows of the item itself and of others cut from the same photo."""
    images = search_set.catalog.items["image"].to_numpy()
    try:
        image = images[search_set.catalog.row_of(item_id)]
    except CatalogError:
        return np.zeros(len(search_set.gallery), bool)
    return images[search_set.catalog_rows] == image


def gallery_row(search_set: SearchSet, item_id: str) -> int | None:
    """The gallery row of an item, None if its picture could not be opened."""
    found = np.flatnonzero(search_set.gallery.item_ids == item_id)
    return int(found[0]) if len(found) else None
