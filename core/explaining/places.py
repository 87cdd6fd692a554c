"""The cosine of two pictures, place by place: exact for networks that average a feature map and end linearly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.explaining.grids import Contributions

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.encoders.networks import Served
    from core.encoders.parts import Parts


def place_contributions(served: Served, squares: np.ndarray, average: np.ndarray) -> Contributions | None:
    """What each place of the last feature map brings to the cosine.

    Behind that map these networks do nothing but average it, and perhaps multiply the average by a matrix. So the
    embedding is a sum over places, and its product with the other picture's embedding is one too (Stylianou et al.,
    "Visualizing Deep Similarity Networks", 2019): no approximation. What a bias of the head adds has no place, so
    the places of a trained network may add up to a little more or less than the cosine.

    Args:
        served: The encoder in evaluation mode.
        squares: (2, 3, side, side) uint8 RGB.
        average: (dim,) float32, the embedding that a match is compared with; zeros for none.

    Returns:
        The contributions; None for a network without a feature map.
    """
    import torch

    with torch.enable_grad():
        places, raw = _last_places(served, squares)
        if places is None:
            return None
        score, directions = facing(raw.detach(), parts_of(served, raw.shape[1]), average)
        (slopes,) = torch.autograd.grad(raw, places, directions)
    grids = laid_on_squares((slopes * places).sum(1), served)
    gains = (raw * directions).sum(1)
    return Contributions(score, gains.detach().double().numpy(), grids.detach().double().numpy(), "places")


def normalised(served: Served, squares: np.ndarray) -> Tensor:
    """(n, 3, side, side) float32, as the network takes them."""
    import torch

    return (torch.from_numpy(squares).float() - served.mean) / served.std


def laid_on_squares(grids: Tensor, served: Served) -> Tensor:
    """The places of all looks that an encoder takes, (looks * 2, rows, columns), as places of the two squares."""
    from core.encoders.trained import EmbeddingNetwork

    return served.network.looks.laid_back(grids) if isinstance(served.network, EmbeddingNetwork) else grids


def parts_of(served: Served, dim: int) -> Parts:
    """The parts of an encoder's embedding; one, where it has none."""
    from core.encoders.parts import Parts
    from core.encoders.trained import EmbeddingNetwork

    return served.network.parts if isinstance(served.network, EmbeddingNetwork) else Parts((dim,))


def facing(raw: Tensor, parts: Parts, average: np.ndarray) -> tuple[float, Tensor]:
    """The cosine of two raw outputs (2, dim), and the directions (2, dim) in which they gain on the average.

    The product of a raw output with its direction is the cosine with the other one, less that with the average (dim,):
    the direction is the difference of these two, divided by the length of each part of the own output. Lengths are
    taken as they are, so that what is left is linear. A part that answers with classes is no sum over places: there
    the product is with the directions of the classes that the other picture was given, so it says what speaks for them.
    A nearness rises with the cosine of its part: what it brings is laid on what lies in the other's direction there.
    """
    import torch

    embeddings = parts(raw)
    wanted = embeddings.flip(0) - torch.from_numpy(average)
    own, other = raw.split(list(parts.sizes), dim=1), wanted.split(list(parts.lengths), dim=1)[: len(parts.sizes)]
    faced = [
        theirs if (answer := parts.answer_of(place)) is None else answer.directions(theirs)
        for place, theirs in enumerate(other)
    ]
    directions = [
        theirs * weight.sqrt() / mine.norm(dim=1, keepdim=True).clamp_min(1e-12)
        for mine, theirs, weight in zip(own, faced, parts.weights[: len(own)], strict=True)
    ]
    if parts.near is not None:
        place, kernel = parts.near.of, embeddings[:, -parts.near.length :].prod(dim=0).sum()
        towards = parts.split(raw)[place].flip(0) / own[place].norm(dim=1, keepdim=True).clamp_min(1e-12)
        directions[place] = directions[place] + kernel * towards
    return float(embeddings[0] @ embeddings[1]), torch.cat(directions, dim=1)


def _last_places(served: Served, squares: np.ndarray) -> tuple[Tensor | None, Tensor]:
    """The last output of a module that still has places, and what comes of it before any length is made 1, (2, dim).

    The output is (2, channels, rows, columns), or has two rows for each look. Every such output is cut off from what
    came before, so gradients reach back to the last one, and no further.
    """
    from torch import Tensor

    from core.encoders.trained import EmbeddingNetwork

    last: list[Tensor] = []

    def keep(module: nn.Module, inputs: object, output: object) -> Tensor | None:
        if not isinstance(output, Tensor) or output.ndim != 4 or output.shape[2] * output.shape[3] == 1:
            return None
        last[:] = [output.detach().requires_grad_()]
        return last[0].clone()  # DenseNet changes it in place, which a leaf does not allow

    network = served.network
    up_to_lengths = network.raw if isinstance(network, EmbeddingNetwork) else network
    hooks = [module.register_forward_hook(keep) for module in network.modules()]
    try:
        raw = up_to_lengths(normalised(served, squares)).flatten(1)
    finally:
        for hook in hooks:
            hook.remove()
    return (last[0] if last else None), raw
