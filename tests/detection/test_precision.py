"""Training takes bfloat16 where the processor is quick at it, and float32 elsewhere."""

from pathlib import Path
from types import SimpleNamespace

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
def test_the_processor_itself_must_multiply_bfloat16() -> None:
    """The kernel says by itself what the processor has."""
    lines = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("flags")]
    if lines:  # ARM's are called otherwise
        flags = set(lines[0].partition(":")[2].split())
        assert bfloat16_is_quick() == bool(flags & {"avx512_bf16", "amx_bf16"})


@pytest.mark.parametrize(("name", "is_quick"), [("avx512_f", False), ("avx512_bf16", True), ("amx_bf16", True)])
def test_avx512_alone_is_not_quick(monkeypatch: pytest.MonkeyPatch, name: str, is_quick: bool) -> None:
    has = SimpleNamespace(_is_mkldnn_bf16_supported=lambda: True)
    monkeypatch.setattr(torch.ops, "mkldnn", has)
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"architecture": "x86_64", name: True})
    assert bfloat16_is_quick.__wrapped__() == is_quick


def test_without_kernels_nothing_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.ops, "mkldnn", SimpleNamespace(_is_mkldnn_bf16_supported=lambda: False))
    assert not bfloat16_is_quick.__wrapped__()
