"""The network's raw output -> boxes in canvas pixels, confidences and classes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

STRIDES = (8, 16, 32)
BINS = 16  # a box edge is a distribution over 0 to 15 strides from its anchor


@dataclass(frozen=True)
class Candidates:
    """Boxes before merging, in no order.

    Attributes:
        xyxy: (n, 4) float32, px.
        confidence: (n,) float32 in [0, 1].
        class_id: (n,) int64.
    """

    xyxy: npt.NDArray[np.float32]
    confidence: npt.NDArray[np.float32]
    class_id: npt.NDArray[np.int64]

    def best(self, count: int) -> "Candidates":
        """The most confident ones, best first."""
        order = np.argsort(-self.confidence, kind="stable")[:count]
        return Candidates(self.xyxy[order], self.confidence[order], self.class_id[order])


def anchor_points(canvas_width: int, canvas_height: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Centres (a, 2) px and strides (a,) px of the cells of all levels, in the order of the network's output."""
    centres, strides = [], []
    for stride in STRIDES:
        columns = (np.arange(canvas_width // stride, dtype=np.float32) + 0.5) * stride
        rows = (np.arange(canvas_height // stride, dtype=np.float32) + 0.5) * stride
        across, down = np.meshgrid(columns, rows)
        centres.append(np.stack([across.ravel(), down.ravel()], axis=1))
        strides.append(np.full(across.size, stride, np.float32))
    return np.concatenate(centres), np.concatenate(strides)


def decode(
    edges: npt.NDArray[np.float32],
    logits: npt.NDArray[np.float32],
    canvas: tuple[int, int],
    min_confidence: float,
) -> Candidates:
    """Candidates of one canvas; a cell gives one for each class it is confident enough of.

    Args:
        edges: (4 * 16, a) raw distributions of the left, top, right and bottom distance.
        logits: (classes, a) raw class scores.
        canvas: Width and height, px.
        min_confidence: Lower candidates are left out.
    """
    centres, strides = anchor_points(*canvas)
    if logits.shape[1] != len(centres):
        raise ValueError(f"the output must have {len(centres)} cells for {canvas}, but has {logits.shape[1]}")
    floor = np.float32(np.log(min_confidence / (1 - min_confidence))) if 0 < min_confidence < 1 else None
    chosen = np.full(logits.shape, min_confidence <= 0) if floor is None else logits >= floor
    class_id, cell = np.nonzero(chosen)
    distributions = edges.reshape(4, BINS, -1)[:, :, cell].astype(np.float32)  # (4, bins, n)
    shares = np.exp(distributions - distributions.max(axis=1, keepdims=True))
    shares /= shares.sum(axis=1, keepdims=True)
    distances = np.einsum("ebn,b->ne", shares, np.arange(BINS, dtype=np.float32)) * strides[cell, None]
    xyxy = np.concatenate([centres[cell] - distances[:, :2], centres[cell] + distances[:, 2:]], axis=1)
    confidence = 1 / (1 + np.exp(-logits[class_id, cell].astype(np.float32)))
    return Candidates(xyxy.astype(np.float32), confidence.astype(np.float32), class_id.astype(np.int64))
