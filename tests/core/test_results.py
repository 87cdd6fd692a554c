"""Stored evaluations: what is written is what is read, and damage names the command that measures anew."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.artifacts import ArtifactError
from core.results import load_evaluation, plain, publish_evaluation, run_folder, stored_runs
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
    np.testing.assert_array_equal(loaded.ranking.scores, found.ranking.scores)
    assert {name: loaded.facts[name] for name in found.facts} == found.facts
    assert loaded.facts["run"] == "fake"
    assert loaded.facts["created"].startswith("20")


def test_numbers_at_k_can_be_had_from_the_stored_ranking_alone(artifacts: Path) -> None:
    publish_evaluation("fake", measured(drawn_catalog(300, seed=2)))
    stored = load_evaluation("drawn", "fake")
    categories = stored.gallery_items["category"].tolist()
    rows = stored.per_query[stored.per_query["relevance"] == "category"]
    for number, query in enumerate(rows.to_dict("records")):
        hits = [
            row >= 0 and query["category"] != "" and categories[row] == query["category"]
            for row in stored.ranking.rows[number]
        ]
        for k in SPEC.ks:
            assert query[f"P@{k}"] == pytest.approx(slow.precision(hits, query["n_relevant"], k), nan_ok=True)
            assert query[f"nDCG@{k}"] == pytest.approx(slow.ndcg(hits, query["n_relevant"], k), nan_ok=True)


def test_a_damaged_or_absent_evaluation_names_the_command_that_measures_it(artifacts: Path) -> None:
    command = "python -m core evaluate --catalog drawn --encoder fake"
    with pytest.raises(ArtifactError, match=command):
        load_evaluation("drawn", "fake+pca-3")
    folder = publish_evaluation("fake", measured(drawn_catalog()))
    next(folder.glob("ranking-*")).write_bytes(b"broken")
    with pytest.raises(ArtifactError, match=f"damaged.*{command}"):
        load_evaluation("drawn", "fake")


def test_tables_that_do_not_fit_together_are_refused_though_their_sums_are_right(artifacts: Path) -> None:
    found = measured(drawn_catalog())
    folder = publish_evaluation("fake", found)
    from core import artifacts as stored

    manifest = stored.load_manifest(folder, "evaluation", rebuild="")
    tables = {name: pd.read_parquet(folder / file) for name, file in manifest.files.items()}
    tables["ranking.parquet"] = tables["ranking.parquet"].iloc[1:]
    writers = {name: (lambda path, table=table: table.to_parquet(path)) for name, table in tables.items()}
    stored.publish(folder, "evaluation", manifest.settings, writers)
    with pytest.raises(ArtifactError, match="one a relevance and query"):
        load_evaluation("drawn", "fake")
    with pytest.raises(ValueError, match="rows beyond"):
        replace(found, gallery_items=found.gallery_items.iloc[:3])


@pytest.mark.parametrize(("catalog", "run"), [("..", "fake"), ("drawn", "../fake"), ("", "fake"), ("drawn", "a/b")])
def test_names_that_are_paths_are_refused(catalog: str, run: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        run_folder(catalog, run)


def test_facts_become_json_values() -> None:
    value = {"a": np.float32(0.5), 2: (np.int64(3), float("nan")), "c": np.array([True]), "d": [float("inf"), None]}
    assert plain(value) == {"a": 0.5, "2": [3, None], "c": [True], "d": [None, None]}
