"""Reports: complete, equal to what is stored, safe against hostile texts, and without any reach into the network."""

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.evaluation.per_query import Evaluation
from core.evaluation.results import load_hits, load_summary
from core.evaluation.significance import bootstrap_intervals
from core.evaluation.wording import interval, sentence
from core.report.build import Report, build_report, csv_text, report_archive, write_report
from core.report.conditions import domains
from core.report.examples import best_queries, most_different
from core.report.measured import read_measured, report_tables
from core.report.numbers import comparisons
from core.report.page import document, figure_html
from core.report.tables import crop_table, domain_table
from tests import reference_metrics as slow
from tests.core.report.page import Page
from tests.drawn_report import FORMULA, HOSTILE, RELEVANCE, RUNS, hostile_catalog, store_runs
from tests.tiny_catalog import draw_tiny_catalog


def test_a_report_has_every_chapter_and_its_contents_lead_there(page: Page) -> None:
    anchors = [attrs["href"] for tag, attrs in page.tags if tag == "a"]
    ids = [attrs["id"] for tag, attrs in page.tags if tag == "section"]
    assert anchors == [f"#{name}" for name in ids]
    assert ids == ["glance", "measured", "results", "comparisons", "costs", "confusion", "crops", "space", "examples",
                   "definitions"]  # fmt: skip
    assert "Drawn at random." in page.text
    assert "numpy " + np.__version__ in page.text


def test_the_document_asks_nothing_of_the_network(page: Page) -> None:
    for tag, attrs in page.tags:
        for name in ("src", "href", "srcset", "data", "action", "poster"):
            value = attrs.get(name) or "#"
            assert value.startswith(("#", "data:image/jpeg;base64,")), (tag, name, value[:60])
        assert tag not in ("link", "iframe", "object", "embed", "base", "form")
    html = document("nothing", "", [])
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    assert not re.search(r"url\(|@import|https?:", style[1])
    own = [script for script in page.scripts if "Plotly.newPlot" in script and len(script) < 1_000_000]
    assert own
    assert not any("http" in script.replace("http:\\u002f\\u002felsewhere.example", "") for script in own)


def test_hostile_texts_stay_texts(page: Page) -> None:
    assert "img" not in [tag for tag, _ in page.tags]  # there are no pictures, so any would be the hostile one
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert not any("alert(1)" in script and "Plotly" not in script for script in page.scripts)
    assert HOSTILE in page.text  # shown letter by letter


def test_numbers_of_report_summary_and_recomputation_from_the_stored_ranks_are_equal(
    report: Report, page: Page
) -> None:
    results = report.tables["results"].set_index(["run", "relevance", "metric"])
    for run in RUNS:
        summary, hits = load_summary("drawn", run), load_hits("drawn", run)
        for relevance in RELEVANCE:
            slowly = pd.DataFrame(
                slow.of_ranks(hits[relevance].of(query).tolist(), summary.facts["n_gallery"], (1, 5, 10))
                for query in range(len(hits[relevance]))
            )
            for metric, cell in summary.metrics[relevance].items():
                row = results.loc[(run, relevance, metric)]
                assert row["mean"] == cell["mean"] == pytest.approx(slowly[metric].mean(), rel=1e-12)
                assert (row["low"], row["high"], row["count"]) == (cell["low"], cell["high"], cell["count"])
            for metric in ("AP", "MAP@R", "RR", "P@1", "P@10"):
                assert interval(summary.metrics[relevance][metric]).replace(" [", "\n[") in page.text


def test_the_tables_as_csv_hold_the_numbers_in_full_and_no_formulas(report: Report, tmp_path: Path) -> None:
    paths = write_report(report, tmp_path / "of-drawn.html")
    assert paths[0].read_text(encoding="utf-8") == report.html
    assert {path.parent.name for path in paths[1:]} == {"of-drawn-tables"}
    read = pd.read_csv(tmp_path / "of-drawn-tables" / "results.csv")
    np.testing.assert_allclose(read["mean"], report.tables["results"]["mean"], rtol=1e-15)
    assert read["run"].unique().tolist() == list(RUNS)
    for path in paths[1:]:
        assert not re.search(r'(^|,)"?[=@\t]', path.read_text(encoding="utf-8"), re.MULTILINE), path.name
    assert f"'{FORMULA}" in pd.read_csv(tmp_path / "of-drawn-tables" / "classes.csv")["class"].to_list()
    assert csv_text(pd.DataFrame({"text": ["-1+1"], "number": [-1.5]})) == "text,number\n'-1+1,-1.5\n"
    with zipfile.ZipFile(io.BytesIO(report_archive(report))) as archive:
        assert archive.read("report.html").decode() == report.html
        assert len(archive.namelist()) == len(paths)


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize("count", [0, 101, 102])
def test_a_pair_is_told_however_many_queries_it_has(count: int) -> None:
    measured = read_measured("drawn", RUNS[:2])
    tables = report_tables(measured)
    tables["comparisons"] = tables["comparisons"].assign(count=count)
    chapter = comparisons(measured, tables)
    assert chapter is not None
    lines = sum(block.count("<tr>") - block.count("<thead>") for block in chapter.blocks)
    assert lines == (len(RELEVANCE) * 3 if count else 0)  # mAP, P@1 and P@10


