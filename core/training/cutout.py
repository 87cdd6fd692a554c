"""A picture as a square with a mask that says where the garment may be: a white surrounding is masked out."""

import numpy as np
from PIL import Image

WHITE = 238
# A mask that leaves almost nothing, or takes almost nothing away, has found no surrounding.
SHARES = (0.03, 0.97)


def square_with_mask(pixels: np.ndarray, side: int) -> np.ndarray:
    """(4, side, side) uint8: the picture in the middle of a white square, and 255 where it is not surrounding.

    Args:
        pixels: (h, w, 3) uint8 RGB.
        side: Of the square, px.
    """
    height, width = pixels.shape[:2]
    scale = side / max(width, height)
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = np.asarray(Image.fromarray(pixels).resize(inner, Image.Resampling.BILINEAR))
    square = np.full((4, side, side), 255, np.uint8)
    square[3] = 0
    left, top = (side - inner[0]) // 2, (side - inner[1]) // 2
    place = (slice(top, top + inner[1]), slice(left, left + inner[0]))
    square[(slice(0, 3), *place)] = picture.transpose(2, 0, 1)
    square[(3, *place)] = garment_mask(picture)
    return square


def garment_mask(picture: np.ndarray) -> np.ndarray:
    """(h, w) uint8: 0 on the white that touches the border, 255 elsewhere; all 255 where there is no such white."""
    import cv2

    white = (picture.min(axis=2) >= WHITE).astype(np.uint8)
    count, labels = cv2.connectedComponents(white, connectivity=4)
    border = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    outside = np.zeros(count, bool)
    outside[np.unique(border)] = True
    outside[0] = False  # label 0 is what is not white
    surrounding = outside[labels]
    if not SHARES[0] < surrounding.mean() < SHARES[1]:
        return np.full(picture.shape[:2], 255, np.uint8)
    return np.where(surrounding, np.uint8(0), np.uint8(255))
