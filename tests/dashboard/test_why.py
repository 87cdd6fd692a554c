"""Why did this match: the button and its dialog, on the Search page and for a query of a stored run."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.evaluation.results import publish_evaluation
from core.evaluation.run_spec import RunSpec
from core.evaluation.runs import evaluate
from core.explaining.explain import Explanation
from core.progress import Reporter
from dashboard.photos import keep_photo
from dashboard.why_panel import PICTURE_PX, explained, trust_words, why_words
from dashboard.why_query import is_explained, searched_part
from tests.dashboard.conftest import ENCODER, draw_garment, png
from tests.dashboard.test_views import DASHBOARD


def opened_dialog(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception
    page.button(key="why").click().run()
    assert not page.exception
    assert not page.error
    return page


def test_the_search_page_explains_a_result(shop: object, two_garments: None) -> None:
    page = AppTest.from_file(DASHBOARD / "views" / "search_view.py", default_timeout=120)
    page.query_params["catalog"] = "shop"
    page.query_params["encoder"] = ENCODER
    page.query_params["photo"] = "upload/" + keep_photo(png(draw_garment("tops", "navy")))
    page.query_params["crop"] = "none"
    opened_dialog(page)
    words = next(text.value for text in page.markdown if text.value.startswith("Score"))
    assert "**1.00**" in words  # its own picture is in the shop
    assert "each picture has a scale of its own" in words


def test_what_is_explained_is_the_chosen_part_and_the_item_as_it_was_built(shop: object) -> None:
    whole = np.asarray(draw_garment("tops", "navy"))
    part = whole[:120]
    scores = []
    for query in (whole, part):
        pictures, why = explained("shop", ENCODER, "tops/navy.png", query.shape, query.tobytes())
        for picture, heat in zip(pictures, why.maps, strict=True):
            assert picture.shape[:2] == heat.shape
            assert max(heat.shape) == PICTURE_PX
            assert 0 <= heat.min() <= heat.max() <= 1
        assert pictures[0].shape[0] / pictures[0].shape[1] == pytest.approx(query.shape[0] / query.shape[1], rel=0.01)
        scores.append(why.score)
    assert scores[0] == pytest.approx(1, abs=1e-5)
    assert scores[1] < 0.99


def test_a_query_of_a_stored_run_is_explained(shop: object) -> None:
    measured = evaluate("shop", RunSpec(ENCODER), Reporter("test", None))
    publish_evaluation(ENCODER, measured)
    page = AppTest.from_file(DASHBOARD / "views" / "queries_view.py", default_timeout=120)
    page.query_params["catalog"] = "shop"
    page.query_params["query"] = str(measured.query_items["item_id"].iat[0])
    opened_dialog(page)
    assert any(text.value.startswith("Score") for text in page.markdown)


def test_the_searched_part_of_a_query_is_that_of_the_run(shop: object, two_garments: None) -> None:
    whole = searched_part("shop", 0, "none")
    assert whole.shape == (220, 180, 3)
    assert searched_part("shop", 0, "auto").shape[0] < 140


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, True), ({"crop": "auto"}, True), ({"features": "pca:4"}, False), ({"expand": 3}, False),
     ({"encoder": "fusion:a+b"}, False)],
)  # fmt: skip
def test_only_cosines_of_one_encoder_are_explained(changes: dict[str, object], expected: bool) -> None:
    assert is_explained({"encoder": ENCODER, "crop": "none", "features": "none", "expand": 0} | changes) == expected


def test_the_words_fit_the_method() -> None:
    maps = (np.ones((2, 2), np.float32), np.ones((2, 2), np.float32))
    places = Explanation(0.8, maps, (0.94, 1.0), "places")
    assert "**0.80**" in why_words(places)
    assert "add up to 94% of what is shown on the left, 100% on the right" in trust_words(places)
    covering = trust_words(Explanation(0.8, maps, None, "covering"))
    assert "covered" in covering
    assert "add up" not in covering
