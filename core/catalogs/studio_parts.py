"""What a drawn garment is made of: parts of cloth with folds, seams and prints, and the canvas they are painted on."""

# Points plus a pair moves the points; it joins no lists.

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from core.catalogs.studio_curves import Points, Transform
from core.catalogs.studio_fabric import Fabric, Rgb

FIXED_BITS = 4  # fractional bits of the coordinates handed to OpenCV


@dataclass(frozen=True)
class Frame:
    """How cloth lies on a part: an origin, and the angle of its lengthwise thread (radians from straight down).

    With `bend`, the thread turns to that second angle beyond the origin (an elbow).
    """

    origin: tuple[float, float] = (0.0, 0.0)
    angle: float = 0.0
    bend: float | None = None


@dataclass(frozen=True)
class Line:
    """A thin line on a part: a seam, a stitch row, a lace.

    Attributes:
        points: (n, 2) body units.
        width: in body units.
        colour: RGB, or None for a darker shade of what is below.
        strength: opacity, 0 to 1.
        dash: length of a stitch in body units, 0 for an unbroken line.
    """

    points: Points
    width: float = 0.012
    colour: Rgb | None = None
    strength: float = 0.5
    dash: float = 0.0


@dataclass(frozen=True)
class Decal:
    """A flat area of colour printed or sewn on a part, before light falls on it."""

    outline: Points
    colour: Rgb
    strength: float = 1.0


@dataclass(frozen=True)
class Part:
    """One piece of cloth (or skin, or metal).

    Attributes:
        outline: (n, 2) closed outline in body units.
        fabric: what it is made of.
        frame: how the fabric lies.
        behind: drawn before the body that wears it.
        puff: how far it bulges, 0 flat to about 1.5.
        folds: outlines of soft folds with their height (negative is a valley).
        crumple: strength of uneven ground.
        decals, lines: what is printed and stitched on it.
        shadow: how dark it shades what lies below, 0 to 1.
        tone: factor on the brightness (an inside is darker).
        edge: strength of the thin dark line around it.
    """

    outline: Points
    fabric: Fabric
    frame: Frame = Frame()
    behind: bool = False
    puff: float = 0.8
    folds: Sequence[tuple[Points, float]] = ()
    crumple: float = 0.25
    decals: Sequence[Decal] = ()
    lines: Sequence[Line] = ()
    shadow: float = 0.3
    tone: float = 1.0
    edge: float = 0.35


@dataclass
class Canvas:
    """The picture being painted.

    Attributes:
        rgb: (h, w, 3) uint8.
        owner: (h, w) uint8, number of the thing seen at each pixel, 0 for none.
        light: direction from which light comes, x to the left and y upwards positive.
        seed: places of the uneven ground.
    """

    rgb: np.ndarray
    owner: np.ndarray
    light: tuple[float, float] = (0.55, 0.75)
    seed: int = 0
    count: int = field(default=0)


def move(part: Part, transform: Transform) -> Part:
    """The same part with every coordinate transformed."""
    origin = np.array([part.frame.origin])
    landed = transform(np.vstack([origin, origin + (0.0, 0.01)]))
    turn = -float(np.arctan2(*(landed[1] - landed[0])))
    bend = part.frame.bend
    if bend is not None:
        ahead = np.array([[-np.sin(bend), np.cos(bend)]]) * 0.01
        back = np.array([[-np.sin(part.frame.angle), np.cos(part.frame.angle)]]) * 0.01
        ends = transform(np.vstack([origin, origin + ahead, origin + back]))
        bend = -float(np.arctan2(*(ends[1] - ends[0])))
        angle = -float(np.arctan2(*(ends[2] - ends[0])))
    else:
        angle = part.frame.angle + turn
    return replace(
        part,
        outline=transform(part.outline),
        frame=Frame((float(landed[0, 0]), float(landed[0, 1])), angle, bend),
        folds=[(transform(outline), height) for outline, height in part.folds],
        decals=[replace(decal, outline=transform(decal.outline)) for decal in part.decals],
        lines=[replace(line, points=transform(line.points)) for line in part.lines],
    )
