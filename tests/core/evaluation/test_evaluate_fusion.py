"""`evaluate --encoder fusion:A+B`: equal to a slow fusion of the two rankings, stored and shown like any other run."""

import json
from dataclasses import replace
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from core.catalogs.catalog import Catalog
from core.catalogs.registry import load_catalog
from core.cli import evaluate as cli_evaluate
from core.encoders.registry import encoder_spec
from core.encoders.spec import EncoderError
from core.evaluation import runs as evaluating
from core.evaluation.per_query import Evaluation
from core.evaluation.results import load_evaluation, load_summary, stored_runs
from core.evaluation.results_markdown import results_markdown
from core.evaluation.run_spec import RunSpec
from core.evaluation.runs import evaluate
from core.progress import Reporter
from core.report.build import build_report
from tests import reference_metrics as slow
from tests.core.side_by_side.test_fusion import slow_fusion
from tests.drawn_evaluation import one_dress, split_catalog
from tests.tiny_catalog import BROKEN, NAME, draw_tiny_catalog, quick_encoder, second_encoder

FIRST, SECOND = "efficientnet-lite0", "efficientnet-lite2"
FUSION, RUN = f"fusion:{SECOND}+{FIRST}", f"fusion-{FIRST}~{SECOND}"


@pytest.fixture
def tiny(artifacts: object, data_root: Any, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    draw_tiny_catalog(data_root)
    catalog = split_catalog(load_catalog(NAME))
    encoders = {FIRST: quick_encoder(), SECOND: second_encoder()}
    for module in ("core.building", "core.evaluation.runs"):
        monkeypatch.setattr(f"{module}.load_catalog", lambda name: catalog if name == NAME else load_catalog(name))
        monkeypatch.setattr(f"{module}.load_encoder", encoders.__getitem__)
    monkeypatch.setattr(evaluating, "live_detector", lambda: one_dress)
    monkeypatch.setattr("core.evaluation.costs.parameter_count", lambda spec: 1_000_000)
    return catalog


def measured(model: str, **options: Any) -> Evaluation:
    return evaluate(NAME, RunSpec(model, ks=(1, 3), relevance=("category",), **options), Reporter("test", None))


@pytest.mark.parametrize("options", [{}, {"features": "pca:2"}, {"expand": 2}, {"crop": "auto", "features": "pca:3"}])
def test_every_ranking_and_metric_equals_a_slow_fusion_of_its_members(tiny: Catalog, options: dict[str, Any]) -> None:
    members, fused = [measured(name, **options) for name in (FIRST, SECOND)], measured(FUSION, **options)
    assert (members[0].ranking.rows != members[1].ranking.rows).any()  # so there is something to join
    kinds = fused.gallery_items["category"].tolist()
    for query, kind in enumerate(fused.query_items["category"]):
        rankings = [member.ranking.rows[query].tolist() for member in members]
        rows, _ = slow_fusion(rankings, len(kinds), len(kinds))
        kept = fused.ranking.rows[query]
        assert kept[kept >= 0].tolist() == rows
        hits = [kinds[row] == kind for row in rows]
        values = fused.values("category").iloc[query]
        assert values["AP"] == pytest.approx(slow.average_precision(hits, sum(hits)), rel=1e-12)
        assert values["P@3"] == pytest.approx(slow.precision(hits, sum(hits), 3), rel=1e-12)
        assert values["nDCG@3"] == pytest.approx(slow.ndcg(hits, sum(hits), 3), rel=1e-12)


def test_it_is_stored_and_shown_like_any_other_run(tiny: Catalog) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    app.registered_commands += cli_evaluate.app.registered_commands
    arguments = ["evaluate", "--catalog", NAME, "--encoder", FIRST, "--encoder", SECOND, "--encoder", FUSION]
    result = CliRunner().invoke(app, [*arguments, "--crop", "none", "--json"])
    assert result.exit_code == 0, result.output
    record = json.loads(result.stdout)
    assert list(record["runs"]) == [FIRST, SECOND, RUN]
    assert stored_runs(NAME) == sorted([FIRST, SECOND, RUN])
    told = record["runs"][RUN]
    assert (told["encoder"], told["queries_left_out"]) == (FUSION, [BROKEN])
    assert told["metrics"]["category"]["AP"]["count"] == 3
    assert load_summary(NAME, RUN).metrics == told["metrics"]
    assert load_evaluation(NAME, RUN).facts["weights"].count("+") == 1
    # Without an embedding there are hubs, but neither clusters nor a spread.
    assert set(told["unsupervised"]) == {"hubness", "most_found", "never_found"}
    assert {(pair["first"], pair["second"]) for pair in record["comparisons"]["category"]} == {
        (FIRST, SECOND), (FIRST, RUN), (SECOND, RUN),
    }  # fmt: skip
    report = build_report(NAME)
    assert RUN in report.tables["results"]["run"].unique()
    assert report.tables["costs"].set_index("run").loc[RUN, "dim"] == 2560
    assert RUN in results_markdown()


def test_costs_are_the_sum_of_the_members_but_a_photo_is_opened_once(
    tiny: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = [measured(name, crop="auto").facts["cost"] for name in (FIRST, SECOND)]
    fused = measured(FUSION, crop="auto").facts["cost"]
    for name in ("dim", "encoder_dim", "parameters", "weights_bytes", "index_bytes"):
        assert fused[name] == alone[0][name] + alone[1][name]
    assert set(fused) == set(alone[0])
    assert list(fused["query_ms"]) == ["open", "detect", "encode", "search"]
    assert fused["query_ms_total"] == pytest.approx(sum(fused["query_ms"].values()))
    steps = {"open": 1.0, "detect": 10.0, "encode": 100.0, "search": 5.0}
    one = {**alone[0], "query_ms": steps, "encode_items_per_s": 30.0}
    other = {**alone[1], "query_ms": steps | {"encode": 200.0}, "encode_items_per_s": 60.0}
    monkeypatch.setattr("core.evaluation.costs._fusing_ms", lambda n_members, n_gallery: 2.0)
    joined = evaluating.fused_costs([one, other], 40)
    assert joined["query_ms"] == {"open": 1.0, "detect": 10.0, "encode": 300.0, "search": 12.0}
    assert joined["encode_items_per_s"] == pytest.approx(20)
    assert joined["gallery_build_s"] == pytest.approx(2)


def test_features_are_those_of_the_members_and_what_one_has_seen_the_fusion_has_seen(
    tiny: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = measured(FUSION, features="pca:2").facts
    assert facts["feature_facts"]["used"] == "pca:2"
    assert set(facts["feature_facts"]["members"]) == {FIRST, SECOND}
    assert (facts["trained_on"], facts["seen_in_training"]) == ([], False)
    trained = {FIRST: quick_encoder(), SECOND: second_encoder()}
    trained[SECOND] = replace(trained[SECOND], spec=replace(encoder_spec(SECOND), trained_on=(NAME, "other")))
    monkeypatch.setattr(evaluating, "load_encoder", trained.__getitem__)
    facts = measured(FUSION).facts
    assert (facts["trained_on"], facts["seen_in_training"]) == ([NAME, "other"], True)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (f"fusion:{FIRST}", "2 to 4 different"),
        (f"fusion:{FIRST}+{FIRST}", "2 to 4 different"),
        (f"fusion:{FIRST} {SECOND}", "2 to 4 different"),
        (f"fusion:{FIRST}+no-such", "no-such"),
        (f"fusion:fusion:{FIRST}+{SECOND}", "fusion:efficientnet-lite0"),
        (f"fusion:{FIRST}+../x", "expected the name"),
    ],
)
def test_what_is_no_fusion_is_refused(tiny: Catalog, model: str, said: str) -> None:
    with pytest.raises((EncoderError, ValueError), match=said):
        measured(model)
    assert stored_runs(NAME) == []