def test_heads_that_are_names_of_runs_may_be_broken(page: Page) -> None:
    heads = [attrs.get("class") for tag, attrs in page.tags if tag == "th"]
    assert heads.count("run") == 2 * len(RUNS)  # by category, and in the space of embeddings


def test_a_title_that_a_phone_needs_in_lines_is_one_line_of_a_document() -> None:
    figure = go.Figure(layout={"title": {"text": "what is taken<br>for what"}})
    assert "what is taken for what" in figure_html(figure)
    assert figure.layout.title.text == "what is taken<br>for what"


def test_runs_that_differ_in_the_crop_alone_are_set_side_by_side(
    stored: dict[str, Evaluation], report: Report, page: Page
) -> None:
    table = report.tables["crops"]
    assert table["run"].tolist() == ["lite", "lite+crop-auto"]
    assert table["crop"].tolist() == ["none", "auto"]
    assert table["AP"].tolist() == pytest.approx([stored[name].values("category")["AP"].mean() for name in RUNS[:2]])
    assert table["detect_ms"].tolist() == [0, 60]
    assert table["query_ms"].tolist() == [35, 95]
    assert (table["photos"] < table["queries"]).all()
    assert "asked several times" in page.text
    assert crop_table([load_summary("drawn", "lite")], "category", ["AP"]).empty


def test_encoders_are_set_side_by_side_on_data_they_have_seen_and_not(artifacts: Path) -> None:
    catalog = hostile_catalog(60)
    store_runs(catalog)
    summary = load_summary("drawn", "lite")
    assert domain_table([summary]).empty
    store_runs(replace(catalog, name="other"))
    table = domain_table([summary]).set_index(["catalog", "run"])
    assert set(table.index) == {(name, run) for name in ("drawn", "other") for run in RUNS}
    assert table.loc[("drawn", "lite@drawn"), "seen_in_training"]
    chapter = domains({"domains": domain_table([summary])})
    assert chapter is not None
    assert chapter.blocks[1].count("never seen") == 4
    assert chapter.blocks[1].count(">seen<") == 2


def test_examples_have_pictures_where_the_catalogue_is_there(artifacts: Path, tmp_path: Path) -> None:
    pictures = sorted(draw_tiny_catalog(tmp_path).rglob("*.png"))
    catalog = hostile_catalog(100)
    names = [str(pictures[row % len(pictures)].relative_to(tmp_path)) for row in range(len(catalog))]
    catalog = replace(catalog, root=tmp_path, items=catalog.items.assign(image=names))
    store_runs(catalog)
    shown = Page(build_report("drawn", RUNS[:2], catalog=catalog).html)
    images = [attrs for tag, attrs in shown.tags if tag == "img"]
    assert 40 < len(images) < 200
    assert all(image["alt"] for image in images)
    assert sum(len(str(image["src"])) for image in images) < 1_000_000
    # One of the pictures is broken: it is said, and the others are there.
    assert "no picture here" in shown.text


def test_queries_to_look_at_are_the_best_and_worst_of_different_categories() -> None:
    values = pd.DataFrame({"AP": [0.9, 0.8, np.nan, 0.1, 0.5, 0.2]}, index=list("abcdef"))
    categories = np.array(["hat", "hat", "bag", "bag", "top", "top"])
    assert best_queries(values, categories) == [0, 4, 3]
    assert best_queries(values, categories, is_worst=True) == [3, 5, 1]
    other = values.assign(AP=[0.95, 0.1, 0.5, 0.05, 0.5, 0.1])
    known = pd.Series(categories, index=values.index)
    assert most_different(values, other, known) == ["b", "f", "d"]
    assert most_different(values, values, known) == []


@pytest.mark.parametrize(
    ("verdict", "run", "said"),
    [
        ("better", "a", "It is better than b by +0.100 [+0.050, +0.200]"),
        ("better", "b", "It is worse than a by -0.100 [-0.200, -0.050]"),
        ("cannot tell", "b", "Whether it is better than a these queries cannot tell: -0.100"),
    ],
)
def test_a_comparison_is_told_from_either_side(verdict: str, run: str, said: str) -> None:
    pair = {"first": "a", "second": "b", "difference": 0.1, "low": 0.05, "high": 0.2, "p_holm": 0.01}
    assert said in sentence(pair | {"verdict": verdict}, run)


def test_intervals_of_the_summary_are_over_groups(stored: dict[str, Evaluation]) -> None:
    values, groups = stored["lite"].values("category")[["AP"]].to_numpy(), stored["lite"].groups.to_numpy()
    assert len(set(groups)) < len(groups)
    expected = bootstrap_intervals(values, groups)
    cell = load_summary("drawn", "lite").metrics["category"]["AP"]
    assert (cell["low"], cell["high"]) == pytest.approx((expected.low[0], expected.high[0]), rel=1e-12)
