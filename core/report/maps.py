"""The built maps of the encoders of a report, as captions and figures."""

from collections.abc import Iterable

import numpy as np
import plotly.graph_objects as go

from core.artifacts import ArtifactError
from core.catalogs.catalog import Catalog
from core.maps.figure import map_figure
from core.maps.projection import TITLES
from core.maps.stored import load_map, map_line


def built_maps(catalog: Catalog, encoder_names: Iterable[str]) -> list[tuple[str, go.Figure]]:
    """Caption and figure of the first map that is built and current of each encoder, coloured by category.

    Args:
        catalog: As it is now.
        encoder_names: Whose maps; repeated names count once.
    """
    found = []
    categories = catalog.items.set_index("item_id")["category"]
    for encoder_name in dict.fromkeys(encoder_names):
        for method in TITLES:
            try:
                made = load_map(catalog.name, encoder_name, method)
            except ArtifactError:
                continue  # not built, or of another state of the catalogue
            labels = categories.reindex(made.item_ids).fillna("").to_numpy(str)
            title = f"{TITLES[method]} of {encoder_name}"
            found.append((map_line(made), map_figure(made.points.astype(np.float64), labels, title)))
            break
    return found
