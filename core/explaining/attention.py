"""The cosine of two pictures, patch by patch, for the transformers of open_clip: what attention takes from where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.explaining.grids import Contributions
from core.explaining.places import facing, normalised, parts_of

if TYPE_CHECKING:
    from torch import Tensor

    from core.encoders.networks import Served


def is_readable(network: Any) -> bool:
    """Whether a network is an image tower whose embedding is read from a class token, as CLIP's are."""
    return (
        hasattr(network, "transformer") and hasattr(network, "ln_post") and getattr(network, "pool_type", "") == "tok"
    )


def attention_contributions(served: Served, squares: np.ndarray, average: np.ndarray) -> Contributions:
    """What each patch brings to the cosine through the attention of the class token, all layers together.

    The class token is a sum: its start, and what attention and the perceptrons of every layer added. Attention's part
    is itself a sum over patches (Gandelsman et al., "Interpreting CLIP's Image Representation via Text-Based
    Decomposition", 2024). With the last normalisation's spread taken as given, the rest is linear, so these terms of
    the cosine are exact. What perceptrons and the start bring has no place and is in no patch.

    Args:
        served: An encoder whose network is `is_readable`, in evaluation mode.
        squares: (2, 3, side, side) uint8 RGB.
        average: (dim,) float32, the embedding that a match is compared with; zeros for none.
    """
    import torch

    tower: Any = served.network
    blocks = tower.transformer.resblocks
    with torch.inference_mode():
        raw, inputs, token = _run(tower, normalised(served, squares))
        score, directions = facing(raw, parts_of(served, raw.shape[1]), average)
        in_stream = _through_end(directions, tower, token)
        brought = torch.stack(
            [
                torch.einsum("ntw,nw->nt", block.ls_1(taken_from(block.attn, tokens)), in_stream)
                for block, tokens in zip(blocks, inputs, strict=True)
            ]
        )
    grids = brought.sum(0)[:, 1:].unflatten(1, tuple(tower.grid_size)).double().numpy()
    return Contributions(score, (raw * directions).sum(1).double().numpy(), grids, "attention")


def taken_from(attention: Any, tokens: Tensor) -> Tensor:
    """What the first token takes from each token: (n, tokens, width); their sum and a bias are attention's output.

    Args:
        attention: A `torch.nn.MultiheadAttention`.
        tokens: (n, tokens, width), what it attends over.
    """
    from torch import einsum
    from torch.nn import functional

    joined = functional.linear(tokens, attention.in_proj_weight, attention.in_proj_bias)
    query, key, value = (part.unflatten(2, (attention.num_heads, -1)) for part in joined.chunk(3, dim=2))
    weights = (einsum("nhc,nthc->nth", query[:, 0], key) / query.shape[-1] ** 0.5).softmax(dim=1)
    return (weights[..., None] * value).flatten(2) @ attention.out_proj.weight.T


def _run(tower: Any, pixels: Tensor) -> tuple[Tensor, list[Tensor], Tensor]:
    """The raw outputs (n, dim), what each layer's attention got (n, tokens, width), and the last class token."""
    inputs: list[Tensor] = []
    tokens: list[Tensor] = []
    hooks = [
        block.ln_1.register_forward_hook(lambda module, given, output: inputs.append(output))
        for block in tower.transformer.resblocks
    ]
    hooks.append(tower.ln_post.register_forward_pre_hook(lambda module, given: tokens.append(given[0])))
    try:
        raw = tower(pixels)
    finally:
        for hook in hooks:
            hook.remove()
    return raw, inputs, tokens[0] if tokens[0].ndim == 2 else tokens[0][:, 0]


def _through_end(directions: Tensor, tower: Any, token: Tensor) -> Tensor:
    """The directions (n, width) among tokens that the last normalisation and the projection turn into `directions`."""
    wanted = directions if tower.proj is None else directions @ tower.proj.T
    norm = tower.ln_post
    spread = (token.var(dim=1, unbiased=False, keepdim=True) + norm.eps).sqrt()
    wanted = wanted * norm.weight / spread
    return wanted - wanted.mean(dim=1, keepdim=True)
