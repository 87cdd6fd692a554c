"""Overlapping boxes of one class become one: suppression within a view, weighted fusion across views."""

import numpy as np
import numpy.typing as npt

from detection.decode import Candidates


def overlap_matrix(first: npt.NDArray[np.float32], second: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(n, 4) and (m, 4) boxes -> (n, m) intersection over union in [0, 1]; empty boxes overlap nothing."""
    corner = np.maximum(first[:, None, :2], second[None, :, :2])
    opposite = np.minimum(first[:, None, 2:], second[None, :, 2:])
    shared = np.clip(opposite - corner, 0, None).prod(axis=2)
    areas = [np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1) for boxes in (first, second)]
    union = areas[0][:, None] + areas[1][None, :] - shared
    return np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)


def suppress(candidates: Candidates, max_overlap: float) -> Candidates:
    """Keep a candidate only if no better one of its class overlaps it by more than `max_overlap`.

    Returns:
        The kept ones, best first.
    """
    ranked = candidates.best(len(candidates.confidence))
    # Boxes of different classes are moved apart, so that one pass serves all classes.
    span = float(np.abs(ranked.xyxy).max(initial=0.0)) * 2 + 1
    apart = ranked.xyxy + (ranked.class_id[:, None] * span).astype(np.float32)
    clashes = overlap_matrix(apart, apart) > max_overlap
    alive = np.ones(len(apart), bool)
    for row in range(len(apart)):
        if alive[row]:
            alive[row + 1 :] &= ~clashes[row, row + 1 :]
    return Candidates(ranked.xyxy[alive], ranked.confidence[alive], ranked.class_id[alive])


def fuse(views: list[Candidates], min_overlap: float) -> Candidates:
    """Weighted boxes fusion: what several views of one photo agree on is averaged, weighted by confidence.

    A cluster takes one box of a class from each view at most. Its confidence is the mean over all views, a view
    that saw nothing counting as zero, so agreement is rewarded.

    Args:
        views: Candidates of each view in the same pixels, already free of doubles.
        min_overlap: Boxes join a cluster of their class whose fused box they overlap by more than this.

    Returns:
        The fused boxes, best first.
    """
    boxes = np.concatenate([view.xyxy for view in views])
    confidence = np.concatenate([view.confidence for view in views])
    classes = np.concatenate([view.class_id for view in views])
    origin = np.repeat(np.arange(len(views)), [len(view.confidence) for view in views])
    fused = np.zeros((len(boxes), 4), np.float32)  # one row a cluster, grown as it goes
    weights = np.zeros(len(boxes), np.float32)
    cluster_class = np.full(len(boxes), -1, np.int64)
    seen = np.zeros((len(boxes), len(views)), bool)
    count = 0
    for row in np.argsort(-confidence, kind="stable"):
        overlaps = overlap_matrix(boxes[row : row + 1], fused[:count])[0]
        overlaps[(cluster_class[:count] != classes[row]) | seen[:count, origin[row]]] = 0
        best = int(overlaps.argmax()) if count else 0
        if count == 0 or overlaps[best] <= min_overlap:
            best, count = count, count + 1
        total = weights[best] + confidence[row]
        fused[best] += (boxes[row] - fused[best]) * (confidence[row] / total)
        weights[best], cluster_class[best], seen[best, origin[row]] = total, classes[row], True
    return Candidates(fused[:count], weights[:count] / np.float32(len(views)), cluster_class[:count]).best(count)
