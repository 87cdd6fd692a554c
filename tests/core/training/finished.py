"""A trained network as a run leaves it."""

import torch

from core.training.starting import Trainee


def randomised(trainee: Trainee) -> Trainee:
    """Other statistics than those of a fresh network, so that they matter."""
    generator = torch.Generator().manual_seed(8)
    for module in trainee.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.3, 0.3, generator=generator)
            module.running_var.uniform_(0.5, 2.0, generator=generator)
    return trainee.eval()
