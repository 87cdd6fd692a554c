"""Slow, obvious second versions of what the program does fast; the tests compare the two."""

from pathlib import Path

import numpy as np


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """The picture as it is meant to be seen, from stored (h, w, 3) pixels and the EXIF orientation 1..8.

    EXIF says where the stored row 0 and column 0 belong: 1 top left, 2 top right, 3 bottom right,
    4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left bottom.
    """
    height, width = pixels.shape[:2]
    swaps = orientation in (5, 6, 7, 8)
    result = np.zeros((width, height, 3) if swaps else (height, width, 3), pixels.dtype)
    for row in range(height):
        for column in range(width):
            down, right = (column, row) if swaps else (row, column)
            if orientation in (3, 4, 7, 8):
                down = result.shape[0] - 1 - down
            if orientation in (2, 3, 6, 7):
                right = result.shape[1] - 1 - right
            result[down, right] = pixels[row, column]
    return result


def on_white(colour: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Colours (..., 3) in 0..255 with alpha (...) in 0..255 laid on white, float64."""
    share = alpha[..., None] / 255
    return colour * share + 255 * (1 - share)


def resized(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """Bilinear with antialiasing, (height, width, 3) float64: every new pixel is a mean under a triangle."""
    rows, columns = _triangle_weights(pixels.shape[0], height), _triangle_weights(pixels.shape[1], width)
    return np.einsum("yr,xc,rcb->yxb", rows, columns, pixels.astype(np.float64), optimize=True)


def _triangle_weights(old: int, new: int) -> np.ndarray:
    scale = old / new
    reach = max(scale, 1.0)
    weights = np.zeros((new, old))
    for target in range(new):
        centre = (target + 0.5) * scale
        for source in range(old):
            weights[target, source] = max(0.0, 1 - abs(source + 0.5 - centre) / reach)
        weights[target] /= weights[target].sum()
    return weights


def nearest(
    embeddings: np.ndarray, queries: np.ndarray, k: int, allowed: np.ndarray | None = None
) -> tuple[list[list[int]], list[list[float]]]:
    """Rows and scores of the k nearest, best first, ties to the lower row; -1 and NaN where there are none."""
    all_rows, all_scores = [], []
    for query in queries:
        scored = []
        for row, embedding in enumerate(embeddings):
            if allowed is None or allowed[row]:
                scored.append((-float(np.dot(embedding.astype(np.float64), query.astype(np.float64))), row))
        scored = sorted(scored)[:k]
        missing = k - len(scored)
        all_rows.append([row for _, row in scored] + [-1] * missing)
        all_scores.append([-score for score, _ in scored] + [float("nan")] * missing)
    return all_rows, all_scores


def files_below(folder: Path) -> dict[str, bytes]:
    """Relative name -> content of every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
