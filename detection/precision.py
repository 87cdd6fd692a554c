"""The precision that training reckons in: bfloat16 where this processor is quick at it."""

from functools import lru_cache

import torch


@lru_cache(maxsize=1)
def bfloat16_is_quick() -> bool:
    """Whether oneDNN has bfloat16 kernels for this processor (AVX-512 or AMX, or the like on ARM).

    Elsewhere torch falls back to its reference path: a ResNet-18 trains 13 times slower so than in float32, a
    DenseNet 9 times (two cores with AVX2).
    """
    return torch.backends.mkldnn.is_available() and bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())


def training_autocast(enabled: bool = True) -> torch.autocast:
    """A context in which convolutions and matrix products are in bfloat16 where that is quick, else in float32."""
    return torch.autocast("cpu", torch.bfloat16, enabled=enabled and bfloat16_is_quick())
