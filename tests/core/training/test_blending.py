"""The mean of two networks, number by number; counts stay, and other networks are refused."""

import pytest
import torch

from core.training.blending import blended
from core.training.training_set import TrainingError


def test_fractional_numbers_are_averaged_and_counts_stay() -> None:
    ended = {"weight": torch.tensor([1.0, -2.0]), "seen": torch.tensor(7)}
    start = {"weight": torch.tensor([3.0, 2.0], dtype=torch.float16), "seen": torch.tensor(3)}
    found = blended(ended, start, 0.25)
    assert found["weight"].tolist() == [1.5, -1.0]
    assert found["weight"].dtype == torch.float32
    assert found["seen"] == 7
    assert ended["weight"].tolist() == [1.0, -2.0]


def test_nothing_of_the_start_leaves_all_as_it_ended() -> None:
    ended = {"weight": torch.randn(5)}
    assert torch.equal(blended(ended, {"weight": torch.randn(5)}, 0.0)["weight"], ended["weight"])


@pytest.mark.parametrize("start", [{}, {"weight": torch.ones(4)}, {"weight": torch.ones(5), "more": torch.ones(1)}])
def test_another_network_is_refused(start: dict[str, torch.Tensor]) -> None:
    with pytest.raises(TrainingError, match="same network"):
        blended({"weight": torch.ones(5)}, start, 0.5)
