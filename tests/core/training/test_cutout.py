"""Squares with a mask: the white surrounding is out, a white garment inside its colour is not."""

import numpy as np
import pytest
from PIL import Image

from core.training.cutout import garment_mask, square_with_mask


def reachable_white(picture: np.ndarray) -> np.ndarray:
    """White px that touch the border by white neighbours: a flood fill, px by px."""
    white: np.ndarray = np.asarray((picture >= 238).all(2))
    height, width = white.shape
    found = np.zeros_like(white)
    waiting = [(y, x) for y in range(height) for x in range(width) if y in (0, height - 1) or x in (0, width - 1)]
    while waiting:
        y, x = waiting.pop()
        if 0 <= y < height and 0 <= x < width and white[y, x] and not found[y, x]:
            found[y, x] = True
            waiting += [(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)]
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_mask_is_what_a_flood_from_the_border_does_not_reach(seed: int) -> None:
    chance = np.random.default_rng(seed)
    coarse = chance.choice([40, 245], (12, 9), p=[0.35, 0.65]).astype(np.uint8)
    picture = np.repeat(np.repeat(coarse, 3, 0), 3, 1)[:, :, None].repeat(3, 2)
    outside = reachable_white(picture)
    assert 0.03 < outside.mean() < 0.97
    np.testing.assert_array_equal(garment_mask(picture), np.where(outside, 0, 255))


def test_a_white_garment_inside_a_coloured_border_is_kept() -> None:
    picture = np.full((40, 40, 3), 255, np.uint8)
    picture[8:32, 8:32] = (200, 20, 20)
    picture[12:28, 12:28] = 255
    mask = garment_mask(picture)
    assert (mask[8:32, 8:32] == 255).all()
    assert (mask == 255).sum() == 24 * 24


@pytest.mark.parametrize("value", [255, 120, 0])
def test_a_picture_without_a_surrounding_is_garment_all_over(value: int) -> None:
    assert (garment_mask(np.full((30, 20, 3), value, np.uint8)) == 255).all()


def test_almost_white_counts_as_white_and_tinted_does_not() -> None:
    for colour, is_out in (((238, 238, 238), True), ((237, 255, 255), False)):
        picture = np.full((40, 40, 3), colour, np.uint8)
        picture[10:30, 10:30] = 30
        assert (garment_mask(picture)[0, 0] == 0) == is_out


@pytest.mark.parametrize("size", [(30, 60), (60, 30), (50, 50), (1, 200), (7, 7)])
def test_a_picture_lies_in_the_middle_of_a_white_square(size: tuple[int, int]) -> None:
    pixels = np.random.default_rng(0).integers(0, 200, (size[1], size[0], 3), dtype=np.uint8)
    square = square_with_mask(pixels, 48)
    assert square.shape == (4, 48, 48)
    assert square.dtype == np.uint8
    width, height = (max(1, round(side * 48 / max(size))) for side in size)
    top, left = (48 - height) // 2, (48 - width) // 2
    inside = np.zeros((48, 48), bool)
    inside[top : top + height, left : left + width] = True
    assert (square[:3, ~inside] == 255).all()
    assert (square[3, ~inside] == 0).all()
    assert (square[3, inside] == 255).all()
    resized = np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.BILINEAR))
    np.testing.assert_array_equal(square[:3, inside], resized.reshape(-1, 3).T)
