"""The weights that are tried: all tenths, a least share for words, and half a tenth moved about."""

import pytest

from core.encoders.nearness import Nearness, frequencies_of
from core.training.weight_grids import divisions, grids, moved

NEAR = Nearness(frequencies_of(4, 6, 5.0), 1)


def test_divisions_are_all_tenths_with_a_sum_of_one() -> None:
    found = divisions(3)
    assert len(found) == len(set(found)) == 66
    assert all(sum(weights) == pytest.approx(1) and min(weights) >= 0 for weights in found)


def test_without_a_nearness_all_grids_are_the_divisions() -> None:
    assert grids(2, None, 0.1) == (divisions(2),) * 3


def test_with_one_its_part_keeps_what_words_need() -> None:
    directions, coarse, fine = grids(2, NEAR, 0.4)
    assert directions == [(*weights, 0.0) for weights in divisions(2)]
    assert coarse == [(tenth / 10, 0.4, (6 - tenth) / 10) for tenth in range(7)]
    assert {weights for weights in divisions(3) if weights[1] >= 0.4} == set(fine)


def test_half_a_tenth_goes_from_each_part_to_each_other_that_has_it() -> None:
    assert set(moved((0.5, 0.5), None, 0.1)) == {(0.45, 0.55), (0.55, 0.45)}
    assert moved((1.0, 0.0), None, 0.1) == [(0.95, 0.05)]
    found = moved((0.5, 0.1, 0.4), NEAR, 0.1)
    assert set(found) == {(0.45, 0.15, 0.4), (0.45, 0.1, 0.45), (0.55, 0.1, 0.35), (0.5, 0.15, 0.35)}
    assert all(sum(weights) == pytest.approx(1) for weights in found)
