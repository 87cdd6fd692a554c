"""The precision that training reckons in: bfloat16 where this processor is quick at it."""

from functools import lru_cache

import torch

# Instructions of x86 that multiply bfloat16. AVX-512 alone has none: oneDNN and OpenVINO reckon in bfloat16 there all
# the same, by widening every number, and take two to three times as long as in float32.
X86_INSTRUCTIONS = ("amx_bf16", "avx512_bf16")


@lru_cache(maxsize=1)
def bfloat16_is_quick() -> bool:
    """Whether this processor multiplies bfloat16 by itself and oneDNN has kernels for that.

    Elsewhere float32 is quicker: a ResNet-18 trains 13 times faster so on two cores with AVX2, 3 times on two with
    AVX-512 of 2019.
    """
    if not torch.backends.mkldnn.is_available() or not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return False
    found = torch.cpu.get_capabilities()
    return found.get("architecture") != "x86_64" or any(found.get(name, False) for name in X86_INSTRUCTIONS)


def training_autocast(enabled: bool = True) -> torch.autocast:
    """A context in which convolutions and matrix products are in bfloat16 where that is quick, else in float32."""
    return torch.autocast("cpu", torch.bfloat16, enabled=enabled and bfloat16_is_quick())
