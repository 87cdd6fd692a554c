"""Painting: parts (outline, fabric, folds, lines) become shaded, textured pixels with seams and soft contact shadows."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

import numpy as np

from core.catalogs.studio_curves import Points, Transform
from core.catalogs.studio_fabric import TILE_PX, TILE_UNITS, Fabric, Rgb, swatch

_SHIFT = 4  # fractional bits of the coordinates handed to OpenCV


@dataclass(frozen=True)
class Frame:
    """How cloth lies on a part: its origin and the direction its lengthwise thread runs (radians from straight down).

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


def fixed_point(points: Points) -> np.ndarray:
    """Pixels as the fixed-point integers OpenCV's polygon functions take."""
    return np.asarray(np.round((points - 0.5) * (1 << _SHIFT)).astype(np.int32))


def fill(image: np.ndarray, outline: Points, value: float | Sequence[float]) -> None:
    """Fill an outline (pixels) with soft edges, in place."""
    import cv2

    colour = (value,) if isinstance(value, int | float) else tuple(value)
    cv2.fillPoly(image, [fixed_point(outline)], colour, cv2.LINE_AA, _SHIFT)


def _stroke(image: np.ndarray, points: Points, width: float, value: float | Sequence[float]) -> None:
    import cv2

    colour = (value,) if isinstance(value, int | float) else tuple(value)
    cv2.polylines(image, [fixed_point(points)], False, colour, max(1, round(width)), cv2.LINE_AA, _SHIFT)


@lru_cache(maxsize=1)
def _ground() -> np.ndarray:
    """Uneven ground, 1024 square: crumpled cloth in grey, standard deviation 1."""
    import cv2

    rng = np.random.default_rng(11)
    field = np.zeros((1024, 1024), np.float32)
    for waves, weight in ((10, 1.0), (22, 0.55), (46, 0.25)):
        coarse = np.tile(rng.standard_normal((waves, waves)).astype(np.float32), (3, 3))
        layer = cv2.resize(coarse, (3072, 3072), interpolation=cv2.INTER_CUBIC)[1024:2048, 1024:2048]
        field += weight * (np.abs(layer) if waves == 22 else layer)
    return np.asarray((field - field.mean()) / field.std())


