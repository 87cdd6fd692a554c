"""torchvision's ResNets and DenseNets whose features tell of early maps too, as `core.encoders.levels` has it."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torchvision.models import DenseNet, ResNet

from core.encoders.levels import mean_and_deviation


class LevelResNet(ResNet):
    """Features (n, f): the averages of the last map, then mean and deviation of the channels of layers 1 to 3."""

    level_norm: nn.BatchNorm1d

    def forward(self, x: Tensor) -> Tensor:
        """(n, 3, side, side) normalised -> (n, f)."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        levels = []
        for layer in (self.layer1, self.layer2, self.layer3):
            x = layer(x)
            levels += mean_and_deviation(x)
        x = self.avgpool(self.layer4(x)).flatten(1)
        return torch.cat([x.float(), self.level_norm(torch.cat(levels, dim=1))], dim=1)


class LevelDenseNet(DenseNet):
    """Features (n, f): the averages of the last map, then mean and deviation of the channels of blocks 1 to 3."""

    level_norm: nn.BatchNorm1d

    def forward(self, x: Tensor) -> Tensor:
        """(n, 3, side, side) normalised -> (n, f)."""
        levels = []
        for name, module in self.features.named_children():
            x = module(x)
            if name in ("denseblock1", "denseblock2", "denseblock3"):
                levels += mean_and_deviation(x)
        x = functional.adaptive_avg_pool2d(functional.relu(x, inplace=True), 1).flatten(1)
        return torch.cat([x.float(), self.level_norm(torch.cat(levels, dim=1))], dim=1)


def add_levels(network: Any) -> int:
    """Give a ResNet or DenseNet of torchvision the features of early maps; returns how many it has in addition."""
    network.__class__ = LevelResNet if isinstance(network, ResNet) else LevelDenseNet
    network.level_norm = nn.BatchNorm1d(2 * sum(_channels(network)), affine=False)
    return network.level_norm.num_features


def _channels(network: Any) -> list[int]:
    if isinstance(network, DenseNet):  # a transition begins with a norm over what its block gives
        return [getattr(network.features, f"transition{number}").norm.num_features for number in (1, 2, 3)]
    ends = (network.layer1, network.layer2, network.layer3)
    return [[one for one in end.modules() if isinstance(one, nn.BatchNorm2d)][-1].num_features for end in ends]
