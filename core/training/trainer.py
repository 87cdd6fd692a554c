"""The training loop: pytorch-ignite's engine over balanced batches, with checks, checkpoints and early stopping."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ignite.engine import Engine, Events
from ignite.handlers import EarlyStopping, TerminateOnNan
from torch import Tensor

from core import settings
from core.catalogs.catalog import OnProgress
from core.training.epoch import PICTURE, Drawn, Material, batches_per_epoch, epoch_batches
from core.training.hints import Hints
from core.training.objectives import Batch, Known, Objectives
from core.training.optimizer import build_optimizer, set_rates
from core.training.recipe import Recipe
from core.training.run_folder import Which, load_checkpoint, read_metrics, save_checkpoint, write_metrics
from core.training.starting import Tokenize, Trainee, load_weights, train_mode
from core.training.training_set import TrainingError
from core.training.word_dropout import without_some_words
from detection.precision import training_autocast

GRADIENT_NORM = 5.0
WHICH: tuple[Which, ...] = ("last", "best")

Check = Callable[[Trainee], dict[str, float]]


@dataclass(frozen=True)
class Plan:
    """How a run goes: where it is kept, what chance it takes, and when it ends early."""

    folder: Path
    seed: int
    patience: int

    def __post_init__(self) -> None:
        if self.seed < 0 or self.patience < 1:
            raise TrainingError(f"expected a seed of 0 or more and a patience of 1 or more, but got {self}")


class Trainer:
    """One run: network, losses and optimizer together, so that a checkpoint holds all that resuming needs."""

    def __init__(
        self,
        recipe: Recipe,
        material: Material,
        trainee: Trainee,
        plan: Plan,
        tokenize: Tokenize | None,
        hints: Hints | None = None,
    ) -> None:
        self.recipe, self.material, self.trainee, self.plan, self.tokenize = recipe, material, trainee, plan, tokenize
        torch.manual_seed(plan.seed)
        torch.set_num_threads(settings.threads())
        n_features = _n_features(trainee, recipe)
        n_teacher = 1 if material.teacher is None else material.teacher.features.shape[2]
        self.objectives = Objectives(recipe, material.labels, n_features, n_teacher, _known(material))
        self.hints = hints
        # Kept with the losses, whose projections too are learnt and then thrown away.
        self.objectives.add_module("hints", hints)
        self.optimizer = build_optimizer(recipe, trainee, self.objectives)
        self.trained = [one for group in self.optimizer.param_groups for one in group["params"]]
        self.steps_of_epoch = batches_per_epoch(material, recipe)
        self.rows: list[dict[Any, Any]] = []
        self.epoch, self.best = 0, -np.inf
        self.losses: list[dict[str, float]] = []
        self.began = time.monotonic()

    def resume(self) -> bool:
        """Go on from the folder's last checkpoint, or its best where that was removed; False where there is none."""
        which = next((one for one in WHICH if (self.plan.folder / f"{one}.pt").is_file()), None)
        if which is None:
            return False
        state = self.load(which)
        self.optimizer.load_state_dict(state["optimizer"])
        self.epoch, self.best = state["epoch"], state["best"]
        # A kill between table and checkpoint leaves a row too many.
        self.rows = read_metrics(self.plan.folder).head(self.epoch).to_dict("records")
        return True

    def load(self, which: Which) -> dict[str, Any]:
        """Take network and losses from a checkpoint of the folder; returns all of it."""
        state = load_checkpoint(self.plan.folder, which)
        load_weights(self.trainee, state["trainee"], self.plan.folder)
        self.objectives.load_state_dict(state["objectives"])
        return state

    def take_objectives(self, run: Path) -> None:
        """Begin with the class centres of another run where its objectives are the same."""
        state = load_checkpoint(run, "best")["objectives"]
        own = self.objectives.state_dict()
        if {name: one.shape for name, one in state.items()} == {name: one.shape for name, one in own.items()}:
            self.objectives.load_state_dict(state)

    def run(self, check: Check, on_progress: OnProgress) -> None:
        """Train to the recipe's last epoch, or until the score has not risen for `patience` epochs.

        Raises:
            TrainingError: A loss became NaN or infinite; the checkpoints are those of the last good epoch.
        """
        stopping = self._early_stopping()
        if self.epoch >= self.recipe.epochs or stopping.counter >= self.plan.patience:
            return
        total = self.recipe.epochs * self.steps_of_epoch
        engine = stopping.trainer
        guard = TerminateOnNan(output_transform=lambda output: output["loss"])
        engine.add_event_handler(Events.ITERATION_COMPLETED, guard)
        engine.add_event_handler(
            Events.ITERATION_COMPLETED, lambda running: on_progress(running.state.iteration, total)
        )

        def end_of_epoch(running: Engine) -> None:
            if running.should_terminate:
                return
            self.epoch = running.state.epoch
            self._finish_epoch(check)
            stopping(running)

        def next_batches(running: Engine) -> None:
            running.set_data(epoch_batches(self.material, self.recipe, self.plan.seed, running.state.epoch))

        engine.add_event_handler(Events.EPOCH_STARTED, next_batches)
        engine.add_event_handler(Events.EPOCH_COMPLETED, end_of_epoch)
        engine.load_state_dict(
            {"epoch": self.epoch, "max_epochs": self.recipe.epochs, "epoch_length": self.steps_of_epoch}
        )
        train_mode(self.trainee, self.recipe.frozen_stages)
        self.began = time.monotonic()
        engine.run(())  # each epoch brings its own batches
        if self.losses and not np.isfinite(self.losses[-1]["loss"]):
            raise TrainingError(
                f"{self.recipe.name}: the loss became {self.losses[-1]['loss']} in epoch {self.epoch + 1}; "
                f"the checkpoints of epoch {self.epoch} stay in {self.plan.folder}. "
                "Lower the learning rates with --rate-scale 0.3, in another folder (--runs)."
            )

    def step(self, drawn: Drawn) -> dict[str, float]:
        """One batch: forward, backward, and a step of the optimizer at the rate of this moment."""
        share = (self.epoch * self.steps_of_epoch + len(self.losses)) / (self.recipe.epochs * self.steps_of_epoch)
        set_rates(self.optimizer, share)
        features = self.trainee.features(drawn.pixels)
        hints = None if self.hints is None else self.hints(drawn.pixels)
        named = self.losses_of(features, drawn, hints)
        loss = torch.stack(list(named.values())).sum()
        self.losses.append({"loss": float(loss.detach()), **{name: float(one.detach()) for name, one in named.items()}})
        if torch.isfinite(loss):
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_(self.trained, GRADIENT_NORM)
            if torch.isfinite(norm):
                self.optimizer.step()
            else:  # a step would spoil the weights, and the checkpoint of this epoch with them
                self.losses[-1]["loss"] = float("nan")
        return self.losses[-1]

    def losses_of(self, features: Tensor, drawn: Drawn, hints: Tensor | None = None) -> dict[str, Tensor]:
        """Name of each objective -> its weighted loss, from features (n, n_features) of drawn views, and from hints.

        The first half of their rows and the second are the same items.
        """
        raw, labels, rows = self.trainee.image.head(features), self.material.labels, drawn.rows
        named = {name: torch.from_numpy(getattr(labels, name)[rows]) for name in ("category", "colour", "item")}
        source = torch.from_numpy(labels.source[rows])
        batch = Batch(features, raw, named, source, drawn.teacher, drawn.teacher_parts, hints)
        if self.tokenize is not None:
            captions, caption, scale = self._captions(rows)
            batch = replace(batch, captions=captions, caption=caption, scale=scale)
        return self.objectives(batch, self.trainee.image.parts)

    def _captions(self, rows: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        # Both views of an item have one caption: it is encoded once.
        half = rows[: len(rows) // 2]
        assert self.tokenize is not None
        captions = [self.material.captions[row] for row in half]
        if self.recipe.word_dropout:  # chance hangs on who is in the batch, so that a resumed run sees the same
            captions = without_some_words(captions, self.recipe.word_dropout, np.random.default_rng(half))
        tokens = self.tokenize(captions)
        with training_autocast():
            encoded = self.trainee.clip.encode_text(tokens).float()
        scale = self.trainee.clip.logit_scale.exp().clamp(max=100)
        return encoded.repeat(2, 1), torch.from_numpy(self.material.caption[rows]), scale

    def _finish_epoch(self, check: Check) -> None:
        found = check(self.trainee)
        train_mode(self.trainee, self.recipe.frozen_stages)
        means = {name: float(np.mean([one[name] for one in self.losses])) for name in self.losses[-1]}
        self.losses = []
        self.rows.append({"epoch": self.epoch, "seconds": round(time.monotonic() - self.began, 1), **means, **found})
        self.began = time.monotonic()
        is_best = found["score"] > self.best
        self.best = max(self.best, found["score"])
        state = {
            "trainee": self.trainee.state_dict(),
            "objectives": self.objectives.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "epoch": self.epoch,
            "best": self.best,
        }
        write_metrics(self.plan.folder, self.rows)
        # The last one comes last: a kill before it repeats the epoch, and makes the best one again.
        if is_best:
            save_checkpoint(self.plan.folder, "best", state)
        save_checkpoint(self.plan.folder, "last", state)

    def _early_stopping(self) -> EarlyStopping:
        """The handler with the engine that it stops, as far as the epochs that are done have brought it."""
        engine = Engine(lambda _, drawn: self.step(drawn))
        stopping = EarlyStopping(self.plan.patience, lambda _: self.rows[-1]["score"], engine)
        for row in self.rows:
            if stopping.best_score is None or row["score"] > stopping.best_score:
                stopping.best_score, stopping.counter = row["score"], 0
            else:
                stopping.counter += 1
        return stopping


def _known(material: Material) -> Known | None:
    if material.teacher is None or material.teacher.parts is None:
        return None
    parts = torch.from_numpy(material.teacher.parts[PICTURE][material.rows]).float()
    return Known(parts, torch.from_numpy(material.labels.item[material.rows]))


def _n_features(trainee: Trainee, recipe: Recipe) -> int:
    trainee.eval()
    with torch.inference_mode():
        return trainee.features(torch.zeros(1, 3, recipe.side_px, recipe.side_px)).shape[1]
