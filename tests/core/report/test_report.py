"""Reports: complete, equal to what is stored, safe against hostile texts, and without any reach into the network."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from typer.testing import CliRunner

from core.__main__ import app
from core.artifacts import ArtifactError
from core.evaluation.per_query import Evaluation
from core.evaluation.results import load_hits, load_summary
from core.evaluation.significance import bootstrap_intervals
from core.evaluation.wording import interval, sentence
from core.figure_style import axis_text
from core.maps.figure import map_figure
from core.maps.projection import MapSpec, Method
from core.maps.stored import POINT_COLUMNS, EmbeddingMap
from core.report.build import Report, build_report, csv_text, report_archive, write_report
from core.report.conditions import domains
from core.report.examples import best_queries, most_different
from core.report.looks import space
from core.report.maps import built_maps
from core.report.measured import read_measured, report_tables
from core.report.numbers import comparisons
from core.report.page import document, figure_html
from core.report.tables import crop_table, domain_table
from tests import reference_metrics as slow
from tests.drawn_report import FORMULA, HOSTILE, RELEVANCE, RUNS, hostile_catalog, store_runs
from tests.tiny_catalog import draw_tiny_catalog


class Page(HTMLParser):
    """What a browser would see of a document: tags with their attributes, and text outside scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[str] = []
        self.text, self._inside = "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside != "style":
            self.text += data


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Evaluation]]:
    """Runs that all tests of this file read and none changes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAPE_ARTIFACTS", str(tmp_path_factory.mktemp("report") / "artifacts"))
        yield store_runs()


@pytest.fixture(scope="module")
def report(stored: dict[str, Evaluation]) -> Report:
    return build_report("drawn")


@pytest.fixture(scope="module")
def page(report: Report) -> Page:
    return Page(report.html)


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


def test_a_built_map_is_a_figure_of_the_report(report: Report) -> None:
    maps = [("The map of lite.", go.Figure(go.Scatter(x=[0.123456], y=[1])))]
    chapter = space(report.tables, maps)
    assert chapter is not None
    assert "The map of lite." in chapter.blocks[0]
    assert "0.123456" in chapter.blocks[0]


def test_built_maps_are_found_and_coloured_by_category(artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = hostile_catalog(60)
    ids = catalog.items["item_id"].to_numpy(str)
    points = np.random.default_rng(0).random((60, 2)).astype(np.float32)
    facts = {"trustworthiness": 0.9, "continuity": 0.8, "overlap": 0.5, "k": 15}
    measured = pd.DataFrame(0, index=range(60), columns=list(POINT_COLUMNS))

    def load(catalog_name: str, encoder_name: str, method: Method) -> EmbeddingMap:
        if (encoder_name, method) != ("lite", "tsne"):
            raise ArtifactError("not built")
        return EmbeddingMap(catalog_name, encoder_name, MapSpec(method), ids[::-1], points, measured, facts)

    monkeypatch.setattr("core.report.maps.load_map", load)
    ((caption, figure),) = built_maps(catalog, ["lite", "other", "lite"])
    assert "trustworthiness 0.900" in caption
    assert "t-SNE of lite" in figure.layout.title.text
    shown = {trace.name: len(trace.x) for trace in figure.data}
    counts = catalog.items["category"].value_counts()
    assert shown == {"others": counts[""]} | {axis_text([name])[0]: n for name, n in counts.items() if name}
    at = dict(zip(ids[::-1], points, strict=True))
    dresses = next(trace for trace in figure.data if trace.name == "dress")
    expected = {tuple(at[item]) for item in catalog.items["item_id"][catalog.items["category"] == "dress"]}
    assert set(zip(dresses.x, dresses.y, strict=True)) == expected


def test_a_large_map_is_thinned_out() -> None:
    points, labels = np.random.default_rng(0).random((5000, 2)), np.array([f"kind {n % 9}" for n in range(5000)])
    figure = map_figure(points, labels, "title")
    assert sum(len(trace.x) for trace in figure.data) == 3000
    assert len(figure.data) == 7


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


@pytest.mark.usefixtures("stored")
def test_the_command_writes_the_document_and_names_its_files(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    result = CliRunner().invoke(app, ["report", "--catalog", "drawn", "--run", "lite", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert out.is_file()
    assert str(out) in result.stdout
    assert "no pictures" in result.stderr
    assert "<title>Visual search on drawn: lite</title>" in out.read_text(encoding="utf-8")


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--catalog", "nothing", "--out", "x.html"], "core evaluate --catalog nothing"),
        (["--catalog", "drawn", "--run", "no-such", "--out", "x.html"], "--encoder no-such"),
        (["--catalog", "drawn", "--out", "no/such/folder/x.html"], "folder that exists"),
        (["--catalog", "..", "--out", "x.html"], "none"),
    ],
)
def test_what_cannot_be_reported_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["report", *arguments])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert said in result.stderr
    assert not (tmp_path / "x.html").exists()


def test_a_damaged_run_is_refused(artifacts: Path) -> None:
    store_runs(hostile_catalog(60))
    next((artifacts / "results" / "drawn" / "lite").glob("hits-*")).write_bytes(b"broken")
    with pytest.raises(ArtifactError, match=r"hits\.parquet is damaged"):
        build_report("drawn")


def test_intervals_of_the_summary_are_over_groups(stored: dict[str, Evaluation]) -> None:
    values, groups = stored["lite"].values("category")[["AP"]].to_numpy(), stored["lite"].groups.to_numpy()
    assert len(set(groups)) < len(groups)
    expected = bootstrap_intervals(values, groups)
    cell = load_summary("drawn", "lite").metrics["category"]["AP"]
    assert (cell["low"], cell["high"]) == pytest.approx((expected.low[0], expected.high[0]), rel=1e-12)
