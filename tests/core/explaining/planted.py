"""Drawn pairs with one garment in common, planted at different places on different grounds."""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from core.catalogs.studio_backgrounds import GROUNDS, place
from core.catalogs.studio_products import products
from core.catalogs.studio_views import draw_view

# As the studio draws them first: pink, blue, green, yellow and red.
KINDS = ("top", "pants", "shorts", "bag", "headwear")


@dataclass(frozen=True)
class Scene:
    """A picture (h, w, 3) uint8, where its planted garment is seen (h, w) bool, and which of `KINDS` it is."""

    picture: np.ndarray
    is_planted: np.ndarray
    kind: int


@dataclass(frozen=True)
class Planted:
    """A garment in a scene: its middle as shares of width and height, its longer side as one of the shorter side."""

    kind: int
    middle: tuple[float, float]
    share: float


@lru_cache(1)
def garments() -> list[tuple[np.ndarray, np.ndarray]]:
    """Of each kind the pixels (h, w, 3) uint8 and where they are of the garment, (h, w) bool."""
    found = {}
    for product in {product.garment: product for product in products(60, seed=0)}.values():
        if product.garment in KINDS:
            drawn = draw_view(product, "shop")
            x1, y1, x2, y2 = (int(value) for value in drawn.boxes[0][1])
            found[product.garment] = (drawn.image[y1:y2, x1:x2], drawn.owner[y1:y2, x1:x2] == 1)
    return [found[kind] for kind in KINDS]


def scene(size: tuple[int, int], seed: int, main: Planted, *others: Planted) -> Scene:
    """A ground of the given width and height, px, with garments on it; the first is the one that counts."""
    picture = place(GROUNDS[seed % len(GROUNDS)], size, np.random.default_rng(seed), turn=True).copy()
    is_planted = np.zeros(picture.shape[:2], bool)
    for one in (*others, main):
        pixels, mask = garments()[one.kind]
        scale = one.share * min(size) / max(mask.shape)
        width, height = (max(1, round(edge * scale)) for edge in mask.shape[::-1])
        left, top = (
            round(share * edge - own / 2) for share, edge, own in zip(one.middle, size, (width, height), strict=True)
        )
        left, top = min(max(left, 0), size[0] - width), min(max(top, 0), size[1] - height)
        window = (slice(top, top + height), slice(left, left + width))
        inside = cv2.resize(mask.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
        picture[window][inside] = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA)[inside]
        if one is main:
            is_planted[window] = inside
    return Scene(picture, is_planted, main.kind)


def pair(number: int) -> tuple[Scene, Scene]:
    """A lying and a standing picture of one garment, each with another small garment beside it."""
    kind, second, third = ((number + step) % len(KINDS) for step in range(3))
    lying = scene((220, 160), number, Planted(kind, (0.25, 0.4), 0.65), Planted(second, (0.85, 0.75), 0.22))
    standing = scene((160, 220), number + 5, Planted(kind, (0.6, 0.7), 0.65), Planted(third, (0.3, 0.15), 0.22))
    return lying, standing


@lru_cache(2)
def singles(count: int) -> list[Scene]:
    """Square scenes of one garment each, at any place, all kinds in turn."""
    chance, scenes = np.random.default_rng(5), []
    for seed in range(count):
        x, y, share = chance.uniform((0.2, 0.2, 0.4), (0.8, 0.8, 0.7))
        scenes.append(scene((160, 160), seed, Planted(seed % len(KINDS), (x, y), share)))
    return scenes


def lift(heat: np.ndarray, is_planted: np.ndarray) -> float:
    """How many times more of a heat map lies on the planted garment than would by chance; 1 is chance."""
    return float(heat[is_planted].sum() / heat.sum() / is_planted.mean())


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
