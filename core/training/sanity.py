"""Whether a recipe can learn at all: a handful of pictures must be learnt by heart."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from core.catalogs.catalog import OnProgress
from core.training.epoch import epoch_batches, material_of
from core.training.recipe import Recipe
from core.training.recipes import RECIPES
from core.training.starting import Tokenize, build_trainee, train_mode
from core.training.trainer import Plan, Trainer
from core.training.training_set import TrainingError, TrainingSet
from core.training.validating import embed_rows

CLASSES, PER_CLASS = 4, 4
STEPS = 60
LEAST_ACCURACY = 0.95


@dataclass(frozen=True)
class Learnt:
    """What overfitting came to: the mean loss of the first and the last five steps, and the accuracy in [0, 1]."""

    first_loss: float
    last_loss: float
    accuracy: float


def overfit(
    recipe: Recipe, training_set: TrainingSet, runs: Path, tokenize: Tokenize | None, on_progress: OnProgress
) -> Learnt:
    """Train on 16 pictures of 4 classes for 60 steps.

    Raises:
        TrainingError: The loss did not fall to half, or the nearest of the 16 is of another class for more than
            5 % of them: something is wrong with the network, the losses or the labels.
    """
    rows = _few_rows(training_set)
    steady = replace(
        recipe,
        objectives=tuple(one for one in recipe.objectives if one.label != "teacher") or recipe.objectives,
        classes_per_batch=CLASSES,
        items_per_class=PER_CLASS,
        epochs=STEPS,
        evenness=0.0,
    )
    if steady.is_taught:
        raise TrainingError(f"{recipe.name} learns from a teacher only; check the recipe that it is the start of.")
    # Another recipe's run may not be there yet, and is not needed to see whether this one can learn.
    start = "random" if recipe.start in RECIPES else recipe.start
    trainee = build_trainee(replace(steady, start=start), runs)
    trainer = Trainer(steady, material_of(training_set, rows=rows), trainee, Plan(runs, 0, STEPS), tokenize)
    train_mode(trainee, steady.frozen_stages)
    for step in range(STEPS):
        for drawn in epoch_batches(trainer.material, steady, 0, step):
            trainer.step(drawn)
        on_progress(step + 1, STEPS)
    losses = [one["loss"] for one in trainer.losses]
    learnt = Learnt(float(np.mean(losses[:5])), float(np.mean(losses[-5:])), _accuracy(trainer, rows))
    if not learnt.last_loss < 0.5 * learnt.first_loss or learnt.accuracy < LEAST_ACCURACY:
        raise TrainingError(
            f"{recipe.name} cannot learn {len(rows)} pictures by heart: the loss went from {learnt.first_loss:.3f} to "
            f"{learnt.last_loss:.3f} (expected less than half), the nearest is right for {learnt.accuracy:.0%} "
            f"(expected {LEAST_ACCURACY:.0%}). Look at the labels, the learning rates and the objectives."
        )
    return learnt


def _few_rows(training_set: TrainingSet) -> np.ndarray:
    items = training_set.items.iloc[training_set.train_rows]
    sizes = items[items["category"] != ""].groupby(["source", "category"], sort=True).size()
    chosen = sizes[sizes >= PER_CLASS].index[:CLASSES]
    if len(chosen) < CLASSES:
        raise TrainingError(f"expected {CLASSES} classes of {PER_CLASS} pictures or more, but there are {len(chosen)}.")
    keys = list(zip(items["source"], items["category"], strict=True))
    found = [[place for place, key in enumerate(keys) if key == one][:PER_CLASS] for one in chosen]
    return training_set.train_rows[np.concatenate(found)]


def _accuracy(trainer: Trainer, rows: np.ndarray) -> float:
    """The share of the pictures whose nearest other one is of their class."""
    found = embed_rows(trainer.trainee, trainer.material.training_set, rows, trainer.recipe.side_px, hard=False)
    cosines = torch.from_numpy(found @ found.T).fill_diagonal_(-2).numpy()
    classes = trainer.material.labels.category[rows]
    return float((classes[cosines.argmax(1)] == classes).mean())
