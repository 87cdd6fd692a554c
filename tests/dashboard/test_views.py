from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from dashboard.photos import keep_photo
from tests.dashboard.conftest import ENCODER, draw_garment, png

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard"


@pytest.fixture
def search_page(shop: Path, two_garments: None) -> AppTest:
    page = AppTest.from_file(DASHBOARD / "views" / "search_view.py", default_timeout=60)
    page.query_params["catalog"] = "shop"
    page.query_params["encoder"] = ENCODER
    page.query_params["photo"] = "upload/" + keep_photo(png(draw_garment("tops", "navy")))
    return page


def results_line(page: AppTest) -> str:
    return next(caption.value for caption in page.caption if "nearest" in caption.value)


def test_search_searches_the_main_garment_when_it_opens(search_page: AppTest) -> None:
    search_page.run()
    assert not search_page.exception
    line = results_line(search_page)
    assert "the top" in line
    assert "of 12 items" in line
    for step in ("open", "detect", "encode", "search"):
        assert step in line


@pytest.mark.parametrize(
    ("crop", "words"),
    [
        ("g2", "the pants"),
        ("none", "the whole picture"),
        ("5,5,100,100", "a box drawn by hand"),
        ("g9", "the top"),
        ("nonsense", "the top"),
        ("1e309,0,1,1", "the top"),
        ("900,900,999,999", "the top"),
    ],
)
def test_the_address_says_what_is_searched(search_page: AppTest, crop: str, words: str) -> None:
    search_page.query_params["crop"] = crop
    search_page.run()
    assert not search_page.exception
    assert words in results_line(search_page)


def test_the_whole_outfit_is_searched_at_once(search_page: AppTest) -> None:
    search_page.query_params["crop"] = "all"
    search_page.run()
    assert not search_page.exception
    assert any("each of 2 garments" in caption.value for caption in search_page.caption)
    rows = [text.value for text in search_page.markdown if "confidence" in text.value]
    assert [row.split("**")[1] for row in rows] == ["Top", "Pants"]


def test_an_item_of_the_catalogue_is_not_its_own_result(search_page: AppTest) -> None:
    search_page.query_params["photo"] = "item/shop/tops/navy.png"
    search_page.run()
    assert not search_page.exception
    assert "nearest 11 of 12" in results_line(search_page)


def test_the_number_of_results_and_a_category_narrow_the_list(search_page: AppTest) -> None:
    search_page.query_params["category"] = "trousers"
    search_page.run()
    assert "nearest 6 of 12" in results_line(search_page)
    search_page.selectbox(key="select-category").set_value("tops").run()
    assert search_page.query_params["category"] == "tops"


@pytest.mark.parametrize(
    "photo",
    ["upload/" + "0" * 64, "upload/../../x", "sample/none", "item/nowhere/1", "item/shop/none", "nonsense", "/"],
)
def test_a_photo_that_is_not_there_is_one_sentence(search_page: AppTest, photo: str) -> None:
    search_page.query_params["photo"] = photo
    search_page.run()
    assert not search_page.exception
    assert len(search_page.error) == 1
    assert "xpected" in search_page.error[0].value or "has no item" in search_page.error[0].value


def test_wrong_words_in_the_address_fall_back(search_page: AppTest) -> None:
    search_page.query_params["k"] = "minus one"
    search_page.query_params["category"] = "nothing like it"
    search_page.run()
    assert not search_page.exception
    assert "nearest 12 of 12" in results_line(search_page)


def test_what_is_not_built_can_be_built_by_one_click(search_page: AppTest) -> None:
    search_page.query_params["encoder"] = "efficientnet-lite2"
    search_page.run()
    assert not search_page.exception
    assert any("is not ready" in header.value for header in search_page.subheader)
    assert [button.label for button in search_page.button if button.label == "Build it"]


def test_an_encoder_without_weights_says_what_to_run(search_page: AppTest) -> None:
    search_page.query_params["encoder"] = "resnet50"
    search_page.run()
    assert "python -m core encoders download resnet50" in search_page.info[0].value


def test_a_damaged_gallery_says_what_to_run(search_page: AppTest) -> None:
    folder = settings.artifacts_root() / "galleries" / "shop" / ENCODER
    manifest = folder / "manifest.json"
    whole = manifest.read_text()
    try:
        manifest.write_text("{")
        search_page.run()
        assert not search_page.exception
        assert any("python -m core build --catalog shop" in text.value for text in search_page.markdown)
    finally:
        manifest.write_text(whole)


def test_catalogues_shows_one_that_is_on_disk_and_those_that_are_not(shop: Path) -> None:
    page = AppTest.from_file(DASHBOARD / "views" / "catalogs_view.py", default_timeout=60)
    page.query_params["shown"] = "shop"
    page.run()
    assert not page.exception
    assert {metric.label: metric.value for metric in page.metric}["Items"] == "12"
    labels = [button.label for button in page.button]
    assert "Download" in labels
    assert "Draw it" in labels
    assert "Check the pictures" in labels


def test_the_entry_opens_on_search(shop: Path, two_garments: None) -> None:
    page = AppTest.from_file(DASHBOARD / "navigation.py", default_timeout=60).run()
    assert not page.exception
    assert page.get("file_uploader")
