"""Photos and their boxes, changed at random for training: placed on a canvas, mirrored, recoloured, four in one."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FILL = 114  # grey of the canvas around a photo, the same as at serving
SCALE_RANGE = (0.6, 1.5)  # relative to the size at which the photo just fits the canvas
STRETCH = 0.08
HSV_GAINS = (0.015, 0.6, 0.4)
GREY_SHARE = 0.04
BLUR_SHARE = 0.05
VISIBLE_SHARE = 0.35  # of a box's area that must stay in the picture, else the box is dropped
MIN_SIDE_PX = 3.0


@dataclass(frozen=True)
class Example:
    """One photo for training.

    Attributes:
        pixels: (h, w, 3) uint8 RGB.
        boxes: (n, 4) float32, x1 y1 x2 y2 in px.
        classes: (n,) int64.
    """

    pixels: npt.NDArray[np.uint8]
    boxes: npt.NDArray[np.float32]
    classes: npt.NDArray[np.int64]


def place_at_random(example: Example, canvas: tuple[int, int], rng: np.random.Generator) -> Example:
    """The photo on a grey canvas (height, width), at a random size and place, often cut by the edge."""
    height, width = example.pixels.shape[:2]
    fit = min(canvas[0] / height, canvas[1] / width)
    scale = fit * float(np.exp(rng.uniform(*np.log(SCALE_RANGE))))
    scale_x, scale_y = scale * rng.uniform(1 - STRETCH, 1 + STRETCH), scale
    left = _random_offset(width * scale_x, canvas[1], rng)
    top = _random_offset(height * scale_y, canvas[0], rng)
    return _warp(example, canvas, (scale_x, scale_y), (left, top))


def four_in_one(examples: list[Example], canvas: tuple[int, int], rng: np.random.Generator) -> Example:
    """Four photos in the quarters of one canvas, around a random centre, each fitted roughly into its quarter."""
    centre_y = round(canvas[0] * rng.uniform(0.35, 0.65))
    centre_x = round(canvas[1] * rng.uniform(0.35, 0.65))
    pixels = np.full((*canvas, 3), FILL, np.uint8)
    boxes, classes = [], []
    for example, rows, columns in zip(
        examples,
        [(0, centre_y), (0, centre_y), (centre_y, canvas[0]), (centre_y, canvas[0])],
        [(0, centre_x), (centre_x, canvas[1]), (0, centre_x), (centre_x, canvas[1])],
        strict=True,
    ):
        part = place_at_random(example, (rows[1] - rows[0], columns[1] - columns[0]), rng)
        pixels[rows[0] : rows[1], columns[0] : columns[1]] = part.pixels
        boxes.append(part.boxes + np.array([columns[0], rows[0]] * 2, np.float32))
        classes.append(part.classes)
    return Example(pixels, np.concatenate(boxes), np.concatenate(classes))


def mirror(example: Example) -> Example:
    """The photo seen in a mirror."""
    boxes = example.boxes.copy()
    boxes[:, [0, 2]] = example.pixels.shape[1] - example.boxes[:, [2, 0]]
    return Example(np.ascontiguousarray(example.pixels[:, ::-1]), boxes, example.classes)


def recolour(pixels: npt.NDArray[np.uint8], rng: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Random hue, saturation and brightness; now and then grey or blurred."""
    import cv2

    gains = rng.uniform(-1, 1, 3) * HSV_GAINS + 1
    hue, saturation, value = cv2.split(cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV))
    levels = np.arange(256)
    hue = cv2.LUT(hue, ((levels * gains[0]) % 180).astype(np.uint8))
    saturation = cv2.LUT(saturation, np.clip(levels * gains[1], 0, 255).astype(np.uint8))
    value = cv2.LUT(value, np.clip(levels * gains[2], 0, 255).astype(np.uint8))
    if rng.random() < GREY_SHARE:
        saturation = np.zeros_like(saturation)
    result = cv2.cvtColor(cv2.merge((hue, saturation, value)), cv2.COLOR_HSV2RGB)
    if rng.random() < BLUR_SHARE:
        result = cv2.GaussianBlur(result, (0, 0), rng.uniform(0.4, 1.2))
    return np.asarray(result, np.uint8)


def _random_offset(length: float, room: int, rng: np.random.Generator) -> float:
    """Where a photo of this length begins on the canvas: anywhere inside, or pushed out by up to 15 %."""
    slack = room - length
    low, high = min(0.0, slack), max(0.0, slack)
    push = 0.15 * min(length, room)
    return float(rng.uniform(low - push, high + push)) if rng.random() < 0.3 else float(rng.uniform(low, high))


def _warp(
    example: Example, canvas: tuple[int, int], scales: tuple[float, float], offset: tuple[float, float]
) -> Example:
    import cv2

    matrix = np.array([[scales[0], 0, offset[0]], [0, scales[1], offset[1]]])
    pixels = cv2.warpAffine(
        example.pixels, matrix, (canvas[1], canvas[0]), flags=cv2.INTER_LINEAR, borderValue=(FILL, FILL, FILL)
    )
    moved = example.boxes * np.array([*scales, *scales], np.float32) + np.array([*offset, *offset], np.float32)
    limits = np.array([canvas[1], canvas[0]] * 2, np.float32)
    boxes = np.clip(moved, 0, limits)
    sides, full_sides = boxes[:, 2:] - boxes[:, :2], moved[:, 2:] - moved[:, :2]
    visible = sides.prod(axis=1) / np.maximum(full_sides.prod(axis=1), 1e-9)
    kept = (visible >= VISIBLE_SHARE) & (sides.min(axis=1, initial=np.inf) >= MIN_SIDE_PX)
    return Example(np.asarray(pixels, np.uint8), boxes[kept], example.classes[kept])
