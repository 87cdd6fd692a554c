"""Painting: parts become shaded, textured pixels with seams and soft contact shadows."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from core.catalogs.studio_curves import Points
from core.catalogs.studio_fabric import TILE_PX, TILE_UNITS
from core.catalogs.studio_parts import FIXED_BITS, Canvas, Line, Part
from core.catalogs.studio_swatch import swatch


def fixed_point(points: Points) -> np.ndarray:
    """Pixels as the fixed-point integers OpenCV's polygon functions take."""
    return np.asarray(np.round((points - 0.5) * (1 << FIXED_BITS)).astype(np.int32))


def fill(image: np.ndarray, outline: Points, value: float | Sequence[float]) -> None:
    """Fill an outline (pixels) with soft edges, in place."""
    import cv2

    colour = (value,) if isinstance(value, int | float) else tuple(value)
    cv2.fillPoly(image, [fixed_point(outline)], colour, cv2.LINE_AA, FIXED_BITS)


def _stroke(image: np.ndarray, points: Points, width: float, value: float | Sequence[float]) -> None:
    import cv2

    colour = (value,) if isinstance(value, int | float) else tuple(value)
    cv2.polylines(image, [fixed_point(points)], False, colour, max(1, round(width)), cv2.LINE_AA, FIXED_BITS)


@lru_cache(maxsize=1)
def _ground() -> np.ndarray:
    """Uneven ground, 1024 square: crumpled cloth in grey, standard deviation 1."""
    import cv2

    rng = np.random.default_rng(11)
    ground = np.zeros((1024, 1024), np.float32)
    for waves, weight in ((10, 1.0), (22, 0.55), (46, 0.25)):
        coarse = np.tile(rng.standard_normal((waves, waves)).astype(np.float32), (3, 3))
        layer = cv2.resize(coarse, (3072, 3072), interpolation=cv2.INTER_CUBIC)[1024:2048, 1024:2048]
        ground += weight * (np.abs(layer) if waves == 22 else layer)
    return np.asarray((ground - ground.mean()) / ground.std())


