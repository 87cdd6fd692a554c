"""Patterns of the drawn fabrics: which parts of a repeating tile the second and third colour cover."""

import numpy as np

from core.catalogs.studio_fabric import TILE_PX, Fabric, Masks, tile_grid, tile_noise
from core.catalogs.studio_motifs import confetti, floral, leafy


def _repeats(base: float, fabric: Fabric) -> int:
    return max(1, round(base / fabric.repeat))


def _wave(position: np.ndarray) -> np.ndarray:
    """Triangle wave, 0 at whole numbers and 1 halfway."""
    return 1 - np.abs(2 * (position % 1.0) - 1)


def _soft(inside: np.ndarray, edge: float = 0.06) -> np.ndarray:
    """0 to 1 with a soft edge around 0."""
    return np.clip(inside / edge + 0.5, 0, 1)


def _none() -> np.ndarray:
    return np.zeros((TILE_PX, TILE_PX), np.float32)


def _plain(fabric: Fabric) -> Masks:
    return _none(), _none()


def _breton(fabric: Fabric) -> Masks:
    _, down = tile_grid()
    return _soft(_wave(down * _repeats(17, fabric)) - 0.66), _none()


def _wide_stripe(fabric: Fabric) -> Masks:
    _, down = tile_grid()
    wave = _wave(down * _repeats(7, fabric))
    return _soft(wave - 0.61, 0.03), _none()


def _triple_stripe(fabric: Fabric) -> Masks:
    _, down = tile_grid()
    place = (down * _repeats(5, fabric)) % 1.0
    accent = _soft(0.085 - np.abs(place - 0.4), 0.02)
    third = _soft(0.05 - np.abs(place - 0.62), 0.02)
    return accent, third


def _pinstripe(fabric: Fabric) -> Masks:
    across, _ = tile_grid()
    return 0.75 * _soft(_wave(across * _repeats(18, fabric)) - 0.86, 0.08), _none()


def _candy_stripe(fabric: Fabric) -> Masks:
    across, _ = tile_grid()
    return _soft(_wave(across * _repeats(22, fabric)) - 0.64, 0.12), _none()


def _windowpane(fabric: Fabric) -> Masks:
    across, down = tile_grid()
    count = _repeats(5, fabric)
    lines = np.maximum(_wave(across * count), _wave(down * count))
    return _soft(lines - 0.93, 0.03), _none()


def _gingham(fabric: Fabric) -> Masks:
    across, down = tile_grid()
    count = _repeats(13, fabric)
    one, other = _soft(_wave(across * count) - 0.72), _soft(_wave(down * count) - 0.72)
    return np.maximum((one + other) * 0.4, one * other), _none()


def _tartan(fabric: Fabric) -> Masks:
    across, down = tile_grid()
    count = _repeats(4, fabric)
    twill = 0.5 + 0.5 * np.sign(np.sin((across + down) * 2 * np.pi * 128))
    wide_x, wide_y = _soft(_wave(across * count) - 0.77, 0.02), _soft(_wave(down * count) - 0.77, 0.02)
    thin_x = _soft(0.025 - np.abs((across * count) % 1.0 - 0.08), 0.02)
    thin_y = _soft(0.025 - np.abs((down * count) % 1.0 - 0.08), 0.02)
    accent = 0.72 * np.maximum(wide_x * (0.4 + 0.6 * twill), wide_y * (1 - 0.6 * twill))
    return accent, 0.8 * np.maximum(thin_x, thin_y)


def _dots(fabric: Fabric) -> Masks:
    across, down = tile_grid()
    count = _repeats(9, fabric)
    x, y = (across * count) % 1 - 0.5, (down * count) % 1 - 0.5
    shifted = np.hypot((across * count + 0.5) % 1 - 0.5, (down * count + 0.5) % 1 - 0.5)
    return _soft(0.19 - np.minimum(np.hypot(x, y), shifted), 0.05), _none()


def _herringbone(fabric: Fabric) -> Masks:
    across, down = tile_grid()
    count = _repeats(10, fabric)
    zigzag = _wave(across * count)
    return 0.6 * _soft(_wave(down * count * 3 + zigzag * 1.5) - 0.5, 0.25), _none()


def _houndstooth(fabric: Fabric) -> Masks:
    across, down = tile_grid()
    count = _repeats(11, fabric)
    x, y = (across * count) % 1, (down * count) % 1
    diagonal = ((x + y) * 2 % 1) < 0.5
    tooth = np.where((x < 0.5) == (y < 0.5), x < 0.5, diagonal)
    return 0.9 * tooth.astype(np.float32), _none()


def _argyle(fabric: Fabric) -> Masks:
    across, down = tile_grid()
    count = _repeats(4, fabric)
    diamond = np.abs((across * count * 2) % 2 - 1) + np.abs((down * count) % 2 - 1)
    lines = np.abs((across * count * 2 + 1) % 2 - 1) - np.abs((down * count) % 2 - 1)
    return 0.85 * _soft(0.72 - diamond, 0.04), 0.7 * _soft(0.05 - np.abs(lines), 0.03)


def _blotches(fabric: Fabric) -> Masks:
    """Camouflage-like patches from smooth periodic noise."""
    first, second = tile_noise(fabric.seed, 10), tile_noise(fabric.seed + 1, 11)
    return _soft(first - 0.6, 0.12), _soft(second - 0.85, 0.12)


def _fair_isle(fabric: Fabric) -> Masks:
    across, down = tile_grid()
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
    "argyle": _argyle, "floral": floral, "leaf print": leafy, "confetti": confetti, "camouflage": _blotches,
    "tortoiseshell": _blotches,
    "fair isle": _fair_isle,
}  # fmt: skip
