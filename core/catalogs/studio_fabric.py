"""Cloth for the drawn catalogue: a fabric is a frozen description, a swatch is its repeating picture."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

Rgb = tuple[int, int, int]

TILE_PX = 512  # side of a swatch; it repeats without a seam
TILE_UNITS = 2.56  # side of a swatch in body units (a head is one unit)


@dataclass(frozen=True)
class Fabric:
    """What a piece of cloth looks like.

    Attributes:
        colour: base colour, the one that covers most of it.
        accent: second colour of the pattern.
        third: third colour of the pattern.
        pattern: name in PATTERNS, 'plain' for none.
        grain: name in GRAINS.
        repeat: size of the pattern, 1 is usual.
        gloss: 0 (matt) to 1 (patent leather).
        seed: places of scattered motifs.
    """

    colour: Rgb
    accent: Rgb = (255, 255, 255)
    third: Rgb = (128, 128, 128)
    pattern: str = "plain"
    grain: str = "jersey"
    repeat: float = 1.0
    gloss: float = 0.0
    seed: int = 0


def solid(colour: Rgb, grain: str = "woven", gloss: float = 0.0) -> Fabric:
    """A plain fabric."""
    return Fabric(colour, grain=grain, gloss=gloss)


def blend(one: Rgb, other: Rgb, share: float) -> Rgb:
    """The colour `share` of the way from one to the other."""
    mixed = [round(a + (b - a) * share) for a, b in zip(one, other, strict=True)]
    return mixed[0], mixed[1], mixed[2]


@lru_cache(maxsize=1)
def _grid() -> tuple[np.ndarray, np.ndarray]:
    along = (np.arange(TILE_PX, dtype=np.float32) + 0.5) / TILE_PX
    return np.meshgrid(along, along)


def _repeats(base: float, fabric: Fabric) -> int:
    return max(1, round(base / fabric.repeat))


def _wave(position: np.ndarray) -> np.ndarray:
    """Triangle wave, 0 at whole numbers and 1 halfway."""
    return 1 - np.abs(2 * (position % 1.0) - 1)


def _soft(inside: np.ndarray, edge: float = 0.06) -> np.ndarray:
    """0 to 1 with a soft edge around 0."""
    return np.clip(inside / edge + 0.5, 0, 1)


Masks = tuple[np.ndarray, np.ndarray]  # coverage by the accent and by the third colour, (TILE_PX, TILE_PX) in 0..1


def _none() -> np.ndarray:
    return np.zeros((TILE_PX, TILE_PX), np.float32)


def _plain(fabric: Fabric) -> Masks:
    return _none(), _none()


def _breton(fabric: Fabric) -> Masks:
    _, down = _grid()
    return _soft(_wave(down * _repeats(17, fabric)) - 0.66), _none()


def _wide_stripe(fabric: Fabric) -> Masks:
    _, down = _grid()
    wave = _wave(down * _repeats(7, fabric))
    return _soft(wave - 0.56, 0.03), _none()


def _triple_stripe(fabric: Fabric) -> Masks:
    _, down = _grid()
    place = (down * _repeats(5, fabric)) % 1.0
    accent = _soft(0.085 - np.abs(place - 0.4), 0.02)
    third = _soft(0.05 - np.abs(place - 0.62), 0.02)
    return accent, third


def _pinstripe(fabric: Fabric) -> Masks:
    across, _ = _grid()
    return 0.75 * _soft(_wave(across * _repeats(18, fabric)) - 0.86, 0.08), _none()


def _candy_stripe(fabric: Fabric) -> Masks:
    across, _ = _grid()
    return _soft(_wave(across * _repeats(22, fabric)) - 0.56, 0.12), _none()


def _windowpane(fabric: Fabric) -> Masks:
    across, down = _grid()
    count = _repeats(5, fabric)
    lines = np.maximum(_wave(across * count), _wave(down * count))
    return _soft(lines - 0.93, 0.03), _none()


def _gingham(fabric: Fabric) -> Masks:
    across, down = _grid()
    count = _repeats(13, fabric)
    one, other = _soft(_wave(across * count) - 0.55), _soft(_wave(down * count) - 0.55)
    return (one + other) * 0.5, _none()


def _tartan(fabric: Fabric) -> Masks:
    across, down = _grid()
    count = _repeats(4, fabric)
    twill = 0.5 + 0.5 * np.sign(np.sin((across + down) * 2 * np.pi * 128))
    wide_x, wide_y = _soft(_wave(across * count) - 0.62, 0.02), _soft(_wave(down * count) - 0.62, 0.02)
    thin_x = _soft(0.025 - np.abs((across * count) % 1.0 - 0.08), 0.02)
    thin_y = _soft(0.025 - np.abs((down * count) % 1.0 - 0.08), 0.02)
    accent = 0.72 * np.maximum(wide_x * (0.4 + 0.6 * twill), wide_y * (1 - 0.6 * twill))
    return accent, 0.8 * np.maximum(thin_x, thin_y)


def _dots(fabric: Fabric) -> Masks:
    across, down = _grid()
    count = _repeats(9, fabric)
    x, y = (across * count) % 1 - 0.5, (down * count) % 1 - 0.5
    shifted = np.hypot((across * count + 0.5) % 1 - 0.5, (down * count + 0.5) % 1 - 0.5)
    return _soft(0.19 - np.minimum(np.hypot(x, y), shifted), 0.05), _none()


def _herringbone(fabric: Fabric) -> Masks:
    across, down = _grid()
    count = _repeats(10, fabric)
    zigzag = _wave(across * count)
    return 0.6 * _soft(_wave(down * count * 3 + zigzag * 1.5) - 0.5, 0.25), _none()


def _houndstooth(fabric: Fabric) -> Masks:
    across, down = _grid()
    count = _repeats(11, fabric)
    x, y = (across * count) % 1, (down * count) % 1
    diagonal = ((x + y) * 2 % 1) < 0.5
    tooth = np.where((x < 0.5) == (y < 0.5), x < 0.5, diagonal)
    return 0.9 * tooth.astype(np.float32), _none()


def _argyle(fabric: Fabric) -> Masks:
    across, down = _grid()
    count = _repeats(4, fabric)
    diamond = np.abs((across * count * 2) % 2 - 1) + np.abs((down * count) % 2 - 1)
    lines = np.abs(((across * count * 2 + 1) % 2 - 1)) - np.abs((down * count) % 2 - 1)
    return 0.85 * _soft(0.72 - diamond, 0.04), 0.7 * _soft(0.05 - np.abs(lines), 0.03)


def _scatter(fabric: Fabric, count: int, gap: float) -> np.ndarray:
    """(n, 2) places on the tile, none nearer than `gap` to another, wrapping round."""
    rng = np.random.default_rng([fabric.seed, 77])
    places: list[np.ndarray] = []
    for _ in range(count * 12):
        place = rng.random(2)
        apart = [np.abs((place - other + 0.5) % 1.0 - 0.5) for other in places]
        if all(np.hypot(*delta) > gap for delta in apart):
            places.append(place)
        if len(places) == count:
            break
    return np.array(places)


def _stamp(masks: list[np.ndarray], which: int, outline: np.ndarray) -> None:
    """Fill an outline (tile shares) at every wrap of the tile it touches."""
    import cv2

    for right in (-1, 0, 1):
        for low in (-1, 0, 1):
            moved = outline + (right, low)
            if (moved.max(0) > 0).all() and (moved.min(0) < 1).all():
                points = np.round(moved * TILE_PX * 16).astype(np.int32)
                cv2.fillPoly(masks[which], [points], 255, cv2.LINE_AA, 4)


def _petal(place: np.ndarray, angle: float, reach: float, width: float, hollow: float = 0.0) -> np.ndarray:
    step = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    along = reach * (0.5 - 0.5 * np.cos(step)) + hollow
    across = width * np.sin(step)
    x = np.cos(angle) * along - np.sin(angle) * across
    y = np.sin(angle) * along + np.cos(angle) * across
    return np.column_stack([x, y]) + place


def _floral(fabric: Fabric) -> Masks:
    rng = np.random.default_rng([fabric.seed, 78])
    masks = [np.zeros((TILE_PX, TILE_PX), np.uint8) for _ in range(2)]
    size = 0.045 * fabric.repeat
    for place in _scatter(fabric, round(42 / fabric.repeat**2), 0.105 * fabric.repeat):
        turn, grow = rng.uniform(0, 6.28), rng.uniform(0.75, 1.15) * size
        for leaf in range(2):
            _stamp(masks, 1, _petal(place, turn + leaf * 2.4 + 0.6, grow * 1.7, grow * 0.28))
        for petal in range(5):
            _stamp(masks, 0, _petal(place, turn + petal * 1.2566, grow, grow * 0.42))
        centre = np.column_stack([np.cos(np.linspace(0, 6.28, 14)), np.sin(np.linspace(0, 6.28, 14))])
        _stamp(masks, 1, place + centre * grow * 0.3)
    third = masks[1].astype(np.float32) / 255
    return masks[0].astype(np.float32) / 255, third


def _leaves(fabric: Fabric) -> Masks:
    rng = np.random.default_rng([fabric.seed, 79])
    masks = [np.zeros((TILE_PX, TILE_PX), np.uint8) for _ in range(2)]
    size = 0.085 * fabric.repeat
    for place in _scatter(fabric, round(30 / fabric.repeat**2), 0.125 * fabric.repeat):
        turn = rng.uniform(0, 6.28)
        stem = np.array([np.cos(turn), np.sin(turn)])
        for step in range(4):
            for side in (-1, 1):
                spot = place + stem * size * (0.35 * step)
                _stamp(masks, (step + (side > 0)) % 2, _petal(spot, turn + side * 0.95, size * 0.42, size * 0.11))
    return masks[0].astype(np.float32) / 255, masks[1].astype(np.float32) / 255


def _confetti(fabric: Fabric) -> Masks:
    rng = np.random.default_rng([fabric.seed, 80])
    masks = [np.zeros((TILE_PX, TILE_PX), np.uint8) for _ in range(2)]
    for number, place in enumerate(_scatter(fabric, round(60 / fabric.repeat**2), 0.08 * fabric.repeat)):
        corners = np.linspace(0, 6.28, (4, 5, 13)[number % 3])[:-1] + rng.uniform(0, 6.28)
        radius = rng.uniform(0.013, 0.024) * fabric.repeat
        _stamp(masks, number % 2, place + radius * np.column_stack([np.cos(corners), np.sin(corners)]))
    return masks[0].astype(np.float32) / 255, masks[1].astype(np.float32) / 255


def _blotches(fabric: Fabric) -> Masks:
    """Camouflage-like patches from smooth periodic noise."""
    first, second = _noise(fabric.seed, 10), _noise(fabric.seed + 1, 11)
    return _soft(first - 0.6, 0.12), _soft(second - 0.85, 0.12)


def _fair_isle(fabric: Fabric) -> Masks:
    across, down = _grid()
    count = _repeats(3, fabric)
    cells = 16 * count
    column = np.floor(across * cells) % 16
    row = np.floor(down * cells) % 16
    peak = np.abs(column % 8 - 3.5)
    zig = (np.abs(row - 3 - peak % 4) < 1) & (row < 8)
    star = (np.abs(column - 7.5) + np.abs(row - 11.5) < 3.5) & (row > 8)
    edge = (row == 8) & (column % 2 == 0)
    return (zig | edge).astype(np.float32), star.astype(np.float32)


PATTERNS = {
    "plain": _plain, "breton stripe": _breton, "wide stripe": _wide_stripe, "triple stripe": _triple_stripe,
    "pinstripe": _pinstripe, "candy stripe": _candy_stripe, "windowpane check": _windowpane, "gingham": _gingham,
    "tartan": _tartan, "polka dot": _dots, "herringbone": _herringbone, "houndstooth": _houndstooth,
    "argyle": _argyle, "floral": _floral, "leaf print": _leaves, "confetti": _confetti, "camouflage": _blotches,
    "fair isle": _fair_isle,
}  # fmt: skip


@lru_cache(maxsize=64)
def _noise(seed: int, waves: int) -> np.ndarray:
    """Smooth noise that repeats with the tile: mean 0, standard deviation 1, (TILE_PX, TILE_PX) float32."""
    import cv2

    coarse = np.random.default_rng([seed % 97, waves]).standard_normal((waves, waves)).astype(np.float32)
    wrapped = np.tile(coarse, (3, 3))
    big = cv2.resize(wrapped, (TILE_PX * 3, TILE_PX * 3), interpolation=cv2.INTER_CUBIC)
    field = big[TILE_PX : 2 * TILE_PX, TILE_PX : 2 * TILE_PX]
    return np.asarray((field - field.mean()) / field.std())


@lru_cache(maxsize=32)
def _grain(name: str) -> np.ndarray:
    """Brightness of the weave around 1, (TILE_PX, TILE_PX, 1) float32."""
    across, down = _grid()
    speck = np.random.default_rng(5).standard_normal((TILE_PX, TILE_PX)).astype(np.float32)
    patch = _noise(3, 9)
    wide = 2 * np.pi * across
    tall = 2 * np.pi * down
    relief = {
        "jersey": 0.018 * speck + 0.012 * np.sin(wide * 128),
        "woven": 0.02 * speck + 0.018 * np.sin(wide * 128) * np.sin(tall * 128),
        "linen": 0.03 * speck + 0.03 * _streaks(0) + 0.03 * _streaks(1),
        "denim": 0.055 * speck + 0.05 * np.sin((wide + tall) * 100) + 0.035 * patch + 0.03 * _streaks(0),
        "knit": 0.10 * (np.abs(np.sin((tall * 42 + 1.6 * np.abs(np.sin(wide * 16)))))) - 0.06
        + 0.07 * np.abs(np.sin(wide * 16)) - 0.045 + 0.015 * speck,
        "cable": 0.13 * np.abs(np.sin(wide * 6)) * np.sin(tall * 12 + 2.2 * np.sin(wide * 12)) + 0.05
        * np.sin(wide * 36) + 0.015 * speck,
        "rib": 0.13 * np.sin(wide * 36) + 0.015 * speck,
        "corduroy": 0.10 * np.sin(wide * 26) + 0.02 * speck,
        "wool": 0.035 * speck + 0.03 * _noise(4, 64) + 0.02 * patch,
        "leather": 0.018 * _noise(5, 70) + 0.012 * _noise(6, 120) + 0.01 * speck,
        "suede": 0.02 * speck + 0.03 * _noise(7, 40),
        "satin": 0.008 * speck + 0.01 * patch,
        "canvas": 0.03 * speck + 0.04 * np.sin(wide * 80) * np.sin(tall * 80),
        "quilt": 0.16 * np.abs(np.sin(tall * 3.5)) - 0.1 + 0.01 * speck,
        "straw": 0.07 * np.sin(tall * 30) * np.sign(np.sin(wide * 22)) + 0.05 * np.sin(wide * 44) + 0.02 * speck,
        "smooth": 0.004 * speck,
    }[name]  # fmt: skip
    return np.asarray((1 + relief)[..., None], dtype=np.float32)


def _streaks(axis: int) -> np.ndarray:
    import cv2

    speck = np.random.default_rng(8 + axis).standard_normal((TILE_PX, TILE_PX)).astype(np.float32)
    size = (1, 41) if axis == 0 else (41, 1)
    streak = cv2.blur(np.tile(speck, (2, 2)), size)[64 : 64 + TILE_PX, 64 : 64 + TILE_PX]
    return np.asarray(streak / streak.std())


@lru_cache(maxsize=96)
def swatch(fabric: Fabric) -> tuple[np.ndarray, ...]:
    """The repeating picture of a fabric at full, half, quarter and eighth size, uint8 RGB."""
    import cv2

    accent, third = PATTERNS[fabric.pattern](fabric)
    base = np.full((TILE_PX, TILE_PX, 3), fabric.colour, np.float32)
    for cover, colour in ((accent, fabric.accent), (third, fabric.third)):
        if cover.any():
            base += cover[..., None] * (np.array(colour, np.float32) - base)
    levels = [np.clip(base * _grain(fabric.grain), 0, 255).astype(np.uint8)]
    for _ in range(3):
        levels.append(cv2.resize(levels[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    return tuple(levels)
