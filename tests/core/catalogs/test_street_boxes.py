from collections import deque
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from core.catalogs.street_boxes import (
    CLASS_LABELS,
    GARMENT_CLASSES,
    garment_boxes,
    read_label_names,
    read_mask,
)
from detection.garments import CLASSES
from tests.conftest import PHOTOS_ROOT

NAMES = ("null", "hair", "shoes", "boots", "coat", "glasses", "skin")


def boxes_slowly(mask: np.ndarray, names: tuple[str, ...]) -> list[tuple[str, tuple[int, int, int, int]]]:
    """The rule of the data's README, word for word, by flooding from pixel to pixel."""
    found = []
    for label, label_name in enumerate(names):
        class_name = [name for name, labels in CLASS_LABELS.items() if label_name in labels]
        todo = {(int(row), int(column)) for row, column in zip(*np.nonzero(mask == label), strict=True)}
        total = len(todo)
        if not class_name or not total:
            continue
        rest: list[tuple[int, int]] = []
        while todo:
            component = [todo.pop()]
            queue = deque(component)
            while queue:
                row, column = queue.popleft()
                for neighbour in [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]:
                    if neighbour in todo:
                        todo.remove(neighbour)
                        component.append(neighbour)
                        queue.append(neighbour)
            if len(component) >= total / 20:
                rest += component
        if len(rest) >= 100:
            rows, columns = zip(*rest, strict=True)
            box = (min(columns), min(rows), max(columns) + 1, max(rows) + 1)
            found.append((class_name[0], box))
    return found


def random_mask(seed: int) -> np.ndarray:
    """Blobs of all sizes about the rule's limits, with single pixels strewn over them."""
    rng = np.random.default_rng(seed)
    mask = np.zeros((90, 70), np.uint8)
    for _ in range(int(rng.integers(3, 25))):
        row, column = rng.integers(0, 80), rng.integers(0, 60)
        height, width = rng.integers(1, 22, 2)
        mask[row : row + height, column : column + width] = rng.integers(len(NAMES))
    noise = rng.random(mask.shape) < 0.03
    mask[noise] = rng.integers(0, len(NAMES), int(noise.sum()))
    return mask


@pytest.mark.parametrize("seed", range(25))
def test_boxes_agree_with_the_slow_version(seed: int) -> None:
    mask = random_mask(seed)
    assert garment_boxes(mask, NAMES) == boxes_slowly(mask, NAMES)


def test_the_random_masks_reach_all_branches_of_the_rule() -> None:
    kept = [len(boxes_slowly(random_mask(seed), NAMES)) for seed in range(25)]
    present = [len({2, 3, 4, 5} & set(np.unique(random_mask(seed)))) for seed in range(25)]
    assert sum(kept) > 20, "some labels must give boxes"
    assert sum(present) - sum(kept) > 5, "some labels must be dropped"


def test_a_pair_of_shoes_is_one_box_and_a_speck_is_left_out() -> None:
    mask = np.zeros((60, 60), np.uint8)
    mask[40:50, 5:15] = 2
    mask[41:51, 30:40] = 2
    mask[0, 59] = 2
    assert garment_boxes(mask, NAMES) == [("footwear", (5, 40, 40, 51))]


def test_two_labels_of_one_class_are_two_boxes() -> None:
    mask = np.zeros((60, 60), np.uint8)
    mask[0:20, 0:20] = 2
    mask[30:50, 0:20] = 3
    assert [name for name, _ in garment_boxes(mask, NAMES)] == ["footwear", "footwear"]


@pytest.mark.parametrize(("pixels", "count"), [(99, 0), (100, 1)])
def test_a_label_needs_a_hundred_pixels(pixels: int, count: int) -> None:
    mask = np.zeros((20, 20), np.uint8)
    mask.ravel()[:pixels] = 4
    assert len(garment_boxes(mask, NAMES)) == count


@pytest.mark.parametrize(
    ("mask", "why"),
    [
        (np.zeros((4, 4, 3), np.uint8), "shape"),
        (np.zeros((4, 4)), "integers"),
        (np.full((4, 4), 7, np.uint8), "labels 0 to 6"),
        (np.full((4, 4), -1, np.int16), "labels 0 to 6"),
    ],
)
def test_a_wrong_mask_is_refused(mask: np.ndarray, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        garment_boxes(mask, NAMES)


def test_an_empty_mask_has_no_boxes() -> None:
    assert garment_boxes(np.zeros((0, 0), np.uint8), NAMES) == []


def test_the_classes_are_those_of_the_detector() -> None:
    assert GARMENT_CLASSES == CLASSES


def test_files_are_read(tmp_path: Path) -> None:
    mask = np.arange(12, dtype=np.uint8).reshape(3, 4)
    savemat(tmp_path / "0001.mat", {"groundtruth": mask})
    names = np.empty((1, 3), object)
    names[0, :] = ["null", "hat", "t-shirt"]
    savemat(tmp_path / "label_list.mat", {"label_list": names})
    assert read_mask(tmp_path / "0001.mat").tolist() == mask.tolist()
    assert read_label_names(tmp_path / "label_list.mat") == ("null", "hat", "t-shirt")


@pytest.mark.parametrize("content", [b"", b"not a mat file", b"MATLAB 5.0 MAT-file" + bytes(200)])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "0001.mat").write_bytes(content)
    with pytest.raises(ValueError, match=r"0001\.mat"):
        read_mask(tmp_path / "0001.mat")


def test_a_file_without_its_key_is_refused(tmp_path: Path) -> None:
    savemat(tmp_path / "0001.mat", {"other": np.zeros((2, 2))})
    with pytest.raises(ValueError, match="groundtruth"):
        read_mask(tmp_path / "0001.mat")


@pytest.mark.photos
def test_the_real_masks_give_sensible_boxes() -> None:
    root = PHOTOS_ROOT / "street" if PHOTOS_ROOT else Path()
    names = read_label_names(root / "label_list.mat")
    assert len(names) == 59
    for path in sorted((root / "annotations" / "pixel-level").glob("*.mat"))[:3]:
        mask = read_mask(path)
        assert garment_boxes(mask, names) == boxes_slowly(mask, names)
        assert garment_boxes(mask, names)
