"""Depthwise convolutions with fixed filters: the library's outputs and gradients, also with TensorFlow's padding."""

import copy
from typing import Any

import pytest
import timm
import torch
from torch import nn

from core.training.depthwise import PassedDepthwise, train_around_depthwise


def gradients(network: nn.Module, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    pixels = pixels.clone().requires_grad_()
    found = network(pixels)
    (found * torch.linspace(-1, 1, found.numel()).view_as(found)).sum().backward()
    assert pixels.grad is not None
    return found.detach(), pixels.grad


@pytest.mark.parametrize("side", [32, 47])
def test_an_efficientnet_gives_what_it_gave_and_passes_the_same_gradients(side: int) -> None:
    """Its strided layers pad by the size of the input: without that, what is served is another network."""
    torch.manual_seed(0)
    plain: Any = timm.create_model("tf_efficientnet_lite0", pretrained=False, num_classes=0).eval()
    # Only the first blocks: what follows has layers of the same kinds.
    plain.blocks = plain.blocks[:4]
    plain.conv_head = plain.bn2 = nn.Identity()
    changed = copy.deepcopy(plain)
    n_depthwise = sum(1 for module in plain.modules() if isinstance(module, nn.Conv2d) and module.groups > 1)
    assert train_around_depthwise(changed) == n_depthwise
    assert any(
        type(module) is not PassedDepthwise for module in changed.modules() if isinstance(module, PassedDepthwise)
    )
    assert list(changed.state_dict()) == list(plain.state_dict())
    pixels = torch.randn(2, 3, side, side)
    expected, expected_gradient = gradients(plain, pixels)
    found, gradient = gradients(changed, pixels)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(gradient, expected_gradient, rtol=1e-3, atol=1e-6)
    with torch.inference_mode():
        torch.testing.assert_close(changed(pixels), expected, rtol=1e-4, atol=1e-6)
    for module in changed.modules():
        if isinstance(module, PassedDepthwise):
            assert module.weight.grad is None
            assert not module.weight.requires_grad


@pytest.mark.parametrize(("kernel", "stride", "side"), [(3, 1, 9), (3, 2, 9), (3, 2, 10), (5, 2, 11), (5, 1, 8)])
def test_one_layer_passes_the_library_s_gradient(kernel: int, stride: int, side: int) -> None:
    plain = nn.Sequential(nn.Conv2d(6, 6, kernel, stride, kernel // 2, groups=6, bias=False))
    changed = copy.deepcopy(plain)
    assert train_around_depthwise(changed) == 1
    pixels = torch.randn(2, 6, side, side)
    for one, other in zip(gradients(plain, pixels), gradients(changed, pixels), strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_under_autocast_the_arithmetic_is_bfloat16() -> None:
    layer = nn.Sequential(nn.Conv2d(4, 4, 3, 1, 1, groups=4, bias=False))
    expected = layer(pixels := torch.randn(1, 4, 8, 8, requires_grad=True)).detach()
    train_around_depthwise(layer)
    with torch.autocast("cpu", torch.bfloat16):
        found = layer(pixels)
    assert found.dtype == torch.bfloat16
    torch.testing.assert_close(found.float(), expected, rtol=0.05, atol=0.05)


def test_other_convolutions_stay_as_they_are() -> None:
    network = nn.Sequential(
        nn.Conv2d(4, 4, 3), nn.Conv2d(4, 8, 3, groups=2, bias=False), nn.Conv2d(8, 8, 3, groups=8), nn.Conv2d(1, 1, 3)
    )
    assert train_around_depthwise(network) == 0
    assert all(type(module) is nn.Conv2d and module.weight.requires_grad for module in network)
