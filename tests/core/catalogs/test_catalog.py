from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.catalogs.catalog import BOX_COLUMNS, TEXT_COLUMNS, Catalog, CatalogError, check_items


def _table(rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, dtype=object)


def test_fills_the_columns_of_the_contract(tmp_path: Path, write_picture) -> None:
    write_picture(tmp_path / "a.png")
    catalog = check_items("shop", tmp_path, _table([{"item_id": 7, "image": "a.png", "title": None}]))
    row = catalog.items.iloc[0]
    assert row[list(TEXT_COLUMNS)].to_dict() == {
        "item_id": "7",
        "image": "a.png",
        "product_id": "7",
        "category": "",
        "title": "",
        "colour": "",
        "gender": "",
        "split": "gallery",
    }
    assert catalog.items[list(BOX_COLUMNS)].isna().all(axis=None)
    assert all(catalog.items[column].dtype == np.float64 for column in BOX_COLUMNS)
    assert catalog.problems == ()


def test_leaves_out_what_is_unsound_and_says_so(tmp_path: Path, write_picture) -> None:
    write_picture(tmp_path / "in" / "a.png")
    write_picture(tmp_path / "secret.png")
    rows = [
        {"item_id": "1", "image": "a.png"},
        {"item_id": "1", "image": "a.png"},
        {"item_id": "", "image": "a.png"},
        {"item_id": "2", "image": "../secret.png"},
        {"item_id": "3", "image": str(tmp_path / "secret.png")},
        {"item_id": "4", "image": "none.png"},
        {"item_id": "5", "image": ""},
        {"item_id": "6", "image": "sub/../../secret.png"},
        {"item_id": "7", "image": "a.png\0.txt"},
        {"item_id": "8", "image": "..\\secret.png"},
    ]
    catalog = check_items("shop", tmp_path / "in", _table(rows))
    assert catalog.items["item_id"].tolist() == ["1"]
    found = {(problem.kind, problem.item) for problem in catalog.problems}
    assert found == {
        ("duplicate id", "1"),
        ("no id", "a.png"),
        *(("path outside", item) for item in "235678"),
        ("missing image", "4"),
    }
    assert "6 path outside" in catalog.problem_summary()


@pytest.mark.parametrize(
    "box",
    [(5, 5, 5, 9), (9, 0, 1, 9), (-1, 0, 5, 5), (0, 0, float("inf"), 5), (0, 0, 5, None), ("x", 0, 5, 5)],
)
def test_takes_an_impossible_box_away_and_keeps_the_item(tmp_path: Path, write_picture, box) -> None:
    write_picture(tmp_path / "a.png")
    row = {"item_id": "1", "image": "a.png", **dict(zip(BOX_COLUMNS, box, strict=True))}
    catalog = check_items("shop", tmp_path, _table([row]))
    assert catalog.items[list(BOX_COLUMNS)].isna().all(axis=None)
    assert [problem.kind for problem in catalog.problems] == ["bad box"]


def test_the_order_of_the_table_is_kept(tmp_path: Path, write_picture) -> None:
    for name in "cab":
        write_picture(tmp_path / f"{name}.png")
    catalog = check_items("shop", tmp_path, _table([{"item_id": n, "image": f"{n}.png"} for n in "cab"]))
    assert catalog.items["item_id"].tolist() == ["c", "a", "b"]
    assert [catalog.row_of(item) for item in "abc"] == [1, 2, 0]
    with pytest.raises(CatalogError, match="no item 'z'"):
        catalog.row_of("z")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"id": "1"}], "expected the columns item_id, image"),
        ([{"item_id": "1", "image": "none.png"}], "no usable item among 1 rows .*1 missing image"),
        ([{"item_id": "1", "image": "a.png", "split": "holdout"}], "splits .* but got .*holdout"),
    ],
)
def test_refuses_a_table_that_cannot_be_used(tmp_path: Path, write_picture, rows, message) -> None:
    write_picture(tmp_path / "a.png")
    with pytest.raises(CatalogError, match=message):
        check_items("shop", tmp_path, _table(rows))


def test_a_catalog_made_by_hand_is_checked(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="expected the columns"):
        Catalog("shop", tmp_path, pd.DataFrame({"item_id": ["1"]}))
