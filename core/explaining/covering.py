"""What is lost when a part is covered: slow, and open to every encoder, whatever is inside."""

import numpy as np

from core.encoders.spec import Encoder
from core.explaining.grids import Contributions

CELLS = 9
# A cover reaches over its cell, so that no part lies on an edge of all covers.
COVER_CELLS = 2.0
BATCH = 27


def covering_contributions(
    encoder: Encoder, squares: np.ndarray, average: np.ndarray, cells: int = CELLS
) -> Contributions:
    """How much of the gain is lost when a place is covered by the square's mean colour.

    A cover is itself something to see, and what is shown twice is not missed where it is covered once; so read it as
    a second opinion.

    Args:
        encoder: Any, loaded.
        squares: (2, 3, side, side) uint8 RGB.
        average: (dim,) float32, the embedding that a match is compared with; zeros for none.
        cells: Places along a side; every one costs an encoding of either square.
    """
    embeddings = encoder.encode_squares(squares).astype(np.float64)
    wanted = embeddings[::-1] - average
    gains = (embeddings * wanted).sum(1)
    grids = np.zeros((2, cells * cells))
    for which in (0, 1):
        covered = covers(squares[which], cells)
        for start in range(0, len(covered), BATCH):
            found = encoder.encode_squares(covered[start : start + BATCH])
            grids[which, start : start + BATCH] = gains[which] - found @ wanted[which]
    return Contributions(float(embeddings[0] @ embeddings[1]), gains, grids.reshape(2, cells, cells), "covering")


def covers(square: np.ndarray, cells: int) -> np.ndarray:
    """(cells * cells, 3, side, side) uint8: the square (3, side, side) with one place covered each, row by row."""
    side = square.shape[1]
    middles = (np.arange(cells) + 0.5) * side / cells
    starts = np.maximum(0, np.round(middles - COVER_CELLS / 2 * side / cells)).astype(int)
    stops = np.minimum(side, np.round(middles + COVER_CELLS / 2 * side / cells)).astype(int)
    mean = np.round(square.mean(axis=(1, 2), keepdims=True)).astype(np.uint8)
    covered = np.repeat(square[None], cells * cells, axis=0)
    for place, picture in enumerate(covered):
        row, column = divmod(place, cells)
        picture[:, starts[row] : stops[row], starts[column] : stops[column]] = mean
    return covered
