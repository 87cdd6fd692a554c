"""The Search page with several encoders: its address, its columns and what they say; the HTTP search with several."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from core import settings
from core.catalogs.registry import load_catalog
from core.encoders.registry import ENCODERS as KNOWN
from core.index import Ranking
from core.side_by_side.agreement import rank_biased_overlap
from core.side_by_side.columns import Column
from dashboard import resources
from dashboard.api import ROUTES
from dashboard.column_panel import agreement_words, column_data, letters
from dashboard.photos import keep_photo
from dashboard.run_words import run_title
from tests.dashboard.conftest import draw_garment, png
from tests.side_by_side_catalog import ENCODERS, FIRST, FUSION, SECOND, draw_and_build
from tests.tiny_catalog import NAME

DASHBOARD = Path(__file__).resolve().parents[2] / "dashboard"


@pytest.fixture
def built(artifacts: Path, data_root: Path, two_garments: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    draw_and_build(data_root)
    monkeypatch.setattr(resources, "encoder", lambda name: ENCODERS[name]())
    return data_root


@pytest.fixture
def page(built: Path) -> AppTest:
    page = AppTest.from_file(DASHBOARD / "views" / "search_view.py", default_timeout=60)
    page.query_params["catalog"] = NAME
    page.query_params["encoder"] = f"{FIRST},{SECOND}"
    page.query_params["photo"] = "upload/" + keep_photo(png(draw_garment("tops", "navy")))
    return page


def columns_line(page: AppTest) -> str:
    return next(caption.value for caption in page.caption if "Rank-biased overlap" in caption.value)


def ranked(model: str, *rows: int) -> Column:
    scores = np.linspace(0.9, 0.1, len(rows)).astype(np.float32)
    return Column(model, Ranking(np.array([rows], np.int64), scores[None]), {"open": 1.0, "encode": 20.4})


def test_two_encoders_answer_beside_each_other(page: AppTest) -> None:
    page.run()
    assert not page.exception
    line = columns_line(page)
    assert "Searched 11 items for the top." in line
    assert "A and B **" in line
    assert "found by both: **11** of 11" in line
    assert page.multiselect(key="encoders").value == [FIRST, SECOND]
    assert not page.toggle(key="fusion").value
    assert not [select for select in page.selectbox if select.label == "Encoder"]
    on_map = page.session_state["last-search"]
    assert (on_map["encoder"], on_map["beside"]) == (FIRST, SECOND)


def test_one_encoder_looks_as_ever_and_the_second_is_a_click_away(page: AppTest) -> None:
    page.query_params["encoder"] = FIRST
    page.run()
    assert [select.label for select in page.selectbox] == ["Catalogue", "Encoder", "Category", "Results"]
    assert any("nearest 11 of 11 items" in caption.value for caption in page.caption)
    assert not page.multiselect
    page.button(key="compare").click().run()
    assert not page.exception
    assert page.query_params["encoder"] == f"{FIRST},{SECOND}"
    assert columns_line(page)


def test_words_are_offered_only_where_every_encoder_reads_them(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    page.run()
    assert not page.text_input
    own = np.asarray(resources.search_set(NAME, FIRST).gallery.embeddings[7:8])
    monkeypatch.setattr(resources, "encoder", lambda name: replace(ENCODERS[name](), run_texts=lambda texts: own))
    page.query_params["encoder"] = FIRST
    page.run()
    assert page.text_input[0].value == ""
    before = next(caption.value for caption in page.caption if "Searched for" in caption.value)
    assert "“" not in before
    assert page.button(key="why")
    page.text_input[0].set_value("  in *red*  ").run()
    assert not page.exception
    assert page.query_params["words"] == "in *red*"
    assert any(r"the top and “in \*red\*”" in caption.value for caption in page.caption)
    assert not [button for button in page.button if button.key == "why"]
    page.text_input[0].set_value("").run()
    assert "words" not in page.query_params


def test_choices_stand_in_the_address_and_one_left_over_is_one_encoder(page: AppTest) -> None:
    page.run()
    page.toggle(key="fusion").set_value(True).run()
    assert page.query_params["fusion"] == "1"
    page.multiselect(key="encoders").set_value([SECOND]).run()
    assert not page.exception
    assert page.query_params["encoder"] == SECOND
    assert any("nearest 11 of 11" in caption.value for caption in page.caption)


def test_a_link_from_a_fusion_s_numbers_opens_its_columns(page: AppTest) -> None:
    page.query_params["encoder"] = FUSION
    page.run()
    assert not page.exception
    assert page.multiselect(key="encoders").value == [FIRST, SECOND]
    assert page.toggle(key="fusion").value
    assert page.query_params["encoder"] == f"{FIRST},{SECOND}"


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        (f"{FIRST},nobody,{SECOND},{FIRST}", [FIRST, SECOND]),
        (f"fusion:{SECOND}+{FIRST}", [SECOND, FIRST]),
        (f"{SECOND},nobody", [SECOND]),
        ("fusion:", None),
        (f"fusion:{FIRST}", None),
        (",,,", None),
        ("../../x,<b>", None),
    ],
)
def test_wrong_words_in_the_address_fall_back(page: AppTest, asked: str, chosen: list[str] | None) -> None:
    page.query_params["encoder"] = asked
    page.run()
    assert not page.exception
    if chosen and len(chosen) > 1:
        assert page.multiselect(key="encoders").value == chosen
    else:
        assert page.selectbox(key="select-encoder").value == (chosen or [settings.DEFAULT_ENCODER])[0]


def test_more_than_four_are_cut_to_four_and_what_is_missing_is_said(page: AppTest) -> None:
    page.query_params["encoder"] = ",".join(KNOWN)
    page.run()
    assert not page.exception
    assert page.multiselect(key="encoders").value == list(KNOWN)[:4]


def test_what_is_ready_answers_while_another_is_missing(page: AppTest) -> None:
    page.query_params["encoder"] = f"{FIRST},{SECOND},resnet50"
    page.query_params["fusion"] = "1"
    page.run()
    assert not page.exception
    assert "python -m core encoders download resnet50" in page.info[0].value
    assert "A and B" in columns_line(page)


def test_a_category_narrows_every_column_and_the_outfit_has_columns_of_each_garment(page: AppTest) -> None:
    page.query_params["category"] = "pants"
    page.run()
    assert "found by both: **3** of 3" in columns_line(page)
    page.query_params["crop"] = "all"
    page.run()
    assert not page.exception
    assert len([caption for caption in page.caption if "Rank-biased overlap" in caption.value]) == 2


def test_the_line_tells_overlap_and_shares_of_the_encoders_alone() -> None:
    columns = [ranked(FIRST, 1, 2, 3), ranked(SECOND, 2, 1, 7), ranked(FUSION, 1, 2, 3)]
    overlap = rank_biased_overlap(np.array([1, 2, 3]), np.array([2, 1, 7]))
    words = agreement_words(columns)
    assert f"A and B **{overlap:.2f}**" in words
    assert "found alone: A **33%** (1 of 3), B **33%** (1 of 3)" in words
    assert "found by both: **2** of 4" in words
    empty = [ranked(FIRST, -1), ranked(SECOND, -1)]
    assert "A and B **-**" in agreement_words(empty)
    assert letters([*columns[:2], *columns[:2], columns[2]]) == ["A", "B", "C", "D", "F"]


def test_items_are_marked_with_their_ranks_elsewhere(built: Path) -> None:
    columns = [ranked(FIRST, 1, 2, 3), ranked(SECOND, 2, 1, 7), ranked(FUSION, 1, 3, -1)]
    first, second, fused = column_data(columns, load_catalog(NAME))
    marks = [[(mark["letter"], mark["rank"]) for mark in item["marks"]] for item in first["items"]]
    assert marks == [[("B", 2), ("F", 1)], [("B", 1)], [("F", 2)]]
    assert [item["is_alone"] for item in first["items"]] == [False, False, True]
    assert [item["is_alone"] for item in second["items"]] == [False, False, True]
    assert [item["is_alone"] for item in fused["items"]] == [False, False]
    assert first["items"][0]["key"] == fused["items"][0]["key"]
    assert (first["time"], first["steps"]) == ("21 ms", "open 1 · encode 20")


def test_the_http_search_answers_by_several_and_by_a_fusion(built: Path) -> None:
    client = TestClient(Starlette(routes=ROUTES))
    body = png(draw_garment("tops", "navy"))
    both = client.post("/api/search", params={"catalog": NAME, "encoder": [FIRST, SECOND], "k": 5}, content=body).json()
    assert [one["model"] for one in both["models"]] == [FIRST, SECOND]
    assert all("picture" in item and "path" not in item for one in both["models"] for item in one["results"])
    assert both["agreement"]["p"] == 0.9
    fused = client.post("/api/search", params={"catalog": NAME, "encoder": FUSION, "k": 5}, content=body)
    assert fused.status_code == 200
    assert len(fused.json()["results"]) == 5
    raw_plus = client.post(f"/api/search?catalog={NAME}&encoder={FUSION}", content=body)
    assert raw_plus.status_code == 400
    assert "%2B" in raw_plus.json()["error"]


def test_a_fusion_s_run_is_called_by_its_members() -> None:
    assert run_title("fusion-efficientnet-lite0~efficientnet-lite2+pca-8") == (
        "Fusion of EfficientNet-Lite0 and EfficientNet-Lite2"
    )
    assert run_title("fusion-a~b~c") == "Fusion of a, b and c"
    assert run_title("fusion-a") == "fusion-a"
