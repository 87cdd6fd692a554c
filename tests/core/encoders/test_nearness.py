"""A nearness: its cosine is the Gaussian kernel of the part's, within the noise that its numbers allow."""

import math

import pytest
import torch

from core.encoders.nearness import Nearness, frequencies_of
from core.encoders.parts import Parts


def rows_with_cosines(dim: int, cosines: list[float]) -> torch.Tensor:
    """(1 + n, dim) float64 unit rows: a first one, and others with these cosines to it."""
    torch.manual_seed(3)
    first, *others = torch.nn.functional.normalize(torch.randn(1 + len(cosines), dim).double(), dim=1)
    found = [first]
    for cosine, other in zip(cosines, others, strict=True):
        upright = torch.nn.functional.normalize(other - (other @ first) * first, dim=0)
        found.append(cosine * first + math.sqrt(1 - cosine**2) * upright)
    return torch.stack(found)


@pytest.mark.parametrize("sharpness", [2.0, 5.0, 9.0])
def test_the_cosine_is_the_kernel_of_the_part_s_cosine(sharpness: float) -> None:
    cosines = [1.0, 0.95, 0.8, 0.6, 0.3, 0.0, -0.5, -1.0]
    rows = rows_with_cosines(64, cosines)
    found = torch.zeros(len(cosines)).double()
    for seed in range(40):  # the mean of many is the kernel itself
        near = Nearness(frequencies_of(64, 512, sharpness, seed), 0)(rows)
        assert near.shape == (1 + len(cosines), 512)
        assert torch.allclose(near.norm(dim=1), torch.ones(1 + len(cosines)).double(), atol=1e-6)
        single = near[1:] @ near[0]
        assert float((single - torch.tensor([math.exp(sharpness * (c - 1)) for c in cosines])).abs().max()) < 0.2
        found += single / 40
    for cosine, kernel in zip(cosines, found.tolist(), strict=True):
        assert kernel == pytest.approx(math.exp(sharpness * (cosine - 1)), abs=0.02)


def test_the_noise_is_at_most_one_over_the_root_of_the_numbers() -> None:
    torch.manual_seed(4)
    rows = torch.nn.functional.normalize(torch.randn(400, 256), dim=1)
    near = Nearness(frequencies_of(256, 512, 5.0), 0)(rows)
    wrong = near @ near.T - torch.exp(5 * (rows @ rows.T - 1))
    assert float(wrong.fill_diagonal_(0).square().mean().sqrt()) < 512**-0.5


def test_frequencies_are_seeded_orthogonal_and_as_long_as_normal_ones() -> None:
    found = frequencies_of(32, 128, 4.0)
    assert torch.equal(found, frequencies_of(32, 128, 4.0))
    assert not torch.equal(found, frequencies_of(32, 128, 4.0, seed=1))
    assert found.shape == (64, 32)
    for block in found.split(32):
        products = torch.nn.functional.normalize(block, dim=1) @ torch.nn.functional.normalize(block, dim=1).T
        assert torch.allclose(products, torch.eye(32), atol=1e-5)
    assert float(found.square().sum(1).mean()) == pytest.approx(4 * 32, rel=0.15)


@pytest.mark.parametrize(("numbers", "sharpness"), [(7, 5.0), (0, 5.0), (8, 0.0), (8, -1.0), (8, float("inf"))])
def test_odd_numbers_and_no_sharpness_are_refused(numbers: int, sharpness: float) -> None:
    with pytest.raises(ValueError, match="even count of numbers"):
        frequencies_of(4, numbers, sharpness)


def test_it_stands_behind_the_parts_and_counts_with_its_own_weight() -> None:
    torch.manual_seed(5)
    near, raw = Nearness(frequencies_of(4, 6, 5.0), 1), torch.randn(5, 7)
    parts, plain = Parts((3, 4), (0.3, 0.2, 0.5), near=near), Parts((3, 4), (0.3, 0.2))
    assert (parts.sizes, parts.lengths) == ((3, 4), (3, 4, 6))
    found = parts(raw)
    assert found.shape == (5, 13)
    assert torch.allclose(found.norm(dim=1), torch.ones(5), atol=1e-6)
    assert torch.allclose(found[:, :7], plain(raw) * 0.5**0.5, atol=1e-6)
    assert torch.allclose(found[:, 7:], near(plain.split(raw)[1]) * 0.5**0.5)
    with pytest.raises(ValueError, match="expected 3 weights"):
        parts.weigh((0.5, 0.5))


@pytest.mark.parametrize("place", [0, 2])
def test_a_nearness_of_another_part_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match="nearness of one of the parts"):
        Parts((3, 4), near=Nearness(frequencies_of(4, 6, 5.0), place))


@pytest.mark.parametrize("frequencies", [torch.ones(3), torch.ones(0, 4), torch.full((2, 4), float("nan"))])
def test_hostile_frequencies_are_refused(frequencies: torch.Tensor) -> None:
    with pytest.raises(ValueError, match="finite frequencies"):
        Nearness(frequencies, 0)
