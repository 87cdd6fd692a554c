"""Texts of a training set as the numbers that losses take, and the captions of its items."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

WORD_OF_GENDER = {"Men": "men", "Women": "women", "Boys": "boys", "Girls": "girls", "Unisex": "everybody"}


@dataclass(frozen=True)
class Labels:
    """What is known of each item, as numbers; -1 is unknown.

    Attributes:
        source: (n,) int64, the catalogue.
        category: (n,) int64, numbered within all catalogues: the same word of two catalogues is two classes.
        colour: (n,) int64.
        item: (n,) int64, the product: pictures of one product are positives of each other.
        n_categories: One more than the highest category.
        n_colours: One more than the highest colour.
    """

    source: np.ndarray
    category: np.ndarray
    colour: np.ndarray
    item: np.ndarray
    n_categories: int
    n_colours: int


def labels_of(items: pd.DataFrame) -> Labels:
    """Numbers for the texts of `TrainingSet.items`."""
    category, colour = (_numbers(items["source"] + "\0" + items[name], items[name]) for name in ("category", "colour"))
    return Labels(
        pd.factorize(items["source"], sort=True)[0].astype(np.int64),
        category,
        colour,
        pd.factorize(items["source"] + "\0" + items["product_id"])[0].astype(np.int64),
        int(category.max()) + 1,
        int(colour.max()) + 1,
    )


def category_and_colour(items: pd.DataFrame) -> dict[str, np.ndarray]:
    """What counts as relevant -> (n,) int64, equal for items that are relevant to each other; -1 is unknown."""
    colour = items["category"] + "\0" + items["colour"]
    return {
        "category": _numbers(items["category"], items["category"]),
        "category+colour": _numbers(colour.where(items["category"] != "", ""), items["colour"]),
    }


def captions_of(items: pd.DataFrame) -> list[str]:
    """The title of each item, or where it has none a caption of its attributes, such as 'blue shirt for men'."""
    return [_caption(row) for row in items.to_dict("records")]


def _caption(row: Mapping[Hashable, str]) -> str:
    if row["title"]:
        return row["title"]
    words = f"{row['colour']} {row['category']}".strip().lower()
    gender = WORD_OF_GENDER.get(row["gender"], "")
    return f"{words} for {gender}" if gender else words


def _numbers(keys: pd.Series, values: pd.Series) -> np.ndarray:
    numbers, _ = pd.factorize(keys.where((values != "") & (keys != "")), sort=True)
    return numbers.astype(np.int64)
