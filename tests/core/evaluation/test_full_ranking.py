"""Full rankings: nobody finds himself, and what is taken out leaves the rest as it was."""

import numpy as np
import pytest

from core.evaluation.full_ranking import full_rankings, without_groups
from core.index import Ranking
from tests.drawn_evaluation import drawn_embeddings


def test_a_query_that_is_in_the_gallery_does_not_find_itself() -> None:
    vectors = drawn_embeddings(10, 4)
    groups = np.arange(10)
    ((part, ranking),) = full_rankings(vectors, vectors, groups, groups)
    assert part == slice(0, 10)
    for row in range(10):
        assert sorted(ranking.rows[row, :-1]) == [other for other in range(10) if other != row]
    assert (ranking.rows[:, -1] == -1).all()
    assert np.isnan(ranking.scores[:, -1]).all()
    with pytest.raises(ValueError, match="expand"):
        list(full_rankings(vectors, vectors, groups, groups, expand=-1))


def test_taking_out_keeps_the_order_and_the_scores_of_the_rest() -> None:
    ranking = Ranking(np.array([[3, 1, 0, 2]]), np.array([[0.9, 0.8, 0.7, 0.1]], np.float32))
    left = without_groups(ranking, np.array([7]), np.array([7, 5, 5, 7]))
    assert left.rows.tolist() == [[1, 2, -1, -1]]
    np.testing.assert_array_equal(left.scores, np.array([[0.8, 0.1, np.nan, np.nan]], np.float32))
    assert without_groups(ranking, np.array([9]), np.array([7, 5, 5, 7])) is ranking
