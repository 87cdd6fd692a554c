"""Confusion: counts and scores equal scikit-learn's, votes equal counting by hand, ties go to the nearest."""

import doctest

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

from core.evaluation import confusion as module
from core.evaluation.confusion import (
    Confusion,
    class_scores,
    confusion,
    neighbour_labels,
    shares,
    voted_labels,
    worst_pairs,
)
from tests import reference_metrics as slow

LABELS = np.array(["bag", "belt", "dress", "shirt", "skirt"])


def drawn(count: int, seed: int, labels: np.ndarray = LABELS) -> np.ndarray:
    return np.random.default_rng(seed).choice(labels, count)


@pytest.mark.parametrize("seed", range(4))
def test_counts_and_scores_equal_scikit_learn(seed: int) -> None:
    true, predicted = drawn(80, seed, LABELS[:4]), drawn(80, seed + 100, LABELS[1:])
    found = confusion(true, predicted)
    assert found.classes.tolist() == LABELS.tolist()
    np.testing.assert_array_equal(found.counts, confusion_matrix(true, predicted, labels=LABELS))
    precision, recall, f1, support = precision_recall_fscore_support(
        true, predicted, labels=LABELS, zero_division=np.nan
    )
    scores = class_scores(found)
    for name, expected in (("precision", precision), ("recall", recall), ("f1", f1), ("count", support)):
        np.testing.assert_allclose(scores[name].to_numpy(float), expected, rtol=1e-12)
    assert found.accuracy == pytest.approx((true == predicted).mean())
    row_shares = shares(found)
    assert np.isnan(row_shares[4]).all()  # no skirt asked
    np.testing.assert_allclose(row_shares[:4].sum(axis=1), 1)


@pytest.mark.parametrize("k", [1, 2, 3, 5, 9, 100])
@pytest.mark.parametrize("seed", range(3))
def test_votes_equal_counting_by_hand(k: int, seed: int) -> None:
    neighbours = np.random.default_rng(seed).choice([*LABELS, ""], (60, 9))
    expected = [slow.vote(row.tolist(), k) for row in neighbours]
    assert voted_labels(neighbours, k).tolist() == expected


def test_among_equally_frequent_labels_the_nearest_wins_not_the_first_by_name() -> None:
    neighbours = np.array([["skirt", "bag", "bag", "skirt", "dress"], ["dress", "bag", "skirt", "belt", "shirt"]])
    assert voted_labels(neighbours, 5).tolist() == ["skirt", "dress"]
    assert voted_labels(neighbours, 3).tolist() == ["bag", "dress"]


def test_what_is_unknown_has_no_vote_and_no_row_but_shows_as_a_prediction() -> None:
    assert voted_labels(np.array([["", "", "bag"], ["", "", ""]]), 3).tolist() == ["bag", ""]
    found = confusion(np.array(["bag", "", "belt"]), np.array(["", "bag", "belt"]))
    assert found.classes.tolist() == [module.UNKNOWN, "bag", "belt"]
    assert found.counts.tolist() == [[0, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert found.accuracy == 0.5


def test_labels_of_a_ranking_end_where_it_ends() -> None:
    rows = np.array([[2, 0, -1], [1, -1, -1]])
    assert neighbour_labels(rows, LABELS).tolist() == [["dress", "bag", ""], ["belt", "", ""]]


def test_worst_pairs_are_the_most_frequent_errors_with_their_share() -> None:
    true = np.array(["bag"] * 10 + ["belt"] * 4 + ["dress"] * 3)
    predicted = np.array(["bag"] * 7 + ["belt"] * 3 + ["dress"] * 2 + ["belt"] * 2 + ["dress"] * 3)
    pairs = worst_pairs(confusion(true, predicted))
    assert pairs.to_dict("list") == {
        "true": ["bag", "belt"], "predicted": ["belt", "dress"], "count": [3, 2], "share": [0.3, 0.5],
    }  # fmt: skip
    assert len(worst_pairs(confusion(true, predicted), limit=1)) == 1
    assert worst_pairs(confusion(true, true)).empty


def test_nothing_at_all_is_an_empty_matrix() -> None:
    nothing = np.zeros(0, dtype=str)
    found = confusion(nothing, nothing)
    assert found.counts.shape == (0, 0)
    assert np.isnan(found.accuracy)
    assert worst_pairs(found).empty
    assert class_scores(found).empty
    assert voted_labels(np.zeros((3, 0), dtype=str), 1).tolist() == ["", "", ""]


def test_input_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="as many"):
        confusion(LABELS, LABELS[:2])
    with pytest.raises(ValueError, match="at least 1"):
        voted_labels(LABELS[None], 0)
    with pytest.raises(ValueError, match="5 classes"):
        Confusion(LABELS, np.zeros((2, 2), np.int64))


def test_the_examples_of_the_docstrings_are_true() -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert result.failed == 0
