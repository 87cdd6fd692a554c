"""Stored evaluations: what is written is what is read, and damage names the command that measures anew."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import artifacts as stored
from core import settings
from core.artifacts import ArtifactError
from core.evaluation import results, results_gallery
from core.evaluation.per_query import Evaluation
from core.evaluation.results import (
    load_evaluation,
    load_hits,
    load_summaries,
    load_summary,
    plain,
    publish_evaluation,
    run_folder,
    stored_catalogs,
    stored_runs,
)
from core.evaluation.results_tables import read_hits, write_hits
from core.evaluation.summaries import summary_table
from tests import reference_metrics as slow
from tests.drawn_evaluation import SPEC, drawn_catalog, measured


def test_what_is_stored_is_what_is_loaded(artifacts: Path) -> None:
    found = measured(drawn_catalog())
    assert stored_runs("drawn") == []
    folder = publish_evaluation("fake", found)
    assert folder == artifacts / "results" / "drawn" / "fake"
    assert stored_runs("drawn") == ["fake"]
    loaded = load_evaluation("drawn", "fake")
    pd.testing.assert_frame_equal(loaded.per_query, found.per_query, check_exact=True)
    pd.testing.assert_frame_equal(loaded.gallery_items, found.gallery_items)
    np.testing.assert_array_equal(loaded.ranking.rows, found.ranking.rows)
    np.testing.assert_allclose(loaded.ranking.scores, found.ranking.scores, atol=5e-4)
    assert loaded.hits is None
    hits = load_hits("drawn", "fake")
    for relevance, ranks in found.hits.items():
        np.testing.assert_array_equal(hits[relevance].ranks, ranks.ranks)
        np.testing.assert_array_equal(hits[relevance].offsets, ranks.offsets)
    assert {name: loaded.facts[name] for name in found.facts} == found.facts
    assert loaded.facts["run"] == "fake"
    assert loaded.facts["created"].startswith("20")


def test_every_metric_can_be_had_from_the_stored_ranks_alone_the_slow_way(artifacts: Path) -> None:
    publish_evaluation("fake", measured(drawn_catalog(300, seed=2)))
    loaded, hits = load_evaluation("drawn", "fake"), load_hits("drawn", "fake")
    longest = loaded.facts["n_gallery"]
    for relevance in SPEC.relevance:
        for number, row in enumerate(loaded.values(relevance).to_dict("records")):
            expected = slow.of_ranks(hits[relevance].of(number).tolist(), longest, SPEC.ks)
            assert row == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_stored_ranks_and_the_stored_ranking_tell_the_same(artifacts: Path) -> None:
    publish_evaluation("fake", measured(drawn_catalog(300, seed=2)))
    loaded, hits = load_evaluation("drawn", "fake"), load_hits("drawn", "fake")
    labels = loaded.gallery_items["category"].tolist()
    for number, category in enumerate(loaded.query_items["category"]):
        found = [row for row in loaded.ranking.rows[number].tolist() if row >= 0]
        ranks = [rank for rank, row in enumerate(found, 1) if category != "" and labels[row] == category]
        assert ranks == [rank for rank in hits["category"].of(number) if rank <= len(found)]


def test_a_damaged_or_absent_evaluation_names_the_command_that_measures_it(artifacts: Path) -> None:
    command = "python -m core evaluate --catalog drawn --encoder fake"
    with pytest.raises(ArtifactError, match=command):
        load_evaluation("drawn", "fake+pca-3")
    folder = publish_evaluation("fake", measured(drawn_catalog()))
    next(folder.glob("ranking-*")).write_bytes(b"broken")
    with pytest.raises(ArtifactError, match=f"damaged.*{command}"):
        load_evaluation("drawn", "fake")


def rewritten(folder: Path, name: str, write: object) -> None:
    """Publish the files of a run again as they are, but for one."""
    manifest = stored.load_manifest(folder, "evaluation", rebuild="")
    kept = {role: (folder / file).read_bytes() for role, file in manifest.files.items()}
    writers = {role: (lambda path, content=content: path.write_bytes(content)) for role, content in kept.items()}
    stored.publish(folder, "evaluation", manifest.settings, writers | {name: write})


def test_tables_that_do_not_fit_together_are_refused_though_their_sums_are_right(artifacts: Path) -> None:
    found = measured(drawn_catalog())
    folder = publish_evaluation("fake", found)
    rewritten(folder, "queries.parquet", lambda path: found.per_query.iloc[1:].to_parquet(path))
    with pytest.raises(ArtifactError, match="one a relevance and query"):
        load_evaluation("drawn", "fake")
    rewritten(folder, "hits.parquet", lambda path: found.per_query.to_parquet(path))
    with pytest.raises(ArtifactError, match="ranks"):
        load_hits("drawn", "fake")
    rewritten(folder, "summary.json", lambda path: path.write_text("[1"))
    with pytest.raises(ArtifactError, match="cannot be read"):
        load_summary("drawn", "fake")
    with pytest.raises(ValueError, match="rows beyond"):
        replace(found, gallery_items=found.gallery_items.iloc[:3])


def test_the_summary_holds_every_mean_with_its_interval_and_equals_the_tables(artifacts: Path) -> None:
    found = measured(drawn_catalog())
    publish_evaluation("fake", found)
    summary = load_summary("drawn", "fake")
    for relevance in SPEC.relevance:
        values = found.values(relevance)
        assert list(summary.metrics[relevance]) == found.metrics
        for metric, cell in summary.metrics[relevance].items():
            assert cell["mean"] == pytest.approx(values[metric].mean(), rel=1e-12)
            assert cell["low"] <= cell["mean"] <= cell["high"]
            assert (cell["count"], cell["left_out"]) == (values[metric].notna().sum(), values[metric].isna().sum())
    table = summary_table(load_summaries("drawn"))
    assert len(table) == len(SPEC.relevance) * len(found.metrics)
    assert table["run"].unique().tolist() == ["fake"]
    assert table["mean"].dtype == np.float64
    assert summary.facts["libraries"]["numpy"] == np.__version__


def test_no_runs_are_an_empty_table_with_the_same_columns(artifacts: Path) -> None:
    assert load_summaries("nothing") == []
    assert {"run", "relevance", "metric", "mean", "low", "high", "query_ms"} <= set(summary_table([]).columns)


def test_a_damaged_run_does_not_hide_the_others(artifacts: Path) -> None:
    found = measured(drawn_catalog())
    folder = publish_evaluation("broken", found)
    publish_evaluation("whole", found)
    next(folder.glob("summary-*")).write_text("{}")
    assert [summary.run for summary in load_summaries("drawn")] == ["whole"]
    assert stored_runs("drawn") == ["broken", "whole"]


def test_runs_of_a_catalogue_share_their_gallery_and_one_that_nobody_names_goes(
    artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = measured(drawn_catalog())
    folder = publish_evaluation("one", found).parent
    publish_evaluation("two", found)
    assert len(list(folder.glob("gallery-*.parquet"))) == 1
    other = replace(found, gallery_items=found.gallery_items.assign(season="autumn"))
    publish_evaluation("two", other)
    assert len(list(folder.glob("gallery-*.parquet"))) == 2
    assert load_evaluation("drawn", "one").gallery_items["season"].tolist() == found.gallery_items["season"].tolist()
    monkeypatch.setattr(results_gallery, "GRACE_S", -1)
    publish_evaluation("one", other)
    assert len(list(folder.glob("gallery-*.parquet"))) == 1
    assert load_evaluation("drawn", "one").gallery_items["season"].unique().tolist() == ["autumn"]
    next(folder.glob("gallery-*.parquet")).write_bytes(b"broken")
    with pytest.raises(ArtifactError, match=r"gallery-.*damaged"):
        load_evaluation("drawn", "one")


def test_committed_results_are_found_and_own_ones_go_before_them(
    artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = measured(drawn_catalog())
    publish_evaluation("fake", found)
    committed = tmp_path / "committed"
    (artifacts / "results").rename(committed)
    assert stored_runs("drawn") == []
    monkeypatch.setattr(results, "COMMITTED_ROOT", committed)
    assert (stored_runs("drawn"), stored_catalogs()) == (["fake"], ["drawn"])
    assert load_evaluation("drawn", "fake").facts["n_queries"] == found.facts["n_queries"]
    assert load_summary("drawn", "fake").facts["catalog"] == "drawn"
    own = replace(found, facts=found.facts | {"protocol": "measured here"})
    assert publish_evaluation("fake", own).is_relative_to(artifacts)
    assert load_summary("drawn", "fake").facts["protocol"] == "measured here"
    assert stored_runs("drawn") == ["fake"]


def test_what_is_committed_of_the_drawn_catalogue_is_not_that_of_a_smaller_one(
    artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DRAPE_STUDIO_PRODUCTS", raising=False)
    publish_evaluation("fake", measured(replace(drawn_catalog(), name="studio")))
    (artifacts / "results").rename(tmp_path / "committed")
    monkeypatch.setattr(results, "COMMITTED_ROOT", tmp_path / "committed")
    assert (stored_runs("studio"), stored_catalogs()) == (["fake"], ["studio"])
    monkeypatch.setenv("DRAPE_STUDIO_PRODUCTS", "30")
    assert (stored_runs("studio"), stored_catalogs()) == ([], [])
    assert run_folder("studio", "fake").is_relative_to(artifacts)


def test_what_is_written_names_no_folder_of_this_machine(artifacts: Path) -> None:
    folder = publish_evaluation("fake", measured(drawn_catalog())).parent
    texts = [path.read_text() for path in folder.rglob("*.json")]
    texts += [pd.read_parquet(path).to_csv() for path in folder.rglob("*.parquet")]
    assert len(texts) == 6
    for place in (settings.PROJECT, artifacts, Path.home()):
        assert not any(str(place) in text for text in texts)


def test_stored_ranks_stay_small(tmp_path: Path) -> None:
    # 300 queries with 300 relevant items each among 2,000: as good a ranking as encoders make.
    found = measured(drawn_catalog(2300), replace(SPEC, relevance=("category",)))
    write_hits(found, path := tmp_path / "hits.parquet")
    n_ranks = len(found.hits["category"].ranks)
    assert n_ranks > 100_000
    assert path.stat().st_size < n_ranks  # less than a byte each; int32 would take four
    np.testing.assert_array_equal(read_hits(path)["category"].ranks, found.hits["category"].ranks)


def test_an_evaluation_without_its_hits_is_not_stored(artifacts: Path) -> None:
    publish_evaluation("fake", measured(drawn_catalog()))
    loaded: Evaluation = load_evaluation("drawn", "fake")
    with pytest.raises(ValueError, match="load_hits"):
        publish_evaluation("again", loaded)
    assert stored_runs("drawn") == ["fake"]
    publish_evaluation("again", replace(loaded, hits=load_hits("drawn", "fake")))
    pd.testing.assert_frame_equal(load_evaluation("drawn", "again").per_query, loaded.per_query)


def test_names_with_an_at_sign_are_plain(artifacts: Path) -> None:
    publish_evaluation("resnet@clothing+crop-auto", measured(drawn_catalog()))
    assert stored_runs("drawn") == ["resnet@clothing+crop-auto"]
    assert load_summary("drawn", "resnet@clothing+crop-auto").run == "resnet@clothing+crop-auto"


@pytest.mark.parametrize(("catalog", "run"), [("..", "fake"), ("drawn", "../fake"), ("", "fake"), ("drawn", "a/b")])
def test_names_that_are_paths_are_refused(catalog: str, run: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        run_folder(catalog, run)


def test_facts_become_json_values() -> None:
    value = {"a": np.float32(0.5), 2: (np.int64(3), float("nan")), "c": np.array([True]), "d": [float("inf"), None]}
    assert plain(value) == {"a": 0.5, "2": [3, None], "c": [True], "d": [None, None]}
