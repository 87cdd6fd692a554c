import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detection.artifact import DEFAULT_FOLDER, WEIGHTS
from detection.garments import Garments
from detection.graph import RawOutput, build_model
from detection.images import open_image
from detection.merge import overlap_matrix
from detection.model import Detector, detect, load_detector
from detection.processor import openvino_core
from tests.conftest import PHOTOS_ROOT, PROJECT


@pytest.fixture(scope="module")
def detector() -> Detector:
    return load_detector(threads=2)


@pytest.fixture(scope="module")
def street_photo() -> np.ndarray:
    """A real photo of the `ultralytics` package: people in a street, in front of a bus."""
    package = Path(sys.modules["ultralytics"].__file__ or "") if "ultralytics" in sys.modules else None
    if package is None:
        from importlib.util import find_spec

        package = Path(str(find_spec("ultralytics").origin))
    return open_image(package.parent / "assets" / "bus.jpg")


def check(garments: Garments, image: np.ndarray) -> None:
    """What must hold of anything the detector says."""
    height, width = image.shape[:2]
    assert (garments.xyxy >= 0).all()
    assert (garments.xyxy <= [width, height, width, height]).all()
    assert len(garments) <= 100


def test_people_in_a_street_wear_clothes(detector: Detector, street_photo: np.ndarray) -> None:
    found = detect(detector, street_photo)
    check(found, street_photo)
    assert {"outerwear", "pants", "footwear"} & set(found.class_names)
    assert (found.confidence >= 0.25).all()
    more = detect(detector, street_photo, 0.01)
    assert len(more) > len(found)
    assert np.array_equal(more[more.confidence >= 0.25].xyxy, found.xyxy)


def test_boxes_of_one_class_do_not_lie_on_each_other(detector: Detector, street_photo: np.ndarray) -> None:
    found = detect(detector, street_photo, 0.05)
    for class_id in set(found.class_id.tolist()):
        boxes = found.xyxy[found.class_id == class_id]
        overlaps = overlap_matrix(boxes, boxes) - np.eye(len(boxes))
        assert overlaps.max(initial=0) < 0.9


def test_both_runtimes_give_the_same_answer(street_photo: np.ndarray) -> None:
    """The graph in float32 against PyTorch, then the whole way in the precision that is served."""
    import torch
    from safetensors.torch import load_file

    manifest = load_detector().manifest
    model = build_model(manifest.architecture)
    model.load_state_dict(load_file(DEFAULT_FOLDER / WEIGHTS))
    exact = openvino_core().compile_model(DEFAULT_FOLDER / "garments.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    for height, width in [(96, 64), (64, 160)]:
        canvas = np.random.default_rng(0).random((2, 3, height, width), np.float32)
        edges, logits = RawOutput(model.float())(torch.from_numpy(canvas))
        outputs = exact(canvas)
        assert np.allclose(outputs[0], edges.numpy(), atol=2e-3)
        assert np.allclose(outputs[1], logits.numpy(), atol=2e-3)
    served, fallback = (detect(load_detector(runtime=name), street_photo, 0.2) for name in ("openvino", "torch"))
    sure = fallback[np.arange(min(4, len(fallback)))]
    assert len(sure) >= 2
    overlaps = overlap_matrix(sure.xyxy, served.xyxy) * (sure.class_id[:, None] == served.class_id)
    assert (overlaps.max(axis=1) > 0.85).all()
    assert sure.confidence == pytest.approx(served.confidence[overlaps.argmax(axis=1)], abs=0.08)


@pytest.mark.parametrize("size", [(1, 1000), (1000, 1), (1, 1), (8, 8), (31, 33), (3000, 40), (2000, 1500)])
def test_odd_sizes_are_survived(detector: Detector, size: tuple[int, int]) -> None:
    image = np.random.default_rng(0).integers(0, 256, (*size, 3)).astype(np.uint8)
    check(detect(detector, image, 0.001), image)


@pytest.mark.parametrize("level", [0, 114, 255])
def test_nothing_is_found_on_a_plain_ground(detector: Detector, level: int) -> None:
    assert len(detect(detector, np.full((500, 400, 3), level, np.uint8))) == 0


def test_a_grey_photo_still_shows_clothes(detector: Detector, street_photo: np.ndarray) -> None:
    grey = street_photo.mean(axis=2, keepdims=True).astype(np.uint8).repeat(3, axis=2)
    assert len(detect(detector, grey)) > 0


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((10, 10), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 3), np.float32),
        np.zeros((0, 10, 3), np.uint8),
    ],
)
def test_what_is_no_picture_is_refused(detector: Detector, image: np.ndarray) -> None:
    with pytest.raises(ValueError, match="image must be uint8"):
        detect(detector, image)


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_a_wrong_confidence_is_refused(detector: Detector, confidence: float) -> None:
    with pytest.raises(ValueError, match="min_confidence"):
        detect(detector, np.zeros((10, 10, 3), np.uint8), confidence)


