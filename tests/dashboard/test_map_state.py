"""The address and the viewer's state say the same, and nonsense in either is left at its default."""

import numpy as np
import pandas as pd
import pytest

from core.catalogs.catalog import Catalog, check_items
from core.maps.columns import colouring
from dashboard.map_state import (
    OTHERS,
    Area,
    Look,
    address_of_look,
    look_of_address,
    look_of_viewer,
    viewer_state,
)


@pytest.fixture
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    root = tmp_path_factory.mktemp("items")
    for number in range(3):
        (root / f"{number}.png").write_bytes(b"")
    return check_items("c", root, pd.DataFrame({"item_id": ["a", "b", "c"], "image": ["0.png", "1.png", "2.png"]}))


FULL = Look("colour", "red|blue", ("a, b", "ç&="), 1.5, False, ((0.1, -0.2, 3.0), (0.0, 0.0, 1.0)), 2,
            Area(1, np.array([[0.0, 0.0], [0.5, 0.25], [-0.125, 1.0]])))  # fmt: skip


def as_lists(parameters: dict[str, str | list[str]]) -> dict[str, list[str]]:
    return {name: [value] if isinstance(value, str) else value for name, value in parameters.items()}


@pytest.mark.parametrize("look", [Look(), FULL])
def test_a_look_survives_the_address_and_the_viewer(look: Look, catalog: Catalog) -> None:
    read = look_of_address(as_lists(address_of_look(look, catalog)), catalog)
    assert viewer_state(read) == viewer_state(look)
    assert viewer_state(look_of_viewer(viewer_state(look), catalog)) == viewer_state(look)


def test_defaults_leave_the_address_short(catalog: Catalog) -> None:
    assert address_of_look(Look(), catalog) == {}


@pytest.mark.parametrize(
    "asked",
    [
        {"size": ["huge"], "view": ["1,2"], "item": ["zzz"], "area": ["0:1,2"]},
        {"size": [""], "view": ["a,b,c", "1,1,-2", "nan,0,1"], "item": [""], "area": ["7:0,0;1,0;1,1"]},
        {"area": ["0:0,0;1,0;x,1"]},
        {"area": ["0:0,0;1,0;inf,1"]},
    ],
)
def test_nonsense_in_the_address_is_the_default(asked: dict[str, list[str]], catalog: Catalog) -> None:
    assert viewer_state(look_of_address(asked, catalog)) == viewer_state(Look())


def test_a_size_beyond_the_slider_is_its_end(catalog: Catalog) -> None:
    assert look_of_address({"size": ["99"]}, catalog).size == 2.5


@pytest.mark.parametrize(
    "change",
    [
        {"area": {"pane": 0, "polygon": [[0, 0, 0]]}},
        {"area": {"pane": 0, "polygon": [[0, float("nan")]]}},
        {"views": [[1, 2]]},
        {"size": "x"},
        {"picked": "first"},
    ],
)
def test_what_no_viewer_says_is_refused(change: dict, catalog: Catalog) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        look_of_viewer(viewer_state(Look()) | change, catalog)


def test_a_picked_row_outside_the_catalogue_is_none(catalog: Catalog) -> None:
    assert look_of_viewer(viewer_state(Look()) | {"picked": 3}, catalog).picked is None


def test_the_legend_hides_the_same_points_here_as_in_the_browser() -> None:
    classes = colouring(pd.Series([f"kind {number % 25:02d}" for number in range(100)]))
    shown = Look(hidden=("kind 00",)).shows(classes)
    assert shown.tolist() == [number % 25 != 0 for number in range(100)]
    assert Look(only="kind 03").shows(classes).sum() == 4
    assert Look(only=OTHERS).shows(classes).tolist() == [number % 25 >= 20 for number in range(100)]
    assert Look(hidden=(OTHERS,)).shows(classes).sum() == 80
    assert Look(only="x").shows(colouring(pd.Series([1.0, 2.0]))).all(), "a scale has no legend to hide by"
