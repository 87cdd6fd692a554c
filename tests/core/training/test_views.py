"""Views: drawn by seed, warped as OpenCV warps, put on other grounds without a fringe."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from core.training.training_set import TrainingSet
from core.training.views import DRAWS, HARD, NEAR, ViewStrength, draw_views, plain_views, render_views

# Only the geometry, or nothing at all.
SHAPED = ViewStrength(0.5, 0.9, 0.12, 15.0, 0.0, 0.0, 0.0, 0.0, 0.0)
STILL = ViewStrength(1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def neutral(count: int = 1, **draws: float) -> Tensor:
    """Draws that change nothing where the strength is `STILL`, but for those that are given."""
    table = torch.full((count, len(DRAWS)), 0.5)
    for name, value in draws.items():
        table[:, DRAWS.index(name)] = value
    return table


def smooth_squares(count: int, side: int) -> Tensor:
    """Waves of colour with a mask of 255 everywhere."""
    steps = np.linspace(0, 3, side)
    waves = [
        128 + 100 * np.sin(steps[:, None] * (1 + row) + steps[None] * (2 - row) + channel)
        for row in range(count)
        for channel in range(3)
    ]
    squares = np.full((count, 4, side, side), 255, np.uint8)
    squares[:, :3] = np.stack(waves).reshape(count, 3, side, side).round()
    return torch.from_numpy(squares)


def source_corners(draw: dict[str, float], strength: ViewStrength) -> np.ndarray:
    """(4, 2) float: the corners of a view in its picture, in [-1, 1]; step by step, for one picture."""
    area = strength.least_area + (strength.most_area - strength.least_area) * draw["area"]
    aspect = 1.2 ** (2 * draw["aspect"] - 1)
    half_width, half_height = np.sqrt(area * aspect), np.sqrt(area / aspect)
    angle = np.deg2rad((2 * draw["turn"] - 1) * strength.turn_degrees)
    corners = []
    for number, (x_sign, y_sign) in enumerate([(-1, -1), (1, -1), (1, 1), (-1, 1)]):
        x = half_width * (x_sign + 2 * strength.perspective * (2 * draw[f"corner{2 * number}"] - 1))
        y = half_height * (y_sign + 2 * strength.perspective * (2 * draw[f"corner{2 * number + 1}"] - 1))
        turned_x = np.cos(angle) * x - np.sin(angle) * y + (2 * draw["x"] - 1) * abs(1 - half_width)
        turned_y = np.sin(angle) * x + np.cos(angle) * y + (2 * draw["y"] - 1) * abs(1 - half_height)
        corners.append((-turned_x if draw["mirror"] < 0.5 else turned_x, turned_y))
    return np.array(corners)


def test_draws_are_uniform_and_the_same_for_the_same_seed() -> None:
    draws = draw_views(4000, 7)
    assert draws.shape == (4000, len(DRAWS))
    assert draws.dtype == torch.float32
    assert torch.equal(draws, draw_views(4000, 7))
    assert not torch.equal(draws, draw_views(4000, 8))
    assert 0 <= float(draws.min()) < float(draws.max()) < 1
    assert (draws.mean(0) - 0.5).abs().max() < 0.03


@pytest.mark.parametrize("side", [24, 48, 57])
def test_views_have_their_shape_and_range_and_leave_the_pictures_alone(pictures: TrainingSet, side: int) -> None:
    squares = torch.from_numpy(pictures.squares[:12])
    before, draws = squares.clone(), draw_views(12, 1)
    for strength in (NEAR, HARD, replace(NEAR, light=3.0, shade=2.0)):
        views = render_views(squares, draws, side, strength)
        assert views.shape == (12, 3, side, side)
        assert views.dtype == torch.float32
        assert 0 <= float(views.min()) <= float(views.max()) <= 255
        assert torch.equal(views, render_views(squares, draws, side, strength))
    assert torch.equal(squares, before)
    assert not torch.equal(render_views(squares, draw_views(12, 2), side, NEAR)[0], views[0])


def test_a_draw_that_changes_nothing_gives_the_plain_picture() -> None:
    squares = smooth_squares(2, 40)
    views = render_views(squares, neutral(2), 40, STILL)
    assert torch.allclose(views, squares[:, :3].float(), atol=0.05)
    assert torch.equal(plain_views(squares, 40), squares[:, :3].float())
    mirrored = render_views(squares, neutral(2, mirror=0.4), 40, STILL)
    assert torch.allclose(mirrored, squares[:, :3].flip(3).float(), atol=0.05)


def test_plain_views_of_another_size_are_the_library_s_resized_pictures() -> None:
    squares = smooth_squares(1, 64)
    expected = cv2.resize(squares[0, :3].permute(1, 2, 0).numpy(), (32, 32), interpolation=cv2.INTER_AREA)
    found = plain_views(squares, 32)[0].permute(1, 2, 0).numpy()
    assert found.shape == (32, 32, 3)
    assert np.abs(found - expected).max() < 6


def test_geometry_is_opencv_s() -> None:
    side, count = 40, 8
    squares, draws = smooth_squares(count, 64), draw_views(count, 5)
    views = render_views(squares, draws, side, SHAPED)
    for row in range(count):
        draw = {name: float(draws[row, place]) for place, name in enumerate(DRAWS)}
        inside = ((source_corners(draw, SHAPED) + 1) / 2 * 64 - 0.5).astype(np.float32)
        edge = side - 0.5
        corners = np.array([(-0.5, -0.5), (edge, -0.5), (edge, edge), (-0.5, edge)], np.float32)
        matrix = cv2.getPerspectiveTransform(corners, inside)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        # Beyond the picture lies the ground, white here; the last half px before it is blended by each its own way.
        picture = squares[row, :3].permute(1, 2, 0).numpy()
        expected = cv2.warpPerspective(picture, matrix, (side, side), flags=flags, borderValue=(255, 255, 255))
        cover = cv2.warpPerspective(np.ones((64, 64), np.float32), matrix, (side, side), flags=flags)
        found = views[row].permute(1, 2, 0).numpy()
        is_inside = cover == 1
        assert is_inside.mean() > 0.5
        assert np.abs(found - expected)[is_inside].max() < 4
        assert np.abs(found - expected)[cover == 0].max(initial=0) < 4


def test_a_hard_view_keeps_60_percent_of_the_picture_and_always_has_another_ground() -> None:
    assert (HARD.least_area, HARD.most_area, HARD.other_ground) == (0.6, 0.6, 1.0)
    draws = draw_views(50, 9)
    for row in range(50):
        draw = {name: float(draws[row, place]) for place, name in enumerate(DRAWS)}
        x, y = source_corners(draw, replace(HARD, perspective=0.0)).T
        twice = abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum())
        assert twice / 2 / 4 == pytest.approx(0.6, abs=1e-6)


def masked_square(garment: int, side: int = 48) -> Tensor:
    """A disc of one grey on white, masked where it is white."""
    y, x = np.mgrid[:side, :side]
    is_garment = (x - side / 2) ** 2 + (y - side / 2) ** 2 < (side / 3) ** 2
    square = np.full((1, 4, side, side), 255, np.uint8)
    square[0, :3, is_garment] = garment
    square[0, 3] = 255 * is_garment
    return torch.from_numpy(square)


def test_no_white_of_the_old_ground_is_left_around_a_garment() -> None:
    strength = replace(SHAPED, other_ground=1.0)
    draws = draw_views(6, 3)
    for name in ("ground_red", "ground_green", "ground_blue", "neighbour"):
        draws[:, DRAWS.index(name)] = 0.0  # plain black
    assert render_views(masked_square(0).repeat(6, 1, 1, 1), draws, 48, strength).max() < 1e-3
    draws[:, DRAWS.index("ground")] = 0.99
    kept = render_views(masked_square(0).repeat(6, 1, 1, 1), draws, 48, replace(strength, other_ground=0.5))
    assert kept.max() > 254  # the check above can fail: white stays where no other ground is drawn


def test_another_ground_lies_only_where_the_garment_is_not() -> None:
    square = masked_square(90)
    old, new = (
        render_views(square, neutral(ground=0.0, neighbour=0.0, ground_red=0.5), 48, replace(STILL, other_ground=share))
        for share in (0.0, 1.0)
    )
    is_garment = square[0, 3] == 255
    assert torch.allclose(new[0][:, is_garment], old[0][:, is_garment], atol=0.5)
    assert torch.allclose(new[0][:, ~is_garment], torch.tensor(127.5), atol=0.5)
    assert torch.allclose(old[0][:, ~is_garment], torch.tensor(255.0), atol=0.5)


def test_the_ground_may_be_the_blurred_photo_of_another_item() -> None:
    squares = torch.cat([masked_square(90), torch.full((1, 4, 48, 48), 60, dtype=torch.uint8)])
    views = render_views(squares, neutral(2, ground=0.0, neighbour=0.9), 48, replace(STILL, other_ground=1.0))
    assert torch.allclose(views[0][:, squares[0, 3] == 0], torch.tensor(60.0), atol=0.5)


def test_a_drawn_patch_covers_a_square_with_the_ground() -> None:
    squares = torch.full((1, 4, 40, 40), 255, dtype=torch.uint8)
    squares[:, :3] = 0
    views = render_views(squares, neutral(patch=0.1), 40, replace(STILL, patch=0.2))
    covered = (views[0] == 255).all(0)
    assert covered.float().mean().sqrt() == pytest.approx(0.30, abs=0.03)
    assert not (render_views(squares, neutral(patch=0.3), 40, replace(STILL, patch=0.2)) == 255).any()
