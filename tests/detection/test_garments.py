import numpy as np
import pytest

from detection.crops import crop_box, main_garment
from detection.garments import CLASSES, Garments

BOX = np.array([[1, 2, 30, 40]], np.float32)
SURE = np.array([0.5], np.float32)
TOP = np.array([0], np.int64)


def garments(*rows: tuple[str, float, tuple[float, float, float, float]]) -> Garments:
    names, confidence, boxes = zip(*rows, strict=True)
    return Garments.sorted_from(boxes, confidence, [CLASSES.index(name) for name in names])


@pytest.mark.parametrize(
    ("xyxy", "confidence", "class_id", "why"),
    [
        (BOX[0], SURE, TOP, "xyxy must be float32 with shape"),
        (BOX.astype(np.float64), SURE, TOP, "xyxy must be float32"),
        (BOX, SURE.astype(np.float64), TOP, "confidence must be float32"),
        (BOX, SURE, TOP.astype(np.int32), "class_id must be int64"),
        (BOX, SURE, np.array([0, 1], np.int64), "class_id"),
        (BOX[:, [2, 1, 0, 3]], SURE, TOP, "x1 < x2"),
        (BOX * np.float32(np.nan), SURE, TOP, "finite"),
        (BOX, SURE + 1, TOP, "between 0 and 1"),
        (BOX, SURE * np.float32(np.nan), TOP, "between 0 and 1"),
        (BOX, SURE, TOP + 13, "0 to 12"),
        (BOX, SURE, TOP - 1, "0 to 12"),
        (BOX.tolist(), SURE, TOP, "xyxy must be float32"),
        (BOX.repeat(2, 0), np.array([0.1, 0.2], np.float32), TOP.repeat(2), "best first"),
    ],
)
def test_wrong_garments_are_refused(xyxy: np.ndarray, confidence: np.ndarray, class_id: np.ndarray, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Garments(xyxy, confidence, class_id)


def test_nothing_found_is_garments_too() -> None:
    empty = Garments.empty()
    assert len(empty) == 0
    assert empty.class_names == ()
    assert len(empty[np.zeros(0, bool)]) == 0
    assert main_garment(empty, (100, 100)) is None


def test_sorting_and_indexing_keep_rows_together() -> None:
    found = garments(("bag", 0.2, (0, 0, 5, 5)), ("top", 0.9, (1, 1, 6, 6)), ("belt", 0.4, (2, 2, 7, 7)))
    assert found.class_names == ("top", "belt", "bag")
    sure = found[found.confidence > 0.3]
    assert sure.class_names == ("top", "belt")
    assert sure.xyxy[:, 0].tolist() == [1, 2]
    assert found[np.array([2])].class_names == ("bag",)
    assert len(found[np.array([], int)]) == 0
    with pytest.raises(ValueError, match="rows"):
        found[np.array(1)]


@pytest.mark.parametrize(
    ("box", "size", "padding", "crop"),
    [
        ((10, 20, 110, 220), (400, 400), 0.0, (10, 20, 110, 220)),
        ((10, 20, 110, 220), (400, 400), 0.1, (0, 0, 120, 240)),
        ((-50, -50, 500, 500), (200, 100), 0.05, (0, 0, 200, 100)),
        ((50, 50, 51, 51), (200, 200), 0.0, (42, 42, 59, 59)),
        ((0, 0, 1, 1), (200, 200), 0.0, (0, 0, 16, 16)),
        ((199, 199, 200, 200), (200, 200), 0.0, (184, 184, 200, 200)),
        ((0, 0, 5, 5), (5, 5), 0.05, (0, 0, 5, 5)),
    ],
)
def test_crops(box: tuple[float, ...], size: tuple[int, int], padding: float, crop: tuple[int, int, int, int]) -> None:
    assert crop_box(box, size, padding) == crop


def test_random_crops_lie_inside_and_hold_the_box() -> None:
    rng = np.random.default_rng(0)
    for _ in range(500):
        width, height = (int(side) for side in rng.integers(1, 300, 2))
        corner = rng.uniform(-50, [width - 0.01, height - 0.01])
        opposite = np.maximum(corner, 0) + rng.uniform(0.01, 300, 2)
        x1, y1, x2, y2 = crop_box([*corner, *opposite], (width, height))
        assert 0 <= x1 < x2 <= width
        assert 0 <= y1 < y2 <= height
        assert x1 <= max(corner[0], 0)
        assert y1 <= max(corner[1], 0)
        assert x2 >= min(opposite[0], width)
        assert y2 >= min(opposite[1], height)
        assert x2 - x1 >= min(16, width)
        assert y2 - y1 >= min(16, height)


@pytest.mark.parametrize(
    "box",
    [(5, 5, 5, 9), (9, 9, 5, 5), (0, 0, float("nan"), 5), (300, 0, 310, 9), (-9, -9, -1, -1), (1, 2, 3)],
)
def test_empty_crops_are_refused(box: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="box"):
        crop_box(box, (100, 100))


def test_the_main_garment_is_worn_on_the_upper_body() -> None:
    found = garments(("footwear", 0.95, (20, 150, 80, 190)), ("outerwear", 0.6, (10, 20, 90, 120)))
    assert found.class_names[main_garment(found, (100, 200)) or 0] == "outerwear"


def test_without_an_upper_body_garment_the_most_prominent_is_taken() -> None:
    found = garments(("eyewear", 0.9, (45, 5, 55, 10)), ("pants", 0.6, (10, 20, 90, 180)))
    assert found.class_names[main_garment(found, (100, 200)) or 0] == "pants"


def test_a_person_in_front_comes_before_one_behind() -> None:
    found = garments(("top", 0.8, (2, 60, 12, 80)), ("top", 0.7, (30, 40, 80, 120)))
    assert main_garment(found, (100, 200)) == 1
