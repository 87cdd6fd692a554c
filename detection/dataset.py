"""A YOLO data set in memory, as augmented training examples in the form that ultralytics' loss takes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import Dataset

from detection.augment import Example, four_in_one, mirror, place_at_random, recolour

MOSAIC_SHARE = 0.35
STORED_SCALE = 1.25  # photos are kept at this multiple of the canvas, since some are shown enlarged


class TrainingPictures(Dataset):
    """Augmented examples of a YOLO data set; a file listed several times is drawn as often.

    Attributes:
        labels: One dictionary a listed file, with `cls` (n, 1) and `bboxes` (n, 4): what ultralytics asks for.
        mosaic: Whether some examples are four photos in one; the trainer turns it off for the last epochs.
    """

    def __init__(self, files: Sequence[Path], canvas: tuple[int, int]) -> None:
        self.canvas = canvas
        self.mosaic = True
        unique = {file: number for number, file in enumerate(dict.fromkeys(files))}
        self.examples = [_read_example(file, canvas) for file in unique]
        self.rows = [unique[file] for file in files]
        self.labels = [_as_labels(self.examples[row]) for row in self.rows]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        # torch seeds itself in each worker and epoch; numpy would give every worker the same numbers
        rng = np.random.default_rng(int(torch.randint(2**62, (1,)).item()))
        example = self.examples[self.rows[index]]
        if self.mosaic and rng.random() < MOSAIC_SHARE:
            others = [self.examples[self.rows[row]] for row in rng.integers(len(self.rows), size=3)]
            example = four_in_one([example, *others], self.canvas, rng)
        else:
            example = place_at_random(example, self.canvas, rng)
        if rng.random() < 0.5:
            example = mirror(example)
        pixels = recolour(example.pixels, rng)
        return {
            "img": torch.from_numpy(pixels).permute(2, 0, 1).contiguous(),
            "cls": torch.from_numpy(example.classes).float()[:, None],
            "bboxes": torch.from_numpy(_to_shares(example.boxes, self.canvas)),
        }


def collate(examples: list[dict[str, Tensor]]) -> dict[str, Tensor]:
    """Examples as one batch: `img` (b, 3, h, w) uint8, and the boxes of all with `batch_idx` (n,) saying whose."""
    counts = torch.tensor([len(example["cls"]) for example in examples])
    return {
        "img": torch.stack([example["img"] for example in examples]),
        "cls": torch.cat([example["cls"] for example in examples]),
        "bboxes": torch.cat([example["bboxes"] for example in examples]),
        "batch_idx": torch.repeat_interleave(torch.arange(len(examples)), counts).float(),
    }


def _read_example(file: Path, canvas: tuple[int, int]) -> Example:
    import cv2

    pixels = cv2.imread(str(file), cv2.IMREAD_COLOR_RGB)
    if pixels is None:
        raise ValueError(f"{file} is not a picture that can be read")
    height, width = pixels.shape[:2]
    scale = STORED_SCALE * min(canvas[0] / height, canvas[1] / width)
    if scale < 1:
        pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    classes, shares = read_labels(label_path(file))
    height, width = pixels.shape[:2]
    half = shares[:, 2:] / 2
    corners = np.concatenate([shares[:, :2] - half, shares[:, :2] + half], axis=1)
    boxes = (corners * [width, height, width, height]).astype(np.float32)
    return Example(np.asarray(pixels, np.uint8), boxes, classes)


def label_path(image: Path) -> Path:
    """The label file of a picture: `labels` in place of the last folder `images` in its path."""
    parts = list(image.parts)
    where = len(parts) - 1 - parts[::-1].index("images")
    parts[where] = "labels"
    return Path(*parts).with_suffix(".txt")


def read_labels(path: Path) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Classes (n,) and boxes (n, 4), centre and size as shares of the picture; none if the file is absent."""
    text = path.read_text().split() if path.is_file() else []
    table = np.array(text, np.float64).reshape(-1, 5)
    return table[:, 0].astype(np.int64), table[:, 1:]


def _to_shares(boxes: npt.NDArray[np.float32], canvas: tuple[int, int]) -> npt.NDArray[np.float32]:
    centres, sides = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    size = np.array([canvas[1], canvas[0]] * 2, np.float32)
    return (np.concatenate([centres, sides], axis=1) / size).astype(np.float32)


def _as_labels(example: Example) -> dict[str, Any]:
    return {"cls": example.classes[:, None], "bboxes": example.boxes}
