import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detection.augment import Example, four_in_one, mirror, place_at_random, recolour
from detection.garments import CLASSES
from detection.speed import ThreadChooser, keep_memory


def example(seed: int = 0, size: tuple[int, int] = (90, 60)) -> Example:
    """Boxes of one bright colour each on black, so that a box can be found again from the pixels."""
    pixels = np.zeros((*size, 3), np.uint8)
    boxes = np.array([[5, 10, 25, 40], [30, 50, 55, 80]], np.float32)
    for (x1, y1, x2, y2), channel in zip(boxes.astype(int), (0, 1), strict=True):
        pixels[y1:y2, x1:x2, channel] = 255
    return Example(pixels, boxes, np.array([3, 7]))


@pytest.mark.parametrize("seed", range(20))
def test_boxes_follow_their_pixels(seed: int) -> None:
    rng = np.random.default_rng(seed)
    placed = place_at_random(example(), (160, 96), rng)
    assert placed.pixels.shape == (160, 96, 3)
    if seed % 2:
        placed = mirror(placed)
    for class_id, box in zip(placed.classes, placed.boxes, strict=True):
        channel = {3: 0, 7: 1}[int(class_id)]
        rows, columns = np.nonzero((placed.pixels[..., channel] > 170) & (placed.pixels[..., 1 - channel] < 60))
        seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert box == pytest.approx(seen, abs=2.0)


def test_four_in_one_keeps_the_boxes_in_their_quarters() -> None:
    rng = np.random.default_rng(1)
    joined = four_in_one([example()] * 4, (160, 96), rng)
    assert joined.pixels.shape == (160, 96, 3)
    assert 3 <= len(joined.boxes) == len(joined.classes)
    assert (joined.boxes >= 0).all()
    assert (joined.boxes <= [96, 160, 96, 160]).all()


def test_a_box_pushed_out_of_the_picture_is_dropped() -> None:
    counts = [len(place_at_random(example(), (64, 64), np.random.default_rng(seed)).boxes) for seed in range(60)]
    assert set(counts) >= {1, 2}


def test_recolouring_keeps_shape_and_changes_pixels() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    results = [recolour(pixels, np.random.default_rng(seed)) for seed in range(60)]
    assert all(result.shape == pixels.shape and result.dtype == np.uint8 for result in results)
    assert not np.array_equal(results[0], pixels)
    assert any((np.ptp(result, axis=2) == 0).all() for result in results), "now and then a photo is grey"


def test_threads_are_chosen_by_their_time() -> None:
    cost = {1: 2.0, 2: 1.0}
    now = [0.0]
    used: list[int] = []
    chooser = ThreadChooser((1, 2), used.append, clock=lambda: now[0], trial=2, period=10)
    for batch in range(30):
        if batch == 10:
            cost[2] = 9.0  # somebody else has begun to use the machine
        chooser.before_batch()
        now[0] += cost[used[-1]]
        chooser.after_batch()
    assert used == [1, 2, 2, 1, 2, 1, 1, 2, 1]


def test_memory_can_be_kept_on_any_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    keep_memory()


def test_the_fixed_depthwise_convolution_has_the_right_gradients() -> None:
    import torch
    from torch.nn import functional

    from detection.depthwise import fixed_depthwise

    for kernel, stride, padding in [(3, 1, 1), (5, 1, 2), (3, 2, 0), (5, 2, 0)]:
        torch.manual_seed(0)
        layer = torch.nn.Conv2d(6, 6, kernel, stride, padding, groups=6).double()
        features = torch.randn(2, 6, 13, 15, dtype=torch.double, requires_grad=True)
        fast = fixed_depthwise(features, layer)
        weights = torch.randn_like(fast)
        assert layer.bias is not None
        ours = torch.autograd.grad((fast * weights).sum(), [features, layer.bias])
        slow = functional.conv2d(features, layer.weight, layer.bias, stride, padding, groups=6)
        theirs = torch.autograd.grad((slow * weights).sum(), [features, layer.bias])
        assert torch.allclose(fast, slow)
        for mine, right in zip(ours, theirs, strict=True):
            assert torch.allclose(mine, right)


@pytest.mark.parametrize("name", ["efficientnet_lite0", "efficientnet_lite2"])
def test_the_backbone_agrees_with_timm(name: str) -> None:
    import timm
    import torch

    from detection.backbone import LITE_SPECS, EfficientNetLite, load_imagenet_weights

    spec = LITE_SPECS[name]
    backbone = EfficientNetLite(spec).eval()
    load_imagenet_weights(backbone, spec)
    folder = Path(__import__(spec.package).__file__).parent / "models"
    weights = torch.load(next(folder.glob("*.pth")), weights_only=True)
    reference = timm.create_model(f"tf_{name}").eval()
    reference.load_state_dict(dict(zip(reference.state_dict(), weights.values(), strict=True)))
    image = torch.rand(1, 3, 96, 64)
    with torch.no_grad():
        features = reference.blocks(reference.bn1(reference.conv_stem(image * 2 - 1)))
        assert torch.allclose(backbone(image), features, atol=1e-3)


def write_dataset(root: Path) -> None:
    rng = np.random.default_rng(0)
    for part in ("train", "val"):
        (root / "images" / part).mkdir(parents=True)
        (root / "labels" / part).mkdir(parents=True)
        for number in range(4):
            Image.fromarray(rng.integers(0, 256, (96, 64, 3)).astype(np.uint8)).save(
                root / "images" / part / f"{number}.jpg"
            )
            (root / "labels" / part / f"{number}.txt").write_text("0 0.5 0.5 0.5 0.5\n7 0.3 0.3 0.2 0.2\n")
    (root / "data.yaml").write_text(
        json.dumps({"path": str(root), "train": "images/train", "val": "images/val", "names": list(CLASSES)})
    )


@pytest.mark.slow
def test_a_detector_is_trained_resumed_exported_and_served(tmp_path: Path) -> None:
    from detection.export import export_run
    from detection.listing import evaluate_folder
    from detection.training import TrainSettings, train_detector

    write_dataset(tmp_path / "data")
    settings = TrainSettings(tmp_path / "data", tmp_path / "run", epochs=1, image_size=96, batch=2)
    run = train_detector(settings)
    export_run(run, tmp_path / "model", tmp_path / "data", 96)
    report = evaluate_folder(tmp_path / "data", tmp_path / "model", "auto")
    assert report["photos"] == 4
    assert 0 <= report["map50"] <= 1
    with pytest.raises(ValueError, match="no run to resume"):
        train_detector(TrainSettings(tmp_path / "data", tmp_path / "other"), resume=True)


@pytest.mark.parametrize("names", [["person"], list(CLASSES[::-1]), None])
def test_a_data_set_of_other_classes_is_refused(tmp_path: Path, names: list[str] | None) -> None:
    from detection.training import find_config

    (tmp_path / "data.yaml").write_text(json.dumps({"names": names}))
    with pytest.raises(ValueError, match="classes"):
        find_config(tmp_path)


@pytest.mark.parametrize("changes", [{"epochs": 0}, {"image_size": 100}, {"image_size": 32}, {"rate": 0.0}])
def test_wrong_settings_are_refused(tmp_path: Path, changes: dict[str, int]) -> None:
    from detection.training import TrainSettings

    with pytest.raises(ValueError, match=next(iter(changes))):
        TrainSettings(tmp_path, tmp_path, **changes)
