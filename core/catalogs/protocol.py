"""Who asks, who answers and what counts as relevant when models are measured on a catalogue."""

from dataclasses import dataclass

import numpy as np

from core.catalogs import folder
from core.catalogs.catalog import Catalog, CatalogError
from core.catalogs.registry import CATALOGS


@dataclass(frozen=True)
class Protocol:
    """The official or, where there is none, the drawn protocol of a catalogue.

    Attributes:
        queries: (q,) int64, gallery rows (0..n-1) that ask.
        gallery: (g,) int64, gallery rows that are searched; none of `queries` is among them.
        train: (t,) int64, gallery rows a model may learn from; the gallery's where none are set apart.
        relevance: What counts as relevant, such as "category+colour": equal in all of these columns.
        excluded: Gallery items that equal the query in this column are taken out of its ranking and of its
            relevant items: another crop of the same photo is no find.
    """

    queries: np.ndarray
    gallery: np.ndarray
    train: np.ndarray
    relevance: tuple[str, ...]
    excluded: str = "image"

    def __post_init__(self) -> None:
        if len(self.queries) == 0 or len(self.gallery) == 0:
            raise CatalogError(
                f"expected items that ask and items that answer, but got {len(self.queries)} and "
                f"{len(self.gallery)}. The column `split` says which is which."
            )
        if np.intersect1d(self.queries, self.gallery).size or np.intersect1d(self.queries, self.train).size:
            raise CatalogError("expected queries apart from gallery and training items, but they overlap.")


def protocol(catalog: Catalog) -> Protocol:
    """The protocol of a catalogue, from its column `split`.

    Raises:
        CatalogError: Nobody asks or nobody answers.
    """
    rows = {
        split: np.flatnonzero(catalog.items["split"] == split).astype(np.int64)
        for split in ("train", "query", "gallery")
    }
    train = rows["train"] if len(rows["train"]) else rows["gallery"]
    spec = CATALOGS.get(catalog.name, folder.SPEC)
    return Protocol(rows["query"], rows["gallery"], train, spec.relevance)


def relevance_keys(catalog: Catalog, relevance: str) -> np.ndarray:
    """(n,) int64: items with equal numbers are relevant to each other; -1 where a column is unknown ("").

    Args:
        catalog: The catalogue.
        relevance: Column names joined by +, such as "category+colour".

    Raises:
        CatalogError: The catalogue has no such column.
    """
    columns = relevance.split("+")
    missing = [column for column in columns if column not in catalog.items.columns]
    if missing:
        raise CatalogError(f"catalogue {catalog.name}: relevance {relevance!r} needs the columns {', '.join(missing)}.")
    values = catalog.items[columns].astype(str)
    keys = values.groupby(columns, sort=True).ngroup().to_numpy(dtype=np.int64)
    is_unknown = (values == "").any(axis=1).to_numpy()
    return np.where(is_unknown, -1, keys)
