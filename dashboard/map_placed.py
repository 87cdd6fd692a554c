"""A map whose points know their items: what the routes and the page work with."""

from dataclasses import dataclass

import numpy as np

from core.artifacts import ArtifactError
from core.catalogs.catalog import Catalog, CatalogError
from core.gallery import build_command
from core.maps.stored import EmbeddingMap


@dataclass(frozen=True)
class PlacedMap:
    """A map and its catalogue.

    Attributes:
        made: The map, n points.
        catalog: Its catalogue.
        catalog_rows: (n,) int64, the catalogue row of each point.
        version: Changes when the map is built anew; part of its addresses.
    """

    made: EmbeddingMap
    catalog: Catalog
    catalog_rows: np.ndarray
    version: str

    def point_of(self, catalog_row: int) -> int | None:
        """The position on the map of a catalogue's item; None if it is not there."""
        found = np.flatnonzero(self.catalog_rows == catalog_row)
        return int(found[0]) if len(found) else None


def placed_map(made: EmbeddingMap, catalog: Catalog, version: str) -> PlacedMap:
    """A map with the rows of its items. Raises ArtifactError where an item is not in the catalogue any more."""
    try:
        rows = np.array([catalog.row_of(item_id) for item_id in made.item_ids], np.int64)
    except CatalogError as error:
        rebuild = build_command(made.catalog_name, made.encoder_name)
        raise ArtifactError(f"{error} The catalogue has changed since. Build it again: {rebuild}") from error
    return PlacedMap(made, catalog, rows, version)
