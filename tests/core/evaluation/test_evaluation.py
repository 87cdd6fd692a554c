"""Evaluation: every number equals a slow loop over queries, whatever the catalogue lacks."""

from dataclasses import replace

import numpy as np
import pytest

from core.catalogs.catalog import Catalog, CatalogError
from core.evaluation import full_ranking
from core.evaluation.metrics import metric_names
from core.evaluation.per_query import photo_groups, summarize
from core.evaluation.run_spec import RunSpec
from tests import reference_metrics as slow
from tests.drawn_evaluation import SPEC, drawn_catalog, drawn_embeddings, measured


def slow_ranking(catalog: Catalog, query: int, vector: np.ndarray, vectors: np.ndarray) -> list[int]:
    """Gallery positions best first, other crops of the query's photo left out."""
    gallery = np.flatnonzero(catalog.items["split"] == "gallery")
    image = catalog.items["image"]
    scored = [(-float(vector @ vectors[row]), place) for place, row in enumerate(gallery) if image[row] != image[query]]
    return [place for _, place in sorted(scored)]


def slow_values(catalog: Catalog, query: int, ranking: list[int], columns: list[str]) -> dict[str, float]:
    gallery = np.flatnonzero(catalog.items["split"] == "gallery")
    own = [catalog.items[column][query] for column in columns]
    hits = ["" not in own and [catalog.items[column][gallery[place]] for column in columns] == own for place in ranking]
    relevant = sum(hits)
    values = {
        "n_relevant": float(relevant),
        "AP": slow.average_precision(hits, relevant),
        "MAP@R": slow.map_at_r(hits, relevant),
        "RR": slow.reciprocal_rank(hits, relevant),
    }
    at_k = {"P": slow.precision, "R": slow.hit_rate, "recall": slow.recall, "nDCG": slow.ndcg}
    return values | {f"{name}@{k}": metric(hits, relevant, k) for name, metric in at_k.items() for k in SPEC.ks}


@pytest.mark.parametrize("at_once", [1, 100, 8_000_000])
@pytest.mark.parametrize("seed", range(3))
def test_every_number_of_every_query_equals_a_slow_loop(
    seed: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(full_ranking, "PLACES_AT_ONCE", at_once)
    catalog = drawn_catalog(seed=seed)
    found, vectors = measured(catalog), drawn_embeddings(len(catalog), 4)
    asking = np.flatnonzero(catalog.items["split"] == "query")
    assert found.query_items["item_id"].tolist() == catalog.items["item_id"][asking].tolist()
    n_left_out = 0
    for relevance in SPEC.relevance:
        rows = found.per_query[found.per_query["relevance"] == relevance].reset_index(drop=True)
        for number, query in enumerate(asking):
            ranking = slow_ranking(catalog, query, vectors[query], vectors)
            expected = slow_values(catalog, query, ranking, relevance.split("+"))
            got = {name: float(rows[name][number]) for name in expected}
            assert got == pytest.approx(expected, rel=1e-12, nan_ok=True)
            n_left_out += int(expected["n_relevant"] == 0)
            kept = found.ranking.rows[number]
            assert [row for row in kept.tolist() if row >= 0] == ranking[:100]
    assert n_left_out > 0  # so the odd case was there
    assert (found.ranking.rows < 0).any()  # so were photos with several items


@pytest.mark.parametrize("expand", [1, 3, 40])
def test_expansion_searches_again_with_what_was_found_but_never_with_the_query_s_own_photo(expand: int) -> None:
    catalog = drawn_catalog()
    found = measured(catalog, replace(SPEC, expand=expand), dim=8)
    vectors = drawn_embeddings(len(catalog), 8)
    gallery = np.flatnonzero(catalog.items["split"] == "gallery")
    for number, query in enumerate(np.flatnonzero(catalog.items["split"] == "query")):
        first = slow_ranking(catalog, query, vectors[query], vectors)[:expand]
        moved = vectors[query] + sum(vectors[gallery[place]] for place in first)
        again = slow_ranking(catalog, query, moved / np.linalg.norm(moved), vectors)
        scores = [vectors[gallery[place]] @ moved / np.linalg.norm(moved) for place in again]
        # Sums in another order round differently, which may swap equal scores: scores are compared, not places.
        np.testing.assert_allclose(found.ranking.scores[number, : len(again)], scores, atol=1e-5)


def test_items_without_a_photo_s_name_are_groups_of_their_own() -> None:
    catalog = drawn_catalog(6)
    catalog.items["image"] = ["a", "", "a", "", "b", "c"]
    groups = photo_groups(catalog, "image")
    assert groups[0] == groups[2]
    assert len(set(groups)) == 5


def test_unknown_relevance_says_which_columns_are_missing() -> None:
    with pytest.raises(CatalogError, match="fabric"):
        measured(drawn_catalog(), replace(SPEC, relevance=("category+fabric",)))


def test_without_a_choice_the_catalogue_s_own_relevance_is_taken() -> None:
    assert measured(drawn_catalog(), replace(SPEC, relevance=())).facts["relevance"] == ["category"]


def test_summaries_have_means_counts_and_intervals_of_each_group() -> None:
    found = measured(drawn_catalog())
    table = summarize(found.per_query, ["AP", "P@3"], by=("relevance", "season"))
    assert len(table) == 2 * 2 * 2
    for row in table.to_dict("records"):
        chosen = (found.per_query["relevance"] == row["relevance"]) & (found.per_query["season"] == row["season"])
        values = found.per_query.loc[chosen, row["metric"]]
        assert row["mean"] == pytest.approx(values.mean())
        assert (row["count"], row["left_out"]) == (values.notna().sum(), values.isna().sum())
        assert row["low"] <= row["mean"] <= row["high"]
    assert (table["left_out"] > 0).any()


def test_one_column_makes_groups_as_well_and_unknown_values_are_a_group() -> None:
    found = measured(drawn_catalog())
    one = found.per_query[found.per_query["relevance"] == "category+colour"]
    table = summarize(one, ["AP"], by=("colour",))
    assert table["colour"].tolist() == ["", "blue", "red"]
    assert table["count"].tolist()[0] == 0
    assert np.isnan(table["mean"][0])


def test_values_are_by_item_and_a_column_of_the_data_set_does_not_hide_a_metric() -> None:
    found = measured(drawn_catalog())
    values = found.values("category")
    assert list(values.columns) == metric_names(SPEC.ks)
    assert values.dtypes.eq("float64").all()
    assert values.index.tolist() == found.query_items["item_id"].tolist()
    assert "AP" not in found.query_items.columns
    assert "season" in found.query_items.columns
    with pytest.raises(ValueError, match="category, category"):
        found.values("season")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"crop": "middle"}, "auto"), ({"encoder": "../x"}, "encoder"), ({"features": "pca"}, "pca:auto"),
        ({"expand": -1}, "expand"), ({"expand": 101}, "expand"), ({"ks": ()}, "cut-offs"), ({"ks": (0, 1)}, "cut-offs"),
        ({"ks": (5, 1)}, "cut-offs"), ({"ks": (1, 1)}, "cut-offs"),
    ],
)  # fmt: skip
def test_a_run_that_makes_no_sense_is_refused(change: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        replace(SPEC, **change)


def test_a_run_is_named_after_all_that_changes_its_ranking() -> None:
    assert RunSpec("lite").name == "lite"
    assert RunSpec("lite", "auto", "pca:auto", 5).name == "lite+crop-auto+pca-auto+expand-5"
    assert RunSpec("lite", "truth", "whiten:64").name == "lite+crop-truth+whiten-64"
