"""Features: PCA and whitening equal scikit-learn's, expansion equals averaging by hand, specs are read strictly."""

import doctest

import numpy as np
import pytest
from sklearn.decomposition import PCA

from core import features
from core.evaluation.feature_sweep import DIMS, sweep_pca
from core.features import FeatureMap, FeatureSpec, expanded_queries, fit_features, parse_features


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def embeddings(count: int, dim: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return unit(rng.normal(size=(count, dim)) * np.linspace(2, 0.2, dim) + 0.5)


@pytest.mark.parametrize("kind", ["pca", "whiten"])
@pytest.mark.parametrize(("count", "dim", "kept"), [(200, 16, 5), (200, 16, 16), (12, 40, 11)])
def test_pca_and_whitening_equal_scikit_learn(kind: str, count: int, dim: int, kept: int) -> None:
    training, others = embeddings(count, dim), embeddings(30, dim, seed=1)
    fitted = fit_features(parse_features(f"{kind}:{kept}"), training)
    reference = PCA(kept, whiten=kind == "whiten", svd_solver="full").fit(training.astype(np.float64))
    expected = unit(reference.transform(others.astype(np.float64)))
    found = fitted.apply(others)
    assert found.shape == (30, kept)
    assert found.dtype == np.float32
    # Axes have no sign of their own, so they are compared up to it.
    signs = np.sign((found * expected).sum(axis=0))
    np.testing.assert_allclose(found * signs, expected, atol=2e-4)
    assert fitted.variance_share is not None
    np.testing.assert_allclose(fitted.variance_share, reference.explained_variance_ratio_, atol=1e-6)


def test_all_directions_without_whitening_keep_the_order_of_distances() -> None:
    vectors = embeddings(60, 10)
    vectors = unit(vectors - vectors.mean(axis=0))
    turned = fit_features(FeatureSpec("pca", 10), np.concatenate([vectors, -vectors])).apply(vectors)
    np.testing.assert_allclose(turned @ turned.T, vectors @ vectors.T, atol=1e-5)


def test_fitting_twice_gives_the_same_and_the_first_directions_are_those_of_a_smaller_fit() -> None:
    training = embeddings(100, 12)
    wide, again = (fit_features(FeatureSpec("pca", 8), training) for _ in range(2))
    assert wide.directions is not None
    np.testing.assert_array_equal(wide.directions, again.directions)
    narrow = fit_features(FeatureSpec("pca", 3), training)
    np.testing.assert_array_equal(wide.first(3).apply(training), narrow.apply(training))


def test_the_sign_of_a_direction_is_that_of_its_largest_part() -> None:
    for training in (embeddings(100, 12), embeddings(9, 40), -embeddings(100, 12)):
        directions = fit_features(FeatureSpec("pca", 8), training).directions
        assert directions is not None
        assert (directions[np.abs(directions).argmax(axis=0), np.arange(8)] > 0).all()


def test_no_features_is_unit_length_alone() -> None:
    vectors = embeddings(5, 4)
    np.testing.assert_allclose(fit_features(FeatureSpec("none"), vectors).apply(3 * vectors), vectors, atol=1e-7)
    with pytest.raises(ValueError, match="no directions"):
        FeatureMap().first(2)


def test_what_has_no_length_still_gets_a_direction() -> None:
    training = embeddings(50, 6)
    fitted = fit_features(FeatureSpec("whiten", 4), training)
    assert fitted.mean is not None
    found = fitted.apply(np.stack([fitted.mean, training[0]]))
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert found[0].tolist() == [1, 0, 0, 0]


def test_too_many_dimensions_are_refused_with_the_number_there_are() -> None:
    with pytest.raises(ValueError, match="at most 9 dim"):
        fit_features(FeatureSpec("pca", 10), embeddings(10, 40))
    with pytest.raises(ValueError, match="at most 6 dim"):
        fit_features(FeatureSpec("pca", 7), embeddings(10, 6))
    flat = np.zeros((30, 8), np.float32)
    flat[:, :3] = embeddings(30, 3)
    with pytest.raises(ValueError, match="vary in 3 directions"):
        fit_features(FeatureSpec("whiten", 4), flat)
    with pytest.raises(ValueError, match="sweep first"):
        fit_features(FeatureSpec("pca"), flat)
    with pytest.raises(ValueError, match="at most 0 dim"):
        fit_features(FeatureSpec("pca", 1), embeddings(1, 5))


@pytest.mark.parametrize("text", ["none", "pca:auto", "pca:128", "whiten:1"])
def test_a_spec_is_read_and_written_alike(text: str) -> None:
    assert str(parse_features(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "pca", "pca:", "pca:0", "pca:-1", "pca:1.5", "whiten:auto", "none:3", "PCA:3", "pca:3 ", "pca:²", "lda:2"],
)
def test_a_spec_that_is_none_is_refused_with_the_known_forms(text: str) -> None:
    with pytest.raises(ValueError, match="pca:auto"):
        parse_features(text)


def test_impossible_specs_cannot_be_made() -> None:
    for kind, dim in (("none", 3), ("pca", 0), ("whiten", None)):
        with pytest.raises(ValueError, match="expected features"):
            FeatureSpec(kind, dim)


def test_expansion_is_the_average_of_query_and_found() -> None:
    gallery, queries = embeddings(20, 6), embeddings(3, 6, seed=2)
    rows = np.array([[0, 5], [7, -1], [-1, -1]])
    expected = [queries[0] + gallery[0] + gallery[5], queries[1] + gallery[7], queries[2]]
    np.testing.assert_allclose(expanded_queries(queries, gallery, rows), unit(np.stack(expected)), atol=1e-6)


def clustered(count: int, dim: int, noise_dims: int) -> tuple[np.ndarray, np.ndarray]:
    """Ten classes that differ in few directions, drowned in noise of many small ones."""
    rng = np.random.default_rng(3)
    keys = rng.integers(0, 10, count)
    centres = rng.normal(size=(10, dim))
    signal = centres[keys] + 0.3 * rng.normal(size=(count, dim))
    return unit(np.hstack([signal, 0.8 * rng.normal(size=(count, noise_dims))])), keys


def test_a_sweep_finds_a_size_that_helps_and_tells_both_metrics() -> None:
    vectors, keys = clustered(400, 16, 48)
    found = sweep_pca(vectors, keys, np.arange(400))
    assert found.dim == 16
    assert found.after["AP"] > found.before["AP"]
    assert found.queries == 80
    assert [result["dim"] for result in found.tried] == [dim for dim in DIMS if dim <= 64]
    best = max(result["AP"] for result in found.tried)
    assert found.after == {name: next(r for r in found.tried if r["dim"] == 16)[name] for name in ("AP", "P@10")}
    assert found.after["AP"] == best
    assert sweep_pca(vectors, keys, np.arange(400)) == found


def test_a_sweep_goes_by_the_full_ranking_where_the_metrics_disagree() -> None:
    disagreements = 0
    for draw in range(6):
        rng = np.random.default_rng(draw)
        vectors, keys = unit(rng.normal(size=(120, 64))), rng.integers(0, 4, 120)
        found = sweep_pca(vectors, keys, np.arange(120))
        best = max(found.tried, key=lambda result: result["AP"])
        assert found.dim == best["dim"]
        disagreements += int(best["P@10"] < max(result["P@10"] for result in found.tried))
    assert disagreements


def test_items_of_the_validation_query_s_own_photo_do_not_count() -> None:
    vectors, keys = clustered(300, 16, 16)
    alone = sweep_pca(np.concatenate([vectors, vectors]), np.concatenate([keys, keys]), np.tile(np.arange(300), 2))
    twins = sweep_pca(np.concatenate([vectors, vectors]), np.concatenate([keys, keys]), np.arange(600))
    assert twins.before["AP"] > alone.before["AP"]


def test_a_sweep_that_cannot_choose_says_so() -> None:
    vectors, keys = clustered(10, 16, 16)
    with pytest.raises(ValueError, match="too few"):
        sweep_pca(vectors, keys, np.arange(10))
    vectors, keys = clustered(200, 16, 16)
    with pytest.raises(ValueError, match="too few"):
        sweep_pca(vectors, np.full(200, -1), np.arange(200))
    with pytest.raises(ValueError, match="no validation query"):
        sweep_pca(vectors, np.arange(200), np.arange(200))


def test_the_examples_of_the_docstrings_are_true() -> None:
    result = doctest.testmod(features)
    assert result.attempted
    assert result.failed == 0
