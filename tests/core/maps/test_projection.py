"""Maps by every method: seeded, in their frame, and with groups that stay groups."""

import numpy as np
import pytest

from core.features import to_unit_length
from core.maps.neighbourhoods import nearest_rows
from core.maps.projection import METHODS, MapSpec, Method, fitted_to_frame, method_named, project

GROUPS, EACH = 3, 30


def groups(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(GROUPS, 12)) * 3
    labels = np.repeat(np.arange(GROUPS), EACH)
    return to_unit_length(centres[labels] + rng.normal(size=(len(labels), 12)) * 0.4), labels


# umap-learn compiles itself first.
@pytest.mark.parametrize(
    "method", [pytest.param(name, marks=pytest.mark.slow) if name == "umap" else name for name in METHODS]
)
def test_a_map_keeps_groups_is_framed_and_is_the_same_again(method: Method) -> None:
    embeddings, labels = groups()
    spec = MapSpec(method, n_neighbours=10, perplexity=8)
    neighbours = nearest_rows(embeddings, 30)
    told: list[tuple[int, int]] = []
    points = project(embeddings, spec, neighbours, lambda done, total: told.append((done, total)))
    assert points.shape == (GROUPS * EACH, 2)
    assert points.dtype == np.float32
    low, high = points.min(axis=0), points.max(axis=0)
    assert (high - low).max() == pytest.approx(2, abs=1e-5)
    assert np.abs(high + low).max() < 1e-5
    centres = np.array([points[labels == group].mean(axis=0) for group in range(GROUPS)])
    nearest_centre = np.linalg.norm(points[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest_centre == labels).all()
    assert project(embeddings, spec, neighbours).tolist() == points.tolist()
    if method != "pca":
        assert told, "long work tells how far it is"
        assert all(done <= total for done, total in told)


def test_pca_is_that_of_scikit_learn() -> None:
    from sklearn.decomposition import PCA

    embeddings, _ = groups()
    expected = fitted_to_frame(PCA(2).fit_transform(embeddings.astype(np.float64)))
    points = project(embeddings, MapSpec("pca"), np.zeros((len(embeddings), 0), np.int64))
    for axis in range(2):  # a direction has no sign of its own
        sign = np.sign(points[:, axis] @ expected[:, axis])
        assert points[:, axis] == pytest.approx(sign * expected[:, axis], abs=1e-4)


@pytest.mark.slow
def test_neighbours_and_not_vectors_make_the_map() -> None:
    embeddings, labels = groups()
    # Neighbours of other groups than the vectors': the map follows them.
    shuffled = np.random.default_rng(5).permutation(len(labels))
    wrong = nearest_rows(embeddings[shuffled], 14)
    points = project(embeddings, MapSpec("umap"), wrong)
    right = project(embeddings, MapSpec("umap"), nearest_rows(embeddings, 14))

    def spread(places: np.ndarray) -> float:
        return float(np.mean([places[labels == group].std() for group in range(GROUPS)]))

    assert spread(points) > 2 * spread(right)


def test_too_few_items_or_neighbours_are_refused() -> None:
    embeddings, _ = groups()
    with pytest.raises(ValueError, match="at least 5 items"):
        project(embeddings[:4], MapSpec("pca"), np.zeros((4, 0), np.int64))
    with pytest.raises(ValueError, match=r"\(90, 14\) neighbours"):
        project(embeddings, MapSpec("umap"), nearest_rows(embeddings, 5))
    with pytest.raises(ValueError, match="neighbours or more"):
        project(embeddings, MapSpec("tsne"), nearest_rows(embeddings, 89)[:50])


@pytest.mark.parametrize("wrong", [{"n_neighbours": 1}, {"min_dist": 2.0}, {"perplexity": 0.5}])
def test_settings_are_checked(wrong: dict) -> None:
    with pytest.raises(ValueError, match="expected n_neighbours"):
        MapSpec("umap", **wrong)


def test_an_unknown_method_lists_the_known_ones() -> None:
    with pytest.raises(ValueError, match="umap, tsne, pca"):
        method_named("isomap")


def test_equal_embeddings_do_not_break_the_frame() -> None:
    assert fitted_to_frame(np.ones((6, 2))).tolist() == [[0.0, 0.0]] * 6
