"""Views of a picture: crop, turn, perspective, mirror, light, colour cast, other background; drawn by seed.

A whole batch is warped by one call, because the usual transforms of single pictures take longer on two cores than the
network that learns from them.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

# One uniform number in [0, 1) each, in this order.
DRAWS = (
    "area", "aspect", "x", "y", "turn", "mirror",
    "corner0", "corner1", "corner2", "corner3", "corner4", "corner5", "corner6", "corner7",
    "brightness", "contrast", "saturation", "red", "green", "blue", "shade", "shade_angle",
    "ground", "ground_red", "ground_green", "ground_blue", "neighbour", "patch", "patch_x", "patch_y", "patch_size",
)  # fmt: skip


@dataclass(frozen=True)
class ViewStrength:
    """How far views go from the picture. Shares lie in [0, 1], `turn_degrees` in degrees.

    Attributes:
        least_area: Of the picture's square, that a crop keeps.
        most_area: Above 1 the picture is set into a larger ground.
        perspective: How far a corner moves, as a share of the side.
        turn_degrees: Rotation to either side.
        light: Brightness and contrast change by up to this factor, saturation likewise.
        cast: Channels are scaled apart by up to this.
        shade: A gradient of light across the picture.
        other_ground: Share of views whose surrounding is replaced.
        patch: Share of views with a part covered.
        mirror: Share of views that are mirrored.
    """

    least_area: float = 0.45
    most_area: float = 1.15
    perspective: float = 0.10
    turn_degrees: float = 12.0
    light: float = 0.30
    cast: float = 0.06
    shade: float = 0.25
    other_ground: float = 0.45
    patch: float = 0.15
    mirror: float = 0.5


NEAR = ViewStrength()
MILD = ViewStrength(0.75, 1.15, 0.05, 6.0, 0.15, 0.03, 0.15, 0.25, 0.05)
FAR = ViewStrength(0.4, 1.1, 0.13, 12.0, 0.25, 0.04, 0.3, 0.6, 0.15)
FARTHER = ViewStrength(0.4, 1.0, 0.15, 12.0, 0.35, 0.08, 0.35, 0.8, 0.15)
# What the kept-back test calls a hard change of view: perspective, light, a crop to 60 %, another background.
HARD = ViewStrength(0.60, 0.60, 0.15, 10.0, 0.35, 0.08, 0.35, 1.0, 0.0, 0.0)


def draw_views(count: int, seed: int) -> Tensor:
    """(count, draws) float32 in [0, 1): what chance decides of each view; the same for the same seed."""
    numbers = np.random.default_rng(seed).random((count, len(DRAWS)), np.float32)
    return torch.from_numpy(numbers)


def render_views(squares: Tensor, draws: Tensor, side: int, strength: ViewStrength) -> Tensor:
    """(n, 3, side, side) float32 in [0, 255]: a view of each picture.

    Args:
        squares: (n, 4, s, s) uint8, RGB and mask as in `TrainingSet`.
        draws: (n, draws) of `draw_views`.
        side: Of the views, px.
        strength: How far they go.
    """
    chance = {name: draws[:, place] for place, name in enumerate(DRAWS)}
    grid = _sampling_grid(chance, side, strength)
    source = squares.float()
    source[:, :3] *= source[:, 3:] / 255  # premultiplied, so that no white fringe is drawn in
    warped = functional.grid_sample(source, grid, align_corners=False, padding_mode="zeros")
    cover = warped[:, 3:] / 255
    ground = _grounds(squares, chance, side, strength)
    return _lit(warped[:, :3] + (1 - cover) * ground, ground, chance, side, strength)


def plain_views(squares: Tensor, side: int) -> Tensor:
    """(n, 3, side, side) float32 in [0, 255]: the pictures as they are, at another size."""
    pictures = squares[:, :3].float()
    if pictures.shape[-1] == side:
        return pictures
    return functional.interpolate(pictures, (side, side), mode="bilinear", antialias=True).clamp(0, 255)


def _sampling_grid(chance: dict[str, Tensor], side: int, strength: ViewStrength) -> Tensor:
    """(n, side, side, 2): where in the picture, in [-1, 1], each px of the view lies; by a homography."""
    area = strength.least_area + (strength.most_area - strength.least_area) * chance["area"]
    aspect = torch.exp((2 * chance["aspect"] - 1) * np.log(1.2))
    half = torch.stack([(area * aspect).sqrt(), (area / aspect).sqrt()], 1)  # (n, 2), 1 is the whole side
    room = (1 - half).abs()
    centre = torch.stack([2 * chance["x"] - 1, 2 * chance["y"] - 1], 1) * room
    signs = torch.tensor([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])
    corners = signs[None] * half[:, None]  # (n, 4, 2)
    jitter = torch.stack([chance[f"corner{place}"] for place in range(8)], 1).view(-1, 4, 2)
    corners = corners + (2 * jitter - 1) * 2 * strength.perspective * half[:, None]
    angle = (2 * chance["turn"] - 1) * np.deg2rad(strength.turn_degrees)
    cosine, sine = angle.cos()[:, None], angle.sin()[:, None]
    turned = torch.stack(
        [cosine * corners[..., 0] - sine * corners[..., 1], sine * corners[..., 0] + cosine * corners[..., 1]], 2
    )
    corners = turned + centre[:, None]
    flip = torch.where(chance["mirror"] < strength.mirror, -1.0, 1.0)[:, None, None]
    steps = (torch.arange(side) + 0.5) * 2 / side - 1
    rows, columns = torch.meshgrid(steps, steps, indexing="ij")
    places = torch.stack([columns, rows, torch.ones_like(rows)], -1).view(1, -1, 3)
    mapped = places @ _homographies(signs, corners).transpose(1, 2)
    mapped = mapped[..., :2] / mapped[..., 2:]
    return torch.cat([mapped[..., :1] * flip, mapped[..., 1:]], -1).view(-1, side, side, 2)


def _homographies(start: Tensor, end: Tensor) -> Tensor:
    """(n, 3, 3) that take the four points `start` (4, 2) to `end` (n, 4, 2); solved as in Hartley and Zisserman."""
    x, y = start[:, 0].expand(len(end), 4), start[:, 1].expand(len(end), 4)
    one, zero = torch.ones_like(x), torch.zeros_like(x)
    u, v = end[..., 0], end[..., 1]
    upper = torch.stack([x, y, one, zero, zero, zero, -u * x, -u * y], 2)
    lower = torch.stack([zero, zero, zero, x, y, one, -v * x, -v * y], 2)
    solved = torch.linalg.solve(torch.cat([upper, lower], 1), torch.cat([u, v], 1))
    return torch.cat([solved, one[:, :1]], 1).view(-1, 3, 3)


def _grounds(squares: Tensor, chance: dict[str, Tensor], side: int, strength: ViewStrength) -> Tensor:
    """(n, 3, side, side): white, or where drawn a plain colour or the blurred photo of another item of the batch."""
    colours = torch.stack([chance[f"ground_{name}"] for name in ("red", "green", "blue")], 1) * 255
    plain = colours[:, :, None, None].expand(-1, -1, side, side)
    others = functional.interpolate(squares[:, :3].roll(1, 0).float(), (16, 16), mode="area")
    photo = functional.interpolate(others, (side, side), mode="bilinear")
    replaced = torch.where(chance["neighbour"][:, None, None, None] < 0.5, plain, photo)
    is_other = chance["ground"][:, None, None, None] < strength.other_ground
    return torch.where(is_other, replaced, torch.full_like(plain, 255.0))


def _lit(pictures: Tensor, ground: Tensor, chance: dict[str, Tensor], side: int, strength: ViewStrength) -> Tensor:
    def factor(name: str, most: float) -> Tensor:
        return (1 + (2 * chance[name] - 1) * most)[:, None, None, None]

    steps = torch.linspace(-1, 1, side)
    angle = (2 * np.pi * chance["shade_angle"])[:, None, None, None]
    slope = angle.cos() * steps.view(1, 1, 1, -1) + angle.sin() * steps.view(1, 1, -1, 1)
    light = factor("brightness", strength.light) * (1 + strength.shade * chance["shade"][:, None, None, None] * slope)
    cast = torch.cat([factor(name, strength.cast) for name in ("red", "green", "blue")], 1)
    pictures = pictures * light * cast
    mean = pictures.mean((1, 2, 3), keepdim=True)
    pictures = mean + (pictures - mean) * factor("contrast", strength.light)
    grey = pictures.mean(1, keepdim=True)
    pictures = grey + (pictures - grey) * factor("saturation", strength.light)
    return torch.where(_patches(chance, side, strength), ground, pictures).clamp(0, 255)


def _patches(chance: dict[str, Tensor], side: int, strength: ViewStrength) -> Tensor:
    """(n, 1, side, side) bool: the square that is covered, where one is drawn; up to 0.45 of the side."""
    steps = ((torch.arange(side) + 0.5) / side)[None]
    size = (0.15 + 0.3 * chance["patch_size"])[:, None] / 2
    is_drawn = (chance["patch"] < strength.patch)[:, None]
    inside_x = (steps - chance["patch_x"][:, None]).abs() < size
    inside_y = (steps - chance["patch_y"][:, None]).abs() < size
    return ((inside_x & is_drawn)[:, None, None, :]) & inside_y[:, None, :, None]
