"""Train a garment detector with ultralytics on a YOLO data set, by default from the EfficientNet-Lite pyramid."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from detection.architecture import DEFAULT_BACKBONE, pyramid_config
from detection.garments import CLASSES

LAST_WEIGHTS = "averaged.safetensors"
DESCRIPTION = "model.json"
# Stem and first two stages of the pyramid: edges and colours, and half of the time of a pass.
FROZEN_STAGES = ("0.m.0", "0.m.1", "0.m.2")


@dataclass(frozen=True)
class TrainSettings:
    """What a training run is made of; kept in the run's folder and in the shipped manifest.

    Attributes:
        data: A YOLO data set's `data.yaml`, with the detector's classes.
        out: Folder of the run.
        weights: An ultralytics weights file to start from; None for the pyramid with its ImageNet weights.
        backbone: Name of the pyramid.
        epochs: Passes over the data set's list.
        hours: If given, the run is planned to end after so long, in place of `epochs`.
        image_size: Height of the upright training canvas, px.
        batch: Pictures a step.
        rate: Highest learning rate; it falls in a cosine.
        plain_epochs: Epochs at the end without four pictures in one.
        seed: Of weights and augmentation.
    """

    data: Path
    out: Path
    weights: str | None = None
    backbone: str = DEFAULT_BACKBONE
    epochs: int = 18
    hours: float | None = None
    image_size: int = 448
    batch: int = 16
    rate: float = 1e-3
    plain_epochs: int = 5
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("epochs", "batch"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, but got {getattr(self, name)}")
        if self.image_size < 64 or self.image_size % 32:
            raise ValueError(f"image_size must be a multiple of 32 from 64 on, but got {self.image_size}")
        if not 0 < self.rate < 1:
            raise ValueError(f"rate must be between 0 and 1, but got {self.rate}")


def find_config(data: Path) -> Path:
    """The `data.yaml` of a data set given by its folder or by that file, checked for the detector's classes.

    Raises:
        ValueError: There is none, or its classes are others.
    """
    import yaml

    config = data / "data.yaml" if data.is_dir() else data
    try:
        names = yaml.safe_load(config.read_text())["names"]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise ValueError(
            f"expected a YOLO data set's data.yaml at {config}, but it cannot be used ({error}); "
            "`python -m core catalogs export-yolo street --out DIR` writes one"
        ) from error
    listed = tuple(names.values()) if isinstance(names, dict) else tuple(names or ())
    if listed != CLASSES:
        raise ValueError(f"the classes in {config.name} must be {', '.join(CLASSES)}, but are {listed}")
    return config


def train_detector(settings: TrainSettings, *, resume: bool = False) -> Path:
    """Train, or go on with a run that was stopped.

    Args:
        settings: Of the run.
        resume: Go on from the run's last checkpoint.

    Returns:
        The run's folder, with the averaged weights of the last epoch and the model's description.

    Raises:
        ValueError: The data set or the settings cannot be used, or there is nothing to resume.
    """
    import torch

    from detection.speed import ThreadChooser, keep_memory
    from detection.trainer import GarmentTrainer

    config = find_config(settings.data)
    checkpoint = settings.out / "weights" / "last.pt"
    if resume and not checkpoint.is_file():
        raise ValueError(f"there is no run to resume in {settings.out}: expected {checkpoint}")
    settings.out.mkdir(parents=True, exist_ok=True)
    keep_memory()
    torch.manual_seed(settings.seed)
    trainer = GarmentTrainer(overrides=_overrides(settings, config, checkpoint if resume else None))
    chooser = ThreadChooser(tuple(range(1, (os.cpu_count() or 1) + 1))[:4], torch.set_num_threads)
    trainer.add_callback("on_train_batch_start", lambda _: chooser.before_batch())
    trainer.add_callback("on_train_batch_end", lambda _: chooser.after_batch())
    trainer.add_callback("on_model_save", lambda running: _keep_averaged(running, settings))
    trainer.train()
    return settings.out


def _overrides(settings: TrainSettings, config: Path, checkpoint: Path | None) -> dict[str, Any]:
    model = settings.weights
    if model is None:
        path = settings.out / "pyramid.yaml"  # YAML by name, as ultralytics asks; JSON is YAML
        path.write_text(json.dumps(pyramid_config(settings.backbone, len(CLASSES), pretrained=True)))
        model = str(path)
    overrides = {
        "model": model, "data": str(config), "project": str(settings.out.parent.resolve()),
        "name": settings.out.name, "exist_ok": True, "epochs": settings.epochs, "time": settings.hours,
        "imgsz": settings.image_size, "batch": settings.batch, "nbs": settings.batch, "seed": settings.seed,
        "optimizer": "AdamW", "lr0": settings.rate, "lrf": 0.02, "cos_lr": True, "momentum": 0.9,
        "weight_decay": 0.02, "warmup_epochs": 0.6, "warmup_bias_lr": 0.0, "patience": 0,
        "close_mosaic": settings.plain_epochs, "device": "cpu", "deterministic": False, "plots": False,
        "amp": False,  # ultralytics' own is for graphics cards; see MixedPrecisionModel
    }  # fmt: skip
    if settings.weights is None:
        overrides["freeze"] = list(FROZEN_STAGES)
    if checkpoint is not None:
        overrides["resume"] = str(checkpoint)
    return overrides


def _keep_averaged(trainer: Any, settings: TrainSettings) -> None:
    """Write the averaged weights and the description beside ultralytics' pickled checkpoint."""
    from safetensors.torch import save_file

    averaged = trainer.ema.ema
    state = {name: value.detach().float().contiguous() for name, value in averaged.state_dict().items()}
    save_file(state, settings.out / LAST_WEIGHTS)
    architecture = dict(averaged.yaml)
    if settings.weights is None:
        architecture = pyramid_config(settings.backbone, len(CLASSES), pretrained=False)
    facts = {name: str(value) if isinstance(value, Path) else value for name, value in asdict(settings).items()}
    facts.update(data=settings.data.name, out=settings.out.name, epochs_done=trainer.epoch + 1)
    (settings.out / DESCRIPTION).write_text(json.dumps({"architecture": architecture, "training": facts}, indent=1))
