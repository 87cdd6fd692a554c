"""The mean of a network and of the one it went on from, number by number.

Both lie in one valley of the loss, and the mean is often better than either where they are good at different things
(arXiv:2109.01903).
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from core.training.training_set import TrainingError


def blended(ended: Mapping[str, Tensor], start: Mapping[str, Tensor], share: float) -> dict[str, Tensor]:
    """The tensors of `ended`, with the `share` in [0, 1] of `start` in their fractional numbers; counts stay.

    Raises:
        TrainingError: The two are not of one network.
    """
    apart = {name for name in ended.keys() | start.keys() if _shape(ended, name) != _shape(start, name)}
    if apart:
        raise TrainingError(f"expected a start of the same network to blend with, but {sorted(apart)[0]} differs.")
    return {
        name: torch.lerp(one, start[name].to(one), share) if one.is_floating_point() else one
        for name, one in ended.items()
    }


def _shape(state: Mapping[str, Tensor], name: str) -> torch.Size | None:
    return state[name].shape if name in state else None
