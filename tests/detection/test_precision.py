"""Training takes bfloat16 where the processor is quick at it, and float32 elsewhere."""

from pathlib import Path

import pytest
import torch
from torch import nn

import detection.precision
from detection.precision import bfloat16_is_quick, training_autocast


def product_in(monkeypatch: pytest.MonkeyPatch, is_quick: bool, enabled: bool = True) -> torch.Tensor:
    monkeypatch.setattr(detection.precision, "bfloat16_is_quick", lambda: is_quick)
    with training_autocast(enabled):
        return nn.Linear(4, 4)(torch.ones(2, 4))


def test_the_precision_follows_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    assert product_in(monkeypatch, is_quick=True).dtype == torch.bfloat16
    assert product_in(monkeypatch, is_quick=False).dtype == torch.float32


def test_what_is_not_trained_is_reckoned_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    assert product_in(monkeypatch, is_quick=True, enabled=False).dtype == torch.float32


@pytest.mark.skipif(not Path("/proc/cpuinfo").is_file(), reason="the processor's flags are read from /proc/cpuinfo")
def test_avx512_or_amx_is_what_is_asked_for() -> None:
    """oneDNN has bfloat16 kernels from AVX-512 on; the kernel says by itself what the processor has."""
    lines = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith(("flags", "Features"))]
    flags = set(lines[0].partition(":")[2].split())
    if "avx2" in flags and not flags & {"avx512f", "avx_ne_convert"}:
        assert not bfloat16_is_quick()
    if {"avx512bw", "avx512vl", "avx512dq"} <= flags:
        assert bfloat16_is_quick()
