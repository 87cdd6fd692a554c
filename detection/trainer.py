"""ultralytics' trainer, made quick on a processor: bfloat16 where that is quick, upright canvases, photos in memory."""

from pathlib import Path
from typing import Any

import torch
from torch import nn

from detection.dataset import TrainingPictures, collate
from detection.precision import training_autocast
from detection.quiet import quiet_ultralytics

quiet_ultralytics()

from ultralytics.data.build import InfiniteDataLoader  # noqa: E402
from ultralytics.models.yolo.detect import DetectionTrainer  # noqa: E402
from ultralytics.nn.tasks import DetectionModel  # noqa: E402

BACKBONE = "model.0.m."  # how the names of a pyramid's weights begin
BACKBONE_SHARE_OF_RATE = 0.25  # the ImageNet weights are moved more gently than the new layers
PICTURE_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp"}


class MixedPrecisionModel(DetectionModel):
    """A detection model that trains in bfloat16 where that is quick, its loss in float32."""

    def loss(self, batch: dict[str, Any], preds: Any = None) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Loss of a batch (one number a part) and its named parts."""
        if getattr(self, "criterion", None) is None:
            self.criterion = self.init_criterion()
        if preds is None:
            images = batch["img"].contiguous(memory_format=torch.channels_last)
            # ultralytics refuses bfloat16 on a processor, so the autocast is opened here
            with training_autocast(self.training):
                preds = self.forward(images)
        with torch.autocast("cpu", enabled=False):
            return self.criterion(_as_float32(self.criterion.parse_output(preds)), batch)


class GarmentTrainer(DetectionTrainer):
    """Trains on canvases of one upright shape, drawn by `detection.augment`, with AdamW."""

    def get_model(self, cfg: Any = None, weights: nn.Module | None = None, verbose: bool = True) -> nn.Module:
        """A model to train, from a description and perhaps weights."""
        model = MixedPrecisionModel(cfg, nc=self.data["nc"], ch=self.data["channels"], verbose=verbose)
        if weights is not None:
            model.load(weights)
        return model.to(memory_format=torch.channels_last)

    def get_dataloader(self, dataset_path: str, batch_size: int = 16, rank: int = 0, mode: str = "train") -> Any:
        """Loader of augmented pictures for training; for validation, ultralytics' own."""
        if mode != "train":
            return super().get_dataloader(dataset_path, batch_size, rank, mode)
        pictures = TrainingPictures(list_pictures(dataset_path), canvas_for(self.args.imgsz))
        return InfiniteDataLoader(
            dataset=pictures,
            batch_size=min(batch_size, len(pictures)),
            shuffle=True,
            drop_last=True,
            num_workers=1,
            collate_fn=collate,
            worker_init_fn=_start_worker,
        )

    def build_optimizer(  # type: ignore[override]
        self, model: nn.Module, name: str, lr: float, momentum: float, decay: float, iterations: float
    ) -> torch.optim.Optimizer:
        """AdamW; gentler for the backbone, without decay for biases and normalisation."""
        groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        for key, parameter in model.named_parameters():
            groups.setdefault((key.startswith(BACKBONE), parameter.ndim > 1), []).append(parameter)
        return torch.optim.AdamW(
            [
                {
                    "params": parameters,
                    "lr": lr * (BACKBONE_SHARE_OF_RATE if in_backbone else 1),
                    "weight_decay": decay if matrix else 0.0,
                    "param_group": "weight" if matrix else "norm",
                }
                for (in_backbone, matrix), parameters in groups.items()
            ],
            betas=(momentum, 0.999),
        )


def list_pictures(dataset_path: str | list[str]) -> list[Path]:
    """Pictures of one part of a YOLO data set: of a folder, or of a text file that names one a line.

    A picture that is named several times is listed as often.
    """
    path = Path(dataset_path if isinstance(dataset_path, str) else dataset_path[0])
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix.lower() in PICTURE_SUFFIXES)
    return [path.parent / line.strip() for line in path.read_text().splitlines() if line.strip()]


def canvas_for(long_side: int) -> tuple[int, int]:
    """Height and width of the training canvas: upright 2:3 like street photos, in multiples of 32 px."""
    return long_side, -(-round(long_side * 2 / 3) // 32) * 32


def _as_float32(predictions: dict[str, Any]) -> dict[str, Any]:
    return {
        name: [level.float() for level in value] if isinstance(value, list) else value.float()
        for name, value in predictions.items()
    }


def _start_worker(_: int) -> None:
    import cv2

    cv2.setNumThreads(0)
