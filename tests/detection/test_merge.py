import numpy as np
import pytest

from detection.decode import BINS, STRIDES, Candidates, anchor_points, decode
from detection.letterbox import FILL, canvas_size, letterbox
from detection.merge import fuse, overlap_matrix, suppress


def random_candidates(seed: int, count: int = 40, classes: int = 3) -> Candidates:
    """Boxes in clumps, so that many overlap; some exactly equal, some of equal confidence."""
    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 60, (6, 2))[rng.integers(0, 6, count)] + rng.normal(0, 4, (count, 2))
    boxes = np.concatenate([corners, corners + rng.uniform(10, 40, (count, 2))], axis=1).astype(np.float32)
    boxes[1] = boxes[0]
    confidence = np.round(rng.random(count), 2).astype(np.float32)
    return Candidates(boxes, confidence, rng.integers(0, classes, count))


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    width = min(first[2], second[2]) - max(first[0], second[0])
    height = min(first[3], second[3]) - max(first[1], second[1])
    shared = max(0.0, width) * max(0.0, height)
    area = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (first, second))
    return float(shared / (area - shared)) if area > shared else 0.0


def test_overlaps_agree_with_the_slow_version() -> None:
    boxes = random_candidates(0).xyxy
    slow = [[overlap(first, second) for second in boxes] for first in boxes]
    assert np.allclose(overlap_matrix(boxes, boxes), slow, atol=1e-5)
    empty = np.zeros((1, 4), np.float32)
    assert overlap_matrix(empty, empty).tolist() == [[0.0]]
    assert overlap_matrix(boxes, empty[:0]).shape == (40, 0)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("limit", [0.3, 0.6])
def test_suppression_agrees_with_the_slow_version(seed: int, limit: float) -> None:
    given = random_candidates(seed)
    kept: list[int] = []
    for row in sorted(range(40), key=lambda row: (-given.confidence[row], row)):
        rivals = [other for other in kept if given.class_id[other] == given.class_id[row]]
        if all(overlap(given.xyxy[row], given.xyxy[other]) <= limit for other in rivals):
            kept.append(row)
    result = suppress(given, limit)
    assert result.xyxy.tolist() == given.xyxy[kept].tolist()
    assert result.confidence.tolist() == given.confidence[kept].tolist()
    assert result.class_id.tolist() == given.class_id[kept].tolist()


def test_suppression_agrees_with_torchvision() -> None:
    import torch
    from torchvision.ops import batched_nms

    for seed in range(5):
        given = random_candidates(seed)
        confidence = given.confidence + np.arange(40, dtype=np.float32) * 1e-4  # torchvision leaves ties open
        kept = batched_nms(*(torch.from_numpy(part) for part in (given.xyxy, confidence, given.class_id)), 0.5)
        result = suppress(Candidates(given.xyxy, confidence, given.class_id), 0.5)
        assert result.xyxy.tolist() == given.xyxy[kept.numpy()].tolist()


def fused_slowly(views: list[Candidates], limit: float) -> list[tuple[int, float, list[float]]]:
    """Clusters as lists of members; the mean is taken anew from all members each time."""
    rows = [
        (float(view.confidence[row]), number, int(view.class_id[row]), view.xyxy[row].astype(np.float64))
        for number, view in enumerate(views)
        for row in range(len(view.confidence))
    ]
    clusters: list[list[tuple[float, int, int, np.ndarray]]] = []

    def mean(cluster: list[tuple[float, int, int, np.ndarray]]) -> np.ndarray:
        return sum(member[0] * member[3] for member in cluster) / sum(member[0] for member in cluster)

    for row in sorted(rows, key=lambda row: -row[0]):
        fitting = [
            (overlap(mean(cluster), row[3]), -place, cluster)
            for place, cluster in enumerate(clusters)
            if cluster[0][2] == row[2] and row[1] not in [member[1] for member in cluster]
        ]
        best = max(fitting, key=lambda option: option[:2], default=(0.0, 0, []))
        if best[0] > limit:
            best[2].append(row)
        else:
            clusters.append([row])
    return [
        (cluster[0][2], sum(member[0] for member in cluster) / len(views), mean(cluster).tolist())
        for cluster in clusters
    ]


