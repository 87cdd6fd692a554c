"""A part of an embedding whose cosine falls off steeply: near to 1 for all but the same picture it is near to 0."""

import torch
from torch import Tensor, nn


class Nearness(nn.Module):
    """A part of unit length -> another whose cosine is about exp(sharpness * (cosine - 1)), the Gaussian kernel.

    The cosine of looks tells a picture's own photo (0.9) from its ten nearest others (0.6) by less than it tells these
    from the rest, so as much weight as finds the photo upsets the order of kinds. The kernel leaves the photo its
    weight and takes the others' away.

    The numbers are random Fourier features (Rahimi and Recht 2007, NIPS 20) of orthogonal frequencies (Yu et al. 2016,
    arXiv:1610.09072): unbiased, with a deviation of at most 1 / sqrt(numbers).

    Attributes:
        frequencies: (k, dim), of the cosines and sines.
        place: () int64, of the part among the parts.
    """

    frequencies: Tensor
    place: Tensor

    def __init__(self, frequencies: Tensor, place: int) -> None:
        super().__init__()
        if frequencies.ndim != 2 or min(frequencies.shape) < 1 or not bool(frequencies.isfinite().all()) or place < 0:
            raise ValueError(f"expected finite frequencies (k, dim) of a part, got {frequencies.shape} at {place}")
        self.register_buffer("frequencies", frequencies.float())
        self.register_buffer("place", torch.tensor(place))
        # A number of Python's beside the tensor, so that a graph can be traced.
        self.of, self.length = place, 2 * len(frequencies)

    def forward(self, part: Tensor) -> Tensor:
        """(n, dim) unit length -> (n, 2 k), unit length."""
        angles = part @ self.frequencies.T.to(part.dtype)
        return torch.cat([angles.cos(), angles.sin()], dim=1) / len(self.frequencies) ** 0.5


def frequencies_of(dim: int, numbers: int, sharpness: float, seed: int = 0) -> Tensor:
    """(numbers / 2, dim) float32: seeded frequencies with the lengths of normal ones and orthogonal directions.

    Args:
        dim: Of the part.
        numbers: What `Nearness` puts out, even.
        sharpness: Above 0, how steeply the cosine falls.
        seed: Of chance.

    Raises:
        ValueError: Odd numbers, or no sharpness.
    """
    if numbers < 2 or numbers % 2 or dim < 1 or not 0 < sharpness < float("inf"):
        raise ValueError(f"expected an even count of numbers and a sharpness above 0, got {numbers}, {sharpness}")
    chance = torch.Generator().manual_seed(seed)
    blocks = []
    for _ in range(0, numbers // 2, dim):
        upright, _ = torch.linalg.qr(torch.randn(dim, dim, generator=chance, dtype=torch.float64))
        blocks.append(upright * torch.randn(dim, dim, generator=chance, dtype=torch.float64).norm(dim=1, keepdim=True))
    return (torch.cat(blocks)[: numbers // 2] * sharpness**0.5).float()
