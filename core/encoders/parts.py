"""An embedding of parts: each of unit length, weighted, one behind the other; so its cosine is a weighted mean."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional


class Parts(nn.Module):
    """Raw outputs -> an embedding whose cosine is the weighted mean of the cosines of its parts.

    A part answers one question (what kind, what colour, which product); the weights say how much each counts. They
    are stored with the network, so they can be chosen after training, on validation queries.
    """

    dims: Tensor
    weights: Tensor

    def __init__(self, dims: Sequence[int], weights: Sequence[float] | None = None) -> None:
        super().__init__()
        if not dims or min(dims) < 1:
            raise ValueError(f"expected the lengths of one part or more, but got {tuple(dims)}")
        self.sizes = tuple(int(dim) for dim in dims)
        self.register_buffer("dims", torch.tensor(self.sizes))
        self.register_buffer("weights", torch.ones(len(dims)) / len(dims))
        if weights is not None:
            self.weigh(weights)

    def weigh(self, weights: Sequence[float]) -> None:
        """Set the weights of the parts; they are scaled to a sum of 1. Raises ValueError."""
        given = torch.tensor(weights, dtype=torch.float32)
        if len(given) != len(self.sizes) or not bool((given >= 0).all()) or not 0 < float(given.sum()) < float("inf"):
            raise ValueError(f"expected {len(self.sizes)} weights of 0 or more, not all 0, but got {tuple(weights)}")
        self.weights.copy_(given / given.sum())

    def split(self, raw: Tensor) -> list[Tensor]:
        """(n, dim) -> each part (n, part dim), unit length."""
        return [functional.normalize(part, dim=1) for part in raw.split(list(self.sizes), dim=1)]

    def forward(self, raw: Tensor) -> Tensor:
        """(n, dim) -> (n, dim), unit length."""
        scales = self.weights.sqrt()
        return torch.cat([part * scales[place] for place, part in enumerate(self.split(raw))], dim=1)