def test_a_mirrored_photo_gives_mirrored_boxes(detector: Detector, street_photo: np.ndarray) -> None:
    there = detect(detector, street_photo, 0.4)
    back = detect(detector, np.ascontiguousarray(street_photo[:, ::-1]), 0.3)
    turned = back.xyxy.copy()
    turned[:, [0, 2]] = street_photo.shape[1] - back.xyxy[:, [2, 0]]
    overlaps = overlap_matrix(there.xyxy, turned) * (there.class_id[:, None] == back.class_id)
    assert (overlaps.max(axis=1) > 0.8).all()


def test_one_view_is_enough_where_the_manifest_says_so(detector: Detector, street_photo: np.ndarray) -> None:
    single = replace(detector, manifest=replace(detector.manifest, mirrored=not detector.manifest.mirrored))
    check(detect(single, street_photo), street_photo)


def test_several_threads_may_share_a_detector(detector: Detector, street_photo: np.ndarray) -> None:
    alone = detect(detector, street_photo)
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: detect(detector, street_photo), range(8)):
            assert np.array_equal(found.xyxy, alone.xyxy)


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "detection", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
    )


def test_the_command_prints_json_alone(tmp_path: Path, street_photo: np.ndarray) -> None:
    (tmp_path / "inside").mkdir()
    Image.fromarray(street_photo).save(tmp_path / "inside" / "a.jpg")
    Image.fromarray(np.full((60, 60, 3), 255, np.uint8)).save(tmp_path / "inside" / "b.PNG")
    done = run_command("detect", str(tmp_path / "inside"), "--json", "--min-confidence", "0.3")
    assert done.returncode == 0
    first, second = json.loads(done.stdout)
    assert (Path(first["path"]).name, Path(second["path"]).name) == ("a.jpg", "b.PNG")
    assert second["garments"] == []
    for garment in first["garments"]:
        assert set(garment) == {"class", "confidence", "xyxy"}
        assert 0.3 <= garment["confidence"] <= 1
        assert len(garment["xyxy"]) == 4
    assert "ultralytics" not in done.stderr.lower(), "serving the graph must not load it"


@pytest.mark.slow
def test_the_torch_runtime_keeps_standard_output_clean(tmp_path: Path) -> None:
    Image.fromarray(np.full((60, 60, 3), 255, np.uint8)).save(tmp_path / "a.png")
    done = run_command("detect", str(tmp_path / "a.png"), "--json", "--runtime", "torch")
    assert json.loads(done.stdout) == [{"path": str(tmp_path / "a.png"), "garments": []}]


def test_a_bad_file_is_one_line_and_the_good_ones_still_come(tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8 not a picture")
    Image.fromarray(np.full((60, 60, 3), 255, np.uint8)).save(tmp_path / "good.png")
    done = run_command("detect", str(tmp_path), str(tmp_path / "absent.jpg"), "--json")
    assert done.returncode == 2
    assert [Path(photo["path"]).name for photo in json.loads(done.stdout)] == ["good.png"]
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 2
    assert all(line.startswith("error: ") for line in lines)


@pytest.mark.parametrize(
    "arguments",
    [
        ("detect", ".", "--min-confidence", "2"),
        ("detect", "tests/detection", "--json"),
        ("detect", "absent.jpg", "--model", "absent"),
        ("evaluate", "--data", "absent"),
        ("train", "--data", "absent"),
        ("export", "absent", "--data", "absent"),
    ],
)
def test_refusals_are_one_line_and_code_2(arguments: tuple[str, ...]) -> None:
    done = run_command(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


@pytest.mark.photos
def test_kept_back_photos_reach_what_was_promised(detector: Detector) -> None:
    """Every other validation photo of the training's split, by boxes worked out from the masks."""
    from core.catalogs.street_boxes import GARMENT_CLASSES, garment_boxes, read_label_names, read_mask
    from core.catalogs.street_yolo import split_photos
    from detection.evaluation import Truth, report_scores

    root = (PHOTOS_ROOT or Path()) / "street"
    masks = root / "annotations" / "pixel-level"
    names = read_label_names(root / "label_list.mat")
    stems = sorted(path.stem for path in masks.glob("*.mat"))
    found, truths = [], []
    for stem in sorted(split_photos(stems, 0.13, 0))[::2]:
        boxes = garment_boxes(read_mask(masks / f"{stem}.mat"), names)
        truths.append(
            Truth(
                np.array([box for _, box in boxes], np.float32).reshape(-1, 4),
                np.array([GARMENT_CLASSES.index(name) for name, _ in boxes], np.int64),
            )
        )
        found.append(detect(detector, open_image(root / "photos" / f"{stem}.jpg"), 0.001))
    report = report_scores(found, truths)
    assert report["map50"] >= 0.58
    assert report["upper_body_found"] >= 0.9 * report["upper_body_photos"]
