"""Cloth for the drawn catalogue: a fabric is a frozen description of what cloth looks like."""

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
def tile_grid() -> tuple[np.ndarray, np.ndarray]:
    """Places on the tile, across and down, as shares of its side: two (TILE_PX, TILE_PX) float32."""
    along = (np.arange(TILE_PX, dtype=np.float32) + 0.5) / TILE_PX
    return np.meshgrid(along, along)


# How much the accent and the third colour cover, two (TILE_PX, TILE_PX) float32 in 0..1.
Masks = tuple[np.ndarray, np.ndarray]


@lru_cache(maxsize=64)
def tile_noise(seed: int, waves: int) -> np.ndarray:
    """Smooth noise that repeats with the tile: mean 0, standard deviation 1, (TILE_PX, TILE_PX) float32."""
    import cv2

    coarse = np.random.default_rng([seed % 97, waves]).standard_normal((waves, waves)).astype(np.float32)
    wrapped = np.tile(coarse, (3, 3))
    big = cv2.resize(wrapped, (TILE_PX * 3, TILE_PX * 3), interpolation=cv2.INTER_CUBIC)
    tile = big[TILE_PX : 2 * TILE_PX, TILE_PX : 2 * TILE_PX]
    return np.asarray((tile - tile.mean()) / tile.std())