def _relief(part: Part, mask: np.ndarray, corner: np.ndarray, unit: float, canvas: Canvas) -> np.ndarray:
    """Height of a part at half size, (h/2, w/2) float32, scaled so that its slope shades it."""
    import cv2

    height, width = mask.shape
    half = (max(2, (width + 1) // 2), max(2, (height + 1) // 2))
    small = cv2.resize(mask, half, interpolation=cv2.INTER_AREA)
    quarter = (max(2, half[0] // 2), max(2, half[1] // 2))
    tiny = cv2.resize(small, quarter, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    broad = 0.2 * unit / 4
    tiny = cv2.GaussianBlur(tiny, (0, 0), broad, borderType=cv2.BORDER_CONSTANT)
    relief = cv2.resize(tiny, half, interpolation=cv2.INTER_LINEAR) * (part.puff * broad * 1.45)
    roll = max(0.7, 0.022 * unit / 2)
    edge = cv2.GaussianBlur(small, (0, 0), roll, borderType=cv2.BORDER_CONSTANT)
    relief += edge.astype(np.float32) * (min(part.puff, 1.0) * roll * 0.7 / 255)
    if part.folds:
        folds = np.zeros(half[::-1], np.float32)
        for outline, strength in part.folds:
            layer = np.round(((outline - corner) / 2 - 0.5) * 16).astype(np.int32)
            cv2.fillPoly(folds, [layer], strength, cv2.LINE_8, _SHIFT)
        spread = max(0.8, 0.035 * unit / 2)
        relief += cv2.GaussianBlur(folds, (0, 0), spread) * (spread * 1.75)
    if part.crumple > 0:
        canvas.count += 1
        start = np.random.default_rng([canvas.seed, canvas.count]).integers(0, 1024, 2)
        zoom = 90.0 / unit * 2
        matrix = np.array([[zoom, 0, start[0]], [0, zoom, start[1]]], np.float32)
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        relief += cv2.warpAffine(_ground(), matrix, half, flags=flags, borderMode=cv2.BORDER_WRAP) * (
            part.crumple * 0.03 * unit / 2
        )
    return np.asarray(relief)


def _light_up(part: Part, relief: np.ndarray, light: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Brightness factor around 1 and the slope (h/2, w/2, 2) of a relief."""
    import cv2

    slope_x = cv2.Sobel(relief, cv2.CV_32F, 1, 0, ksize=3, scale=0.125)
    slope_y = cv2.Sobel(relief, cv2.CV_32F, 0, 1, ksize=3, scale=0.125)
    facing = light[0] * slope_x + light[1] * slope_y
    lit = 1.0 + np.where(facing > 0, 0.5, 0.8) * facing - 0.25 * (slope_x**2 + slope_y**2)
    return np.clip(lit * part.tone, 0.25, 1.5), np.dstack([slope_x, slope_y])


def _texture(part: Part, corner: np.ndarray, slope: np.ndarray, size: tuple[int, int], unit: float) -> np.ndarray:
    """The fabric as it lies on the part, (h, w, 3) uint8."""
    import cv2

    width, height = size
    if part.fabric.pattern == "plain" and part.fabric.grain == "smooth":
        return np.full((height, width, 3), part.fabric.colour, np.uint8)
    level = int(np.clip(np.floor(np.log2(TILE_PX / TILE_UNITS / unit) + 0.35), 0, 3))
    cloth = swatch(part.fabric)[level]
    scale = cloth.shape[0] / TILE_UNITS / unit
    x = (np.arange(width, dtype=np.float32) + corner[0] - part.frame.origin[0])[None, :]
    y = (np.arange(height, dtype=np.float32) + corner[1] - part.frame.origin[1])[:, None]
    push = cv2.resize(slope, size, interpolation=cv2.INTER_LINEAR) * (0.05 * unit * scale)
    cos, sin = np.cos(part.frame.angle), np.sin(part.frame.angle)
    across, along = (cos * x + sin * y) * scale, (-sin * x + cos * y) * scale
    if part.frame.bend is not None:
        mean = (part.frame.angle + part.frame.bend) / 2
        share = np.clip((-np.sin(mean) * x + np.cos(mean) * y) / (0.35 * unit) + 0.5, 0, 1)
        cos, sin = np.cos(part.frame.bend), np.sin(part.frame.bend)
        across += share * ((cos * x + sin * y) * scale - across)
        along += share * ((-sin * x + cos * y) * scale - along)
    across = across.astype(np.float32) + push[..., 0]
    along = along.astype(np.float32) + push[..., 1]
    side = np.float32(cloth.shape[0])
    return np.asarray(
        cv2.remap(cloth, np.mod(across, side), np.mod(along, side), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    )


def _dashed(line: Line, unit: float) -> list[Points]:
    if line.dash <= 0:
        return [line.points]
    points = np.asarray(line.points)
    length = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    step = line.dash * unit
    pieces = []
    for start in np.arange(0, length[-1], step * 1.7)[:160]:
        places = np.array([start, min(start + step, length[-1])])
        pieces.append(np.column_stack([np.interp(places, length, points[:, axis]) for axis in (0, 1)]))
    return pieces


def _decorate(cloth: np.ndarray, part: Part, corner: np.ndarray, unit: float) -> None:
    """Prints, seams and stitches, in place."""
    import cv2

    for decal in part.decals:
        if decal.strength >= 1:
            fill(cloth, decal.outline - corner, decal.colour)
            continue
        cover = cloth.copy()
        fill(cover, decal.outline - corner, decal.colour)
        cv2.addWeighted(cover, decal.strength, cloth, 1 - decal.strength, 0, cloth)
    for line in part.lines:
        width = line.width * unit
        strength = line.strength * min(1.0, max(width, 0.35))
        low = np.maximum(np.floor((line.points - corner).min(0) - width - 2), 0).astype(int)
        high = np.ceil((line.points - corner).max(0) + width + 2).astype(int)
        patch = cloth[low[1] : max(high[1], 0), low[0] : max(high[0], 0)]
        if patch.size == 0:
            continue
        cover = np.zeros(patch.shape[:2], np.uint8)
        for piece in _dashed(line, unit):
            _stroke(cover, piece - corner - low, width, 255)
        share = cover[..., None].astype(np.float32) * (strength / 255)
        target = patch * 0.45 if line.colour is None else np.array(line.colour, np.float32)
        patch[:] = (patch + share * (target - patch)).astype(np.uint8)


def _window(outline: Points, margin: float, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    low, high = np.floor(outline.min(0) - margin), np.ceil(outline.max(0) + margin)
    x1, y1 = np.clip(low, 0, (shape[1], shape[0])).astype(int)
    x2, y2 = np.clip(high, 0, (shape[1], shape[0])).astype(int)
    return int(x1), int(y1), int(x2), int(y2)


def paint(canvas: Canvas, part: Part, unit: float, number: int) -> None:
    """Paint a part (coordinates in pixels) onto the canvas, in place.

    Args:
        canvas: the picture.
        part: coordinates already in pixels (see `move`).
        unit: pixels of one body unit.
        number: written to `canvas.owner` where the part is seen; 0 covers what was there.
    """
    import cv2

    unit = float(unit)  # a numpy scalar would make every image float64
    cast = 0.05 * unit
    x1, y1, x2, y2 = _window(part.outline, 2 * cast + 2, canvas.owner.shape)
    if x2 - x1 < 2 or y2 - y1 < 2:
        return
    corner = np.array([x1, y1], dtype=np.float64)
    mask = np.zeros((y2 - y1, x2 - x1), np.uint8)
    fill(mask, part.outline - corner, 255)
    size = (x2 - x1, y2 - y1)
    lit, slope = _light_up(part, _relief(part, mask, corner, unit, canvas), canvas.light)
    cloth = _texture(part, corner, slope, size, unit)
    _decorate(cloth, part, corner, unit)
    lit = cv2.resize(lit, size, interpolation=cv2.INTER_LINEAR)
    if part.edge > 0:
        rim = cv2.blur(mask, (3, 3)).astype(np.float32) * (part.edge / 255) + (1 - part.edge)
        lit *= rim
    shaded = cloth * lit[..., None]
    if part.fabric.gloss > 0:
        shine = np.clip(lit - 1.04, 0, 1) * (420 * part.fabric.gloss)
        shaded += shine[..., None]
    below = canvas.rgb[y1:y2, x1:x2].astype(np.float32)
    if part.shadow > 0:
        soft = cv2.resize(mask, (max(1, size[0] // 2), max(1, size[1] // 2)), interpolation=cv2.INTER_AREA)
        soft = cv2.resize(cv2.GaussianBlur(soft, (0, 0), max(0.8, cast / 2.2)), size)
        shift = np.array([[1, 0, canvas.light[0] * cast * 0.7], [0, 1, canvas.light[1] * cast * 0.7]], np.float32)
        soft = cv2.warpAffine(soft, shift, size)
        below *= 1 - soft[..., None].astype(np.float32) * (part.shadow / 255)
    cover = mask[..., None].astype(np.float32) / 255
    mixed = below + cover * (shaded - below)
    canvas.rgb[y1:y2, x1:x2] = np.clip(mixed, 0, 255).astype(np.uint8)
    canvas.owner[y1:y2, x1:x2][mask > 127] = number
