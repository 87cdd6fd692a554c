"""What a search may find: the query's own photo never, splits and facets as told; against a plain loop."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.artifacts import Manifest
from core.catalogs.catalog import Catalog, CatalogError, check_items
from core.gallery import Gallery
from core.retrieval import SearchSet, gallery_row, open_search_set, retrieve, same_photo
from tests.reference import nearest

# Three garments are cut from photo p1, two pictures show one product, one item could not be opened.
IMAGES = ["p1.jpg", "p2.jpg", "p1.jpg", "p3.jpg", "p1.jpg", "p4.jpg", "p5.jpg", "p6.jpg"]
SPLITS = ["gallery", "gallery", "query", "train", "gallery", "query", "gallery", "gallery"]
UNOPENED = 6


@pytest.fixture
def search_set(tmp_path: Path) -> SearchSet:
    for image in set(IMAGES):
        (tmp_path / image).touch()
    table = pd.DataFrame({"item_id": [f"i{row}" for row in range(8)], "image": IMAGES, "split": SPLITS})
    return open_search_set(catalog := check_items("eight", tmp_path, table), gallery_of(catalog), ("gallery", "train"))


def gallery_of(catalog: Catalog) -> Gallery:
    # Its order is not the catalogue's, and one item is missing: rows of one are not rows of the other.
    order = [row for row in (5, 0, 7, 2, 1, 4, 3, 6) if row != UNOPENED]
    vectors = np.random.default_rng(5).normal(size=(len(order), 6))
    embeddings = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    manifest = Manifest("gallery", 1, "", {}, {}, {}, {})
    return Gallery(catalog.name, "fake", catalog.items["item_id"].to_numpy(str)[order], embeddings, manifest)


def found_ids(search_set: SearchSet, rows: np.ndarray) -> list[str]:
    return [str(search_set.gallery.item_ids[row]) for row in rows if row >= 0]


def expected_ids(search_set: SearchSet, query: np.ndarray, allowed_ids: set[str], k: int) -> list[str]:
    allowed = np.array([item_id in allowed_ids for item_id in search_set.gallery.item_ids])
    rows, _ = nearest(search_set.gallery.embeddings, query, k, allowed)
    return found_ids(search_set, np.array(rows[0]))


def a_query() -> np.ndarray:
    return np.full((1, 6), 6**-0.5, np.float32)


SEARCHED = {"i0", "i1", "i3", "i4", "i7"}  # of the splits gallery and train, and opened


def test_rows_of_the_gallery_and_of_the_catalogue_are_told_apart(search_set: SearchSet) -> None:
    items = search_set.catalog.items["item_id"].to_numpy()
    assert items[search_set.catalog_rows].tolist() == search_set.gallery.item_ids.tolist()
    assert gallery_row(search_set, "i5") == 0
    assert gallery_row(search_set, "i3") == 6
    assert gallery_row(search_set, f"i{UNOPENED}") is None
    assert gallery_row(search_set, "unknown") is None


@pytest.mark.parametrize("k", [1, 3, 5, 20])
def test_only_the_searched_splits_are_found(search_set: SearchSet, k: int) -> None:
    ranking = retrieve(search_set, a_query(), k)
    assert found_ids(search_set, ranking.rows[0]) == expected_ids(search_set, a_query(), SEARCHED, k)
    assert ranking.rows.shape == (1, k)


@pytest.mark.parametrize(
    ("query_item", "removed"),
    [
        ("i0", {"i0", "i4"}),
        ("i4", {"i0", "i4"}),
        ("i2", {"i0", "i4"}),
        ("i1", {"i1"}),
        (f"i{UNOPENED}", set()),
    ],
)
def test_the_query_s_own_photo_is_removed_by_id(search_set: SearchSet, query_item: str, removed: set[str]) -> None:
    row = gallery_row(search_set, query_item)
    query = a_query() if row is None else search_set.gallery.embeddings[row : row + 1]
    ranking = retrieve(search_set, query, 20, query_item=query_item)
    assert found_ids(search_set, ranking.rows[0]) == expected_ids(search_set, query, SEARCHED - removed, 20)


def test_an_equal_picture_of_another_item_stays(search_set: SearchSet) -> None:
    # Removal is by id, never as 'the first one': a duplicate that stands before the query is a find.
    embeddings = search_set.gallery.embeddings.copy()
    embeddings[:] = embeddings[0]
    gallery = replace(search_set.gallery, embeddings=embeddings)
    equal = open_search_set(search_set.catalog, gallery, ("gallery", "train", "query"))
    found = found_ids(equal, retrieve(equal, embeddings[:1], 20, query_item="i1").rows[0])
    assert found == [item for item in gallery.item_ids if item != "i1"]


def test_a_facet_narrows_what_is_searched(search_set: SearchSet) -> None:
    facet = np.isin(search_set.gallery.item_ids, ["i0", "i2", "i7"])
    ranking = retrieve(search_set, a_query(), 5, narrowed_to=facet)
    assert found_ids(search_set, ranking.rows[0]) == expected_ids(search_set, a_query(), {"i0", "i7"}, 5)
    ranking = retrieve(search_set, a_query(), 5, narrowed_to=facet, query_item="i4")
    assert found_ids(search_set, ranking.rows[0]) == ["i7"]
    nothing = retrieve(search_set, a_query(), 5, narrowed_to=np.zeros(7, bool))
    assert (nothing.rows == -1).all()


def test_a_search_leaves_the_set_and_the_facet_as_they_were(search_set: SearchSet) -> None:
    facet = np.ones(7, bool)
    before = search_set.searched.copy()
    retrieve(search_set, a_query(), 5, narrowed_to=facet, query_item="i0")
    np.testing.assert_array_equal(search_set.searched, before)
    assert facet.all()


def test_same_photo_marks_gallery_rows(search_set: SearchSet) -> None:
    marked = same_photo(search_set, "i2")
    assert marked.shape == (7,)
    assert set(search_set.gallery.item_ids[marked]) == {"i0", "i2", "i4"}
    assert not same_photo(search_set, "unknown").any()


def test_a_gallery_of_other_items_is_refused(search_set: SearchSet) -> None:
    ids = search_set.gallery.item_ids.copy()
    ids[0] = "xx"
    with pytest.raises(CatalogError, match="xx"):
        open_search_set(search_set.catalog, replace(search_set.gallery, item_ids=ids), ("gallery",))
