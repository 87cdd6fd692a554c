import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from core.features import to_unit_length
from core.maps.placing import NEIGHBOURS, place
from core.maps.placing_check import check_placing
from tests.conftest import PROJECT


def slow_median(places: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The place with the least weighted sum of distances, by looking at a grid that gets finer."""
    centre, reach = places.mean(axis=0), float(np.ptp(places, axis=0).max()) or 1.0
    for _ in range(60):
        offsets = np.linspace(-reach, reach, 9)
        grid = centre + np.stack(np.meshgrid(offsets, offsets), -1).reshape(-1, 2)
        costs = (weights * np.linalg.norm(grid[:, None] - places, axis=2)).sum(axis=1)
        centre, reach = grid[costs.argmin()], reach * 0.7
    return centre


def test_a_place_is_the_weighted_geometric_median() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(50, 2)).astype(np.float32)
    rows, scores = rng.integers(0, 50, (4, NEIGHBOURS)), np.sort(rng.uniform(0.3, 0.9, (4, NEIGHBOURS)))[:, ::-1]
    placed = place(points, rows, scores.astype(np.float32))
    for query in range(4):
        weights = 1 / np.sqrt(2 - 2 * scores[query])
        assert placed[query] == pytest.approx(slow_median(points[rows[query]], weights), abs=0.02)


def test_neighbours_in_two_groups_put_an_item_into_the_larger_one() -> None:
    points = np.array([[0, 0]] * 6 + [[10, 0]] * 4, np.float32) + np.float32(0.01) * np.arange(20).reshape(10, 2)
    placed = place(points, np.arange(10)[None], np.full((1, 10), 0.8, np.float32))
    assert np.linalg.norm(placed[0]) < 0.5
    assert np.linalg.norm(points.mean(axis=0)) > 3, "where a mean would put it, nothing is"


def test_an_item_of_the_gallery_lies_where_it_is() -> None:
    points = np.random.default_rng(1).normal(size=(30, 2)).astype(np.float32)
    scores = np.linspace(1, 0.2, 10, dtype=np.float32)[None]
    placed = place(points, np.arange(10)[None], scores)
    assert placed[0] == pytest.approx(points[0], abs=0.05)


def test_missing_neighbours_do_not_count_and_none_at_all_is_nowhere() -> None:
    points = np.array([[1, 1], [5, 5]], np.float32)
    rows = np.array([[0, -1, -1], [-1, -1, -1]])
    scores = np.array([[0.5, np.nan, np.nan], [np.nan] * 3], np.float32)
    placed = place(points, rows, scores)
    assert placed[0] == pytest.approx([1, 1])
    assert np.isnan(placed[1]).all()


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(q, k\)"):
        place(np.zeros((3, 2), np.float32), np.zeros((1, 2), np.int64), np.zeros((1, 3), np.float32))


def test_placing_loads_no_compiler() -> None:
    code = """
import sys, numpy as np
from core.maps.placing import place
place(np.zeros((3, 2), np.float32), np.zeros((1, 2), np.int64), np.ones((1, 2), np.float32))
assert not {"numba", "umap", "openTSNE", "sklearn"} & set(sys.modules), sys.modules
"""
    subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=True)


class FlatUmap:
    """Stands in for UMAP, which compiles for seconds: the first two directions, for new items too."""

    def __init__(self, **settings: object) -> None:
        self.settings = settings

    def fit_transform(self, embeddings: np.ndarray) -> np.ndarray:
        return embeddings[:, :2].copy()

    transform = fit_transform


def test_held_out_items_are_placed_both_ways_and_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=FlatUmap))
    rng = np.random.default_rng(2)
    # Two directions hold nearly all there is, so that the flat map is a true one.
    angles = rng.uniform(0, 2 * np.pi, 400)
    circle = np.stack([np.cos(angles), np.sin(angles), *0.01 * rng.normal(size=(3, 400))], axis=1)
    check = check_placing(to_unit_length(circle), share=0.1)
    assert (check.n_map, check.n_held) == (360, 40)
    assert check.kept_by_umap > 0.9
    assert check.kept > 0.8
    assert check.median_distance < 0.01
    assert check.median_distance <= check.high_distance
    assert len(check.lines()) == 5
    with pytest.raises(ValueError, match="share"):
        check_placing(to_unit_length(circle), share=0.9)
