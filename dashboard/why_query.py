"""Why did this match, for a query of a stored run: its part that was searched is found again."""

from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np

from core.artifacts import ArtifactError
from core.evaluation.query_embeddings import crop_of_item, open_item
from core.evaluation.run_spec import QueryCrop
from core.pipeline import Stopwatch, crop_pixels
from core.side_by_side.fusion_names import is_fusion
from dashboard import resources
from dashboard.evaluation_choice import has_photos
from dashboard.why_panel import SHOWN, Matches, offer_why


def offer_why_of_query(catalog_name: str, runs: Sequence[str], item_id: str) -> None:
    """The button for the results of a query, of every run that ranks by the embeddings alone; none without photos."""
    if not has_photos(catalog_name):
        return
    catalog = resources.catalog(catalog_name)
    row_of_id = {known: row for row, known in enumerate(catalog.items["item_id"])}
    if item_id not in row_of_id:
        return
    found: dict[str, Matches] = {}
    for run in runs:
        try:
            evaluation = resources.evaluation(catalog_name, run)
        except ArtifactError:
            continue  # as in the rankings on the page
        is_asked = evaluation.query_items["item_id"].to_numpy(str) == item_id
        encoder = evaluation.facts["encoder"]
        if not is_explained(evaluation.facts) or encoder in found or not is_asked.any():
            continue
        ranked = evaluation.ranking.rows[int(is_asked.argmax()), :SHOWN]
        results = evaluation.gallery_items["item_id"].to_numpy(str)[ranked[ranked >= 0]]
        rows = [row_of_id[result] for result in results if result in row_of_id]
        found[encoder] = Matches(
            encoder, rows, partial(searched_part, catalog_name, row_of_id[item_id], evaluation.facts["crop"])
        )
    offer_why(catalog_name, list(found.values()))


def is_explained(facts: dict[str, Any]) -> bool:
    """Whether a run's scores are cosines of one encoder's embeddings; what features and fusions add has no place."""
    return facts["features"] == "none" and not facts["expand"] and not is_fusion(facts["encoder"])


@lru_cache(4)
def searched_part(catalog_name: str, row: int, crop: QueryCrop) -> np.ndarray:
    """The part (h, w, 3) uint8 RGB of a query's photo that a run has searched. Raises ImageError."""
    catalog = resources.catalog(catalog_name)
    detect = resources.detector() if crop == "auto" else None
    photo, garments = open_item(catalog, row, crop, detect, Stopwatch())
    return crop_pixels(photo, crop_of_item(catalog, row, photo, garments, crop))
