"""Training pictures: what asks is never among them, what is kept back stays apart, and they are made once."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.catalogs.catalog import Catalog, check_items
from core.catalogs.protocol import protocol
from core.catalogs.registry import ignore_progress, load_catalog
from core.training import training_set
from core.training.cutout import square_with_mask
from core.training.training_set import COLUMNS, TrainingError, TrainingSet, load_training_set, view_squares
from detection.images import open_photo
from tests.core.training.drawn_set import SIDE, SOURCE, drawn_set, write_folder


@pytest.fixture
def catalog(artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    monkeypatch.setattr(training_set, "SIDE_PX", SIDE)
    folder = write_folder(data_root, per_class=24)
    (folder / "disc-3.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    return load_catalog(SOURCE)


def loads(catalogs: list[Catalog]) -> tuple[TrainingSet, int]:
    """The set, and how often progress was told: 0 where it came from the cache."""
    told: list[tuple[int, int]] = []
    found = load_training_set(catalogs, lambda done, total: told.append((done, total)))
    return found, len(told)


def test_queries_and_broken_pictures_are_left_out_and_the_rest_is_whole(catalog: Catalog) -> None:
    found, _ = loads([catalog])
    rows = protocol(catalog)
    expected = [item for item in catalog.items["item_id"].iloc[rows.train] if item != "disc-3"]
    assert "disc-3" in set(catalog.items["item_id"].iloc[rows.train])
    assert found.items["item_id"].tolist() == expected
    assert not set(found.items["item_id"]) & set(catalog.items["item_id"].iloc[rows.queries])
    assert found.squares.shape == (len(expected), 4, SIDE, SIDE)
    pixels = open_photo(catalog.root / f"{expected[5]}.png", max_side=SIDE).pixels
    np.testing.assert_array_equal(found.squares[5], square_with_mask(pixels, SIDE))
    described = catalog.items.set_index("item_id").loc[expected]
    for column in ("category", "colour", "gender", "title", "product_id"):
        assert found.items[column].tolist() == described[column].tolist()
    assert set(found.items["source"]) == {SOURCE}


def test_no_product_is_both_trained_on_and_kept_back(catalog: Catalog) -> None:
    found, _ = loads([catalog])
    kept = set(found.items["product_id"].iloc[found.validation_rows])
    assert kept
    assert not kept & set(found.items["product_id"].iloc[found.train_rows])
    together = np.sort(np.concatenate([found.train_rows, found.validation_rows]))
    np.testing.assert_array_equal(together, np.arange(len(found.items)))


def test_the_set_is_made_once_and_anew_when_a_catalogue_changes(catalog: Catalog) -> None:
    first, told = loads([catalog])
    assert told == len(protocol(catalog).train)
    again, told = loads([catalog])
    assert told == 0
    np.testing.assert_array_equal(first.squares, again.squares)
    pd.testing.assert_frame_equal(first.items, again.items)
    item, other = first.items["item_id"].iloc[[0, -1]]
    (catalog.root / f"{item}.png").write_bytes((catalog.root / f"{other}.png").read_bytes() + b" ")
    changed, told = loads([catalog])
    assert told > 0
    np.testing.assert_array_equal(changed.squares[0], first.squares[-1])
    np.testing.assert_array_equal(changed.squares[1:], first.squares[1:])


def test_a_damaged_cache_is_made_anew(catalog: Catalog, artifacts: Path) -> None:
    first, _ = loads([catalog])
    expected = np.array(first.squares)
    (path,) = (artifacts / "training").glob("*/squares-*.npy")
    path.write_bytes(path.read_bytes()[:-9])
    again, told = loads([catalog])
    assert told > 0
    np.testing.assert_array_equal(again.squares, expected)


def test_several_garments_of_one_photo_stay_together_but_are_products_of_their_own(catalog: Catalog) -> None:
    files = [path.name for path in sorted(catalog.root.glob("*.png")) if path.name != "disc-3.png"]
    photos = [name for name in files for _ in range(2)]
    table = pd.DataFrame({"item_id": [f"g{number}" for number in range(len(photos))], "image": photos})
    table["product_id"] = table["image"]
    table["split"] = ["query", "query", "gallery", "gallery", *["train"] * (len(photos) - 4)]
    worn = check_items("worn", catalog.root, table)
    found, _ = loads([worn])
    assert found.items["product_id"].tolist() == found.items["item_id"].tolist()
    photo = table.set_index("item_id")["image"].loc[found.items["item_id"]].to_numpy()
    assert not set(photo[found.train_rows]) & set(photo[found.validation_rows])


def test_two_catalogues_are_one_set_and_their_products_are_not_mixed_up(catalog: Catalog) -> None:
    other = replace(catalog, name="other")
    found, _ = loads([catalog, other])
    assert found.items["source"].tolist() == [SOURCE] * (len(found.items) // 2) + ["other"] * (len(found.items) // 2)
    is_kept = found.items["is_validation"].to_numpy()
    assert (is_kept[: len(is_kept) // 2] != is_kept[len(is_kept) // 2 :]).any()  # each is drawn by itself


def test_no_picture_that_opens_is_an_error(catalog: Catalog) -> None:
    for path in catalog.root.glob("*.png"):
        path.write_bytes(b"no picture")
    with pytest.raises(TrainingError, match=r"not one of \d+ pictures of drawn"):
        load_training_set([catalog], ignore_progress)


@pytest.mark.parametrize("column", ["all", "none"])
def test_a_set_needs_both_halves(column: str) -> None:
    pictures = drawn_set(8)
    with pytest.raises(TrainingError, match="one of the two is empty"):
        TrainingSet(pictures.squares, pictures.items.assign(is_validation=column == "all"))


def test_small_views_are_cut_from_squares_averaged_down() -> None:
    items = pd.DataFrame([[""] * (len(COLUMNS) - 1) + [kept] for kept in (True, False)], columns=list(COLUMNS))
    chance = np.random.default_rng(0)
    whole = TrainingSet(chance.integers(0, 256, (2, 4, 128, 128), np.uint8), items)
    small = view_squares(whole, 48)  # a third more than 48 px is 64
    assert small.dtype == np.uint8
    wanted = whole.squares.reshape(2, 4, 64, 2, 64, 2).mean((3, 5))
    np.testing.assert_allclose(small, wanted, atol=0.51)
    assert view_squares(whole, 96) is whole.squares


def test_squares_and_items_must_fit() -> None:
    pictures = drawn_set(8)
    for squares in (pictures.squares[:3], pictures.squares[:, :3], pictures.squares.astype(np.float32)):
        with pytest.raises(TrainingError, match="expected"):
            TrainingSet(squares, pictures.items)
    with pytest.raises(TrainingError, match="expected"):
        TrainingSet(pictures.squares, pictures.items[list(COLUMNS[::-1])])