def _relief(part: Part, mask: np.ndarray, corner: np.ndarray, unit: float, canvas: Canvas) -> np.ndarray:
    """Height of a part at half size, (h/2, w/2) float32, scaled so that its slope shades it."""
    import cv2

    height, width = mask.shape
    half = (max(2, (width + 1) // 2), max(2, (height + 1) // 2))
    small = cv2.resize(mask, half, interpolation=cv2.INTER_AREA)
    quarter = (max(2, half[0] // 2), max(2, half[1] // 2))
    tiny = cv2.resize(small, quarter, interpolation=cv2.INTER_AREA) * np.float32(1 / 255)
    broad = 0.2 * unit / 4
    bulge = cv2.GaussianBlur(tiny, (0, 0), broad, borderType=cv2.BORDER_CONSTANT)
    relief = np.asarray(
        cv2.resize(bulge, half, interpolation=cv2.INTER_LINEAR) * (part.puff * broad * 1.45), np.float32
    )
    roll = max(0.7, 0.022 * unit / 2)
    edge = cv2.GaussianBlur(small, (0, 0), roll, borderType=cv2.BORDER_CONSTANT)
    relief += edge.astype(np.float32) * (min(part.puff, 1.0) * roll * 0.7 / 255)
    if part.folds:
        folds = np.zeros(half[::-1], np.float32)
        for outline, strength in part.folds:
            layer = np.round(((outline - corner) / 2 - 0.5) * 16).astype(np.int32)
            cv2.fillPoly(folds, [layer], strength, cv2.LINE_8, FIXED_BITS)
        spread = max(0.8, 0.042 * unit / 2)
        relief += cv2.GaussianBlur(folds, (0, 0), spread) * (spread * 1.6)
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
    return np.clip(lit * part.tone, 0.25, 1.5), cv2.merge((slope_x, slope_y))


def _texture(part: Part, corner: np.ndarray, slope: np.ndarray, size: tuple[int, int], unit: float) -> np.ndarray:
    """The fabric as it lies on the part, (h, w, 3) uint8."""
    import cv2

    width, height = size
    if part.fabric.pattern == "plain" and part.fabric.grain == "smooth":
        return np.full((height, width, 3), part.fabric.colour, np.uint8)
    level = int(np.clip(np.floor(np.log2(TILE_PX / TILE_UNITS / unit) + 0.35), 0, 3))
    cloth = swatch(part.fabric)[level]
    scale = cloth.shape[0] / TILE_UNITS / unit
    x = (np.arange(width, dtype=np.float32) + np.float32(corner[0] - part.frame.origin[0]))[None, :]
    y = (np.arange(height, dtype=np.float32) + np.float32(corner[1] - part.frame.origin[1]))[:, None]
    push = cv2.resize(slope * (0.05 * unit * scale), size, interpolation=cv2.INTER_LINEAR)
    cos, sin = (np.float32(turned * scale) for turned in (np.cos(part.frame.angle), np.sin(part.frame.angle)))
    across, along = cos * x + sin * y, cos * y - sin * x
    if part.frame.bend is not None:
        mean = (part.frame.angle + part.frame.bend) / 2
        soft = np.float32(1 / (0.35 * unit))
        share = np.clip((np.float32(-np.sin(mean)) * x + np.float32(np.cos(mean)) * y) * soft + np.float32(0.5), 0, 1)
        cos, sin = (np.float32(turned * scale) for turned in (np.cos(part.frame.bend), np.sin(part.frame.bend)))
        across += share * (cos * x + sin * y - across)
        along += share * (cos * y - sin * x - along)
    across += push[..., 0]
    along += push[..., 1]
    return np.asarray(cv2.remap(cloth, across, along, cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP))


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
        rim = cv2.blur(mask, (3, 3)) * np.float32(part.edge / 255) + np.float32(1 - part.edge)
        lit = np.asarray(lit * rim, dtype=np.float32)
    cover = mask * np.float32(1 / 255)
    below = canvas.rgb[y1:y2, x1:x2]
    kept = 1 - cover
    if part.shadow > 0:
        kept *= _contact_shadow(mask, cast, canvas.light, part.shadow)
    drawn = shaded(cloth, lit * cover)
    if part.fabric.gloss > 0:
        shine = (np.clip(lit - 1.04, 0, 0.6) * cover * (420 * part.fabric.gloss)).astype(np.uint8)
        drawn = cv2.add(drawn, cv2.merge([shine, shine, shine]))
    canvas.rgb[y1:y2, x1:x2] = cv2.add(shaded(below, kept), drawn)
    canvas.owner[y1:y2, x1:x2][mask > 127] = number


def shaded(picture: np.ndarray, factor: np.ndarray) -> np.ndarray:
    """A picture (h, w, 3) uint8 times a factor (h, w) float32 a pixel, saturated."""
    import cv2

    return np.asarray(cv2.multiply(picture, cv2.merge([factor, factor, factor]), dtype=cv2.CV_8U))


def _contact_shadow(mask: np.ndarray, cast: float, light: tuple[float, float], depth: float) -> np.ndarray:
    """What is left of the light just beside a part, (h, w) float32."""
    import cv2

    size = mask.shape[::-1]
    small = (max(1, size[0] // 3), max(1, size[1] // 3))
    soft = cv2.GaussianBlur(cv2.resize(mask, small, interpolation=cv2.INTER_AREA), (0, 0), max(0.7, cast / 3.3))
    zoom_x, zoom_y = size[0] / small[0], size[1] / small[1]
    shift = np.array([[zoom_x, 0, light[0] * cast * 0.7], [0, zoom_y, light[1] * cast * 0.7]], np.float32)
    return np.float32(1) - cv2.warpAffine(soft, shift, size) * np.float32(depth / 255)
