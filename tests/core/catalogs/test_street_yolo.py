from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from core.catalogs.street_boxes import garment_boxes
from core.catalogs.street_yolo import Composed, label_lines, split_photos, write_yolo_dataset

NAMES = ("null", "skin", "hair", "coat", "scarf", "belt", "hat", "shoes", "glasses", "bag", "socks")


def write_street(root: Path, count: int) -> None:
    """A street data set of drawn people: a coat, shoes, and on every second one a scarf and a belt."""
    (root / "photos").mkdir(parents=True)
    (root / "annotations" / "pixel-level").mkdir(parents=True)
    names = np.empty((1, len(NAMES)), object)
    names[0, :] = NAMES
    savemat(root / "label_list.mat", {"label_list": names})
    rng = np.random.default_rng(0)
    for number in range(count):
        mask = np.zeros((400, 240), np.uint8)
        left = 70 + int(rng.integers(20))
        mask[30:70, left + 30 : left + 65] = NAMES.index("skin")
        mask[80:250, left : left + 95] = NAMES.index("coat")
        mask[350:380, left : left + 90] = NAMES.index("shoes")
        if number % 2:
            mask[75:120, left + 30 : left + 60] = NAMES.index("scarf")
            mask[170:180, left : left + 95] = NAMES.index("belt")
        savemat(root / "annotations" / "pixel-level" / f"{number:04d}.mat", {"groundtruth": mask})
        pixels = (mask[..., None] * np.array([20, 13, 7]) + rng.integers(0, 9, (*mask.shape, 3))).astype(np.uint8)
        Image.fromarray(pixels).save(root / "photos" / f"{number:04d}.jpg")


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("street")
    write_street(root, 20)
    return root


def test_photos_are_split_once_and_the_boxes_come_back(street: Path, tmp_path: Path) -> None:
    summary = write_yolo_dataset(street, tmp_path / "out", 0.2, seed=3)
    parts = {part: {path.stem for path in (tmp_path / "out/images" / part).iterdir()} for part in ("train", "val")}
    assert (summary.train, summary.validation) == (16, 4) == (len(parts["train"]), len(parts["val"]))
    assert not parts["train"] & parts["val"]
    lines = (tmp_path / "out/labels/val" / f"{sorted(parts['val'])[0]}.txt").read_text().splitlines()
    assert lines
    for line in lines:
        class_id, *shares = line.split()
        assert int(class_id) in (1, 6, 9, 10)
        assert all(0 <= float(share) <= 1 for share in shares)


def test_label_lines_invert_to_the_boxes() -> None:
    boxes = [("coat", (0, 0, 1, 1))]
    mask = np.zeros((300, 200), np.uint8)
    mask[17:203, 31:150] = NAMES.index("coat")
    boxes = garment_boxes(mask, NAMES)
    class_id, *numbers = label_lines(boxes, mask.shape).split()
    x, y, width, height = (float(number) for number in numbers)
    corners = [(x - width / 2) * 200, (y - height / 2) * 300, (x + width / 2) * 200, (y + height / 2) * 300]
    assert class_id == "1"
    assert corners == pytest.approx(boxes[0][1], abs=1e-3)


def test_the_same_seed_writes_the_same_and_another_does_not(street: Path, tmp_path: Path) -> None:
    stems = [f"{number:04d}" for number in range(100)]
    assert split_photos(stems, 0.13, 0) == split_photos(stems, 0.13, 0)
    assert split_photos(stems, 0.13, 0) != split_photos(stems, 0.13, 1)
    for name in ("a", "b"):
        write_yolo_dataset(street, tmp_path / name, 0.2, 5, composed=Composed(pasted=4))
    for file in sorted((tmp_path / "a").rglob("*.*")):
        if file.name != "data.yaml":  # it names its own folder
            assert file.read_bytes() == (tmp_path / "b" / file.relative_to(tmp_path / "a")).read_bytes()


def test_pasted_garments_are_labelled_and_come_from_training_photos(street: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = write_yolo_dataset(street, out, 0.2, composed=Composed(pasted=6))
    assert summary.pasted == 6
    validation = {path.stem for path in (out / "images/val").iterdir()}
    for path in (out / "images/train").glob("pasted_*.jpg"):
        target = path.stem.split("_")[2]
        assert target not in validation
        before = (out / "labels/train" / f"{target}.txt").read_text().splitlines()
        after = (out / "labels/train" / f"{path.stem}.txt").read_text().splitlines()
        assert len(after) > len(before)
        assert {line.split()[0] for line in after} - {line.split()[0] for line in before} <= {"9", "10"}


def test_the_list_draws_rare_photos_more_often(tmp_path: Path) -> None:
    write_street(tmp_path / "street", 40)
    mask = np.zeros((400, 240), np.uint8)
    mask[10:40, 90:140] = NAMES.index("hat")
    savemat(tmp_path / "street/annotations/pixel-level/0000.mat", {"groundtruth": mask})
    write_yolo_dataset(tmp_path / "street", tmp_path / "out", 0.1)
    stems = [Path(line).stem for line in (tmp_path / "out/train.txt").read_text().splitlines()]
    counts = {stem: stems.count(stem) for stem in set(stems)}
    assert counts.pop("0000", 5) == 5
    assert set(counts.values()) == {3}


def test_refusals(street: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("")
    with pytest.raises(ValueError, match="new or empty"):
        write_yolo_dataset(street, tmp_path / "full")
    with pytest.raises(ValueError, match="validation_share"):
        write_yolo_dataset(street, tmp_path / "out", 1.0)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match=r"label_list\.mat"):
        write_yolo_dataset(tmp_path / "empty", tmp_path / "out")
