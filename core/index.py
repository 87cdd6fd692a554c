"""Embeddings -> an exact index, searched by cosine; ties go to the lower row and a filter never loses results."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from core import settings


@dataclass(frozen=True)
class Ranking:
    """What a search found, best first.

    Attributes:
        rows: (q, k) int64, gallery rows 0..n-1; -1 where fewer than k rows were allowed.
        scores: (q, k) float32, cosine, not increasing along a row; NaN where the row is -1.
    """

    rows: np.ndarray
    scores: np.ndarray

    def __post_init__(self) -> None:
        if self.rows.ndim != 2 or self.rows.shape != self.scores.shape:
            raise ValueError(f"rows and scores must be (q, k), but got {self.rows.shape} and {self.scores.shape}")
        if self.rows.dtype != np.int64 or self.scores.dtype != np.float32:
            raise ValueError(f"expected int64 rows and float32 scores, got {self.rows.dtype}, {self.scores.dtype}")

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Index:
    """A FAISS index over unit vectors; read-only, so sessions may share it."""

    faiss_index: Any
    dim: int

    def __len__(self) -> int:
        return int(self.faiss_index.ntotal)


def build_index(embeddings: np.ndarray) -> Index:
    """An exact inner-product index over embeddings (n, dim) float32, unit length.

    Raises:
        ValueError: Wrong shape or type, or a row that is not of unit length.
    """
    import faiss

    _check_vectors("embeddings", embeddings)
    faiss.omp_set_num_threads(settings.threads())
    flat = faiss.IndexFlatIP(embeddings.shape[1])
    flat.add(np.ascontiguousarray(embeddings))
    return Index(flat, embeddings.shape[1])


def search_index(index: Index, queries: np.ndarray, k: int, *, allowed: np.ndarray | None = None) -> Ranking:
    """The k nearest gallery rows of each query.

    Args:
        index: Of n vectors.
        queries: (q, dim) float32, unit length.
        k: At least 1; more than the gallery holds is filled with row -1 and score NaN.
        allowed: (n,) bool, rows that may be found; None allows all.

    Returns:
        Best first; among equal scores the lower row first, also across the cut at k.
    """
    import faiss

    _check_vectors("queries", queries)
    if k < 1:
        raise ValueError(f"k must be at least 1, but got {k}")
    if queries.shape[1] != index.dim:
        raise ValueError(f"queries must have dim {index.dim}, but got {queries.shape[1]}")
    n_allowed = len(index) if allowed is None else int(allowed.sum())
    parameters = None
    if allowed is not None:
        if allowed.shape != (len(index),) or allowed.dtype != np.bool_:
            raise ValueError(f"allowed must be ({len(index)},) bool, but got {allowed.shape} {allowed.dtype}")
        selector = faiss.IDSelectorBatch(np.flatnonzero(allowed).astype(np.int64))
        parameters = faiss.SearchParameters()
        parameters.sel = selector
    rows = np.full((len(queries), k), -1, np.int64)
    scores = np.full((len(queries), k), np.nan, np.float32)
    wanted = min(k, n_allowed)
    if wanted == 0 or len(queries) == 0:
        return Ranking(rows, scores)
    depth = min(n_allowed, wanted + 16)
    while True:
        found_scores, found_rows = index.faiss_index.search(np.ascontiguousarray(queries), depth, params=parameters)
        # FAISS cuts ties anywhere: look deeper until the last score lies below the one at the cut.
        if depth == n_allowed or (found_scores[:, -1] < found_scores[:, wanted - 1]).all():
            break
        depth = min(n_allowed, depth * 4)
    order = np.lexsort((found_rows, -found_scores))[:, :wanted]
    rows[:, :wanted] = np.take_along_axis(found_rows, order, 1)
    scores[:, :wanted] = np.take_along_axis(found_scores, order, 1)
    return Ranking(rows, scores)


def _check_vectors(name: str, vectors: np.ndarray) -> None:
    if vectors.ndim != 2 or vectors.dtype != np.float32:
        raise ValueError(f"{name} must be (n, dim) float32, but got {vectors.shape} {vectors.dtype}")
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.allclose(lengths, 1, atol=1e-3):
        raise ValueError(f"{name} must be of unit length, but row {int(np.abs(lengths - 1).argmax())} is not")
