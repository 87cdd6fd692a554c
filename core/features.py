"""What is done to embeddings between encoder and index: PCA, whitening, unit length, and query expansion."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

# Directions with less than this share of the largest variance are noise of the arithmetic.
MIN_VARIANCE = 1e-9
FORMS = "none, pca:D, pca:auto or whiten:D, such as pca:128"


@dataclass(frozen=True)
class FeatureSpec:
    """What to do to embeddings. `dim` is None for none, and for pca:auto until a sweep has chosen it."""

    kind: Literal["none", "pca", "whiten"]
    dim: int | None = None

    def __post_init__(self) -> None:
        is_sound = self.dim is None if self.kind == "none" else self.dim is None or self.dim >= 1
        if not is_sound or (self.kind == "whiten" and self.dim is None):
            raise ValueError(f"expected features {FORMS}, but got {self.kind!r} with dim {self.dim}")

    @property
    def is_auto(self) -> bool:
        """Whether the dim is still to be chosen."""
        return self.kind == "pca" and self.dim is None

    def __str__(self) -> str:
        return self.kind if self.kind == "none" else f"{self.kind}:{'auto' if self.dim is None else self.dim}"


@dataclass(frozen=True)
class FeatureMap:
    """Fitted features: (x - mean) @ directions, brought to unit length; without directions, x at unit length.

    Attributes:
        mean: (dim,) float32.
        directions: (dim, D) float32, the largest variance first; divided by its root where whitened.
        variance_share: (D,) float64 in (0, 1], of the training embeddings.
    """

    mean: np.ndarray | None = None
    directions: np.ndarray | None = None
    variance_share: np.ndarray | None = None

    def apply(self, embeddings: np.ndarray) -> np.ndarray:
        """(n, D) float32, unit length, of embeddings (n, dim) float32."""
        if self.mean is None or self.directions is None:
            return to_unit_length(embeddings)
        return to_unit_length((embeddings - self.mean) @ self.directions)

    def first(self, dim: int) -> "FeatureMap":
        """The same map with its first `dim` directions only."""
        if self.directions is None or self.variance_share is None:
            raise ValueError("expected a fitted PCA, but these features have no directions")
        return replace(self, directions=self.directions[:, :dim], variance_share=self.variance_share[:dim])


def parse_features(text: str) -> FeatureSpec:
    """`none`, `pca:D`, `pca:auto` or `whiten:D`. Raises ValueError.

    >>> parse_features("whiten:64")
    FeatureSpec(kind='whiten', dim=64)
    """
    kind, _, dim = text.partition(":")
    if text == "none":
        return FeatureSpec("none")
    if text == "pca:auto":
        return FeatureSpec("pca")
    if kind in ("pca", "whiten") and dim.isascii() and dim.isdecimal() and int(dim) >= 1:
        return FeatureSpec("pca" if kind == "pca" else "whiten", int(dim))
    raise ValueError(f"expected features {FORMS}, but got {text!r}")


def max_dim(training: np.ndarray) -> int:
    """The most directions that training embeddings (n, dim) can fit: no more than n - 1 or dim."""
    return min(len(training) - 1, training.shape[1])


def fit_features(spec: FeatureSpec, training: np.ndarray) -> FeatureMap:
    """PCA of training embeddings, whitened if asked (Jegou and Chum, ECCV 2012).

    Args:
        spec: With a dim, unless it is none.
        training: (n, dim) float32; never the queries that are reported.

    Raises:
        ValueError: More dimensions than the training embeddings have, or none chosen.
    """
    if spec.kind == "none":
        return FeatureMap()
    if spec.dim is None:
        raise ValueError("expected a chosen dim, but got pca:auto: sweep first")
    if spec.dim > max_dim(training):
        raise ValueError(
            f"features {spec}: expected at most {max(0, max_dim(training))} dimensions of {training.shape} training "
            "embeddings. Choose fewer."
        )
    mean = training.mean(axis=0, dtype=np.float64)
    centred = training - mean
    variances, directions = _principal_directions(centred)
    rank = int((variances > MIN_VARIANCE * variances[0]).sum())
    if spec.dim > rank:
        raise ValueError(f"features {spec}: the training embeddings vary in {rank} directions only. Choose fewer.")
    share = variances[: spec.dim] / variances.clip(0).sum()
    variances, directions = variances[: spec.dim], directions[:, : spec.dim]
    largest = np.abs(directions).argmax(axis=0)
    # Eigenvectors have no sign of their own: fixed here, so that a result is the same on every machine.
    directions = directions * np.sign(directions[largest, np.arange(spec.dim)])
    if spec.kind == "whiten":
        directions = directions / np.sqrt(variances)
    return FeatureMap(mean.astype(np.float32), directions.astype(np.float32), share)


def expanded_queries(queries: np.ndarray, gallery: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Queries moved to the average of themselves and what they found first (Chum et al., ICCV 2007).

    Args:
        queries: (q, dim) float32, unit length.
        gallery: (n, dim) float32, unit length.
        rows: (q, N) int64, the first N gallery rows of each query; -1 where there were fewer.

    Returns:
        (q, dim) float32, unit length.
    """
    found = np.where((rows >= 0)[:, :, None], gallery[rows], np.float32(0))
    return to_unit_length(queries + found.sum(axis=1))


def to_unit_length(vectors: np.ndarray) -> np.ndarray:
    """(n, dim) float32 of length 1; a vector without length becomes the first axis, as it has no direction."""
    vectors = vectors.astype(np.float64)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    first_axis = np.arange(vectors.shape[1]) == 0
    return np.where(lengths > 1e-12, vectors / np.maximum(lengths, 1e-12), first_axis).astype(np.float32)


def _principal_directions(centred: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variances (m,), the largest first, and their directions (dim, m), of n rows without mean; m = min(n, dim)."""
    count, dim = centred.shape
    if count <= dim:
        _, lengths, directions = np.linalg.svd(centred, full_matrices=False)
        return lengths**2 / (count - 1), directions.T
    variances, directions = np.linalg.eigh(centred.T @ centred / (count - 1))
    return variances[::-1], directions[:, ::-1]  # eigh sorts upwards
