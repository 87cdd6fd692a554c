"""A picture of any shape -> the square that an encoder takes."""

import numpy as np
from PIL import Image

from core.encoders.spec import EncoderSpec


def to_square(image: np.ndarray, spec: EncoderSpec) -> np.ndarray:
    """The encoder's input, (3, side, side) uint8 RGB, from an (h, w, 3) uint8 RGB picture.

    "pad" lays the picture in the middle of a white square, as shops photograph clothes; "squash" stretches it;
    "crop" cuts the middle square out. Resizing is bilinear with antialiasing.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or 0 in image.shape:
        raise ValueError(f"image must be (h, w, 3) uint8 and not empty, but got {image.shape} {image.dtype}")
    side = spec.side_px
    height, width = image.shape[:2]
    picture = Image.fromarray(image)
    if spec.fit == "crop":
        edge = min(width, height)
        left, top = (width - edge) // 2, (height - edge) // 2
        box = (left, top, left + edge, top + edge)
        return _channels_first(picture.resize((side, side), Image.Resampling.BILINEAR, box=box))
    if spec.fit == "squash" or width == height:
        return _channels_first(picture.resize((side, side), Image.Resampling.BILINEAR))
    scale = side / max(width, height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    square = Image.new("RGB", (side, side), "white")
    square.paste(picture.resize(inner, Image.Resampling.BILINEAR), ((side - inner[0]) // 2, (side - inner[1]) // 2))
    return _channels_first(square)


def _channels_first(picture: Image.Image) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(picture).transpose(2, 0, 1))
