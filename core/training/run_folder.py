"""The folder of one training: config, metrics by epoch as CSV, and the best and the last checkpoint."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from core.files import write_text_atomically
from core.training.recipe import Recipe
from core.training.training_set import TrainingError

CONFIG, METRICS = "config.json", "metrics.csv"
Which = Literal["best", "last", "polished"]


def write_config(folder: Path, recipe: Recipe, seed: int, data: Mapping[str, Any]) -> None:
    """Write what is trained into a new run folder.

    Raises:
        TrainingError: The folder holds a run of another config; it is left as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    config = json.loads(json.dumps({"recipe": asdict(recipe), "seed": seed, "data": dict(data)}))
    path = folder / CONFIG
    if path.is_file():
        if read_config(folder) != config:
            raise TrainingError(
                f"{folder} holds a run of another config. Give another folder with --runs, or remove that one."
            )
        return
    write_text_atomically(path, json.dumps(config, indent=1))


def read_config(folder: Path) -> dict[str, Any]:
    """What a run was trained with. Raises TrainingError where there is no run."""
    try:
        return json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"expected a run in {folder}, but its {CONFIG} cannot be read ({error}).") from error


def read_metrics(folder: Path) -> pd.DataFrame:
    """One row an epoch, in order; empty before the first."""
    path = folder / METRICS
    return pd.read_csv(path) if path.is_file() else pd.DataFrame()


def write_metrics(folder: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace the metrics by these rows, in one step."""
    write_text_atomically(folder / METRICS, pd.DataFrame(rows).to_csv(index=False))


def save_checkpoint(folder: Path, which: Which, state: Mapping[str, Any]) -> None:
    """Write a checkpoint so that a kill leaves the old one or the new one."""
    import torch

    part = folder / f".{which}.pt.part"
    with part.open("wb") as file:
        torch.save(dict(state), file)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / f"{which}.pt")


def load_checkpoint(folder: Path, which: Which) -> dict[str, Any]:
    """A checkpoint; only tensors and plain values are read (`weights_only`).

    Raises:
        TrainingError: It is absent or damaged.
    """
    import torch

    path = folder / f"{which}.pt"
    if not path.is_file():
        raise TrainingError(f"expected a trained run in {folder}. Train it: python -m core train {folder.name}")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises kinds of its own on damaged files
        why = " ".join(str(error).split())[:160]
        raise TrainingError(f"{path} is damaged ({why}). Remove it; the other checkpoint may be whole.") from error
