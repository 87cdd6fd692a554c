"""Depthwise convolution with a backward pass that is quick on a CPU in bfloat16."""

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional


class FixedDepthwise(torch.autograd.Function):
    """Depthwise convolution whose filters stay as they are; gradients flow to the input and the bias.

    The library's backward pass of a depthwise convolution in bfloat16 runs on a slow reference path (8 times the
    time of everything else together). The gradient of the input is itself a depthwise convolution, by the mirrored
    filters, and that runs on the fast path. The filters hold 2 % of the weights: leaving them out costs little.
    """

    @staticmethod
    def forward(context: Any, features: Tensor, weight: Tensor, bias: Tensor, stride: int, padding: int) -> Tensor:
        """(n, c, h, w), (c, 1, k, k), (c,) -> (n, c, h', w')."""
        context.save_for_backward(weight)
        context.stride, context.padding, context.input_size = stride, padding, features.shape[2:]
        return functional.conv2d(features, weight, bias, stride, padding, groups=weight.shape[0])

    @staticmethod
    def backward(context: Any, *gradients: Tensor) -> tuple[Tensor, None, Tensor, None, None]:
        """Gradients of the input and of the bias."""
        (gradient,) = gradients
        (weight,) = context.saved_tensors
        kernel = weight.shape[-1]
        bias_gradient = gradient.sum((0, 2, 3))
        if context.stride > 1:  # put the gradient back on the dense grid that the stride thinned out
            batch, channels = gradient.shape[:2]
            height, width = (side + 2 * context.padding - kernel + 1 for side in context.input_size)
            dense = gradient.new_zeros((batch, channels, height, width)).contiguous(memory_format=torch.channels_last)
            dense[:, :, :: context.stride, :: context.stride] = gradient
            gradient = dense
        padding = kernel - 1 - context.padding
        mirrored = weight.flip(2, 3)
        input_gradient = functional.conv2d(gradient, mirrored, None, 1, padding, groups=weight.shape[0])
        return input_gradient, None, bias_gradient, None, None


def fixed_depthwise(features: Tensor, convolution: torch.nn.Conv2d) -> Tensor:
    """A depthwise convolution's output, in the precision of the autocast around it.

    Args:
        features: (n, c, h, w).
        convolution: A square one of one filter a channel, with bias.
    """
    dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else features.dtype
    assert convolution.bias is not None
    with torch.autocast("cpu", enabled=False):
        result: Tensor = FixedDepthwise.apply(
            features.to(dtype),
            convolution.weight.detach().to(dtype),
            convolution.bias.to(dtype),
            convolution.stride[0],
            convolution.padding[0],
        )
    return result
