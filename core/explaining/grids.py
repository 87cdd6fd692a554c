"""What the places of two pictures bring to their cosine, and laying that over a picture as it was before its `fit`."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

from core.encoders.spec import EncoderSpec

Method = Literal["places", "attention", "covering"]


@dataclass(frozen=True)
class Contributions:
    """What each place of two encoded squares brings to the cosine of their embeddings.

    Attributes:
        score: The cosine.
        gains: (2,) float64, how much more each is like the other one than like the average that was given; the score
            without one.
        grids: (2, rows, columns) float64, laid evenly over the first and the second square; what is positive speaks
            for the match.
        method: How they were found. By "places" and "attention" a grid's sum is that part of the gain which has a
            place; by "covering" only the order of the places says something.
    """

    score: float
    gains: np.ndarray
    grids: np.ndarray
    method: Method

    def __post_init__(self) -> None:
        if self.grids.ndim != 3 or len(self.grids) != 2 or 0 in self.grids.shape:
            raise ValueError(f"expected grids (2, rows, columns), but got {self.grids.shape}")
        if not np.isfinite(self.grids).all():
            raise ValueError("expected contributions that are finite numbers, but got others")


def heat_map(grid: np.ndarray, spec: EncoderSpec, height: int, width: int) -> np.ndarray:
    """A grid of contributions as a heat map over the picture that was made the encoder's square.

    Args:
        grid: (rows, columns), over the square.
        spec: The encoder, whose `fit` is undone.
        height: Of the picture, px.
        width: Likewise.

    Returns:
        (height, width) float32 in [0, 1]: 1 at the strongest place, 0 where nothing speaks for the match (all 0 if
        nothing does anywhere) and, with the fit "crop", where the encoder did not look.
    """
    x1, y1, x2, y2 = picture_box(spec, height, width)
    box = cell_box(grid, spec, height, width)
    seen = Image.fromarray(grid.astype(np.float32)).resize((x2 - x1, y2 - y1), Image.Resampling.BICUBIC, box=box)
    heat = np.zeros((height, width), np.float32)
    # Clipped only now, so that a cell that speaks against the match lowers what is beside it.
    heat[y1:y2, x1:x2] = np.maximum(np.asarray(seen), 0)
    strongest = heat.max()
    return heat / strongest if strongest > 0 else heat


def sum_inside(grid: np.ndarray, spec: EncoderSpec, height: int, width: int) -> float:
    """The sum of a grid inside the picture, without the margin that it was padded with; cells on its edge in part."""
    left, top, right, bottom = box = cell_box(grid, spec, height, width)
    mean = Image.fromarray(grid.astype(np.float32)).resize((1, 1), Image.Resampling.BOX, box=box).getpixel((0, 0))
    return float(np.asarray(mean)) * (right - left) * (bottom - top)


def cell_box(grid: np.ndarray, spec: EncoderSpec, height: int, width: int) -> tuple[float, float, float, float]:
    """Where the picture lies in the grid: x1, y1, x2, y2 in cells."""
    rows, columns = grid.shape
    left, top, inner_width, inner_height = 0, 0, spec.side_px, spec.side_px
    if spec.fit == "pad":
        scale = spec.side_px / max(width, height)
        inner_width, inner_height = max(1, round(width * scale)), max(1, round(height * scale))
        left, top = (spec.side_px - inner_width) // 2, (spec.side_px - inner_height) // 2
    across, down = columns / spec.side_px, rows / spec.side_px
    return left * across, top * down, (left + inner_width) * across, (top + inner_height) * down


def picture_box(spec: EncoderSpec, height: int, width: int) -> tuple[int, int, int, int]:
    """Which part of a picture the encoder sees: x1, y1, x2, y2 in px."""
    if spec.fit != "crop":
        return 0, 0, width, height
    edge = min(width, height)
    left, top = (width - edge) // 2, (height - edge) // 2
    return left, top, left + edge, top + edge
