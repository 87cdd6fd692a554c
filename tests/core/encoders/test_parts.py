"""Embeddings of parts: their cosine is the weighted mean of the cosines of the parts."""

import pytest
import torch

from core.encoders.parts import Parts


def test_the_cosine_is_the_weighted_mean_of_the_parts_cosines() -> None:
    torch.manual_seed(0)
    parts, weights, raw = Parts((3, 1, 5), (2.0, 1.0, 1.0)), (0.5, 0.25, 0.25), torch.randn(4, 9).double()
    found = parts(raw)
    assert found.shape == (4, 9)
    assert torch.allclose(found.norm(dim=1), torch.ones(4).double(), atol=1e-6)
    for one in range(4):
        for other in range(4):
            cosines = [
                float(torch.cosine_similarity(raw[one, start:end], raw[other, start:end], dim=0))
                for start, end in ((0, 3), (3, 4), (4, 9))
            ]
            expected = sum(weight * cosine for weight, cosine in zip(weights, cosines, strict=True))
            assert float(found[one] @ found[other]) == pytest.approx(expected, abs=1e-6)


def test_without_weights_all_parts_count_alike_and_weights_can_be_chosen_later() -> None:
    parts, raw = Parts((2, 2)), torch.randn(3, 4)
    assert parts.weights.tolist() == [0.5, 0.5]
    parts.weigh((0, 7))
    assert parts.weights.tolist() == [0, 1]
    assert torch.allclose(parts(raw)[:, :2], torch.zeros(3, 2))
    assert set(parts.state_dict()) == {"dims", "weights"}
    other = Parts((2, 2))
    other.load_state_dict(parts.state_dict())
    assert torch.equal(other(raw), parts(raw))


def test_a_row_of_zeros_gives_no_nan() -> None:
    raw = torch.zeros(2, 4, requires_grad=True)
    found = Parts((2, 2))(raw)
    found.sum().backward()
    assert raw.grad is not None
    assert torch.isfinite(found).all()
    assert torch.isfinite(raw.grad).all()


@pytest.mark.parametrize("dims", [(), (3, 0), (-1,)])
def test_lengths_are_checked(dims: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one part or more"):
        Parts(dims)


@pytest.mark.parametrize(
    "weights", [(1.0,), (1.0, 1.0, 1.0), (0.0, 0.0), (-1.0, 2.0), (float("nan"), 1.0), (float("inf"), 1.0)]
)
def test_weights_are_checked_and_the_old_ones_stay(weights: tuple[float, ...]) -> None:
    parts = Parts((2, 2), (0.3, 0.7))
    with pytest.raises(ValueError, match="expected 2 weights"):
        parts.weigh(weights)
    assert parts.weights.tolist() == pytest.approx([0.3, 0.7])
