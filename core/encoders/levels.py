"""EfficientNet-Lite2 whose features tell of early maps too: what the last map has forgotten of colour and texture."""

from typing import Any

import timm
import torch
from timm.models import register_model
from timm.models.efficientnet import EfficientNet
from torch import Tensor, nn

# Blocks whose maps are looked at, at strides 4, 8, 16 and 32.
LEVELS = (1, 2, 4, 6)


class LevelEfficientNet(EfficientNet):
    """Features (n, num_features): the averages of the last map, then mean and deviation of each early map's channels.

    These are brought to mean 0 and deviation 1 over what was trained on, so that a head can take all alike. Pooled
    maps of several depths are what retrieval by details goes by (Razavian et al. 2014, arXiv:1412.6574).
    """

    def add_levels(self) -> None:
        """Make room for the early maps; called once, after the network is built."""
        ends = [
            [one for one in self.blocks[level].modules() if isinstance(one, nn.BatchNorm2d)][-1] for level in LEVELS
        ]
        channels = 2 * sum(end.num_features for end in ends)
        self.level_norm = nn.BatchNorm1d(channels, affine=False)
        self.num_features += channels

    def forward(self, x: Tensor) -> Tensor:
        """(n, 3, side, side) normalised -> (n, num_features)."""
        x = self.bn1(self.conv_stem(x))
        levels = []
        for number, block in enumerate(self.blocks):
            x = block(x)
            if number in LEVELS:
                levels += mean_and_deviation(x)
        x = self.forward_head(self.bn2(self.conv_head(x)))
        return torch.cat([x.float(), self.level_norm(torch.cat(levels, dim=1))], dim=1)


def mean_and_deviation(maps: Tensor) -> list[Tensor]:
    """(n, channels, h, w) -> mean and standard deviation of each channel over places, (n, channels) float32 both."""
    maps = maps.float()
    mean = maps.mean((2, 3))
    return [mean, ((maps - mean[:, :, None, None]) ** 2).mean((2, 3)).add(1e-6).sqrt()]


@register_model
def tf_efficientnet_lite2_levels(pretrained: bool = False, **kwargs: Any) -> LevelEfficientNet:
    """timm's tf_efficientnet_lite2 with the features of `LevelEfficientNet`; open_clip finds it by its name."""
    network: Any = timm.create_model("tf_efficientnet_lite2", pretrained=pretrained, **kwargs)
    network.__class__ = LevelEfficientNet
    network.add_levels()
    return network
