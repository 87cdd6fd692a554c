"""How many PCA dimensions to keep, found on validation queries that are drawn from the training items."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.evaluation.full_ranking import full_rankings, hits_of
from core.evaluation.metrics import average_precision, precision_at_k
from core.features import FeatureMap, FeatureSpec, fit_features, max_dim

DIMS = (16, 32, 48, 64, 96, 128, 192, 256, 384, 512)
VALIDATION_SHARE = 0.2
MOST_QUERIES = 500
K = 10


@dataclass(frozen=True)
class Sweep:
    """What a sweep found.

    Attributes:
        dim: The chosen number of dimensions: the best AP, among equals the fewest.
        queries: Validation queries that had something to find.
        before: "AP" and "P@10" (means) without PCA.
        after: The same with `dim`.
        tried: The same for every dim, each with "dim".
    """

    dim: int
    queries: int
    before: dict[str, float]
    after: dict[str, float]
    tried: tuple[dict[str, Any], ...]


def sweep_pca(training: np.ndarray, keys: np.ndarray, groups: np.ndarray, *, seed: int = 0) -> Sweep:
    """Choose the PCA size; the queries that are reported later take no part.

    Args:
        training: (n, dim) float32, unit length. A fifth (at most 500) asks, the rest is searched and fitted on.
        keys: (n,) int64, equal for items that are relevant to each other; -1 unknown.
        groups: (n,) int64, equal for items of the same photo, which do not find each other.
        seed: Of the draw.

    Raises:
        ValueError: Too few training items, or none of the drawn ones has anything to find.
    """
    asking = _validation_rows(keys, seed)
    is_searched = np.ones(len(training), bool)
    is_searched[asking] = False
    searched = np.flatnonzero(is_searched)
    dims = [dim for dim in DIMS if dim <= max_dim(training[searched])]
    if not dims or len(asking) == 0:
        raise ValueError(
            f"features pca:auto: {len(training)} training items are too few to choose a dim. Name one, such as pca:8."
        )

    def scored(fitted: FeatureMap) -> tuple[dict[str, float], int]:
        queries, gallery = fitted.apply(training[asking]), fitted.apply(training[searched])
        values = []
        for part, ranking in full_rankings(queries, gallery, groups[asking], groups[searched]):
            hits = hits_of(ranking, keys[asking][part], keys[searched])
            n_relevant = hits.sum(axis=1)
            values.append(np.stack([average_precision(hits, n_relevant), precision_at_k(hits, n_relevant, K)]))
        both = np.concatenate(values, axis=1)
        both = both[:, ~np.isnan(both[0])]
        if both.shape[1] == 0:
            raise ValueError("features pca:auto: no validation query has a relevant item. Name a dim, such as pca:128.")
        return {"AP": float(both[0].mean()), f"P@{K}": float(both[1].mean())}, both.shape[1]

    before, n_queries = scored(FeatureMap())
    widest = fit_features(FeatureSpec("pca", dims[-1]), training[searched])
    tried = [{"dim": dim, **scored(widest.first(dim))[0]} for dim in dims]
    best = max(tried, key=lambda result: (result["AP"], -result["dim"]))
    after = {name: best[name] for name in before}
    return Sweep(int(best["dim"]), n_queries, before, after, tuple(tried))


def _validation_rows(keys: np.ndarray, seed: int) -> np.ndarray:
    known = np.flatnonzero(keys >= 0)
    count = min(MOST_QUERIES, int(VALIDATION_SHARE * len(known)))
    return np.sort(np.random.default_rng(seed).choice(known, count, replace=False)) if count else known[:0]
