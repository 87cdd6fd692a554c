"""Balanced batches: P classes of K items, drawn by the stated chances, everything seen in turn."""

from collections import Counter

import numpy as np
import pytest

from core.training.batches import balanced_batches, class_draws
from core.training.training_set import TrainingError

SOURCES = np.array(["shop"] * 70 + ["street"] * 50)
# Sizes 40, 20, 10 in the shop, 30 and 15 in the street, and five items of the street without a class.
CLASSES = np.repeat([0, 1, 2, 3, 4, -1], [40, 20, 10, 30, 15, 5])


@pytest.mark.parametrize("evenness", [0.0, 0.5, 1.0])
def test_chances_are_shares_times_sizes_to_the_evenness(evenness: float) -> None:
    chances = class_draws(SOURCES, CLASSES, {"shop": 0.75, "street": 0.25}, evenness)
    shop, street = sum(size**evenness for size in (40, 20, 10)), sum(size**evenness for size in (30, 15))
    expected = [0.75 * size**evenness / shop for size in (40, 20, 10)]
    expected += [0.25 * size**evenness / street for size in (30, 15)]
    np.testing.assert_allclose(chances, expected)


def test_shares_need_not_sum_to_one_and_gaps_in_the_numbers_are_never_drawn() -> None:
    classes = np.where(CLASSES == 1, 7, CLASSES)
    chances = class_draws(SOURCES, classes, {"shop": 3.0}, 1.0)
    assert chances.shape == (8,)
    assert chances.sum() == pytest.approx(1)
    assert chances[[1, 5, 6]].tolist() == [0, 0, 0]
    assert chances[[0, 2, 7]].sum() == pytest.approx(0.75)  # a catalogue that is not named has a share of 1


def test_a_catalogue_with_no_share_is_left_out() -> None:
    assert class_draws(SOURCES, CLASSES, {"street": 0.0}, 0.5)[3:].tolist() == [0, 0]


def test_no_known_class_is_an_error() -> None:
    with pytest.raises(TrainingError, match="category"):
        class_draws(SOURCES, np.full(120, -1), {}, 1.0)


def test_batches_hold_classes_and_items_once_and_only_known_ones() -> None:
    chances = class_draws(SOURCES, CLASSES, {}, 0.5)
    batches = balanced_batches(CLASSES, chances, 50, 4, 3, seed=1)
    assert batches.shape == (50, 12)
    assert batches.dtype == np.int64
    for batch in batches:
        classes = CLASSES[batch].reshape(4, 3)
        assert (classes == classes[:, :1]).all()
        assert len(set(classes[:, 0])) == 4
        assert -1 not in classes
        assert len(set(batch)) == 12


def test_the_same_seed_gives_the_same_batches() -> None:
    chances = class_draws(SOURCES, CLASSES, {}, 0.5)
    one, again, other = (balanced_batches(CLASSES, chances, 5, 4, 3, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert (one != other).any()


def test_an_item_comes_twice_only_where_its_class_has_too_few() -> None:
    classes = np.array([0, 0, 1, 1, 1, 1, 1, 1])
    batches = balanced_batches(classes, np.array([0.5, 0.5]), 40, 2, 4, seed=0)
    for batch in batches:
        counts = Counter(batch.tolist())
        assert {counts[0], counts[1]} == {2}  # two items fill four places evenly
        assert all(counts[item] <= 1 for item in range(2, 8))


def test_all_items_of_a_class_are_seen_before_one_is_seen_again() -> None:
    classes = np.repeat([0, 1], [7, 20])
    batches = balanced_batches(classes, np.array([0.5, 0.5]), 40, 2, 2, seed=3)
    counts = np.bincount(batches.ravel(), minlength=27)
    assert counts[:7].max() - counts[:7].min() <= 2
    assert counts[7:].max() - counts[7:].min() <= 2


def test_what_is_drawn_has_the_stated_shares() -> None:
    chances = np.array([0.5, 0.3, 0.15, 0.05])
    batches = balanced_batches(np.repeat(np.arange(4), 10), chances, 4000, 1, 2, seed=0)
    found = np.bincount(batches[:, 0] // 10, minlength=4) / 4000
    np.testing.assert_allclose(found, chances, atol=0.03)


def test_too_few_classes_are_an_error_that_names_the_option() -> None:
    with pytest.raises(TrainingError, match=r"expected 6 classes.*has 5.*--classes-per-batch"):
        balanced_batches(CLASSES, class_draws(SOURCES, CLASSES, {}, 0.5), 1, 6, 2, seed=0)
