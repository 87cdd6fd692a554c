"""ultralytics' trainer, made quick on a CPU: bfloat16, upright canvases, photos in memory, a half-frozen backbone."""

import os
from pathlib import Path
from typing import Any

import torch
from torch import nn

from detection.dataset import TrainingPictures, collate
from detection.quiet import quiet_ultralytics

quiet_ultralytics()

from ultralytics.data.build import InfiniteDataLoader  # noqa: E402
from ultralytics.models.yolo.detect import DetectionTrainer  # noqa: E402
from ultralytics.nn.tasks import DetectionModel  # noqa: E402

BACKBONE_SHARE_OF_RATE = 0.25  # the ImageNet weights are moved more gently than the new layers
FROZEN_BACKBONE = ("0.m.0", "0.m.1", "0.m.2")  # stem and the first two stages: edges and colours
THREADS = max(1, min(2, os.cpu_count() or 1))


class MixedPrecisionModel(DetectionModel):
    """A detection model whose loss is computed in float32, whatever precision its layers ran in."""

    def loss(self, batch: dict[str, Any], preds: Any = None) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Loss of a batch (scalar per part) and its named parts."""
        if getattr(self, "criterion", None) is None:
            self.criterion = self.init_criterion()
        if preds is None:
            images = batch["img"].contiguous(memory_format=torch.channels_last)
            # ultralytics refuses bfloat16 on a CPU, so the autocast is opened here
            with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
                preds = self.forward(images)
        preds = self.criterion.parse_output(preds)
        exact = {
            name: [level.float() for level in value] if isinstance(value, list) else value.float()
            for name, value in preds.items()
        }
        with torch.autocast("cpu", enabled=False):
            return self.criterion(exact, batch)


class GarmentTrainer(DetectionTrainer):
    """Trains on canvases of one upright shape; the pyramid's early stages and depthwise filters stay fixed."""

    def get_model(self, cfg: Any = None, weights: nn.Module | None = None, verbose: bool = True) -> nn.Module:
        """A model to train, from a description and perhaps weights."""
        model = MixedPrecisionModel(cfg, nc=self.data["nc"], ch=self.data["channels"], verbose=verbose)
        if weights is not None:
            model.load(weights)
        return model.to(memory_format=torch.channels_last)

    def get_dataloader(
        self, dataset_path: str, batch_size: int = 16, rank: int = 0, mode: str = "train"
    ) -> Any:
        """Loader of augmented pictures for training; for validation, ultralytics' own."""
        torch.set_num_threads(THREADS)  # ultralytics has set it to one by now
        if mode != "train":
            return super().get_dataloader(dataset_path, batch_size, rank, mode)
        files = list_pictures(dataset_path)
        canvas = canvas_for(self.args.imgsz)
        return InfiniteDataLoader(
            dataset=TrainingPictures(files, canvas),
            batch_size=batch_size,
            shuffle=True,
            drop_last=True,
            num_workers=1,
            collate_fn=collate,
            worker_init_fn=_start_worker,
        )

    def build_optimizer(self, model: nn.Module, **settings: Any) -> torch.optim.Optimizer:
        """AdamW; gentler for the backbone, without decay for biases and normalisation."""
        groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
        for name, parameter in model.named_parameters():
            key = (name.startswith("model.0.m."), parameter.ndim > 1)
            groups.setdefault(key, []).append(parameter)
        rate, decay = settings["lr"], settings["decay"]
        return torch.optim.AdamW(
            [
                {
                    "params": parameters,
                    "lr": rate * (BACKBONE_SHARE_OF_RATE if in_backbone else 1),
                    "weight_decay": decay if matrix else 0.0,
                    "param_group": "weight" if matrix else "norm",
                }
                for (in_backbone, matrix), parameters in groups.items()
            ],
            betas=(settings["momentum"], 0.999),
        )


def list_pictures(dataset_path: str | list[str]) -> list[Path]:
    """Pictures of a YOLO data set's part: a folder of them, or a text file naming one a line, repeats kept."""
    path = Path(dataset_path if isinstance(dataset_path, str) else dataset_path[0])
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix.lower() in {".jpg", ".jpeg", ".png", ".webp"})
    return [Path(line) if Path(line).is_absolute() else path.parent / line for line in path.read_text().splitlines()]


def canvas_for(long_side: int) -> tuple[int, int]:
    """Height and width of the training canvas: upright 2:3 like street photos, in multiples of 32 px."""
    return long_side, -(-round(long_side * 2 / 3) // 32) * 32


def _start_worker(_: int) -> None:
    import cv2

    cv2.setNumThreads(0)
