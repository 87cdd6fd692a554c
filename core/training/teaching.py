"""Fixed views of every item with what a teacher makes of them; a student is shown the very same views.

The same crop, light and ground for both, and many rounds, is what makes distillation work (arXiv:2106.05237).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from core import artifacts, settings
from core.encoders.picture_looks import Look
from core.one_builder import built_once
from core.progress import Reporter
from core.training.compiled import Compiled, compiled, compiled_looks
from core.training.earlier import ended_with, is_there
from core.training.epoch import PICTURE, Taught
from core.training.recipe import Recipe
from core.training.recipes import recipe_named
from core.training.starting import Trainee, build_trainee, load_weights
from core.training.training_set import TrainingSet
from core.training.views import FARTHER, NEAR, ViewStrength, draw_views, plain_views, render_views

KIND = "taught views"
# The picture as it is, which is what a search embeds; views near it, and views as far as a photo may be from it.
ROUNDS: tuple[ViewStrength | None, ...] = (None, NEAR, NEAR, FARTHER, FARTHER)
FIRST_SEED = 4000
BATCH = 64


def taught_views(recipe: Recipe, runs: Path, training_set: TrainingSet, reporter: Reporter) -> Taught:
    """What the recipe's teacher makes of `ROUNDS` of every item; made once for each teacher, then kept.

    Without a run the teacher is its recipe's start: a network as it was published, whose features alone are known.

    Raises:
        TrainingError: The teacher's run is damaged, or of another network.
    """
    teacher, is_trained = build_teacher(recipe, runs)
    side, looks = recipe_named(recipe.teacher).side_px, recipe.follows_pictures
    kept = kept_features(teacher, side, training_set, reporter, pictures_alone=looks)
    return replace(kept, parts=_parts_of(teacher, kept)) if is_trained else kept


def build_teacher(recipe: Recipe, runs: Path) -> tuple[Trainee, bool]:
    """The recipe's teacher, and whether it was trained: as its run or its published model has it. Raises TrainingError.

    One that nobody trained teaches as it starts.
    """
    its_own = recipe_named(recipe.teacher)
    if not is_there(its_own.name, runs):
        return build_trainee(its_own, runs).eval(), False
    teacher = build_trainee(replace(its_own, start="random"), runs)
    load_weights(teacher, ended_with(its_own.name, runs, its_own.architecture), runs / its_own.name)
    return teacher.eval(), True


def _parts_of(teacher: Trainee, kept: Taught) -> np.ndarray:
    """(rounds, n, dim) float16, what the teacher's head makes of its features, each part of unit length."""
    rows = np.arange(kept.features.shape[1])
    with torch.inference_mode():
        rounds = [teacher.image.head(kept.raw(number, rows)) for number in range(len(kept.seeds))]
        return np.stack([torch.cat(teacher.image.parts.split(raw), dim=1).numpy().astype(np.float16) for raw in rounds])


def kept_features(
    teacher: Trainee, side: int, training_set: TrainingSet, reporter: Reporter, pictures_alone: bool = False
) -> Taught:
    """What a backbone makes of `ROUNDS` of every item, views of `side` px; made once, then kept.

    With `pictures_alone` the first round alone, and what all looks that the teacher takes have in the mean.
    """
    rounds = ROUNDS[: PICTURE + 1] if pictures_alone else ROUNDS
    key = _key(teacher, side, training_set, rounds, teacher.image.looks.looks if pictures_alone else ())
    folder = settings.artifacts_root() / "training" / f"taught-{key}"

    def build() -> artifacts.Manifest:
        run = compiled_looks(teacher, side) if pictures_alone else compiled(teacher.image.backbone, teacher, side)
        features, scale = _features(run, side, training_set, rounds, reporter)
        writers = {
            "features.npy": lambda path: np.save(path, features, allow_pickle=False),
            "scale.npy": lambda path: np.save(path, scale, allow_pickle=False),
        }
        return artifacts.publish(folder, KIND, {"rounds": len(rounds)}, writers)

    manifest = built_once(folder, KIND, "the teacher's views", build)
    features = np.load(folder / manifest.files["features.npy"], mmap_mode="r", allow_pickle=False)
    scale = np.load(folder / manifest.files["scale.npy"], allow_pickle=False)
    return Taught(features, tuple(FIRST_SEED + number for number in range(len(rounds))), scale)


def _features(
    run: Compiled, side: int, training_set: TrainingSet, rounds: Sequence[ViewStrength | None], reporter: Reporter
) -> tuple[np.ndarray, np.ndarray]:
    """(rounds, n, n_features) float16, each feature with mean 0 and deviation 1; and those that were taken out."""
    count = len(training_set.items)
    report = reporter.stage("Ask the teacher")
    blocks: list[Any] = []
    with torch.inference_mode():
        for number, strength in enumerate(rounds):
            draws = draw_views(count, FIRST_SEED + number)
            for start in range(0, count, BATCH):
                squares = torch.from_numpy(training_set.squares[start : start + BATCH])
                if strength is None:
                    pixels = plain_views(squares, side)
                else:
                    pixels = render_views(squares, draws[start : start + BATCH], side, strength)
                blocks.extend(run(pixels))
                report(number * count + start + len(squares), len(rounds) * count)
    features = np.concatenate(blocks)
    scale = np.stack([features.mean(0), features.std(0) + 1e-6])
    features = (features - scale[0]) / scale[1]
    return features.astype(np.float16).reshape(len(rounds), count, -1), scale


def _key(
    teacher: Trainee,
    side: int,
    training_set: TrainingSet,
    rounds: Sequence[ViewStrength | None],
    looks: Sequence[Look],
) -> str:
    digest = hashlib.sha256(f"{rounds}|{looks}|{FIRST_SEED}|{side}|{training_set.squares.shape}".encode())
    for name, tensor in sorted(teacher.image.backbone.state_dict().items()):
        digest.update(name.encode() + tensor.contiguous().float().numpy().tobytes())
    digest.update(training_set.items["item_id"].str.cat(sep="|").encode())
    return digest.hexdigest()[:16]
