"""Unsupervised measures: equal to scikit-learn and to loops over all pairs."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import davies_bouldin_score, silhouette_score

from core.evaluation import unsupervised
from core.evaluation.unsupervised import alignment, cluster_scores, hubness, sampled_rows, uniformity


def space(count: int, dim: int = 8, classes: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    keys = rng.integers(0, classes, count)
    vectors = rng.normal(size=(classes, dim))[keys] + rng.normal(size=(count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), keys


@pytest.mark.parametrize(("count", "classes"), [(60, 2), (200, 7), (40, 25)])
def test_cluster_scores_equal_scikit_learn(count: int, classes: int) -> None:
    vectors, keys = space(count, classes=classes)
    found = cluster_scores(vectors, keys)
    assert found["silhouette"] == pytest.approx(silhouette_score(vectors, keys, metric="cosine"), abs=1e-6)
    assert found["davies_bouldin"] == pytest.approx(davies_bouldin_score(vectors.astype(float), keys), rel=1e-6)


def test_a_class_of_one_and_equal_items_are_no_special_case() -> None:
    vectors, keys = space(50, classes=4)
    vectors[10:20], keys[10:20] = vectors[10], 1
    keys[0] = 99
    found = cluster_scores(vectors, keys)
    assert found["silhouette"] == pytest.approx(silhouette_score(vectors, keys, metric="cosine"), abs=1e-6)
    assert found["davies_bouldin"] == pytest.approx(davies_bouldin_score(vectors.astype(float), keys), rel=1e-6)


def test_the_unknown_is_left_out() -> None:
    vectors, keys = space(80)
    unknown = np.concatenate([keys, np.full(30, -1)])
    more = np.concatenate([vectors, space(30, seed=4)[0]])
    assert cluster_scores(more, unknown) == pytest.approx(cluster_scores(vectors, keys))
    assert alignment(more, unknown) == pytest.approx(alignment(vectors, keys))


@pytest.mark.parametrize("keys", [[0, 0, 0, 0], [0, 1, 2, 3], [-1, -1, -1, -1], [-1, -1, 0, 1]])
def test_where_there_are_no_clusters_there_is_no_score(keys: list[int]) -> None:
    assert np.isnan(list(cluster_scores(space(4)[0], np.array(keys)).values())).all()


def test_alignment_is_the_mean_over_all_pairs_of_a_class() -> None:
    vectors, keys = space(60)
    distances = [
        ((vectors[i].astype(float) - vectors[j]) ** 2).sum()
        for i in range(60)
        for j in range(60)
        if i != j and keys[i] == keys[j]
    ]
    assert alignment(vectors, keys) == pytest.approx(np.mean(distances), rel=1e-6)
    assert alignment(np.repeat(vectors[:1], 9, axis=0), np.zeros(9, int)) == pytest.approx(0, abs=1e-6)
    assert np.isnan(alignment(vectors, np.arange(60)))


def test_uniformity_is_the_log_of_the_mean_kernel_over_all_pairs() -> None:
    vectors = space(700)[0]
    kernel = [
        np.exp(-2 * ((vectors[i].astype(float) - vectors[i + 1 :]) ** 2).sum(axis=1)) for i in range(len(vectors))
    ]
    assert uniformity(vectors) == pytest.approx(np.log(np.concatenate(kernel).mean()), rel=1e-5)
    assert uniformity(np.repeat(vectors[:1], 9, axis=0)) == pytest.approx(0, abs=1e-5)
    assert np.isnan(uniformity(vectors[:1]))


def test_uniformity_of_many_items_is_that_of_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = space(800)[0]
    whole = uniformity(vectors)
    monkeypatch.setattr(unsupervised.sampled_rows, "__defaults__", (300, 0))
    part = uniformity(vectors)
    assert part != whole
    assert part == pytest.approx(whole, rel=0.05)


def test_hubness_is_the_skewness_of_how_often_items_are_found() -> None:
    rng = np.random.default_rng(1)
    rows = np.minimum(rng.geometric(0.05, (100, 10)) - 1, 79)
    found = hubness(rows, 80)
    counts = np.bincount(rows.ravel(), minlength=80)
    assert found["hubness"] == pytest.approx(stats.skew(counts), rel=1e-9)
    assert found["most_found"] == counts.max() / 100
    assert found["never_found"] == (counts == 0).mean()


def test_a_single_hub_and_an_even_space() -> None:
    hub = hubness(np.zeros((50, 1), np.int64), 20)
    assert (hub["most_found"], hub["never_found"]) == (1, 0.95)
    assert hub["hubness"] > 4
    even = hubness(np.arange(20)[:, None], 20)
    assert np.isnan(even["hubness"])
    assert even["never_found"] == 0


def test_places_without_an_item_find_nobody() -> None:
    assert hubness(np.array([[0, -1], [1, -1]]), 4)["never_found"] == 0.5
    assert np.isnan(hubness(np.zeros((0, 3), np.int64), 4)["most_found"])
    for rows, count in ((np.array([[4]]), 4), (np.array([[0]]), 0)):
        with pytest.raises(ValueError, match="size of the gallery"):
            hubness(rows, count)


def test_a_sample_is_the_same_every_time_and_everything_where_it_fits() -> None:
    rows = np.arange(100) * 3
    assert sampled_rows(rows, 100).tolist() == rows.tolist()
    drawn = sampled_rows(rows, 10)
    assert len(set(drawn)) == 10
    assert set(drawn) <= set(rows)
    assert drawn.tolist() == sorted(drawn)
    assert drawn.tolist() == sampled_rows(rows, 10).tolist()
