"""A picture becomes an encoder's square: against bilinear resizing written out, for every fit and shape."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from core.encoders.preprocess import to_square
from core.encoders.registry import encoder_spec
from tests.pictures_in_bytes import gradient
from tests.reference import resized

SPEC = replace(encoder_spec("efficientnet-lite0"), side_px=24)
SIZES = [
    (24, 24),
    (48, 48),
    (10, 10),
    (40, 20),
    (20, 40),
    (31, 77),
    (300, 8),
    (8, 300),
    (24, 1),
    (1, 24),
    (1, 1),
]


def noisy(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(width * height).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", [gradient, noisy])
def test_pad_lays_the_whole_picture_in_the_middle_of_white(
    size: tuple[int, int], make: Callable[[int, int], np.ndarray]
) -> None:
    width, height = size
    image = make(width, height)
    scale = 24 / max(size)
    inner_width, inner_height = max(1, round(width * scale)), max(1, round(height * scale))
    expected = np.full((24, 24, 3), 255.0)
    top, left = (24 - inner_height) // 2, (24 - inner_width) // 2
    expected[top : top + inner_height, left : left + inner_width] = resized(image, inner_width, inner_height)
    found = to_square(image, replace(SPEC, fit="pad"))
    np.testing.assert_allclose(found.transpose(1, 2, 0), expected, atol=1.01)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("make", [gradient, noisy])
def test_squash_stretches_the_whole_picture(size: tuple[int, int], make: Callable[[int, int], np.ndarray]) -> None:
    image = make(*size)
    found = to_square(image, replace(SPEC, fit="squash"))
    np.testing.assert_allclose(found.transpose(1, 2, 0), resized(image, 24, 24), atol=1.01)


@pytest.mark.parametrize("size", [size for size in SIZES if min(size) >= 8])
@pytest.mark.parametrize("make", [gradient, noisy])
def test_crop_cuts_the_middle_square_out(size: tuple[int, int], make: Callable[[int, int], np.ndarray]) -> None:
    width, height = size
    image = make(width, height)
    edge = min(size)
    left, top = (width - edge) // 2, (height - edge) // 2
    expected = resized(image[top : top + edge, left : left + edge], 24, 24)
    found = to_square(image, replace(SPEC, fit="crop"))
    # Pillow looks a little over the edge of the box, so the outermost pixels differ.
    difference = np.abs(found.transpose(1, 2, 0) - expected)
    assert difference[2:-2, 2:-2].max() <= 1.01


@pytest.mark.parametrize("fit", ["pad", "squash", "crop"])
def test_what_comes_out_is_ready_for_every_runtime(fit: str) -> None:
    found = to_square(gradient(50, 30)[:, ::-1], replace(SPEC, fit=fit))
    assert found.shape == (3, 24, 24)
    assert found.dtype == np.uint8
    assert found.flags.c_contiguous
    red, green, _ = found
    assert red[12, 4] > red[12, 20]  # channels first, in the order red, green, blue
    assert green[20, 12] > green[8, 12]


def test_a_picture_of_the_right_size_is_not_touched() -> None:
    for fit in ("pad", "squash", "crop"):
        found = to_square(noisy(24, 24), replace(SPEC, fit=fit))
        np.testing.assert_array_equal(found.transpose(1, 2, 0), noisy(24, 24))


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((8, 8), np.uint8),
        np.zeros((8, 8, 4), np.uint8),
        np.zeros((8, 8, 3), np.float32),
        np.zeros((0, 8, 3), np.uint8),
        np.zeros((8, 0, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="uint8"):
        to_square(image, SPEC)
