"""A map as a table of its points."""

import numpy as np
import pandas as pd

from core.catalogs.catalog import BOX_COLUMNS, Catalog
from core.maps.stored import EmbeddingMap


def points_table(made: EmbeddingMap, catalog: Catalog) -> pd.DataFrame:
    """One row a point: `item_id`, `x`, `y`, what was measured, and the catalogue's columns but for boxes."""
    places = pd.DataFrame({"item_id": made.item_ids, "x": made.points[:, 0], "y": made.points[:, 1]})
    texts = catalog.items.drop(columns=list(BOX_COLUMNS))
    return places.join(made.measured).merge(texts, on="item_id", how="left", validate="one_to_one")


def rows_of_points(made: EmbeddingMap, catalog: Catalog) -> np.ndarray:
    """(n,) int64: the catalogue row of each point."""
    return np.array([catalog.row_of(item_id) for item_id in made.item_ids], np.int64)
