"""`python -m core evaluate`: JSON alone on standard output, numbers equal to what is stored, one line for an error."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from core import settings
from core.catalogs.catalog import Catalog
from core.catalogs.registry import load_catalog
from core.cli import evaluate as cli_evaluate
from core.cli.evaluate import parse_ks
from core.encoders.registry import encoder_spec
from core.evaluation import runs as evaluating
from core.evaluation.costs import parameter_count
from core.evaluation.feature_sweep import Sweep
from core.evaluation.hit_ranks import metrics_of_ranks
from core.evaluation.results import load_evaluation, load_hits, load_summary, stored_runs
from core.files import sha256_of
from core.report.build import build_report
from tests.drawn_evaluation import one_dress, split_catalog
from tests.tiny_catalog import BROKEN, NAME, draw_tiny_catalog, quick_encoder

LITE = "efficientnet-lite0"


def run(*arguments: str) -> Result:
    # A command of its own: a typer app with one command alone takes no command's name.
    app = typer.Typer()
    app.callback()(lambda: None)
    app.registered_commands += cli_evaluate.app.registered_commands
    return CliRunner().invoke(app, ["evaluate", *arguments])


def found_by(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.fixture
def tiny(artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    draw_tiny_catalog(data_root)
    catalog = split_catalog(load_catalog(NAME))
    for module in ("core.building", "core.evaluation.runs"):
        monkeypatch.setattr(f"{module}.load_catalog", lambda name: catalog if name == NAME else load_catalog(name))
        monkeypatch.setattr(f"{module}.load_encoder", lambda name: replace(quick_encoder(), spec=encoder_spec(name)))
    monkeypatch.setattr(evaluating, "live_detector", lambda: one_dress)
    monkeypatch.setattr("core.evaluation.costs.parameter_count", lambda spec: 1_000_000)
    return catalog


def test_json_has_each_metric_with_its_count_and_interval(tiny: Catalog) -> None:
    record = found_by("--catalog", NAME, "--encoder", LITE, "--k", "1,5")
    assert (record["n_queries"], record["n_gallery"]) == (3, 8)
    assert list(record["runs"]) == [LITE]
    found = record["runs"][LITE]
    assert found["queries_left_out"] == [BROKEN]
    assert list(found["metrics"]) == record["relevance"] == ["category", "product_id"]
    cells = found["metrics"]["category"]
    assert list(cells) == [
        "AP", "MAP@R", "RR", "P@1", "P@5", "R@1", "R@5", "recall@1", "recall@5", "nDCG@1", "nDCG@5",
    ]  # fmt: skip
    assert all(cell["count"] == 3 and 0 <= cell["low"] <= cell["mean"] <= cell["high"] <= 1 for cell in cells.values())
    # Every product is one picture: nothing is the same product, and that is said rather than 0.
    assert found["metrics"]["product_id"]["AP"] == {
        "mean": None, "low": None, "high": None, "count": 0, "left_out": 3,
    }  # fmt: skip
    assert record["comparisons"] == {"category": [], "product_id": []}


def test_the_json_equals_what_is_stored(tiny: Catalog) -> None:
    record = found_by("--catalog", NAME, "--encoder", LITE)
    assert stored_runs(NAME) == [LITE]
    stored = load_evaluation(NAME, LITE)
    for metric, cell in record["runs"][LITE]["metrics"]["category"].items():
        assert cell["mean"] == stored.values("category")[metric].mean()
    # The summary that pages read, and the report, hold the very same numbers.
    assert load_summary(NAME, LITE).metrics == record["runs"][LITE]["metrics"]
    assert load_summary(NAME, LITE).confusion == record["runs"][LITE]["confusion"]
    reported = build_report(NAME).tables["results"].set_index(["relevance", "metric"])["mean"].to_dict()
    told = {(name, metric): cell["mean"] for name, cells in record["runs"][LITE]["metrics"].items()
            for metric, cell in cells.items()}  # fmt: skip
    assert reported == pytest.approx(
        {key: math.nan if mean is None else mean for key, mean in told.items()}, rel=0, abs=0, nan_ok=True
    )
    anew = metrics_of_ranks(load_hits(NAME, LITE)["category"], stored.facts["ks"]).mean()
    assert anew["AP"] == pytest.approx(told["category", "AP"], rel=1e-12)
    assert stored.facts["cost"] == record["runs"][LITE]["cost"]
    assert stored.facts["unsupervised"] == record["runs"][LITE]["unsupervised"]


def test_a_sweep_is_told_with_both_metrics_before_and_after(tiny: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    both = ({"AP": 0.25, "P@10": 0.5}, {"AP": 0.75, "P@10": 0.625})
    sweep = Sweep(2, 5, *both, ({"dim": 2, **both[1]},))
    monkeypatch.setattr(evaluating, "sweep_pca", lambda training, keys, groups: sweep)
    arguments = ("--catalog", NAME, "--encoder", LITE, "--features", "pca:auto")
    told = found_by(*arguments)["runs"][f"{LITE}+pca-auto"]["feature_facts"]
    assert (told["used"], told["sweep"]["dim"], told["sweep"]["queries"]) == ("pca:2", 2, 5)
    assert (told["sweep"]["before"], told["sweep"]["after"]) == both
    text = run(*arguments).stdout
    assert (
        "2 dimensions, chosen on 5 validation queries: mAP 0.250, P@10 0.500 before, mAP 0.750, P@10 0.625 after"
        in text
    )
    table = build_report(NAME).tables["pca_sweeps"]
    assert table[["dim", "AP", "chosen"]].to_dict("list") == {
        "dim": [0, 2],
        "AP": [0.25, 0.75],
        "chosen": [False, True],
    }


def test_the_json_tells_whether_the_encoder_has_seen_the_catalogue(
    tiny: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found_by("--catalog", NAME, "--encoder", LITE)["runs"][LITE]["seen_in_training"] is False
    trained = replace(quick_encoder(), spec=replace(encoder_spec(LITE), trained_on=(NAME,)))
    monkeypatch.setattr(evaluating, "load_encoder", lambda name: trained)
    found = found_by("--catalog", NAME, "--encoder", LITE)["runs"][LITE]
    assert (found["seen_in_training"], found["trained_on"]) == (True, [NAME])


def test_means_of_each_value_of_a_column_are_told_with_their_counts(tiny: Catalog) -> None:
    found = found_by("--catalog", NAME, "--encoder", LITE, "--by", "category", "--by", "split")["runs"][LITE]
    by_kind = found["by"]["category"]["category"]
    assert {kind: cells["AP"]["count"] for kind, cells in by_kind.items()} == {"dress": 1, "pants": 1, "top": 1}
    mean = sum(cells["AP"]["mean"] for cells in by_kind.values()) / 3
    assert found["metrics"]["category"]["AP"]["mean"] == pytest.approx(mean)
    assert found["by"]["split"]["category"]["query"] == found["metrics"]["category"]


def test_confusion_cost_and_unsupervised_measures_are_told(tiny: Catalog) -> None:
    found = found_by("--catalog", NAME, "--encoder", LITE)["runs"][LITE]
    confusion = found["confusion"]
    assert confusion["count"] == 3
    assert [row["class"] for row in confusion["classes"]] == ["dress", "pants", "top"]
    right = sum(row["recall"] for row in confusion["classes"]) / 3
    assert confusion["accuracy_nearest"] == pytest.approx(right)
    cost = found["cost"]
    assert (cost["dim"], cost["parameters"], cost["index_bytes"]) == (1280, 1_000_000, 8 * 1280 * 4)
    assert list(cost["query_ms"]) == ["open", "encode", "search"]
    assert cost["query_ms_total"] == pytest.approx(sum(cost["query_ms"].values()))
    assert cost["weights_bytes"] > 1e6
    assert set(found["unsupervised"]) == {
        "uniformity", "hubness", "most_found", "never_found", "category", "product_id",
    }  # fmt: skip
    assert set(found["unsupervised"]["category"]) == {"silhouette", "davies_bouldin", "alignment"}


def test_models_crops_and_features_are_compared_pair_by_pair(tiny: Catalog) -> None:
    common = ("--catalog", NAME, "--encoder", LITE, "--crop", "none", "--crop", "auto", "--k", "1")
    record = found_by(*common, "--features", "none", "--features", "pca:2", "--relevance", "category")
    names = [LITE, f"{LITE}+pca-2", f"{LITE}+crop-auto", f"{LITE}+crop-auto+pca-2"]
    assert list(record["runs"]) == names
    pairs = [pair for pair in record["comparisons"]["category"] if pair["metric"] == "AP"]
    assert len(pairs) == 6
    assert all(pair["count"] == 3 and pair["verdict"] == "cannot tell" for pair in pairs)
    assert record["runs"][names[1]]["cost"]["dim"] == 2
    assert record["runs"][names[1]]["feature_facts"]["training_items"] == 8
    assert record["runs"][names[2]]["queries_with_box"] == 3
    # Detectors are trained anew: boxes of another one are not the same run.
    assert record["runs"][names[2]]["detector"] == sha256_of(settings.models_root() / "garments" / "manifest.json")[:16]
    assert record["runs"][names[0]]["detector"] is None
    assert "detect" in record["runs"][names[2]]["cost"]["query_ms"]


def test_the_table_for_people_names_relevance_counts_and_cost(tiny: Catalog) -> None:
    result = run("--catalog", NAME, "--encoder", LITE, "--crop", "none", "--crop", "auto", "--expand", "1")
    assert result.exit_code == 0, result.output
    text = result.stdout
    assert "Relevant is the same category: 3 queries, 0 left out" in text
    assert "Relevant is the same product: 0 queries, 3 left out" in text
    assert "no query" in text
    assert f"{LITE}+expand-1 against {LITE}+crop-auto+expand-1: cannot tell" in text
    assert "1.0 M parameters" in text


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--catalog", "no-such"], "no-such"),
        (["--catalog", NAME, "--encoder", "no-such"], LITE),
        (["--catalog", NAME, "--crop", "middle"], "none, auto, truth"),
        (["--catalog", NAME, "--features", "lda:3"], "whiten:D"),
        (["--catalog", NAME, "--features", "pca:500"], "at most 7 dim"),
        (["--catalog", NAME, "--features", "pca:auto"], "too few"),
        (["--catalog", NAME, "--expand", "-1"], "expand"),
        (["--catalog", NAME, "--k", "0"], "--k"),
        (["--catalog", NAME, "--k", "1,x"], "--k"),
        (["--catalog", NAME, "--relevance", "fabric"], "fabric"),
        (["--catalog", NAME, "--by", "fabric"], "colour"),
    ],
)
def test_what_cannot_be_measured_is_one_line(tiny: Catalog, options: list[str], said: str) -> None:
    encoder = () if "--encoder" in options else ("--encoder", LITE)
    result = run(*options, *encoder, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    last = result.stderr.splitlines()[-1]
    assert last.startswith("error: ")
    assert said in last
    assert stored_runs(NAME) == ([] if "--by" not in options else [LITE])


def test_cut_offs_are_read_in_any_order() -> None:
    assert parse_ks("10, 1,5,5") == (1, 5, 10)
    for wrong in ("", "1,", "1.5", "-1", "²", "9" * 20):
        with pytest.raises(ValueError, match="--k"):
            parse_ks(wrong)


def test_parameters_are_those_of_the_network_without_its_classifier() -> None:
    # 4.7 million are published for EfficientNet-Lite0, 1.28 million of them in the classifier.
    assert parameter_count(encoder_spec(LITE)) == pytest.approx(3.37e6, rel=0.01)
