"""The exact index against a sort of everything: ties, filters, large k, nothing to find, many threads."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.index import Index, Ranking, build_index, search_index
from tests.reference import nearest


def unit(vectors: np.ndarray) -> np.ndarray:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def some_vectors(kind: str, n: int, dim: int, seed: int = 0) -> np.ndarray:
    """Unit vectors: all different, all equal, or many copies of few."""
    random = np.random.default_rng(seed)
    if kind == "different":
        return unit(random.normal(size=(n, dim)))
    few = unit(random.normal(size=(1 if kind == "equal" else 4, dim)))
    return few[random.integers(0, len(few), n)]


def filters(n: int) -> dict[str, np.ndarray | None]:
    random = np.random.default_rng(n)
    one = np.zeros(n, bool)
    one[n // 2] = True
    return {"no filter": None, "all": np.ones(n, bool), "half": random.random(n) < 0.5, "one": one}


@pytest.mark.parametrize("name", ["no filter", "all", "half", "one"])
@pytest.mark.parametrize("k", [1, 3, 16, 17, 18, 40, 300])
@pytest.mark.parametrize("n", [1, 17, 150])
@pytest.mark.parametrize("kind", ["different", "equal", "copies"])
def test_search_is_the_head_of_the_full_sort(kind: str, n: int, k: int, name: str) -> None:
    embeddings = some_vectors(kind, n, 24)
    # More than 20 queries take another way through FAISS than few do.
    queries = np.concatenate([embeddings[:2], some_vectors("different", 23, 24, seed=1)])
    allowed = filters(n)[name]
    rows, scores = nearest(embeddings, queries, k, allowed)
    for count in (1, len(queries)):
        found = search_index(build_index(embeddings), queries[:count], k, allowed=allowed)
        np.testing.assert_array_equal(found.rows, rows[:count])
        np.testing.assert_allclose(found.scores, scores[:count], atol=1e-6)


def test_ties_that_reach_far_beyond_the_cut_go_to_the_lowest_rows() -> None:
    embeddings = some_vectors("different", 3000, 8)
    embeddings[np.arange(100, 3000, 2)] = embeddings[50]
    found = search_index(build_index(embeddings), embeddings[50:51], 5)
    np.testing.assert_array_equal(found.rows, [[50, 100, 102, 104, 106]])
    odd = np.arange(3000) % 4 == 0
    found = search_index(build_index(embeddings), embeddings[50:51], 3, allowed=odd)
    np.testing.assert_array_equal(found.rows, [[100, 104, 108]])


def test_nothing_allowed_and_no_queries() -> None:
    index = build_index(some_vectors("different", 9, 4))
    found = search_index(index, some_vectors("different", 2, 4), 3, allowed=np.zeros(9, bool))
    np.testing.assert_array_equal(found.rows, np.full((2, 3), -1))
    assert np.isnan(found.scores).all()
    assert search_index(index, np.zeros((0, 4), np.float32), 3).rows.shape == (0, 3)
    empty = build_index(np.zeros((0, 4), np.float32))
    assert (search_index(empty, some_vectors("different", 2, 4), 3).rows == -1).all()


def test_scores_do_not_increase_and_filters_do_not_leak() -> None:
    embeddings = some_vectors("different", 500, 16)
    allowed = np.random.default_rng(3).random(500) < 0.1
    found = search_index(build_index(embeddings), some_vectors("different", 30, 16, seed=4), 100, allowed=allowed)
    present = found.rows >= 0
    assert (present.sum(1) == min(100, allowed.sum())).all()
    assert allowed[found.rows[present]].all()
    assert (np.diff(np.where(present, found.scores, -2)) <= 0).all()
    np.testing.assert_array_equal(np.isnan(found.scores), ~present)


def test_a_vector_finds_itself_with_a_score_of_one() -> None:
    embeddings = some_vectors("different", 300, 1280)
    found = search_index(build_index(embeddings), embeddings, 1)
    np.testing.assert_array_equal(found.rows[:, 0], np.arange(300))
    np.testing.assert_allclose(found.scores, 1, atol=1e-5)


def test_the_caller_s_arrays_may_be_views_and_stay_as_they_are() -> None:
    wide = some_vectors("different", 40, 6)
    wide = np.asfortranarray(wide)
    copy = wide.copy()
    found = search_index(build_index(wide), wide[::-1], 1)
    np.testing.assert_array_equal(found.rows[:, 0], np.arange(40)[::-1])
    np.testing.assert_array_equal(wide, copy)


def test_one_index_serves_many_threads() -> None:
    embeddings = some_vectors("copies", 400, 16)
    index = build_index(embeddings)
    jobs = []
    for seed in range(40):
        allowed = None if seed % 2 else np.random.default_rng(seed).random(400) < 0.5
        jobs.append((some_vectors("different", 1 + seed, 16, seed=seed), 1 + seed % 9, allowed))
    alone = [search_index(index, queries, k, allowed=allowed) for queries, k, allowed in jobs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda job: search_index(index, job[0], job[1], allowed=job[2]), jobs))
    for one, other in zip(alone, together, strict=True):
        np.testing.assert_array_equal(one.rows, other.rows)
        np.testing.assert_allclose(one.scores, other.scores, atol=1e-6)


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (np.ones((3, 4), np.float32), "unit length"),
        (np.zeros((3, 4), np.float32), "unit length"),
        (np.full((3, 4), np.nan, np.float32), "unit length"),
        (np.eye(4), "float32"),
        (np.eye(4, dtype=np.float16), "float32"),
        (np.ones(1, np.float32), "float32"),
    ],
)
def test_what_is_no_unit_vector_is_refused(vectors: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build_index(vectors)
    index = build_index(np.eye(4, dtype=np.float32))
    with pytest.raises(ValueError, match=message):
        search_index(index, vectors, 1)


def test_one_bad_row_is_named() -> None:
    vectors = np.eye(4, dtype=np.float32)
    vectors[2] *= 1.01
    with pytest.raises(ValueError, match="row 2"):
        build_index(vectors)


@pytest.mark.parametrize(
    ("queries", "k", "allowed", "message"),
    [
        (np.eye(4, dtype=np.float32), 0, None, "k must be"),
        (np.eye(4, dtype=np.float32), -1, None, "k must be"),
        (np.eye(3, dtype=np.float32), 1, None, "dim 4"),
        (np.eye(4, dtype=np.float32), 1, np.ones(3, bool), "allowed"),
        (np.eye(4, dtype=np.float32), 1, np.ones((4, 1), bool), "allowed"),
        (np.eye(4, dtype=np.float32), 1, np.array([0, 1, 2, 3]), "allowed"),
    ],
)
def test_impossible_searches_are_refused(queries: np.ndarray, k: int, allowed: np.ndarray | None, message: str) -> None:
    index = build_index(np.eye(4, dtype=np.float32))
    assert isinstance(index, Index)
    assert len(index) == 4
    with pytest.raises(ValueError, match=message):
        search_index(index, queries, k, allowed=allowed)


def test_a_ranking_refuses_what_contradicts_itself() -> None:
    rows, scores = np.zeros((2, 3), np.int64), np.zeros((2, 3), np.float32)
    assert len(Ranking(rows, scores)) == 2
    for wrong in ((rows, scores[:1]), (rows[0], scores[0]), (rows.astype(np.int32), scores), (rows, rows)):
        with pytest.raises(ValueError, match="rows"):
            Ranking(*wrong)
