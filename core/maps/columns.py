"""What the points of a map can be coloured by: every column of the catalogue, and what was measured on the map."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.catalogs.catalog import TEXT_COLUMNS, Catalog
from core.maps.clusters import OUTLIER
from core.maps.stored import EmbeddingMap

# Names, not properties: each item has its own.
NOT_COLOURS = {"item_id", "image", "title"}
MEASURED = {
    "cluster": "Cluster",
    "strength": "Strength in its cluster",
    "trustworthiness": "Trustworthiness",
    "continuity": "Continuity",
    "overlap": "Neighbours kept on the map",
}
# The legend names this many classes, the most common; the others look alike (see core/maps/viewer/colours.js).
NAMED_CLASSES = 20
# More classes than this do not fit the two bytes of a code; the rarest are then one class.
MOST_CLASSES = 65_000


@dataclass(frozen=True)
class Colouring:
    """One column as the map draws it.

    Attributes:
        values: (n,) uint16, positions in `labels`; or, without labels, (n,) float32, NaN where unknown.
        labels: The classes, the most common first; None for a column of numbers.
    """

    values: np.ndarray
    labels: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        expected = np.float32 if self.labels is None else np.uint16
        if self.values.ndim != 1 or self.values.dtype != expected:
            raise ValueError(f"expected (n,) {expected}, but got {self.values.shape} {self.values.dtype}")

    @property
    def low(self) -> float:
        """The smallest number; NaN where none is known."""
        return float(np.nanmin(self.values)) if np.isfinite(self.values).any() else float("nan")

    @property
    def high(self) -> float:
        """The largest number."""
        return float(np.nanmax(self.values)) if np.isfinite(self.values).any() else float("nan")


def catalog_columns(catalog: Catalog) -> list[str]:
    """The catalogue's columns that tell items apart, those that every catalogue has first."""
    items = catalog.items
    known = [name for name in ("category", "colour", *TEXT_COLUMNS) if name not in NOT_COLOURS]
    names = list(dict.fromkeys([*known, *(name for name in items.columns if name not in NOT_COLOURS)]))
    return [name for name in names if items[name].nunique(dropna=True) > 1]


def measured_columns(made: EmbeddingMap) -> list[str]:
    """What was measured on a map, if anything was."""
    return [name for name in MEASURED if name in made.measured.columns]


def colouring(values: pd.Series) -> Colouring:
    """A column as colours: numbers on a scale, everything else as classes; "" and missing are one class.

    >>> colouring(pd.Series(["dress", "top", "top"])).labels
    ('top', 'dress')
    """
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        return Colouring(values.to_numpy(np.float32))
    texts = values.astype("string").fillna("").replace("", "(none)").astype(object)
    counts = texts.value_counts()
    # By count, then by name: the same colours whatever the order of the rows.
    labels = sorted(counts.index, key=lambda label: (-counts[label], label))
    codes = {label: min(code, MOST_CLASSES) for code, label in enumerate(labels)}
    return Colouring(texts.map(codes).to_numpy(np.uint16), tuple(labels[: MOST_CLASSES + 1]))


def item_colouring(catalog: Catalog, name: str, catalog_rows: np.ndarray) -> Colouring:
    """A catalogue's column for some of its items; the classes are those of all, so that maps share their colours.

    Raises:
        ValueError: There is no such column.
    """
    if name not in catalog_columns(catalog):
        raise ValueError(f"expected a column of {', '.join(catalog_columns(catalog))}, but got {name[:40]!r}")
    whole = colouring(catalog.items[name])
    return Colouring(whole.values[catalog_rows], whole.labels)


def point_colouring(made: EmbeddingMap, name: str) -> Colouring:
    """What was measured on a map. Raises ValueError for anything else."""
    if name not in measured_columns(made):
        raise ValueError(f"expected a column of {', '.join(measured_columns(made)) or 'none'}, but got {name[:40]!r}")
    if name != "cluster":
        return colouring(made.measured[name])
    clusters = made.clusters
    labels = [*(cluster_name(number) for number in range(clusters.count)), cluster_name(OUTLIER)]
    # Clusters are numbered by size; outliers come last, however many they are.
    codes = np.where(clusters.labels == OUTLIER, clusters.count, clusters.labels)
    return Colouring(np.minimum(codes, MOST_CLASSES).astype(np.uint16), tuple(labels[: MOST_CLASSES + 1]))


def cluster_name(number: int) -> str:
    """How a cluster is called on screen, from 1; outliers by that word."""
    return "Outlier" if number == OUTLIER else f"Cluster {number + 1}"
