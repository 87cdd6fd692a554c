"""The repeating picture of a fabric: its pattern, woven or knitted."""

from functools import lru_cache

import numpy as np

from core.catalogs.studio_fabric import TILE_PX, Fabric, tile_grid, tile_noise
from core.catalogs.studio_patterns import PATTERNS


@lru_cache(maxsize=32)
def _grain(name: str) -> np.ndarray:
    """Brightness of the weave around 1, (TILE_PX, TILE_PX, 1) float32."""
    across, down = tile_grid()
    speck = np.random.default_rng(5).standard_normal((TILE_PX, TILE_PX)).astype(np.float32)
    patch = tile_noise(3, 9)
    wide = 2 * np.pi * across
    tall = 2 * np.pi * down
    relief = {
        "jersey": 0.018 * speck + 0.012 * np.sin(wide * 128),
        "woven": 0.02 * speck + 0.018 * np.sin(wide * 128) * np.sin(tall * 128),
        "linen": 0.03 * speck + 0.03 * _streaks(0) + 0.03 * _streaks(1),
        "denim": 0.055 * speck + 0.05 * np.sin((wide + tall) * 100) + 0.035 * patch + 0.03 * _streaks(0),
        "knit": 0.10 * np.abs(np.sin(tall * 42 + 1.6 * np.abs(np.sin(wide * 16)))) - 0.06
        + 0.07 * np.abs(np.sin(wide * 16)) - 0.045 + 0.015 * speck,
        "cable": 0.13 * np.abs(np.sin(wide * 6)) * np.sin(tall * 12 + 2.2 * np.sin(wide * 12)) + 0.05
        * np.sin(wide * 36) + 0.015 * speck,
        "rib": 0.13 * np.sin(wide * 36) + 0.015 * speck,
        "corduroy": 0.10 * np.sin(wide * 26) + 0.02 * speck,
        "wool": 0.035 * speck + 0.03 * tile_noise(4, 64) + 0.02 * patch,
        "leather": 0.018 * tile_noise(5, 70) + 0.012 * tile_noise(6, 120) + 0.01 * speck,
        "suede": 0.02 * speck + 0.03 * tile_noise(7, 40),
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
