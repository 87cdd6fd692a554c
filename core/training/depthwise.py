"""EfficientNet trained quickly on a CPU: its depthwise filters stay as they are, gradients flow past them."""

import torch
from timm.layers.conv2d_same import Conv2dSame
from timm.layers.padding import pad_same
from torch import Tensor, nn

from detection.depthwise import FixedDepthwise


class PassedDepthwise(nn.Conv2d):
    """A depthwise convolution without bias whose filters are not trained; quick backwards in bfloat16."""

    def forward(self, features: Tensor) -> Tensor:
        """(n, c, h, w) -> (n, c, h', w')."""
        if not torch.is_grad_enabled() or not features.requires_grad:
            return super().forward(features)
        dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else features.dtype
        with torch.autocast("cpu", enabled=False):
            result: Tensor = FixedDepthwise.apply(
                features.to(dtype),
                self.weight.to(dtype),
                torch.zeros(len(self.weight), dtype=dtype),
                self.stride[0],
                self.padding[0],
            )
        return result


class PassedSameDepthwise(PassedDepthwise):
    """The same for timm's `Conv2dSame`, which pads as TensorFlow does: by the size of its input, more at the end."""

    def forward(self, features: Tensor) -> Tensor:
        """(n, c, h, w) -> (n, c, h', w')."""
        return super().forward(pad_same(features, list(self.kernel_size), list(self.stride)))


def train_around_depthwise(backbone: nn.Module) -> int:
    """Fix the filters of every depthwise convolution; returns how many there are. Names of tensors stay."""
    count = 0
    for module in backbone.modules():
        if isinstance(module, nn.Conv2d) and module.groups == module.in_channels > 1 and module.bias is None:
            module.weight.requires_grad_(False)
            module.__class__ = PassedSameDepthwise if isinstance(module, Conv2dSame) else PassedDepthwise
            count += 1
    return count
