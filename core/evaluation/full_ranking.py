"""Every gallery item ranked for every query, a portion at a time, without the query itself and its own photo."""

from collections.abc import Iterator

import numpy as np

from core.features import expanded_queries
from core.index import Ranking, build_index, search_index

# Places of rankings held at a time, so that memory stays small with many queries on a large gallery.
PLACES_AT_ONCE = 8_000_000


def full_rankings(
    queries: np.ndarray,
    gallery: np.ndarray,
    query_groups: np.ndarray,
    gallery_groups: np.ndarray,
    *,
    expand: int = 0,
) -> Iterator[tuple[slice, Ranking]]:
    """Full rankings by the same search that answers live queries.

    Args:
        queries: (q, dim) float32, unit length.
        gallery: (n, dim) float32, unit length.
        query_groups: (q,) int64; gallery items of the same group are not found: another crop of the same photo.
        gallery_groups: (n,) int64.
        expand: Search again with the average of the query and its first N; 0 searches once.

    Yields:
        Which queries, and their ranking: rows (portion, n) int64 of the gallery, best first, ties to the lower row;
        row -1 and score NaN at the end where items were taken out.
    """
    if expand < 0:
        raise ValueError(f"expected to expand by 0 items or more, but got {expand}")
    index = build_index(gallery)
    # A query can lose no more than the largest group, so this depth always leaves `expand` items.
    most_alike = int(np.unique(gallery_groups, return_counts=True)[1].max(initial=0))
    step = max(1, PLACES_AT_ONCE // max(1, len(gallery)))
    for start in range(0, len(queries), step):
        part = slice(start, min(start + step, len(queries)))
        asked = queries[part]
        if expand:
            first = search_index(index, asked, min(len(gallery), expand + most_alike))
            rows = without_groups(first, query_groups[part], gallery_groups).rows[:, :expand]
            asked = expanded_queries(asked, gallery, rows)
        found = search_index(index, asked, len(gallery))
        yield part, without_groups(found, query_groups[part], gallery_groups)


def without_groups(ranking: Ranking, query_groups: np.ndarray, gallery_groups: np.ndarray) -> Ranking:
    """The ranking with items of the query's own group taken out; the rest moves up, -1 and NaN fill the end."""
    is_out = (gallery_groups[ranking.rows] == query_groups[:, None]) | (ranking.rows < 0)
    if not is_out.any():
        return ranking
    order = np.argsort(is_out, axis=1, kind="stable")
    is_out = np.take_along_axis(is_out, order, axis=1)
    rows = np.where(is_out, np.int64(-1), np.take_along_axis(ranking.rows, order, axis=1))
    scores = np.where(is_out, np.float32(np.nan), np.take_along_axis(ranking.scores, order, axis=1))
    return Ranking(rows, scores)


def hits_of(ranking: Ranking, query_keys: np.ndarray, gallery_keys: np.ndarray) -> np.ndarray:
    """(q, k) bool: whether the item at each place is relevant: of the same key, and neither unknown (-1)."""
    found = gallery_keys[ranking.rows]
    return (ranking.rows >= 0) & (found == query_keys[:, None]) & (found >= 0)
