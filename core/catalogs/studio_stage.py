"""The stage of a drawn picture: its size, its canvas, cast shadows, and reading the boxes off it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.catalogs.studio_curves import Transform
from core.catalogs.studio_light import daylight
from core.catalogs.studio_paint import fill, shaded
from core.catalogs.studio_parts import Canvas, Part

SIZE = (384, 480)  # width and height of a picture, px


OVER = 1.5  # painted larger by this factor, then reduced: smooth edges


Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawn:
    """A picture and what is in it.

    Attributes:
        image: (h, w, 3) uint8 RGB.
        owner: (h, w) uint8, number of the garment seen at each pixel, 0 for none, 1 for the first.
        boxes: (detector class, box in px) per garment; one that is wholly hidden is left out.
    """

    image: np.ndarray
    owner: np.ndarray
    boxes: list[tuple[str, Box]]


def blank_canvas(background: np.ndarray, seed: int, light: tuple[float, float] = (0.55, 0.75)) -> Canvas:
    """A canvas that nothing is painted on yet."""
    return Canvas(background, np.zeros(background.shape[:2], np.uint8), light, seed)


def painted_size() -> tuple[int, int]:
    """Width and height at which pictures are painted before they are reduced."""
    return round(SIZE[0] * OVER), round(SIZE[1] * OVER)


def finish(canvas: Canvas, classes: Sequence[str], rng: np.random.Generator | None) -> Drawn:
    """Reduce to the final size, light the picture, read the boxes off the owners."""
    import cv2

    image = cv2.resize(canvas.rgb, SIZE, interpolation=cv2.INTER_AREA)
    owner = cv2.resize(canvas.owner, SIZE, interpolation=cv2.INTER_NEAREST)
    boxes: list[tuple[str, Box]] = []
    for number, name in enumerate(classes, start=1):
        rows, columns = np.flatnonzero((owner == number).any(1)), np.flatnonzero((owner == number).any(0))
        if len(rows):
            boxes.append((name, (float(columns[0]), float(rows[0]), float(columns[-1] + 1), float(rows[-1] + 1))))
    return Drawn(image if rng is None else daylight(image, rng), owner, boxes)


def cast_shadow(canvas: Canvas, parts: Sequence[Part], blur: float, shift: tuple[float, float], depth: float) -> None:
    """Darken the background where the parts (in pixels) keep the light from it."""
    import cv2

    height, width = canvas.owner.shape
    small = np.zeros((height // 4, width // 4), np.uint8)
    for part in parts:
        fill(small, (part.outline + shift) / 4, 255)
    soft = cv2.GaussianBlur(small, (0, 0), blur / 4).astype(np.float32) * (depth / 255)
    shade = cv2.resize(1 - soft, (width, height), interpolation=cv2.INTER_LINEAR)
    canvas.rgb[:] = shaded(canvas.rgb, shade)


def fit_transform(
    parts: Sequence[Part], share: float, turn: float, shift: tuple[float, float]
) -> tuple[Transform, float]:
    """The transform that turns the parts and fits them into a share of the picture, and its px per unit."""
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    points = np.vstack([part.outline for part in parts]) @ spin
    low, high = points.min(0), points.max(0)
    size = np.array(painted_size(), dtype=np.float64)
    unit = float((size * share / np.maximum(high - low, 1e-6)).min())
    middle = size * (np.array([0.5, 0.5]) + shift) - (low + high) / 2 * unit
    return (lambda points: np.asarray(points @ spin * unit + middle)), unit


def back_to_front(parts: Sequence[Part]) -> list[Part]:
    """Parts with those that belong behind a body first."""
    return [part for part in parts if part.behind] + [part for part in parts if not part.behind]
