"""A photo of any size on a grey canvas that the network can take, and the way back for its boxes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FILL = 114  # grey around the photo, the same in training
STRIDE = 32  # sides of the canvas are multiples of the coarsest level's stride
MAX_ASPECT = 3.0  # a longer photo is not given a longer canvas


@dataclass(frozen=True)
class Letterboxed:
    """A photo on its canvas.

    Attributes:
        canvas: (h, w, 3) uint8 RGB, sides multiples of 32.
        scale: (x, y) canvas pixels a photo pixel.
        offset: (x, y) of the photo's corner on the canvas, px.
        size: (width, height) of the photo, px.
    """

    canvas: npt.NDArray[np.uint8]
    scale: tuple[float, float]
    offset: tuple[int, int]
    size: tuple[int, int]

    def to_photo(self, xyxy: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """(n, 4) boxes in canvas px -> in photo px, clipped to the photo."""
        boxes = (xyxy - np.array([*self.offset, *self.offset])) / np.array([*self.scale, *self.scale])
        return np.clip(boxes, 0, np.array([*self.size, *self.size])).astype(np.float32)


def canvas_size(width: int, height: int, area: int) -> tuple[int, int]:
    """Width and height of the canvas for a photo: its shape, about `area` pixels, sides multiples of 32.

    The area is held, not the longer side, so that a square photo is not shown larger than an upright one.
    """
    aspect = float(np.clip(height / width, 1 / MAX_ASPECT, MAX_ASPECT))
    across = max(STRIDE, round((area / aspect) ** 0.5 / STRIDE) * STRIDE)
    down = max(STRIDE, round((area * aspect) ** 0.5 / STRIDE) * STRIDE)
    return across, down


def letterbox(image: npt.NDArray[np.uint8], area: int) -> Letterboxed:
    """Put a photo in the middle of a grey canvas, as large as it fits.

    Args:
        image: (h, w, 3) uint8 RGB, at least one pixel.
        area: About how many pixels the canvas shall have.
    """
    import cv2

    height, width = image.shape[:2]
    across, down = canvas_size(width, height, area)
    fit = min(across / width, down / height)
    inner = (min(across, max(1, round(width * fit))), min(down, max(1, round(height * fit))))
    shrinking = cv2.INTER_AREA if fit < 1 else cv2.INTER_LINEAR
    left, top = (across - inner[0]) // 2, (down - inner[1]) // 2
    canvas = np.full((down, across, 3), FILL, np.uint8)
    canvas[top : top + inner[1], left : left + inner[0]] = cv2.resize(image, inner, interpolation=shrinking)
    return Letterboxed(canvas, (inner[0] / width, inner[1] / height), (left, top), (width, height))
