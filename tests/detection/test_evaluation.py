import numpy as np
import pytest

from detection.calibration import Calibration, fit_calibration
from detection.evaluation import Truth, average_precision, mean_score, report_scores, score_classes, upper_body_found
from detection.garments import CLASSES, Garments


def found(*rows: tuple[str, float, tuple[float, float, float, float]]) -> Garments:
    if not rows:
        return Garments.empty()
    names, confidence, boxes = zip(*rows, strict=True)
    return Garments.sorted_from(boxes, confidence, [CLASSES.index(name) for name in names])


def truth(*rows: tuple[str, tuple[float, float, float, float]]) -> Truth:
    boxes = np.array([box for _, box in rows], np.float32).reshape(-1, 4)
    return Truth(boxes, np.array([CLASSES.index(name) for name, _ in rows], np.int64))


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    width = max(0.0, min(first[2], second[2]) - max(first[0], second[0]))
    height = max(0.0, min(first[3], second[3]) - max(first[1], second[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return width * height / (sum(areas) - width * height)


def ap_slowly(photos: list[Garments], truths: list[Truth], class_id: int, needed: float) -> float:
    """Average precision from its definition: one list over all photos, precision at each of 101 recalls."""
    rows = sorted(
        (
            (float(garments.confidence[row]), number, row)
            for number, garments in enumerate(photos)
            for row in range(len(garments))
            if garments.class_id[row] == class_id
        ),
        key=lambda row: -row[0],
    )
    total = sum(int((label.class_id == class_id).sum()) for label in truths)
    taken: set[tuple[int, int]] = set()
    points = []
    hits = 0
    for rank, (_, number, row) in enumerate(rows, start=1):
        options = [
            (overlap(photos[number].xyxy[row], truths[number].xyxy[label]), label)
            for label in range(len(truths[number].class_id))
            if truths[number].class_id[label] == class_id and (number, label) not in taken
        ]
        best = max(options, default=(0.0, -1))
        if best[0] >= needed:
            taken.add((number, best[1]))
            hits += 1
        points.append((hits / total, hits / rank))
    return float(
        np.mean([max((p for r, p in points if r >= level / 100 - 1e-12), default=0.0) for level in range(101)])
    )


def test_scores_agree_with_the_slow_version() -> None:
    rng = np.random.default_rng(0)
    photos, truths = [], []
    for _ in range(12):
        corners = rng.uniform(0, 50, (6, 2))
        boxes = np.concatenate([corners, corners + rng.uniform(15, 40, (6, 2))], axis=1)
        classes = rng.integers(0, 3, 6)
        truths.append(Truth(boxes.astype(np.float32), classes))
        moved = np.concatenate([boxes, boxes]) + rng.normal(0, 3, (12, 4))
        moved[:, 2:] = np.maximum(moved[:, 2:], moved[:, :2] + 1)
        photos.append(Garments.sorted_from(moved, rng.random(12), np.concatenate([classes, rng.integers(0, 3, 6)])))
    scores = score_classes(photos, truths)
    for class_id in range(3):
        assert scores[class_id].ap50 == pytest.approx(ap_slowly(photos, truths, class_id, 0.5), abs=1e-9)
        slow = [ap_slowly(photos, truths, class_id, 0.5 + 0.05 * step) for step in range(10)]
        assert scores[class_id].ap50_95 == pytest.approx(np.mean(slow), abs=1e-9)
    assert 0.2 < scores[0].ap50 < 0.95, "the case must be neither trivial nor hopeless"
    assert np.isnan(scores[5].ap50)
    assert mean_score(scores)[0] == pytest.approx(np.mean([score.ap50 for score in scores[:3]]))


def test_a_perfect_detector_scores_one_and_doubles_cost() -> None:
    label = truth(("top", (0, 0, 10, 10)), ("belt", (0, 20, 10, 30)))
    right = found(("top", 0.9, (0, 0, 10, 10)), ("belt", 0.8, (0, 20, 10, 30)))
    assert mean_score(score_classes([right], [label])) == (1.0, 1.0)
    doubled = found(("top", 0.9, (0, 0, 10, 10)), ("top", 0.85, (0, 0, 10, 10)))
    other = truth(("top", (0, 0, 10, 10)), ("top", (50, 50, 60, 60)))
    assert score_classes([doubled], [other])[0].ap50 == pytest.approx(51 / 101)


def test_no_labels_and_nothing_found() -> None:
    assert np.isnan(average_precision(np.zeros(0, np.float32), np.zeros(0, bool), 0))
    assert average_precision(np.zeros(0, np.float32), np.zeros(0, bool), 3) == 0.0
    report = report_scores([found()], [truth(("top", (0, 0, 5, 5)))])
    assert (report["map50"], report["upper_body_found"], report["upper_body_photos"]) == (0.0, 0, 1)
    assert np.isnan(mean_score(score_classes([], []))[0])


@pytest.mark.parametrize(
    ("row", "count"),
    [
        (("dress", 0.25, (0, 0, 10, 10)), 1),
        (("dress", 0.24, (0, 0, 10, 10)), 0),
        (("top", 0.9, (0, 0, 10, 10)), 0),
        (("dress", 0.9, (6, 0, 16, 10)), 0),
    ],
)
def test_upper_body_garments_found(row: tuple[str, float, tuple[float, ...]], count: int) -> None:
    label = truth(("dress", (0, 0, 10, 10)), ("bag", (20, 20, 30, 30)))
    nothing_asked = truth(("bag", (0, 0, 9, 9)))
    assert upper_body_found([found(row), found()], [label, nothing_asked]) == (count, 1)


def test_calibration_recovers_how_often_boxes_are_right() -> None:
    rng = np.random.default_rng(0)
    confidence = rng.uniform(0.01, 0.6, 20_000).astype(np.float32)
    truth_of = Calibration(1.5, 0.8)
    hits = rng.random(20_000) < truth_of.apply(confidence)
    fitted = fit_calibration(confidence, hits)
    assert fitted.scale == pytest.approx(1.5, abs=0.1)
    assert fitted.shift == pytest.approx(0.8, abs=0.1)
    for share in (0.01, 0.25, 0.9):
        back = fitted.apply(np.array([fitted.invert(share)], np.float32))
        assert back[0] == pytest.approx(share, abs=1e-3)


def test_calibration_keeps_the_order_and_the_range() -> None:
    confidence = np.linspace(0, 1, 50, dtype=np.float32)
    for calibration in (Calibration(), Calibration(0.4, 1.0), Calibration(3.0, -2.0)):
        calibrated = calibration.apply(confidence)
        assert (np.diff(calibrated) >= 0).all()
        assert 0 <= calibrated[0] <= calibrated[-1] <= 1
    assert Calibration().apply(confidence) == pytest.approx(confidence, abs=1e-5)


@pytest.mark.parametrize("hits", [np.zeros(4, bool), np.ones(4, bool)])
def test_calibration_needs_right_and_wrong_boxes(hits: np.ndarray) -> None:
    with pytest.raises(ValueError, match="some wrong"):
        fit_calibration(np.full(4, 0.5, np.float32), hits)
