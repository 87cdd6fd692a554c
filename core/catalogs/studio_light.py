"""The light of a drawn picture: the sweep of a shop, the daylight of a place."""

from functools import lru_cache

import numpy as np

from core.catalogs.studio_backgrounds import Field


def paper_sweep(size: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """The light background of a shop picture, brightest in the middle, (h, w, 3) uint8."""
    import cv2

    tint = (
        np.array([246, 246, 246], np.float32)
        + rng.uniform(-3, 3, 3).astype(np.float32)
        + np.array([1, 0, -1]) * rng.uniform(-2, 4)
    )
    x, y = np.linspace(-1, 1, 90, dtype=np.float32)[None, :], np.linspace(-1, 1, 110, dtype=np.float32)[:, None]
    fall = 1.012 - 0.03 * (x**2 + y**2) - 0.012 * np.clip(y, 0, 1)
    sweep = np.clip(fall[..., None] * tint, 0, 255).astype(np.float32)
    return np.asarray(cv2.resize(sweep, size, interpolation=cv2.INTER_LINEAR)).astype(np.uint8)


@lru_cache(maxsize=1)
def _film() -> Field:
    return np.random.default_rng(2).standard_normal((700, 600)).astype(np.float32)


def daylight(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture in a light of its own: warm or cold, bright or dim, shadowed from a side, with film grain.

    Args:
        picture: (h, w, 3) uint8.
        rng: draws the light.

    Returns:
        (h, w, 3) uint8.
    """
    import cv2

    height, width = picture.shape[:2]
    warmth = rng.uniform(-1, 1)
    tint = np.array([1 + 0.05 * warmth, 1.0, 1 - 0.075 * warmth]) * rng.uniform(0.88, 1.08)
    angle, depth = rng.uniform(0, 2 * np.pi), rng.uniform(0.0, 0.26)
    x, y = np.linspace(-1, 1, width, dtype=np.float32)[None, :], np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    light = 1 - np.float32(depth) * np.clip(
        0.5 + 0.6 * (np.float32(np.cos(angle)) * x + np.float32(np.sin(angle)) * y), 0, 1
    )
    if rng.random() < 0.3:
        shade = np.zeros((height // 4, width // 4), np.float32)
        slant, step = rng.uniform(-0.6, 0.6), rng.uniform(0.3, 0.45)
        for bar in np.arange(-1, 2, step):
            left = bar * width / 4
            strip = np.array(
                [
                    [left, 0],
                    [left + width * step * 0.13, 0],
                    [left + width * step * 0.13 + slant * height / 4, height / 4],
                    [left + slant * height / 4, height / 4],
                ]
            )
            cv2.fillConvexPoly(shade, strip.astype(np.int32), 1.0, cv2.LINE_AA)
        shade = cv2.resize(cv2.GaussianBlur(shade, (0, 0), 2.2), (width, height))
        light = light * (1 - 0.17 * shade)
    top, left_edge = rng.integers(0, 40, 2)
    grain = _film()[top : top + height, left_edge : left_edge + width]
    light = np.asarray(light, dtype=np.float32)
    factor = cv2.merge([light * np.float32(part) for part in tint])
    lit = cv2.multiply(picture, factor, dtype=cv2.CV_32F)
    grain = grain * np.float32(rng.uniform(0.4, 2.0))
    return np.asarray(cv2.add(lit, cv2.merge([grain, grain, grain]), dtype=cv2.CV_8U))
