"""The Map page and its routes on a small shop, without a browser."""

import io
from pathlib import Path

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from core.building import build
from core.maps.build import build_maps
from core.maps.stored import load_map, map_folder
from core.progress import Reporter
from dashboard import resources
from dashboard.api import ROUTES
from dashboard.photos import keep_photo
from tests.core.maps.test_map_export import unpack
from tests.dashboard.conftest import ENCODER, draw_garment, png

VIEWS = Path(__file__).resolve().parents[2] / "dashboard" / "views"
MAP = f"/api/maps/shop/{ENCODER}/pca"


@pytest.fixture(scope="module")
def mapped(shop: Path) -> Path:
    """The shop with a built PCA."""
    reporter = Reporter("test", None)
    build_maps(build("shop", ENCODER, reporter), ["pca"], reporter)
    return shop


@pytest.fixture
def client(mapped: Path) -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


@pytest.fixture
def page(mapped: Path, two_garments: None) -> AppTest:
    opened = AppTest.from_file(VIEWS / "map_view.py", default_timeout=60)
    opened.query_params["catalog"] = "shop"
    opened.query_params["encoder"] = ENCODER
    opened.query_params["map"] = "pca"
    return opened


def words(page: AppTest) -> str:
    return "\n".join(text.value for text in [*page.markdown, *page.caption])


def test_the_points_are_those_of_the_map(client: TestClient) -> None:
    packed = unpack(client.get(f"{MAP}/points").content)
    made = load_map("shop", ENCODER, "pca")
    assert packed["place"].reshape(-1, 2).tolist() == made.points.tolist()
    items = client.get("/api/maps/shop/items").json()
    assert [items["ids"][row] for row in packed["row"]] == made.item_ids.tolist()


def test_colours_come_by_name(client: TestClient) -> None:
    packed = unpack(client.get(f"{MAP}/colours/category").content)
    assert sorted(packed["labels"]) == ["tops", "trousers"]
    assert len(packed["values"]) == 12
    assert unpack(client.get(f"{MAP}/colours/overlap").content)["labels"] is None


@pytest.mark.parametrize("kind", ["page", "csv", "parquet", "projector"])
def test_exports_are_files_with_a_name(client: TestClient, kind: str) -> None:
    answer = client.get(f"{MAP}/export/{kind}")
    assert answer.status_code == 200
    assert f"shop-{ENCODER}-pca" in answer.headers["content-disposition"]
    if kind == "csv":
        assert len(pd.read_csv(io.BytesIO(answer.content))) == 12


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (f"/api/maps/shop/{ENCODER}/flat/points", "umap, tsne, pca"),
        (f"/api/maps/shop/{ENCODER}/umap/points", "--map umap"),
        (f"/api/maps/nowhere/{ENCODER}/pca/points", "nowhere"),
        ("/api/maps/shop/nobody/pca/points", "nobody"),
        ("/api/maps/shop/../pca/points", ""),
        (f"{MAP}/colours/image", "expected a column"),
        (f"{MAP}/colours/between-overlap?beside=nobody", "nobody"),
        (f"{MAP}/export/gif", "expected an export"),
        ("/api/maps/nowhere/items", "nowhere"),
    ],
)
def test_refusals_are_one_sentence(client: TestClient, path: str, text: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert text in answer.text
    assert "Traceback" not in answer.text


def test_the_page_opens_with_its_figures(page: AppTest) -> None:
    page.run()
    assert not page.exception
    assert "PCA map of 12 items" in words(page)
    assert {metric.label for metric in page.metric} >= {"Trustworthiness", "Continuity"}


def test_a_picked_item_has_its_nearest_listed(page: AppTest) -> None:
    page.query_params["item"] = "tops/red.png"
    page.run()
    assert not page.exception
    assert "original space" in words(page)
    assert [button.label for button in page.button if button.label == "Search from this one"]
    page.button(key="clear-picked").click().run()
    assert "item" not in page.query_params


def test_a_drawn_area_has_its_items_counted(page: AppTest) -> None:
    page.query_params["area"] = "0:-2,-2;2,-2;2,2;-2,2"
    page.run()
    assert not page.exception
    assert "**12 items selected**" in words(page)
    assert "tops **6**" in words(page)
    assert "trousers **6**" in words(page)
    page.query_params["hide"] = "tops"
    page.run()
    assert "**6 items selected**" in words(page)


def test_the_live_query_is_placed_and_the_page_says_how(page: AppTest) -> None:
    page.query_params["photo"] = "upload/" + keep_photo(png(draw_garment("tops", "navy")))
    page.run()
    assert not page.exception
    assert "on the map" in words(page)
    assert "geometric median" in words(page)
    assert "Searched for the top" in words(page)
    page.button(key="forget-query").click().run()
    assert "photo" not in page.query_params


def test_a_photo_that_is_gone_leaves_the_map(page: AppTest) -> None:
    page.query_params["photo"] = "upload/" + "0" * 64
    page.run()
    assert not page.exception
    assert len(page.error) == 1
    assert "PCA map of 12 items" in words(page)


@pytest.mark.parametrize("tab", ["Neighbourhoods", "Clusters", "Probable label errors", "Export"])
def test_every_tab_opens(page: AppTest, tab: str) -> None:
    page.query_params["report"] = tab
    page.run()
    assert not page.exception


def test_a_map_that_is_not_made_is_a_pca_with_the_click_that_makes_it(page: AppTest) -> None:
    page.query_params["map"] = "umap"
    page.run()
    assert not page.exception
    assert [button.label for button in page.button if button.label == "Make the UMAP"]
    assert "so this is a PCA" in words(page)
    assert "PCA map of 12 items" in words(page)


def test_a_catalogue_that_no_encoder_has_seen_can_be_built(page: AppTest) -> None:
    page.query_params["encoder"] = "efficientnet-lite2"
    page.run()
    assert not page.exception
    assert [button.label for button in page.button if button.label == "Build it"]


def test_without_anything_built_the_pca_is_made_in_passing(page: AppTest, client: TestClient) -> None:
    folder = map_folder("shop", ENCODER, "pca")
    hidden = folder.with_name("pca-hidden")
    folder.rename(hidden)
    try:
        page.run()
        assert not page.exception
        assert "made in passing" in words(page)
        assert len(unpack(client.get(f"{MAP}/points").content)["row"]) == 12
    finally:
        hidden.rename(folder)


def test_search_leads_to_the_map_and_the_map_recalls_it(mapped: Path, two_garments: None) -> None:
    search = AppTest.from_file(VIEWS / "search_view.py", default_timeout=60)
    search.query_params["catalog"] = "shop"
    search.query_params["encoder"] = ENCODER
    photo = "upload/" + keep_photo(png(draw_garment("tops", "navy")))
    search.query_params["photo"] = photo
    search.run()
    assert not search.exception
    assert [button.label for button in search.button if button.label == "Show on the map"]
    opened = AppTest.from_file(VIEWS / "map_view.py", default_timeout=60)
    opened.session_state["last-search"] = search.session_state["last-search"]
    opened.run()
    assert not opened.exception
    assert opened.query_params["photo"] == photo
    assert "on the map" in words(opened)


def test_an_encoder_agrees_wholly_with_itself(mapped: Path) -> None:
    between = resources.between_encoders("shop", ENCODER, ENCODER)
    assert between.overlap.tolist() == between.trustworthiness.tolist() == between.continuity.tolist() == [1.0] * 12
