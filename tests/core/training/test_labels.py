"""Labels as numbers: within a catalogue, unknown is -1; captions of titles or attributes."""

import numpy as np
import pandas as pd
import pytest

from core.training.labels import captions_of, category_and_colour, labels_of
from core.training.training_set import COLUMNS

ROWS = [
    # source, item, product, category, colour, gender, title
    ("shop", "1", "p1", "Tshirts", "Blue", "Men", "Blue tee"),
    ("shop", "2", "p1", "Tshirts", "", "Men", ""),
    ("shop", "3", "p2", "Shirts", "Blue", "Women", ""),
    ("street", "1", "p1", "Tshirts", "", "", ""),
    ("street", "2", "p9", "", "Blue", "Unisex", ""),
    ("shop", "4", "p4", "Shirts", "Blue", "robots", ""),
]
ITEMS = pd.DataFrame([(*row, False) for row in ROWS], columns=list(COLUMNS))


def same(one: np.ndarray) -> list[list[int]]:
    """Rows of each number, the unknown ones left out."""
    return sorted([np.flatnonzero(one == value).tolist() for value in set(one.tolist()) if value >= 0])


def test_the_same_word_of_two_catalogues_is_two_classes_and_unknown_is_minus_one() -> None:
    labels = labels_of(ITEMS)
    assert same(labels.source) == [[0, 1, 2, 5], [3, 4]]
    assert same(labels.category) == [[0, 1], [2, 5], [3]]
    assert labels.category[4] == -1
    assert same(labels.colour) == [[0, 2, 5], [4]]
    assert labels.colour[[1, 3]].tolist() == [-1, -1]
    assert same(labels.item) == [[0, 1], [2], [3], [4], [5]]
    assert (labels.n_categories, labels.n_colours) == (3, 2)
    assert all(array.dtype == np.int64 for array in (labels.source, labels.category, labels.colour, labels.item))


def test_numbers_do_not_depend_on_the_order_of_the_items() -> None:
    labels, turned = labels_of(ITEMS), labels_of(ITEMS.iloc[::-1].reset_index(drop=True))
    np.testing.assert_array_equal(labels.category, turned.category[::-1])
    np.testing.assert_array_equal(labels.colour, turned.colour[::-1])


def test_nothing_known_at_all() -> None:
    labels = labels_of(ITEMS.assign(category="", colour=""))
    assert (labels.n_categories, labels.n_colours) == (0, 0)
    assert set(labels.category) == {-1}


def test_relevance_by_category_and_by_both() -> None:
    keys = category_and_colour(ITEMS)
    assert same(keys["category"]) == [[0, 1, 3], [2, 5]]
    assert same(keys["category+colour"]) == [[0], [2, 5]]
    assert keys["category+colour"][[1, 3, 4]].tolist() == [-1, -1, -1]


@pytest.mark.parametrize(
    ("row", "caption"),
    [
        (0, "Blue tee"),
        (1, "tshirts for men"),
        (2, "blue shirts for women"),
        (3, "tshirts"),
        (4, "blue for everybody"),
        (5, "blue shirts"),
    ],
)
def test_captions_are_titles_or_made_of_attributes(row: int, caption: str) -> None:
    assert captions_of(ITEMS)[row] == caption
