"""Embeddings -> places on a map (n, 2): PCA, UMAP or t-SNE, seeded, the latter two from neighbours found by FAISS."""

import math
import re
import warnings
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from core import settings
from core.catalogs.catalog import OnProgress
from core.evaluation.unsupervised import sampled_rows
from core.features import FeatureSpec, fit_features

Method = Literal["umap", "tsne", "pca"]
METHODS: tuple[Method, ...] = get_args(Method)
TITLES: dict[Method, str] = {"umap": "UMAP", "tsne": "t-SNE", "pca": "PCA"}
LIBRARIES: dict[Method, str] = {"umap": "umap-learn", "tsne": "openTSNE", "pca": "numpy"}
# Directions of the largest variance hardly change with more items, and a large gallery would fill the memory.
PCA_ITEMS = 10_000
EPOCHS_OF_EXAGGERATION, EPOCHS_OF_TSNE = 250, 500
FEWEST = 5


@dataclass(frozen=True)
class MapSpec:
    """How a map is made. What a method does not know, it leaves alone."""

    method: Method
    seed: int = 0
    n_neighbours: int = 15  # UMAP
    min_dist: float = 0.1  # UMAP
    perplexity: float = 30.0  # t-SNE

    def __post_init__(self) -> None:
        method_named(self.method)
        if self.n_neighbours < 2 or not 0 <= self.min_dist <= 1 or self.perplexity < 1:
            raise ValueError(f"expected n_neighbours >= 2, min_dist in [0, 1] and perplexity >= 1, but got {self}")

    def neighbours_needed(self, count: int) -> int:
        """How many neighbours of each of `count` items the method is fed with; 0 for PCA."""
        wanted = {"umap": self.n_neighbours - 1, "tsne": math.ceil(3 * self.perplexity), "pca": 0}[self.method]
        return min(wanted, count - 1)


def method_named(text: str) -> Method:
    """The method of that name. Raises ValueError, listing the known ones."""
    for method in METHODS:
        if method == text:
            return method
    raise ValueError(f"expected a map by {', '.join(METHODS)}, but got {text!r}")


def project(
    embeddings: np.ndarray, spec: MapSpec, neighbours: np.ndarray, on_progress: OnProgress | None = None
) -> np.ndarray:
    """Places on a map.

    Args:
        embeddings: (n, dim) float32, unit length, n at least 5.
        spec: Method, seed and settings; the same ones give the same map on the same machine.
        neighbours: (n, m) int64, the nearest others of each item, nearest first; m at least
            `spec.neighbours_needed(n)`. PCA does not look at them.
        on_progress: Called with (epochs done, epochs in all).

    Returns:
        (n, 2) float32, centred, the longer side from -1 to 1.

    Raises:
        ValueError: Too few items or neighbours.
    """
    needed = spec.neighbours_needed(len(embeddings))
    if len(embeddings) < FEWEST:
        raise ValueError(f"expected at least {FEWEST} items to make a map of, but got {len(embeddings)}")
    if neighbours.ndim != 2 or (needed and (len(neighbours) != len(embeddings) or neighbours.shape[1] < needed)):
        raise ValueError(f"expected ({len(embeddings)}, {needed}) neighbours or more, but got {neighbours.shape}")
    start = _principal_places(embeddings)
    if spec.method == "umap":
        places = _umap(embeddings, start, neighbours[:, :needed], spec, on_progress)
    elif spec.method == "tsne":
        places = _tsne(embeddings, start, neighbours[:, :needed], spec, on_progress)
    else:
        places = start
    return fitted_to_frame(places)


def fitted_to_frame(places: np.ndarray) -> np.ndarray:
    """(n, 2) float32: moved and scaled alike in both directions, so that the longer side runs from -1 to 1."""
    low, high = places.min(axis=0).astype(np.float64), places.max(axis=0).astype(np.float64)
    longest = float((high - low).max())
    return ((places - (low + high) / 2) * (2 / longest if longest > 0 else 1)).astype(np.float32)


