"""Heat maps lie over what the encoder saw of a picture, and are drawn so that lighter is more."""

from dataclasses import replace

import numpy as np
import pytest

from core.encoders.preprocess import to_square
from core.explaining.grids import cell_box, heat_map, picture_box, sum_inside
from core.explaining.picture import draw_heat
from tests.core.explaining.fitted import spec_of
from tests.core.explaining.planted import noise


@pytest.mark.parametrize("fit", ["pad", "crop", "squash"])
@pytest.mark.parametrize(("height", "width"), [(90, 90), (60, 150), (201, 77), (1, 40), (300, 1), (1, 1)])
def test_a_heat_map_lies_over_what_the_encoder_saw(fit: str, height: int, width: int) -> None:
    """The brightness of a picture's own square, given as contributions, comes back as that picture."""
    spec = replace(spec_of(64, 2), fit=fit)
    chance = np.random.default_rng(1)
    y, x = chance.integers(0, height), chance.integers(0, width)
    rows, columns = np.mgrid[:height, :width]
    spread = max(height, width) / 8
    bright = np.exp(-((rows - y) ** 2 + (columns - x) ** 2) / (2 * spread**2))
    picture = np.repeat((255 * bright).astype(np.uint8)[..., None], 3, axis=2)
    grid = to_square(picture, spec)[0].astype(np.float64)
    heat = heat_map(grid, spec, height, width)
    assert heat.shape == (height, width)
    assert heat.dtype == np.float32
    assert heat.min() >= 0
    x1, y1, x2, y2 = picture_box(spec, height, width)
    outside = np.ones((height, width), bool)
    outside[y1:y2, x1:x2] = False
    assert not heat[outside].any()
    # The white margin of a padded square shines in over the edge.
    edge = 1 + max(height, width) // 30
    inner = (slice(y1 + edge, y2 - edge), slice(x1 + edge, x2 - edge))
    if heat[inner].size and bright[inner].max() > 0.5:
        assert np.abs(heat[inner] - bright[inner]).max() < 0.15


def test_the_sum_inside_leaves_the_margin_out() -> None:
    spec = spec_of(64, 2)
    grid = np.arange(64.0).reshape(8, 8)
    assert cell_box(grid, spec, 50, 100) == (0, 2, 8, 6)
    assert sum_inside(grid, spec, 50, 100) == pytest.approx(grid[2:6].sum())
    assert sum_inside(grid, spec, 100, 100) == pytest.approx(grid.sum())
    assert sum_inside(grid, replace(spec, fit="crop"), 50, 100) == pytest.approx(grid.sum())
    assert sum_inside(np.ones((8, 8)), spec, 10, 80) == pytest.approx(8.0)


def test_nothing_for_the_match_is_a_map_of_zeros() -> None:
    assert not heat_map(-np.ones((4, 4)), spec_of(32, 2), 20, 30).any()


def test_a_map_is_drawn_over_its_picture() -> None:
    picture, heat = noise(4, 5), np.linspace(0, 1, 20, dtype=np.float32).reshape(4, 5)
    np.testing.assert_array_equal(draw_heat(picture, heat, 0), picture)
    alone = draw_heat(picture, heat, 1).astype(int)
    assert (np.diff(alone.reshape(-1, 3) @ [0.299, 0.587, 0.114]) > 0).all()  # lighter is more
    assert draw_heat(picture, heat).dtype == np.uint8
    with pytest.raises(ValueError, match="size"):
        draw_heat(picture, heat.T)
    with pytest.raises(ValueError, match="opacity"):
        draw_heat(picture, heat, 1.5)
