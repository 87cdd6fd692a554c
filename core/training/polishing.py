"""After the loop: head and text tower trained further on kept features, with batches no whole network could afford.

The backbone stays as it is (as in locked-image tuning, arXiv:2111.07991), so a step costs a matrix product, and a
batch can hold so many other items that telling one from all of them is learnt.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from core.catalogs.catalog import OnProgress
from core.training.epoch import PICTURE, Drawn, Taught
from core.training.optimizer import WEIGHT_DECAY, rate_at
from core.training.run_folder import save_checkpoint
from core.training.starting import Trainee
from core.training.trainer import Check, Trainer

HIGHEST_RATE = 1e-3


@dataclass(frozen=True)
class Polished:
    """The score before and after; the checkpoint `polished` is there only if it rose."""

    before: float
    after: float
    metrics: dict[str, float]


def polish(trainer: Trainer, kept: Taught, check: Check, on_progress: OnProgress) -> Polished:
    """Train the head (and the text tower) of a run's best checkpoint on kept features of its own backbone.

    Args:
        trainer: With the best checkpoint loaded; its trainee is changed, and `polished.pt` written in its folder.
        kept: What the trainee's backbone makes of fixed views.
        check: Validation; its `score` decides.
        on_progress: Called with (steps done, steps in all).
    """
    recipe, trainee, rows = trainer.recipe, trainer.trainee, trainer.material.rows
    before = check(trainee)["score"]
    trainee.train()
    trainee.image.backbone.eval()
    trained = [*trainee.image.head.parameters(), *trainer.objectives.parameters(), *_text_parameters(trainee)]
    optimizer = torch.optim.AdamW(trained, HIGHEST_RATE, weight_decay=WEIGHT_DECAY)
    chance = np.random.default_rng(trainer.plan.seed)
    steps = max(1, len(rows) // recipe.polish_batch)
    for step in range(recipe.polish_epochs * steps):
        if step % steps == 0:
            order = chance.permutation(rows)
        items = np.sort(order[step % steps * recipe.polish_batch :][: recipe.polish_batch])
        for group in optimizer.param_groups:
            group["lr"] = HIGHEST_RATE * rate_at(step / (recipe.polish_epochs * steps))
        first, second = chance.choice(len(kept.seeds), 2, replace=False)
        features = torch.cat([kept.raw(int(number), items) for number in (first, second)])
        rows_of_batch = np.concatenate([items, items])
        drawn = Drawn(torch.empty(0), rows_of_batch, features, _teacher_parts(trainer.material.teacher, rows_of_batch))
        named = trainer.losses_of(features, drawn)
        optimizer.zero_grad(set_to_none=True)
        torch.stack(list(named.values())).sum().backward()
        optimizer.step()
        on_progress(step + 1, recipe.polish_epochs * steps)
    found = check(trainee)
    if found["score"] > before:
        state = {"trainee": trainee.state_dict(), "epoch": trainer.epoch, "metrics": found}
        save_checkpoint(trainer.plan.folder, "polished", state)
    return Polished(before, found["score"], found)


def _teacher_parts(teacher: Taught | None, rows: np.ndarray) -> torch.Tensor | None:
    """(r, dim) float32, what the run's teacher makes of the pictures; None without one whose parts are known."""
    if teacher is None or teacher.parts is None:
        return None
    return torch.from_numpy(teacher.parts[PICTURE][rows]).float()


def _text_parameters(trainee: Trainee) -> list[Any]:
    if trainee.clip is None:
        return []
    seen = {id(one) for one in trainee.image.parameters()}
    return [one for one in trainee.clip.parameters() if id(one) not in seen]