def _principal_places(embeddings: np.ndarray) -> np.ndarray:
    sample = embeddings[sampled_rows(np.arange(len(embeddings)), PCA_ITEMS)]
    fitted = fit_features(FeatureSpec("pca", 2), sample)
    assert fitted.mean is not None
    assert fitted.directions is not None
    # Not `fitted.apply`: that brings vectors to unit length, and all places would lie on a circle.
    return embeddings @ fitted.directions - fitted.mean @ fitted.directions


def _distances(embeddings: np.ndarray, neighbours: np.ndarray) -> np.ndarray:
    """(n, m) float32, Euclidean, of unit vectors."""
    distances = np.empty(neighbours.shape, np.float32)
    for column in range(neighbours.shape[1]):
        cosines = np.einsum("nd,nd->n", embeddings, embeddings[neighbours[:, column]])
        distances[:, column] = np.sqrt(np.maximum(2 - 2 * cosines, 0))
    return distances


def _umap(
    embeddings: np.ndarray, start: np.ndarray, neighbours: np.ndarray, spec: MapSpec, on_progress: OnProgress | None
) -> np.ndarray:
    import umap

    own = np.arange(len(embeddings))[:, None]
    # UMAP counts an item among its own neighbours, at distance 0.
    rows = np.concatenate([own, neighbours], axis=1)
    distances = np.concatenate([np.zeros(own.shape, np.float32), _distances(embeddings, neighbours)], axis=1)
    with warnings.catch_warnings():
        # That a seed means one thread, and that neighbours alone cannot place new items: both are meant.
        warnings.simplefilter("ignore")
        return umap.UMAP(
            n_neighbors=rows.shape[1],
            min_dist=spec.min_dist,
            random_state=spec.seed,
            n_jobs=1,
            init=(10 * fitted_to_frame(start)).astype(np.float32),
            precomputed_knn=(rows, distances, None),
            tqdm_kwds={"disable": False, "bar_format": "{n} {total}", "file": _EpochListener(on_progress)},
        ).fit_transform(embeddings)


def _tsne(
    embeddings: np.ndarray, start: np.ndarray, neighbours: np.ndarray, spec: MapSpec, on_progress: OnProgress | None
) -> np.ndarray:
    import openTSNE
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    known = PrecomputedNeighbors(neighbours, _distances(embeddings, neighbours).astype(np.float64))
    threads = settings.threads()
    affinities = PerplexityBasedNN(perplexity=min(spec.perplexity, neighbours.shape[1] / 3), knn_index=known)
    listener, total = _EpochListener(on_progress), EPOCHS_OF_EXAGGERATION + EPOCHS_OF_TSNE
    places = openTSNE.TSNEEmbedding(
        1e-4 * start / start[:, 0].std(), affinities, random_state=spec.seed, n_jobs=threads,
        negative_gradient_method="bh" if len(embeddings) < 10_000 else "fft",
    )  # fmt: skip
    for done, epochs, options in (
        (0, EPOCHS_OF_EXAGGERATION, {"exaggeration": 12, "momentum": 0.5}),
        (EPOCHS_OF_EXAGGERATION, EPOCHS_OF_TSNE, {"momentum": 0.8}),
    ):
        tell = [lambda epoch, error, where, done=done: listener.tell(done + epoch, total)]
        places = places.optimize(epochs, callbacks=tell, callbacks_every_iters=10, **options)
    return np.asarray(places)


class _EpochListener:
    """Hears from a library how far it is: by call, or as the file that a progress bar is written to."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._on_progress = on_progress

    def tell(self, done: int, total: int) -> None:
        if self._on_progress:
            self._on_progress(done, total)

    def write(self, text: str) -> None:
        if counts := re.search(r"(\d+) (\d+)", text):
            self.tell(int(counts[1]), int(counts[2]))

    def flush(self) -> Any:
        """A file has one."""
