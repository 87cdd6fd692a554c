"""Reciprocal-rank fusion against exact sums of fractions; names of fusions there and back."""

from fractions import Fraction

import numpy as np
import pytest

from core.encoders.spec import EncoderError
from core.index import Ranking, build_index, search_index
from core.side_by_side.fusion import RRF_K, fuse, fused_portions
from core.side_by_side.fusion_names import fusion_of, is_fusion, member_names, model_of_run, name_in_run
from tests.drawn_evaluation import drawn_embeddings


def slow_fusion(rankings: list[list[int]], n_rows: int, k: int) -> tuple[list[int], list[Fraction]]:
    """Rows best first and the sums of 1 / (60 + rank), exact; ties to the lower row."""
    sums = {row: Fraction(0) for row in range(n_rows)}
    for ranking in rankings:
        for rank, row in enumerate(ranking, 1):
            if row >= 0:
                sums[row] += Fraction(1, RRF_K + rank)
    best = sorted((-value, row) for row, value in sums.items() if value > 0)[:k]
    return [row for _, row in best], [-value for value, _ in best]


def of_rows(*rows: list[int]) -> Ranking:
    found = np.array(rows, np.int64)
    return Ranking(found, np.where(found >= 0, np.float32(0.5), np.float32(np.nan)).astype(np.float32))


@pytest.mark.parametrize("members", [2, 3, 4])
@pytest.mark.parametrize(("n_rows", "depth", "k"), [(40, 40, 40), (40, 12, 24), (200, 30, 5), (7, 7, 20), (1, 1, 1)])
def test_fusion_equals_exact_sums(members: int, n_rows: int, depth: int, k: int) -> None:
    rng = np.random.default_rng(members * n_rows)
    lists = [[rng.permutation(n_rows)[:depth].tolist() for _ in range(6)] for _ in range(members)]
    for ranking in lists[0][:3]:
        ranking[depth // 2 :] = [-1] * (depth - depth // 2)
    fused = fuse([of_rows(*queries) for queries in lists], n_rows, k)
    assert fused.rows.shape == (6, k)
    for query in range(6):
        rows, sums = slow_fusion([queries[query] for queries in lists], n_rows, k)
        filled = k - len(rows)
        assert fused.rows[query].tolist() == rows + [-1] * filled
        shares = [float(value * (RRF_K + 1) / members) for value in sums]
        np.testing.assert_allclose(fused.scores[query], shares + [np.nan] * filled, rtol=1e-6)


def test_ties_go_to_the_lower_row_whatever_the_order_of_the_models() -> None:
    # Ranks 10 and 45 sum up to exactly as much as ranks 3 and 66: 1/70 + 1/105 = 1/63 + 1/126.
    first, second = np.full(66, -1), np.full(66, -1)
    first[[9, 2]], second[[44, 65]] = (4, 1), (4, 1)
    others = np.arange(10, 140)
    first[first < 0], second[second < 0] = others[:64], others[64:128]
    one, two = of_rows(first.tolist()), of_rows(second.tolist())
    fused = fuse([one, two], 140, 140)
    places = {row: place for place, row in enumerate(fused.rows[0].tolist())}
    assert places[4] == places[1] + 1
    assert fused.scores[0, places[4]] == fused.scores[0, places[1]]
    np.testing.assert_array_equal(fuse([two, one], 140, 140).rows, fused.rows)


def test_the_order_of_three_models_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    rankings = [of_rows(*[rng.permutation(500).tolist() for _ in range(4)]) for _ in range(3)]
    fused = fuse(rankings, 500, 500)
    for order in ([1, 2, 0], [2, 1, 0], [2, 0, 1]):
        again = fuse([rankings[place] for place in order], 500, 500)
        np.testing.assert_array_equal(again.rows, fused.rows)
        np.testing.assert_array_equal(again.scores, fused.scores)


def test_equal_rankings_stay_and_the_first_of_all_scores_one() -> None:
    index = build_index(drawn_embeddings(30, 4))  # few distinct scores: most are ties
    found = search_index(index, drawn_embeddings(5, 4, seed=1), 30)
    fused = fuse([found, found], 30, 30)
    np.testing.assert_array_equal(fused.rows, found.rows)
    assert (fused.scores[:, 0] == 1).all()


def test_one_model_alone_is_passed_through_and_portions_must_match() -> None:
    ranking = of_rows([2, 0, 1])
    ((part, alone),) = fused_portions([iter([(slice(0, 1), ranking)])], 3)
    assert part == slice(0, 1)
    assert alone is ranking
    with pytest.raises(ValueError, match="zip"):
        list(fused_portions([iter([(slice(0, 1), ranking)]), iter([])], 3))


@pytest.mark.parametrize(
    ("rankings", "n_rows", "k", "said"),
    [
        ([], 3, 1, "same queries"),
        ([of_rows([0, 1])], 3, 0, "k of at least 1"),
        ([of_rows([0, 1]), of_rows([0, 1], [1, 0])], 3, 1, "same queries"),
        ([of_rows([0, 3])], 3, 1, "-1 to 2"),
        ([of_rows([0, -2])], 3, 1, "-1 to 2"),
        ([of_rows([0, 1, 0])], 3, 1, "twice"),
    ],
)
def test_what_cannot_be_fused_is_said(rankings: list[Ranking], n_rows: int, k: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fuse(rankings, n_rows, k)


def test_rankings_without_queries_or_items_are_no_trouble() -> None:
    nothing = Ranking(np.zeros((0, 3), np.int64), np.zeros((0, 3), np.float32))
    assert fuse([nothing, nothing], 5, 2).rows.shape == (0, 2)
    assert fuse([of_rows([-1, -1]), of_rows([-1, -1])], 0, 2).rows.tolist() == [[-1, -1]]


def test_names_lead_there_and_back() -> None:
    assert member_names("a") == ("a",)
    assert member_names(fusion_of(["b", "a@shop"])) == ("b", "a@shop")
    assert name_in_run("a") == "a"
    run = name_in_run("fusion:b+a@shop")
    assert run == name_in_run("fusion:a@shop+b")
    assert set(run) & set("+:/\\ ") == set()
    assert member_names(model_of_run(run + "+crop-auto")) == ("a@shop", "b")
    for odd in ("fusion-a", "fusion-a~a", "fusion-~", "fusion-a~b~c~d~e", "", "a+b"):
        assert not is_fusion(model_of_run(odd))


@pytest.mark.parametrize("model", ["fusion:", "fusion:a", "fusion:a+a", "fusion:a+", "fusion:a b", "fusion:a+b+c+d+e"])
def test_a_fusion_of_too_few_or_too_many_is_refused(model: str) -> None:
    with pytest.raises(EncoderError, match="2 to 4 different"):
        member_names(model)
