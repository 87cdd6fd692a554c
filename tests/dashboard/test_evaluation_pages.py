"""The pages of measured numbers, on seeded evaluations of a catalogue whose photos are not on this machine."""

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import settings
from core.cli.evaluate import evaluation_record
from core.evaluation import results
from core.evaluation.per_query import Evaluation
from core.evaluation.results import run_folder
from dashboard.comparing import comparisons
from dashboard.query_lists import predicted_categories, true_categories
from tests.dashboard.measured import CATALOG, NOISE, store_runs
from tests.dashboard.test_views import DASHBOARD

PAGES = ("metrics", "confusion", "queries", "report")
BEST, CROPPED, OTHER = NOISE


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Evaluation]]:
    """Artifacts with three runs, and no photos."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAPE_ARTIFACTS", str(tmp_path_factory.mktemp("measured-artifacts")))
        patch.setenv("DRAPE_DATA", str(tmp_path_factory.mktemp("no-data")))
        runs = store_runs()
        wait_for_comparisons("category")
        wait_for_comparisons("category+colour")
        yield runs


@pytest.fixture(scope="module")
def record(stored: dict[str, Evaluation]) -> dict[str, Any]:
    """What the command line says of the same runs."""
    return evaluation_record(stored)


def wait_for_comparisons(relevance: str, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not comparisons(CATALOG, relevance).is_ready:
        assert time.monotonic() < deadline, "the comparisons did not come"


def opened(view: str, /, **asked: str) -> AppTest:
    test = AppTest.from_file(DASHBOARD / "views" / f"{view}_view.py", default_timeout=120)
    for name, value in {"catalog": CATALOG, **asked}.items():
        test.query_params[name] = value
    test.run()
    assert not test.exception, [error.message for error in test.exception]
    return test


def drawn(test: AppTest, key: str) -> dict[str, Any]:
    """What a component was given to draw."""
    return next(json.loads(part.proto.json) for part in test.get("bidi_component") if part.key == key)


def texts(test: AppTest) -> str:
    return "\n".join(part.value for part in (*test.markdown, *test.caption, *test.info, *test.warning, *test.subheader))


def cells(test: AppTest, run: str) -> dict[str, Any]:
    return next(row["cells"] for row in drawn(test, "scores-retrieval")["rows"] if row["key"] == run)


def test_the_numbers_of_the_table_are_those_of_the_command_line(
    stored: dict[str, Evaluation], record: dict[str, Any]
) -> None:
    for relevance in ("category", "category+colour"):
        page = opened("metrics", relevance=relevance, k="5")
        for run in stored:
            shown, told = cells(page, run), record["runs"][run]["metrics"][relevance]
            assert list(shown) == ["AP", "P@5", "R@5", "recall@5", "nDCG@5", "MAP@R", "RR"]
            for metric, cell in shown.items():
                assert (cell["value"], cell["low"], cell["high"]) == tuple(
                    told[metric][name] for name in ("mean", "low", "high")
                )
                assert cell["text"] == f"{told[metric]['mean']:.3f}"


def test_the_best_is_marked_and_what_cannot_be_told_from_it(
    stored: dict[str, Evaluation], record: dict[str, Any]
) -> None:
    for relevance in ("category", "category+colour"):
        page, pairs = opened("metrics", relevance=relevance), record["comparisons"][relevance]
        for metric in ("AP", "RR"):
            values = {run: cells(page, run)[metric]["value"] for run in stored}
            best = max(values, key=values.__getitem__)
            assert cells(page, best)[metric]["mark"] == "best"
            for run in set(stored) - {best}:
                pair = next(
                    one for one in pairs if one["metric"] == metric and {one["first"], one["second"]} == {best, run}
                )
                expected = "close" if pair["verdict"] == "cannot tell" else ""
                assert cells(page, run)[metric]["mark"] == expected


def test_the_verdict_is_that_of_the_paired_test_from_either_side(record: dict[str, Any]) -> None:
    pair = next(
        one
        for one in record["comparisons"]["category"]
        if one["metric"] == "AP" and {one["first"], one["second"]} == {BEST, OTHER}
    )
    sentence = f"by {abs(pair['difference']):.3f} ["
    better = texts(opened("metrics", first=BEST, second=OTHER))
    assert "EfficientNet-Lite2 is better** than EfficientNet-Lite0 " + sentence in better
    worse = texts(opened("metrics", first=OTHER, second=BEST))
    assert "EfficientNet-Lite0 is worse** than EfficientNet-Lite2 " + sentence in worse


def test_wins_and_losses_are_the_queries_that_differ(stored: dict[str, Evaluation]) -> None:
    page = opened("metrics", first=BEST, second=OTHER, category="dress")
    one, other = (stored[run].values("category")["AP"] for run in (BEST, OTHER))
    is_dress = stored[BEST].query_items["category"].to_numpy(str) == "dress"
    differences = (one - other)[is_dress]
    assert f"EfficientNet-Lite2 wins {int((differences > 0).sum())} quer" in texts(page)
    shown = [item["key"] for item in drawn(page, "won-1")["items"]]
    assert shown == list(differences.sort_values(ascending=False, kind="stable").index[: len(shown)])


def test_runs_that_cut_the_query_are_told_from_those_that_do_not(stored: dict[str, Evaluation]) -> None:
    rows = {row["key"]: row["chips"] for row in drawn(opened("metrics"), "scores-retrieval")["rows"]}
    assert rows == {BEST: ["whole photo"], CROPPED: ["detected box"], OTHER: ["whole photo"]}


def test_costs_and_the_embedding_space_stand_in_tables_of_their_own(stored: dict[str, Evaluation]) -> None:
    cost = drawn(opened("metrics", table="cost"), "scores-cost")["rows"][0]["cells"]
    assert (cost["query_ms"]["text"], cost["parameters"]["text"], cost["dim"]["text"]) == ("12.5", "3.0", "8")
    space = drawn(opened("metrics", table="space"), "scores-space")["rows"][0]["cells"]
    assert (space["silhouette"]["text"], space["hubness"]["text"]) == ("0.100", "1.40")


def test_every_head_has_its_definition(stored: dict[str, Evaluation]) -> None:
    for table in ("retrieval", "cost", "space"):
        for column in drawn(opened("metrics", table=table), f"scores-{table}")["columns"]:
            assert len(column["about"]["text"]) > 15, column["title"]


def test_the_worst_queries_come_first_with_their_ranks(stored: dict[str, Evaluation]) -> None:
    page = opened("queries", run=BEST)
    values, row = stored[BEST].values("category"), drawn(page, "queries")["rows"][0]
    assert row["key"] == values["AP"].idxmin()
    assert row["facts"][0] == f"AP {values['AP'].min():.3f}"
    assert stored[BEST].hits is not None
    place = int(np.flatnonzero(values.index == row["key"])[0])
    assert row["facts"][1] == f"first right at rank {stored[BEST].hits['category'].of(place)[0]}"


def test_right_and_wrong_are_what_the_hits_say(stored: dict[str, Evaluation]) -> None:
    for relevance in ("category", "category+colour"):
        run, page = stored[OTHER], opened("queries", run=OTHER, order="best", relevance=relevance)
        for row in drawn(page, "queries")["rows"]:
            place = int(np.flatnonzero(run.query_items["item_id"] == row["key"])[0])
            assert run.hits is not None
            expected = set(run.hits[relevance].of(place).tolist())
            for result in row["lines"][0]["results"]:
                assert result["is_right"] == (result["rank"] in expected)


def test_the_list_turns_its_pages_and_keeps_a_category(stored: dict[str, Evaluation]) -> None:
    first = [row["key"] for row in drawn(opened("queries", category="bag"), "queries")["rows"]]
    second = [row["key"] for row in drawn(opened("queries", category="bag", page="2"), "queries")["rows"]]
    assert len(first) == 12
    assert not set(first) & set(second)
    kinds = stored[BEST].query_items.set_index("item_id")["category"]
    assert set(kinds[first + second]) == {"bag"}


def test_an_opened_query_shows_every_model_the_best_on_top(stored: dict[str, Evaluation]) -> None:
    item_id = str(stored[BEST].query_items["item_id"].iloc[3])
    lines = drawn(opened("queries", query=item_id), "opened")["rows"][0]["lines"]
    scores = {run: stored[run].values("category")["AP"][item_id] for run in stored}
    assert [line["facts"][0] for line in lines] == [
        f"average precision {score:.3f}" for score in sorted(scores.values(), reverse=True)
    ]
    assert all(len(line["strip"]) == 100 for line in lines)


def test_the_queries_on_which_two_models_differ_show_both_rankings(stored: dict[str, Evaluation]) -> None:
    page = opened("queries", run=BEST, order="different", second=OTHER)
    differences = stored[BEST].values("category")["AP"] - stored[OTHER].values("category")["AP"]
    row = drawn(page, "queries")["rows"][0]
    assert row["key"] == differences.abs().idxmax()
    assert [line["name"] for line in row["lines"]] == ["EfficientNet-Lite2", "EfficientNet-Lite0"]


def test_a_cell_of_the_matrix_opens_to_its_very_queries(stored: dict[str, Evaluation]) -> None:
    run = stored[OTHER]
    true, predicted = true_categories(run), predicted_categories(run, "nearest")
    page = opened("confusion", run=OTHER, true="dress", predicted="shirt")
    expected = run.query_items["item_id"].to_numpy(str)[(true == "dress") & (predicted == "shirt")]
    assert f"**{len(expected)} queries of dress, taken for shirt**" in texts(page)
    assert [row["key"] for row in drawn(page, "cell")["rows"]] == expected[:8].tolist()


def test_the_worst_pair_is_open_at_first_and_a_click_opens_another(record: dict[str, Any]) -> None:
    page = opened("confusion", run=OTHER)
    pairs = record["runs"][OTHER]["confusion"]["worst_pairs"]
    assert f"of {pairs[0]['true']}, taken for {pairs[0]['predicted']}**" in texts(page)
    page.button(key="worst-1").click().run()
    assert f"{pairs[1]['count']} queries of {pairs[1]['true']}, taken for {pairs[1]['predicted']}**" in texts(page)
    assert pairs[1]["true"] in page.query_params["true"]


def test_the_accuracy_is_that_of_the_command_line(record: dict[str, Any]) -> None:
    told = record["runs"][BEST]["confusion"]
    for by, name in (("nearest", "accuracy_nearest"), ("vote", "accuracy_vote@10")):
        shown = {metric.label: metric.value for metric in opened("confusion", run=BEST, by=by).metric}
        assert shown["Right category"] == f"{told[name]:.1%}"


@pytest.mark.parametrize(
    "asked",
    [
        {"relevance": "nothing", "k": "7", "table": "?", "sort": "-what", "first": "x", "second": "y", "metric": "Z"},
        {"run": "../..", "by": "?", "colour": "?", "classes": "-1", "true": "<b>", "predicted": "?", "page": "-3"},
        {"query": "no such item"},
        {"page": "999999999999999999999", "order": "?", "category": "?"},
        {"catalog": "../../etc"},
    ],
)
def test_wrong_words_in_the_address_fall_back(stored: dict[str, Evaluation], asked: dict[str, str]) -> None:
    for page in PAGES:
        opened(page, **asked)


def test_missing_photos_are_said_once_and_words_stand_in_their_places(stored: dict[str, Evaluation]) -> None:
    for page in PAGES:
        assert texts(opened(page)).count("are not on this machine, so their words") == 1
    for row in drawn(opened("queries"), "queries")["rows"]:
        assert not row["query"]["src"]
        assert row["query"]["blank"]


@pytest.mark.parametrize("page", PAGES)
def test_what_was_not_measured_is_filled_by_one_click(
    artifacts: Path, data_root: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(results, "COMMITTED_ROOT", artifacts / "none")
    test = opened(page, catalog="studio")
    assert "has not been measured yet" in texts(test)
    assert [button.label for button in test.button if button.label == "Measure the models"]
    assert "core evaluate --catalog studio" in test.code[0].value


def test_a_damaged_run_is_said_and_the_pages_live_on(
    stored: dict[str, Evaluation], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DRAPE_ARTIFACTS", str(shutil.copytree(settings.artifacts_root(), tmp_path / "artifacts")))
    for file in run_folder(CATALOG, OTHER).iterdir():
        if file.name == "manifest.json":
            file.touch()  # copied with its time; another time is another run
        else:
            file.write_bytes(b"nothing")
    assert "evaluate --catalog" in texts(opened("metrics"))
    assert BEST in {row["key"] for row in drawn(opened("metrics"), "scores-retrieval")["rows"]}
    for page in ("confusion", "queries"):
        assert "evaluate --catalog" in opened(page, run=OTHER).error[0].value
    opened("report")


def test_the_report_is_one_click_and_the_command_stands_beside(stored: dict[str, Evaluation]) -> None:
    page = opened("report")
    assert [button.label for button in page.button] == ["Write the report"]
    assert f"python -m core report --catalog {CATALOG}" in page.code[0].value
