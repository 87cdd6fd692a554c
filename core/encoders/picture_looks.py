"""Several looks at one picture: the whole, its middle as large as the whole, either mirrored; their mean counts.

The middle of the catalogue's picture is what a photo taken from nearer shows, so the two agree more than the wholes do
(as in the ten crops of Krizhevsky et al. 2012, and in Razavian et al. 2014, arXiv:1412.6574).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Look:
    """One look: the middle of the picture, `share` of its side in (0, 1], mirrored or not."""

    share: float = 1.0
    mirrored: bool = False

    def __post_init__(self) -> None:
        if not 0.1 <= self.share <= 1:
            raise ValueError(f"expected a share of the side from 0.1 to 1, but got {self.share}")


WHOLE = (Look(),)


class Looks(nn.Module):
    """Squares -> looks at them, and what is found in the looks -> what is known of the squares."""

    def __init__(self, looks: Sequence[Look] = WHOLE) -> None:
        super().__init__()
        if not looks:
            raise ValueError("expected one look or more, but got none")
        self.looks = tuple(looks)

    def forward(self, pixels: Tensor) -> Tensor:
        """(n, 3, side, side) -> (looks * n, 3, side, side), look by look."""
        if self.looks == WHOLE:
            return pixels
        return torch.cat([_looked(pixels, look) for look in self.looks])

    def mean(self, features: Tensor) -> Tensor:
        """(looks * n, dim), look by look -> (n, dim)."""
        return features if len(self.looks) == 1 else features.unflatten(0, (len(self.looks), -1)).mean(0)

    def laid_back(self, grids: Tensor) -> Tensor:
        """What places of the looks bring, (looks * n, rows, columns) -> of the squares' places, (n, rows, columns).

        The sums stay: what a place brings goes to the places of the square that it covers, to each by its share.
        """
        if self.looks == WHOLE:
            return grids
        each = grids.unflatten(0, (len(self.looks), -1))
        return torch.stack([_spread(one, look) for one, look in zip(each, self.looks, strict=True)]).sum(0)


def looks_as_tensor(looks: Sequence[Look]) -> Tensor:
    """(k, 2) float32, share and mirrored of each, as they lie in a file of weights."""
    return torch.tensor([[look.share, float(look.mirrored)] for look in looks])


def looks_of(stored: Tensor | None) -> tuple[Look, ...]:
    """The looks that a file of weights tells of; the whole alone, where it tells of none. Raises ValueError."""
    if stored is None:
        return WHOLE
    if stored.ndim != 2 or stored.shape[1] != 2 or len(stored) == 0:
        raise ValueError(f"expected looks (k, 2), but got {tuple(stored.shape)}")
    return tuple(Look(round(float(share), 4), bool(mirrored)) for share, mirrored in stored)


def _looked(pixels: Tensor, look: Look) -> Tensor:
    side = pixels.shape[-1]
    kept = round(side * look.share)
    start, end = (side - kept) // 2, (side - kept) // 2 + kept
    if kept < side:
        middle = pixels[..., start:end, start:end]
        pixels = functional.interpolate(middle, (side, side), mode="bilinear", align_corners=False)
    return pixels.flip(3) if look.mirrored else pixels


def _spread(grids: Tensor, look: Look) -> Tensor:
    """(n, rows, columns) of a look -> (n, rows, columns) of the square."""
    if look.mirrored:
        grids = grids.flip(2)
    down, across = (_places(count, look.share) for count in grids.shape[1:])
    return torch.einsum("nrc,yr,xc->nyx", grids, down.to(grids.dtype), across.to(grids.dtype))


def _places(count: int, share: float) -> Tensor:
    """(count, count): the share of each of a look's places along a side that lies in each of the square's."""
    whole = torch.arange(count + 1) / count
    edges = (1 - share) / 2 + share * whole
    start, end = torch.maximum(whole[:-1, None], edges[None, :-1]), torch.minimum(whole[1:, None], edges[None, 1:])
    return (end - start).clamp_min(0) / (edges[1:] - edges[:-1])
