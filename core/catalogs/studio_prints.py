"""Small drawings of our own that are printed on shirts, caps and bags."""

import numpy as np

from core.catalogs.studio_curves import Points, circle, lens, smooth
from core.catalogs.studio_fabric import Rgb
from core.catalogs.studio_parts import Decal

# Coordinates are laid out by hand.
# fmt: off


def print_decals(seed: int, x: float, y: float, size: float, accent: Rgb, third: Rgb) -> list[Decal]:
    """One of ten drawings, chosen and varied by the seed, `size` wide around (x, y)."""
    rng = np.random.default_rng([seed, 31])
    drawing = (_sun, _hills, _star, _bars, _heart, _palm, _rings, _bolt, _fish, _blocks)[int(rng.integers(10))]
    return [
        Decal(np.asarray(outline) * size / 2 + (x, y), accent if which == 0 else third)
        for which, outline in drawing(rng)
    ]


Shapes = list[tuple[int, Points]]


def _sun(rng: np.random.Generator) -> Shapes:
    waves: Shapes = [
        (1, smooth([(-0.9, low), (-0.45, low - 0.12), (0, low), (0.45, low + 0.12), (0.9, low), (0.9, low + 0.13),
                    (0.45, low + 0.24), (0, low + 0.13), (-0.45, low), (-0.9, low + 0.13)]))
        for low in (0.25, 0.55, 0.85)
    ]
    return [(0, circle(0, -0.2, 0.62)), *waves[: int(rng.integers(1, 4))]]


def _hills(rng: np.random.Generator) -> Shapes:
    peak = rng.uniform(-0.3, 0.3)
    return [
        (1, circle(0.45, -0.55, 0.24)),
        (0, np.array([(-1, 0.6), (peak - 0.15, -0.6), (0.55, 0.6)])),
        (1, np.array([(-0.1, 0.6), (0.5, -0.15), (1, 0.6)])),
    ]


def _star(rng: np.random.Generator) -> Shapes:
    points = int(rng.integers(5, 9))
    angle = np.arange(points * 2) * np.pi / points - np.pi / 2
    radius = np.where(np.arange(points * 2) % 2 == 0, 0.95, 0.42)
    outline = np.column_stack([np.cos(angle) * radius, np.sin(angle) * radius])
    return [(0, outline), (1, circle(0, 0, 0.2))]


def _bars(rng: np.random.Generator) -> Shapes:
    """Three lines of block letters that spell nothing."""
    shapes: Shapes = []
    for row, low in enumerate((-0.45, 0.0, 0.45)):
        left = -0.95 if row != 1 else -0.7
        while left < (0.8 if row != 1 else 0.5):
            width = rng.uniform(0.12, 0.3)
            shapes.append((int(row == 1), np.array([(left, low), (left + width, low), (left + width, low + 0.3),
                (left, low + 0.3)])))
            left += width + 0.07
    return shapes


def _heart(rng: np.random.Generator) -> Shapes:
    outline = smooth([(0, 0.85, 1), (-0.75, 0.1), (-0.82, -0.4), (-0.42, -0.7), (0, -0.35, 1), (0.42, -0.7),
        (0.82, -0.4), (0.75, 0.1)])
    return [(0, outline), (1, outline * 0.45 + (0, 0.02))]


def _palm(rng: np.random.Generator) -> Shapes:
    trunk = lens((0.05, -0.35), (-0.12, 1.0), 0.16, 0.12)
    leaves: Shapes = [
        (0, lens((0.05, -0.35), (0.05 + np.cos(angle) * 0.9, -0.35 + np.sin(angle) * 0.62), 0.26,
        0.18 * np.sign(np.cos(angle))))
        for angle in (-2.9, -2.2, -1.5, -0.8, -0.15, 0.5, 2.6)
    ]
    return [(1, trunk), *leaves]


def _rings(rng: np.random.Generator) -> Shapes:
    return [
        (number % 2, circle(rng.uniform(-0.15, 0.15), rng.uniform(-0.1, 0.1), radius))
        for number, radius in enumerate((0.95, 0.72, 0.5, 0.28))
    ]


def _bolt(rng: np.random.Generator) -> Shapes:
    bolt = np.array([(0.2, -1), (-0.5, 0.1), (-0.05, 0.1), (-0.25, 1), (0.5, -0.2), (0.08, -0.2)])
    return [(1, circle(0, 0, 0.85)), (0, bolt * 0.95)]


def _fish(rng: np.random.Generator) -> Shapes:
    shapes: Shapes = []
    for row in range(2):
        low = row * 0.75 - 0.4
        body = smooth([(-0.9, low), (-0.3, low - 0.28), (0.4, low - 0.08), (0.85, low - 0.3, 1), (0.72, low),
            (0.85, low + 0.3, 1), (0.4, low + 0.08), (-0.3, low + 0.28)])
        shapes += [(row, body * (1 if row == 0 else -1, 1)), (1 - row,
            circle((-0.55 if row == 0 else 0.55), low - 0.05, 0.06))]
    return shapes


def _blocks(rng: np.random.Generator) -> Shapes:
    shapes: Shapes = [(0, np.array([(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]))]
    shapes.append((1, circle(-0.35, -0.3, 0.38)))
    shapes.append((1, np.array([(0.1, -0.7), (0.75, -0.7), (0.75, 0.1)])))
    shapes.append((1, np.array([(-0.7, 0.35), (0.75, 0.35), (0.75, 0.6), (-0.7, 0.6)])))
    return shapes
