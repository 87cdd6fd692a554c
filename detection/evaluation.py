"""How good the detector is on labelled photos: average precision a class, and how often a garment is found."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from detection.crops import UPPER_BODY
from detection.garments import CLASSES, Garments
from detection.merge import overlap_matrix

OVERLAPS = tuple(round(0.5 + 0.05 * step, 2) for step in range(10))
RECALL_LEVELS = np.linspace(0, 1, 101)
FOUND_CONFIDENCE = 0.25


@dataclass(frozen=True)
class Truth:
    """The labelled garments of one photo: boxes (n, 4) float32 in px and classes (n,) int64."""

    xyxy: npt.NDArray[np.float32]
    class_id: npt.NDArray[np.int64]


@dataclass(frozen=True)
class ClassScore:
    """How one class does.

    Attributes:
        name: The class.
        count: Labelled boxes.
        ap50: Average precision at an overlap of 0.5; NaN without labelled boxes.
        ap50_95: Mean of the average precisions at 0.5, 0.55, ... 0.95.
        recall: Share of the labelled boxes found with confidence 0.25 at an overlap of 0.5.
    """

    name: str
    count: int
    ap50: float
    ap50_95: float
    recall: float


def score_classes(found: list[Garments], truths: list[Truth]) -> list[ClassScore]:
    """Scores of all classes over photos, in the order of the class ids.

    Average precision is the mean of the precision at 101 levels of recall, each the best at that recall or
    beyond, as COCO has it. A labelled box is matched once, by the most confident box that overlaps it enough.
    """
    scores = []
    for class_id, name in enumerate(CLASSES):
        total = sum(int((truth.class_id == class_id).sum()) for truth in truths)
        confidence, hits = match_class(found, truths, class_id)
        precisions = [average_precision(confidence, hits[:, level], total) for level in range(len(OVERLAPS))]
        sure = hits[confidence >= FOUND_CONFIDENCE, 0].sum()
        recall = float(sure / total) if total else float("nan")
        scores.append(ClassScore(name, total, precisions[0], float(np.mean(precisions)), recall))
    return scores


def match_class(
    found: list[Garments], truths: list[Truth], class_id: int
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Confidence (n,) of all boxes of a class and whether each hits a labelled one, (n, overlap levels)."""
    confidences, hits = [np.zeros(0, np.float32)], [np.zeros((0, len(OVERLAPS)), bool)]
    for garments, truth in zip(found, truths, strict=True):
        rows = np.flatnonzero(garments.class_id == class_id)
        labelled = truth.xyxy[truth.class_id == class_id]
        overlaps = overlap_matrix(garments.xyxy[rows], labelled)
        photo_hits = np.zeros((len(rows), len(OVERLAPS)), bool)
        for level, needed in enumerate(OVERLAPS):
            free = np.ones(len(labelled), bool)
            for row in range(len(rows)):  # garments come most confident first
                reach = np.where(free, overlaps[row], -1.0)
                if reach.size and reach.max() >= needed:
                    free[reach.argmax()] = False
                    photo_hits[row, level] = True
        confidences.append(garments.confidence[rows])
        hits.append(photo_hits)
    return np.concatenate(confidences), np.concatenate(hits)


def all_matches(found: list[Garments], truths: list[Truth]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Confidence (n,) of the boxes of all classes and whether each hits a labelled one at an overlap of 0.5."""
    classes = [match_class(found, truths, class_id) for class_id in range(len(CLASSES))]
    return np.concatenate([part[0] for part in classes]), np.concatenate([part[1][:, 0] for part in classes])


def average_precision(confidence: npt.NDArray[np.float32], hits: npt.NDArray[np.bool_], total: int) -> float:
    """Area under precision over recall at 101 levels; NaN where nothing is labelled."""
    if total == 0:
        return float("nan")
    ranked = hits[np.argsort(-confidence, kind="stable")]
    true = np.cumsum(ranked)
    precision = true / np.arange(1, len(ranked) + 1)
    best_beyond = np.maximum.accumulate(precision[::-1])[::-1]
    where = np.searchsorted(true / total, RECALL_LEVELS, side="left")
    return float(np.where(where < len(ranked), np.append(best_beyond, 0.0)[where], 0.0).mean())


def upper_body_found(found: list[Garments], truths: list[Truth]) -> tuple[int, int]:
    """Photos with a labelled top, outerwear or dress, and those of them in which one is found.

    Found means: a box of the same class, of confidence 0.25 or more, overlaps a labelled one by 0.5 or more.

    Returns:
        Photos in which one is found, photos that have one.
    """
    wanted = [CLASSES.index(name) for name in UPPER_BODY]
    having = finding = 0
    for garments, truth in zip(found, truths, strict=True):
        having += bool(np.isin(truth.class_id, wanted).any())
        sure = garments.confidence >= FOUND_CONFIDENCE
        finding += any(
            (
                overlap_matrix(
                    garments.xyxy[sure & (garments.class_id == class_id)],
                    truth.xyxy[truth.class_id == class_id],
                )
                >= 0.5
            ).any()
            for class_id in wanted
        )
    return finding, having


def mean_score(scores: list[ClassScore]) -> tuple[float, float]:
    """mAP50 and mAP50-95: means over the classes that have labelled boxes."""
    present = [score for score in scores if score.count]
    if not present:
        return float("nan"), float("nan")
    return (
        float(np.mean([score.ap50 for score in present])),
        float(np.mean([score.ap50_95 for score in present])),
    )


def report_scores(found: list[Garments], truths: list[Truth]) -> dict[str, Any]:
    """Everything about a detector as plain numbers: means, upper-body garments found, and each class."""
    scores = score_classes(found, truths)
    map50, map50_95 = mean_score(scores)
    finding, having = upper_body_found(found, truths)
    return {
        "photos": len(truths),
        "map50": map50,
        "map50_95": map50_95,
        "upper_body_photos": having,
        "upper_body_found": finding,
        "classes": [asdict(score) for score in scores],
    }


def evaluation_table(report: dict[str, Any]) -> str:
    """A report as a table for people."""
    lines = [f"{'class':<10} {'boxes':>5} {'AP50':>6} {'AP50-95':>8} {'found':>6}"]
    for row in report["classes"]:
        lines.append(
            f"{row['name']:<10} {row['count']:>5} {row['ap50']:>6.3f} {row['ap50_95']:>8.3f} {row['recall']:>6.3f}"
        )
    lines.append(f"{'mean':<10} {'':>5} {report['map50']:>6.3f} {report['map50_95']:>8.3f}")
    lines.append(
        f"{report['upper_body_found']} of the {report['upper_body_photos']} photos with a top, outerwear or dress "
        f"have one found, at confidence {FOUND_CONFIDENCE}."
    )
    return "\n".join(lines)
