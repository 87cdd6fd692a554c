"""The optimizer of a recipe, and its learning rate over the training."""

import numpy as np
import torch
from torch import nn

from core.training.recipe import Recipe
from core.training.starting import Trainee

WARM_UP_SHARE = 0.04
WEIGHT_DECAY = 0.02


def build_optimizer(recipe: Recipe, trainee: Trainee, objectives: nn.Module) -> torch.optim.Optimizer:
    """AdamW over what is trained: the backbone at its rate, everything else, losses included, at the head's."""
    backbone = [one for one in trainee.image.backbone.parameters() if one.requires_grad]
    known = {id(one) for one in trainee.image.backbone.parameters()}
    others = [one for one in trainee.parameters() if one.requires_grad and id(one) not in known]
    others += list(objectives.parameters())
    groups = [(backbone, recipe.backbone_rate), (others, recipe.head_rate)]
    return torch.optim.AdamW(
        [{"params": params, "lr": rate, "highest": rate} for params, rate in groups if params],
        weight_decay=WEIGHT_DECAY,
        fused=True,
    )


def set_rates(optimizer: torch.optim.Optimizer, share: float) -> None:
    """Set the learning rates of a moment; `share` of the training is done."""
    for group in optimizer.param_groups:
        group["lr"] = group["highest"] * rate_at(share)


def rate_at(share: float) -> float:
    """Share of the highest learning rate at a share of the training: a linear rise, then half a cosine to 0."""
    if share < WARM_UP_SHARE:
        return share / WARM_UP_SHARE
    return float(0.5 * (1 + np.cos(np.pi * min(1.0, (share - WARM_UP_SHARE) / (1 - WARM_UP_SHARE)))))
