"""Fixed views of every item with what a teacher makes of them; a student is shown the very same views.

The same crop, light and ground for both, and many rounds, is what makes distillation work (arXiv:2106.05237).
"""

import copy
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from core import artifacts, settings
from core.artifacts import ArtifactError
from core.progress import Reporter
from core.training.epoch import Taught
from core.training.recipes import Recipe, recipe_named
from core.training.run_folder import load_checkpoint
from core.training.starting import Trainee, build_trainee, load_weights
from core.training.training_set import TrainingSet
from core.training.views import NEAR, draw_views, render_views

KIND = "taught views"
ROUNDS = 5
FIRST_SEED = 4000
BATCH = 64


def taught_views(recipe: Recipe, runs: Path, training_set: TrainingSet, reporter: Reporter) -> Taught:
    """What the recipe's teacher makes of `ROUNDS` views of every item; made once for each teacher, then kept.

    Without a run the teacher is its recipe's start: a network as it was published.

    Raises:
        TrainingError: The teacher's run is damaged, or of another network.
    """
    teacher_recipe = recipe_named(recipe.teacher)
    teacher, run = build_trainee(teacher_recipe, runs), runs / recipe.teacher
    if (run / "best.pt").is_file():
        load_weights(teacher, load_checkpoint(run, "best")["trainee"], run)
    return kept_features(teacher, teacher_recipe.side_px, training_set, reporter)


def kept_features(teacher: Trainee, side: int, training_set: TrainingSet, reporter: Reporter) -> Taught:
    """What a backbone makes of `ROUNDS` views of every item, views of `side` px; made once, then kept."""
    key = _key(teacher, side, training_set)
    folder = settings.artifacts_root() / "training" / f"taught-{key}"
    with artifacts.locked(folder, "the teacher's views"):
        try:
            manifest = artifacts.load_manifest(folder, KIND, rebuild="it is made again by itself")
        except ArtifactError:
            features, scale = _features(teacher, side, training_set, reporter)
            manifest = artifacts.publish(
                folder,
                KIND,
                {"rounds": ROUNDS},
                {
                    "features.npy": lambda path: np.save(path, features, allow_pickle=False),
                    "scale.npy": lambda path: np.save(path, scale, allow_pickle=False),
                },
            )
    features = np.load(folder / manifest.files["features.npy"], mmap_mode="r", allow_pickle=False)
    scale = np.load(folder / manifest.files["scale.npy"], allow_pickle=False)
    return Taught(features, tuple(FIRST_SEED + number for number in range(ROUNDS)), scale)


def _features(
    teacher: Trainee, side: int, training_set: TrainingSet, reporter: Reporter
) -> tuple[np.ndarray, np.ndarray]:
    """(rounds, n, n_features) float16, each feature with mean 0 and deviation 1; and those that were taken out."""
    run = _compiled(teacher, side)
    count = len(training_set.items)
    report = reporter.stage("Ask the teacher")
    blocks: list[Any] = []
    with torch.inference_mode():
        for number in range(ROUNDS):
            draws = draw_views(count, FIRST_SEED + number)
            for start in range(0, count, BATCH):
                squares = torch.from_numpy(training_set.squares[start : start + BATCH])
                pixels = render_views(squares, draws[start : start + BATCH], side, NEAR)
                blocks.append(run(pixels))
                report(number * count + start + len(squares), ROUNDS * count)
    features = np.concatenate(blocks)
    scale = np.stack([features.mean(0), features.std(0) + 1e-6])
    features = (features - scale[0]) / scale[1]
    return features.astype(np.float16).reshape(ROUNDS, count, -1), scale


def _compiled(teacher: Trainee, side: int) -> Callable[[Tensor], np.ndarray]:
    """The teacher's backbone by OpenVINO, (n, 3, side, side) in [0, 255] -> (n, n_features); 5 times torch's speed."""
    import openvino

    backbone = copy.deepcopy(teacher.image.backbone).to(memory_format=torch.contiguous_format).eval()
    example = torch.zeros(2, 3, side, side)
    program = torch.export.export(backbone, (example,), dynamic_shapes=({0: torch.export.Dim("n", min=1, max=1024)},))
    options = {"INFERENCE_PRECISION_HINT": "bf16", "INFERENCE_NUM_THREADS": settings.threads()}
    compiled = openvino.Core().compile_model(openvino.convert_model(program), "CPU", options)
    return lambda pixels: compiled(((pixels - teacher.mean) / teacher.std).numpy())[0].copy()


def _key(teacher: Trainee, side: int, training_set: TrainingSet) -> str:
    digest = hashlib.sha256(f"{ROUNDS}|{FIRST_SEED}|{side}|{NEAR}|{training_set.squares.shape}".encode())
    for name, tensor in sorted(teacher.image.backbone.state_dict().items()):
        digest.update(name.encode() + tensor.contiguous().float().numpy().tobytes())
    digest.update(training_set.items["item_id"].str.cat(sep="|").encode())
    return digest.hexdigest()[:16]
