import numpy as np
import pytest
from sklearn.manifold import trustworthiness as sklearn_trustworthiness

from core.features import to_unit_length
from core.maps.neighbourhoods import (
    kept_nearness,
    nearest_points,
    nearest_rows,
    neighbour_ranks,
    overlap,
)


def space(count: int, dim: int, seed: int = 0) -> np.ndarray:
    return to_unit_length(np.random.default_rng(seed).normal(size=(count, dim)))


def slow_nearest(vectors: np.ndarray, k: int) -> list[list[int]]:
    found = []
    for row, vector in enumerate(vectors.astype(np.float64)):
        away = [(float(((vector - other) ** 2).sum()), at) for at, other in enumerate(vectors) if at != row]
        found.append([at for _, at in sorted(away)[:k]])
    return found


@pytest.mark.parametrize(("count", "dim", "k"), [(40, 8, 5), (40, 8, 39), (700, 16, 3)])
def test_nearest_rows_are_those_of_a_slow_search(count: int, dim: int, k: int) -> None:
    vectors = space(count, dim)
    assert nearest_rows(vectors, k).tolist() == slow_nearest(vectors, k)


def test_an_item_is_never_its_own_neighbour_even_among_equals() -> None:
    vectors = np.repeat(space(3, 4), 5, axis=0)
    rows = nearest_rows(vectors, 4)
    assert not (rows == np.arange(15)[:, None]).any()
    assert all(len(set(line)) == 4 for line in rows.tolist())
    assert (rows // 5 == np.arange(15)[:, None] // 5).all()


def test_nearest_points_are_those_of_a_slow_search() -> None:
    points = np.random.default_rng(1).normal(size=(60, 2)).astype(np.float32)
    assert nearest_points(points, 7).tolist() == slow_nearest(points, 7)


@pytest.mark.parametrize("k", [0, 10])
def test_k_that_is_not_there_is_refused(k: int) -> None:
    with pytest.raises(ValueError, match="1 to 9"):
        nearest_rows(space(10, 4), k)
    with pytest.raises(ValueError, match="1 to 9"):
        nearest_points(space(10, 2), k)


def test_progress_reaches_the_end() -> None:
    told: list[tuple[int, int]] = []
    nearest_rows(space(600, 4), 2, lambda done, total: told.append((done, total)))
    assert told[-1] == (600, 600)
    assert len(told) == 2


def test_ranks_are_places_in_the_order_of_all_others() -> None:
    vectors, rows = space(50, 6), np.random.default_rng(2).integers(0, 50, (50, 4))
    rows[rows == np.arange(50)[:, None]] = 0
    rows[0] = [1, 2, 3, 4]
    order = slow_nearest(vectors, 49)
    expected = [[order[item].index(other) + 1 for other in line] for item, line in enumerate(rows.tolist())]
    assert neighbour_ranks(vectors, rows).tolist() == expected


@pytest.mark.parametrize(("count", "k"), [(60, 5), (60, 15), (600, 10)])
def test_trustworthiness_and_continuity_are_those_of_scikit_learn(count: int, k: int) -> None:
    vectors = space(count, 10)
    points = (vectors[:, :2] + 0.1 * np.random.default_rng(3).normal(size=(count, 2))).astype(np.float32)
    trust = kept_nearness(vectors, nearest_points(points, k))
    assert trust.mean() == pytest.approx(sklearn_trustworthiness(vectors, points, n_neighbors=k), abs=1e-6)
    # Continuity is trustworthiness with the two spaces in each other's place.
    continuity = kept_nearness(points, nearest_rows(vectors, k))
    assert continuity.mean() == pytest.approx(sklearn_trustworthiness(points, vectors, n_neighbors=k), abs=1e-6)


def test_a_space_keeps_its_own_neighbourhoods_whole() -> None:
    vectors = space(80, 5)
    assert kept_nearness(vectors, nearest_rows(vectors, 9)).tolist() == [1.0] * 80


def test_the_figure_of_one_point_is_the_formula() -> None:
    points = np.array([[0.0, 0], [1, 0], [3, 0], [7, 0], [15, 0], [31, 0], [63, 0]])
    rows = np.array([[6]] + [[0]] * 6)  # the furthest of 6 others has rank 6: 5 too many
    assert kept_nearness(points, rows)[0] == pytest.approx(1 - 2 / (1 * (14 - 3 - 1)) * 5)


def test_overlap_counts_shared_neighbours() -> None:
    one, two = np.array([[1, 2, 3], [0, 2, 3], [7, 8, 0]]), np.array([[3, 2, 1], [4, 5, 6], [9, 0, 5]])
    assert overlap(one, two).tolist() == [1.0, 0.0, pytest.approx(1 / 3)]
    with pytest.raises(ValueError, match=r"\(n, k\)"):
        overlap(one, two[:, :2])
