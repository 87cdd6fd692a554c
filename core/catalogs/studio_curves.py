"""Smooth outlines, tubes and fold shapes in body units: the vocabulary every drawn garment is written in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

Points = np.ndarray  # (n, 2) float64
Transform = Callable[[Points], Points]

_STEPS = 9


def smooth(points: Sequence[tuple[float, ...]], closed: bool = True) -> Points:
    """A smooth curve through points; a point with a third element is a corner.

    Args:
        points: (x, y) or (x, y, 1) in drawing order.
        closed: whether the last point joins the first.

    Returns:
        (m, 2) float64, about nine samples a segment.
    """
    knots = np.array([point[:2] for point in points], dtype=np.float64)
    corner = np.array([len(point) > 2 for point in points])
    following, previous = np.roll(knots, -1, axis=0), np.roll(knots, 1, axis=0)
    if not closed:
        corner[[0, -1]] = True
        following[-1], previous[0] = knots[-1], knots[0]
    ahead, behind = following - knots, knots - previous
    chord = following - previous
    chord = chord / np.maximum(np.linalg.norm(chord, axis=1, keepdims=True), 1e-9)
    leave = np.where(corner[:, None], ahead, chord * np.linalg.norm(ahead, axis=1, keepdims=True))
    arrive = np.where(corner[:, None], behind, chord * np.linalg.norm(behind, axis=1, keepdims=True))
    start = knots if closed else knots[:-1]
    end = following if closed else following[:-1]
    leave = leave if closed else leave[:-1]
    arrive = np.roll(arrive, -1, axis=0) if closed else arrive[1:]
    step = np.linspace(0.0, 1.0, _STEPS, endpoint=False)[None, :, None]
    square, cube = step**2, step**3
    curve = (
        (2 * cube - 3 * square + 1) * start[:, None]
        + (cube - 2 * square + step) * leave[:, None]
        + (3 * square - 2 * cube) * end[:, None]
        + (cube - square) * arrive[:, None]
    ).reshape(-1, 2)
    return curve if closed else np.vstack([curve, knots[-1:]])


def mirrored(half: Sequence[tuple[float, ...]]) -> list[tuple[float, ...]]:
    """A left-right symmetric outline from its right half, listed from the top of the middle to the bottom."""
    left = [(-point[0], *point[1:]) for point in reversed(half) if abs(point[0]) > 1e-6]
    return [*half, *left]


def flip(points: Points) -> Points:
    """The same points mirrored about x = 0."""
    return np.asarray(points, dtype=np.float64) * np.array([-1.0, 1.0])


def resample(curve: Points, count: int) -> Points:
    """`count` points evenly spaced along an open curve."""
    curve = np.asarray(curve, dtype=np.float64)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    places = np.linspace(0.0, length[-1], count)
    return np.column_stack([np.interp(places, length, curve[:, axis]) for axis in (0, 1)])


def normals(curve: Points) -> Points:
    """Unit normals of an open curve, to the right of its direction on a screen with y down."""
    tangent = np.gradient(curve, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    return np.column_stack([-tangent[:, 1], tangent[:, 0]])


@dataclass(frozen=True)
class Tube:
    """A strip around a centre line: sleeves, trouser legs, straps, arms.

    Attributes:
        centre: (n, 2) centre line.
        half: (n,) half widths.
    """

    centre: Points
    half: np.ndarray

    def at(self, along: float, across: float) -> tuple[float, float]:
        """The point at a share of the length (0 to 1) and of the half width (-1 to 1)."""
        spot = along * (len(self.centre) - 1)
        index = int(min(max(spot, 0), len(self.centre) - 2))
        rest = spot - index
        side = normals(self.centre)
        middle = self.centre[index] * (1 - rest) + self.centre[index + 1] * rest
        normal = side[index] * (1 - rest) + side[index + 1] * rest
        width = self.half[index] * (1 - rest) + self.half[index + 1] * rest
        x, y = middle + normal * width * across
        return float(x), float(y)

    def across(self, along: float, bow: float = 0.0, reach: float = 1.0) -> Points:
        """A line across the tube, bowed towards its end by `bow` units."""
        left, right = np.array(self.at(along, -reach)), np.array(self.at(along, reach))
        direction = np.array(self.at(min(along + 0.02, 1.0), 0)) - np.array(self.at(max(along - 0.02, 0.0), 0))
        direction /= max(float(np.linalg.norm(direction)), 1e-9)
        step = np.linspace(0, 1, 9)[:, None]
        return left + (right - left) * step + direction * bow * (4 * step * (1 - step))

    def slice(self, start: float, end: float, widen: float = 1.0) -> "Tube":
        """The part between two shares of the length."""
        spots = np.linspace(0, 1, len(self.half))
        wanted = np.linspace(start, end, max(6, round(len(self.half) * (end - start))))
        centre = np.column_stack([np.interp(wanted, spots, self.centre[:, axis]) for axis in (0, 1)])
        return Tube(centre, np.interp(wanted, spots, self.half) * widen)

    def outline(self, cap: bool = False, bow: float = 0.0) -> Points:
        """The closed outline; `cap` rounds the start, `bow` curves the end outwards."""
        side = normals(self.centre) * self.half[:, None]
        right, left = self.centre + side, (self.centre - side)[::-1]
        pieces = [right, self.across(1.0, bow)[::-1], left]
        if cap:
            angle = np.linspace(np.pi, 0.0, 13)[1:-1, None]
            forward = (self.centre[1] - self.centre[0]) / max(
                float(np.linalg.norm(self.centre[1] - self.centre[0])), 1e-9
            )
            pieces.append(self.centre[0] + side[0] * np.cos(angle) - forward * self.half[0] * np.sin(angle))
        return np.vstack(pieces)


def tube(chain: Sequence[tuple[float, float]], half: Sequence[float], count: int = 26) -> Tube:
    """A tube through a chain of joints with a half width at each."""
    curve = smooth(list(chain), closed=False)
    length = np.linspace(0, 1, count)
    knots = np.linspace(0, 1, len(half))
    width = np.interp(length, knots, half)
    width = np.convolve(np.pad(width, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return Tube(resample(curve, count), width)


def lens(start: Sequence[float], end: Sequence[float], width: float, bend: float = 0.0) -> Points:
    """A tapered sliver from start to end, `width` wide in the middle and bent sideways by `bend`: one fold."""
    first, last = np.asarray(start, dtype=float), np.asarray(end, dtype=float)
    along = last - first
    side = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-9)
    step = np.linspace(0, 1, 11)[:, None]
    bulge = 4 * step * (1 - step)
    middle = first + along * step + side * bend * bulge
    return np.vstack([middle + side * width * 0.5 * bulge, (middle - side * width * 0.5 * bulge)[::-1]])


def circle(x: float, y: float, radius_x: float, radius_y: float | None = None, turn: float = 0.0) -> Points:
    """An ellipse turned by `turn` radians."""
    angle = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    local = np.column_stack([np.cos(angle) * radius_x, np.sin(angle) * (radius_y or radius_x)])
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(local @ spin + (x, y))