@pytest.mark.parametrize("seed", range(8))
def test_fusion_agrees_with_the_slow_version(seed: int) -> None:
    views = [suppress(random_candidates(seed * 2 + view), 0.6) for view in range(2)]
    views = [Candidates(view.xyxy, view.confidence + np.float32(0.001), view.class_id) for view in views]
    slow = sorted(fused_slowly(views, 0.5), key=lambda row: -row[1])
    result = fuse(views, 0.5)
    assert result.confidence.tolist() == pytest.approx([row[1] for row in slow], abs=1e-5)
    for class_id, confidence, box in slow:
        same = np.isclose(result.confidence, confidence, atol=1e-5) & (result.class_id == class_id)
        assert any(np.allclose(other, box, atol=1e-2) for other in result.xyxy[same])


def test_agreement_is_rewarded_and_one_view_alone_is_halved() -> None:
    box = np.array([[0, 0, 10, 10]], np.float32)
    both = Candidates(box, np.array([0.8], np.float32), np.array([2]))
    nothing = Candidates(box[:0], both.confidence[:0], both.class_id[:0])
    assert fuse([both, both], 0.5).confidence.tolist() == pytest.approx([0.8])
    assert fuse([both, nothing], 0.5).confidence.tolist() == pytest.approx([0.4])
    assert len(fuse([nothing, nothing], 0.5).confidence) == 0


@pytest.mark.parametrize(
    ("width", "height"), [(550, 825), (825, 550), (224, 224), (1, 1000), (4000, 3), (8, 8), (63, 64)]
)
def test_the_letterbox_keeps_shape_and_finds_the_way_back(width: int, height: int) -> None:
    image = np.zeros((height, width, 3), np.uint8)
    boxed = letterbox(image, 448 * 320)
    down, across = boxed.canvas.shape[:2]
    assert (across, down) == canvas_size(width, height, 448 * 320)
    assert down % 32 == 0
    assert across % 32 == 0
    assert down * across <= 1.5 * 448 * 320
    corners = np.argwhere(boxed.canvas[..., 0] != FILL)
    (top, left), (bottom, right) = corners.min(axis=0), corners.max(axis=0) + 1
    whole = boxed.to_photo(np.array([[left, top, right, bottom]], np.float32))[0]
    assert whole == pytest.approx([0, 0, width, height], abs=1e-2)
    assert (right - left) / width == pytest.approx((bottom - top) / height, rel=0.1) or min(width, height) < 4
    assert (boxed.to_photo(np.array([[-9, -9, 9999, 9999]], np.float32)) <= [width, height] * 2).all()


def test_decoding_agrees_with_the_slow_version() -> None:
    rng = np.random.default_rng(0)
    width, height = 96, 64
    cells = sum((width // stride) * (height // stride) for stride in STRIDES)
    edges = rng.normal(0, 2, (4 * BINS, cells)).astype(np.float32)
    logits = rng.normal(-2, 2, (13, cells)).astype(np.float32)
    slow = set()
    cell = 0
    for stride in STRIDES:
        for row in range(height // stride):
            for column in range(width // stride):
                distances = []
                for edge in range(4):
                    weights = np.exp(edges[edge * BINS : (edge + 1) * BINS, cell].astype(np.float64))
                    distances.append((weights * np.arange(BINS)).sum() / weights.sum() * stride)
                x, y = (column + 0.5) * stride, (row + 0.5) * stride
                box = (x - distances[0], y - distances[1], x + distances[2], y + distances[3])
                for class_id in range(13):
                    confidence = 1 / (1 + np.exp(-float(logits[class_id, cell])))
                    if confidence >= 0.3:
                        slow.add((class_id, round(confidence, 3), *(round(edge) for edge in box)))
                cell += 1
    fast = decode(edges, logits, (width, height), 0.3)
    rows = zip(fast.class_id.tolist(), fast.confidence.tolist(), fast.xyxy.tolist(), strict=True)
    found = {(name, round(confidence, 3), *(round(edge) for edge in box)) for name, confidence, box in rows}
    assert len(found & slow) >= 0.97 * len(slow), "roundings may differ in a few"
    assert len(found) == pytest.approx(len(slow), abs=2)
    assert len(decode(edges, logits, (width, height), 0.0).confidence) == 13 * cells
    assert len(decode(edges, logits, (width, height), 1.0).confidence) == 0


def test_decoding_refuses_an_output_of_another_canvas() -> None:
    centres, _ = anchor_points(96, 64)
    with pytest.raises(ValueError, match="cells"):
        decode(np.zeros((64, len(centres)), np.float32), np.zeros((13, len(centres)), np.float32), (96, 96), 0.5)
