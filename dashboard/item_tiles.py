"""Items as grids and rankings draw them: a picture, its words, and what stands under it."""

from typing import Any

import pandas as pd

from core.catalogs.catalog import Catalog
from core.evaluation.query_embeddings import built_crop
from dashboard.query_photo import item_reference, item_url
from dashboard.run_words import item_words


def item_tile(catalog_name: str, item: pd.Series, *, has_photo: bool, side_px: int = 240) -> dict[str, Any]:
    """An item's picture, or its words where the photos are not on this machine; `key` is its id."""
    words = item_words(item.to_dict())
    return {
        "key": item["item_id"],
        "src": item_url(catalog_name, item["item_id"], side_px) if has_photo else "",
        "alt": words,
        "blank": words,
        "fill": built_crop(catalog_name) == "truth",
    }


def catalog_tile(catalog: Catalog, row: int) -> dict[str, Any]:
    """An item of a catalogue on this machine with its title and facts; `key` is how an address names it."""
    item = catalog.items.iloc[row]
    return {
        **item_tile(catalog.name, item, has_photo=True),
        "key": item_reference(catalog.name, item["item_id"]),
        "title": item["title"] or item["item_id"],
        "facts": " · ".join(text for text in (item["category"], item["colour"]) if text),
    }
