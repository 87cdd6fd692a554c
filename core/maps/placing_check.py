"""How good the places of new items are: held-out items placed on a UMAP of the rest, compared with UMAP's own."""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.index import build_index, search_index
from core.maps.neighbourhoods import overlap
from core.maps.placing import NEIGHBOURS, place

K = 15


@dataclass(frozen=True)
class PlacingCheck:
    """What was measured; distances are shares of the map's longer side.

    Attributes:
        n_map: Items the map was made of; `n_held`: those that were placed on it.
        kept: Share of a held-out item's `K` nearest (original space) that are also the `K` nearest on the map.
        kept_by_umap: The same for UMAP's own transform.
        median_distance: Between the two places.
        high_distance: The 90th percentile of it.
        first_ms: Of the first item placed, a compile included if there is one; `each_ms`: of a later one.
        umap_first_ms: Likewise for UMAP's transform.
        umap_each_ms: Likewise.
    """

    n_map: int
    n_held: int
    kept: float
    kept_by_umap: float
    median_distance: float
    high_distance: float
    first_ms: float
    each_ms: float
    umap_first_ms: float
    umap_each_ms: float

    def lines(self) -> list[str]:
        """For people."""
        return [
            f"{self.n_held} items placed on a map of {self.n_map}",
            f"neighbours kept of {K}:  by its neighbours {self.kept:.3f}   by UMAP's transform {self.kept_by_umap:.3f}",
            f"between the two places: median {self.median_distance:.4f}, 90 % below {self.high_distance:.4f} "
            "of the map's side",
            f"first item: {self.first_ms:.1f} ms   by UMAP's transform {self.umap_first_ms:.0f} ms",
            f"each item:  {self.each_ms:.1f} ms   by UMAP's transform {self.umap_each_ms:.0f} ms",
        ]


def check_placing(embeddings: np.ndarray, *, share: float = 0.1, seed: int = 0) -> PlacingCheck:
    """Hold out a share of the items, make a UMAP of the others, place them both ways.

    Args:
        embeddings: (n, dim) float32, unit length.
        share: In (0, 0.5], at least one item.
        seed: Of the choice and of the map.
    """
    import umap

    count = int(share * len(embeddings))
    if not 0 < share <= 0.5 or count < 1 or len(embeddings) - count <= 2 * K:
        raise ValueError(
            f"expected a share of (0, 0.5] of more than {2 * K} items, but got {share} of {len(embeddings)}"
        )
    order = np.random.default_rng(seed).permutation(len(embeddings))
    held, kept = embeddings[np.sort(order[:count])], embeddings[np.sort(order[count:])]
    index = build_index(kept)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Its own neighbour search this time: transform needs it.
        mapper = umap.UMAP(n_neighbors=K, random_state=seed, n_jobs=1)
        points = mapper.fit_transform(kept).astype(np.float32)
        umap_first = _milliseconds(lambda: mapper.transform(held[:1]))
        umap_each = _milliseconds(lambda: mapper.transform(held[1:2]))
        by_umap = mapper.transform(held)
    ranking = search_index(index, held, max(K, NEIGHBOURS))
    first = _milliseconds(lambda: place(points, ranking.rows[:1], ranking.scores[:1]))
    each = _milliseconds(lambda: place(points, ranking.rows[:1], ranking.scores[:1]))
    placed = place(points, ranking.rows, ranking.scores)
    distances = np.linalg.norm(placed - by_umap, axis=1) / float(np.ptp(points, axis=0).max())
    kept_ours, kept_umap = (
        float(overlap(ranking.rows[:, :K], _nearest_on_map(points, places)).mean()) for places in (placed, by_umap)
    )
    return PlacingCheck(
        n_map=len(kept), n_held=count, kept=kept_ours, kept_by_umap=kept_umap,
        median_distance=float(np.median(distances)), high_distance=float(np.quantile(distances, 0.9)),
        first_ms=first, each_ms=each, umap_first_ms=umap_first, umap_each_ms=umap_each,
    )  # fmt: skip


def _nearest_on_map(points: np.ndarray, places: np.ndarray) -> np.ndarray:
    from scipy.spatial import KDTree

    return np.asarray(KDTree(points).query(places, K)[1], np.int64)


def _milliseconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)
