"""Hints of a teacher on the way: maps of its early stages, which the student's stages are to follow place by place.

A network that begins with random weights learns from some ten thousand pictures many times faster so (FitNets,
arXiv:1412.6550; on little data, arXiv:1904.05835) than from the teacher's last features alone.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.training.compiled import Compiled, compiled
from core.training.starting import Trainee
from detection.precision import training_autocast

STRIDES = (4, 8, 16)


class Hints(nn.Module):
    """The loss between a student's maps and its teacher's; holds the projections from one's channels to the other's."""

    def __init__(self, student: Trainee, teacher: Trainee) -> None:
        super().__init__()
        self._maps: dict[int, Tensor] = {}
        self._teacher: dict[int, Compiled] = {}
        self._trainee = [teacher]  # in a list, because it is no part of what is trained
        example = torch.zeros(2, 3, 64, 64)
        for number, stage in enumerate(stages_of(student.image.backbone)):
            stage.register_forward_hook(lambda _module, _inputs, output, number=number: self._keep(number, output))
        student.eval()
        with torch.no_grad():
            student.features(example)
        own = [self._maps[number].shape[1] for number in range(len(STRIDES))]
        theirs = [one.shape[1] for one in self._ask(example)]
        self.projections = nn.ModuleList(nn.Conv2d(*pair, 1) for pair in zip(own, theirs, strict=True))

    def forward(self, pixels: Tensor) -> Tensor:
        """1 minus the cosine over channels, the mean over places and stages, (), of what the student just saw.

        Args:
            pixels: (n, 3, side, side) float32 in [0, 255], the views that went through the student last.
        """
        losses = []
        for number, (project, wanted) in enumerate(zip(self.projections, self._ask(pixels), strict=True)):
            with training_autocast():
                guess = project(self._maps[number])
            if guess.shape[2:] != wanted.shape[2:]:  # sides that a stride does not divide are rounded differently
                wanted = functional.interpolate(wanted, guess.shape[2:], mode="bilinear")
            # Less each channel's mean: what all places have in common says nothing.
            wanted = wanted - wanted.mean((0, 2, 3), keepdim=True)
            losses.append(1 - functional.cosine_similarity(guess.float(), wanted, dim=1).mean())
        return torch.stack(losses).mean()

    def _ask(self, pixels: Tensor) -> list[Tensor]:
        """The teacher's maps, (n, channels, h, w) float32 each."""
        (teacher,), side = self._trainee, pixels.shape[-1]
        if side not in self._teacher:
            self._teacher[side] = compiled(_EarlyMaps(teacher.image.backbone), teacher, side)
        return [torch.from_numpy(one) for one in self._teacher[side](pixels)]

    def _keep(self, number: int, output: Tensor) -> None:
        self._maps[number] = output


def stages_of(backbone: Any) -> list[nn.Module]:
    """The last module before each of `STRIDES` ends, of a ResNet, DenseNet or EfficientNet."""
    if hasattr(backbone, "layer1"):
        return [backbone.layer1, backbone.layer2, backbone.layer3]
    if hasattr(backbone, "conv_stem"):
        return [backbone.blocks[1], backbone.blocks[2], backbone.blocks[4]]
    return [backbone.features.denseblock1, backbone.features.denseblock2, backbone.features.denseblock3]


class _EarlyMaps(nn.Module):
    """The backbone of an EfficientNet up to its last hint: normalised pixels -> a map for each of `STRIDES`."""

    def __init__(self, backbone: Any) -> None:
        super().__init__()
        self.stem = nn.Sequential(backbone.conv_stem, backbone.bn1, backbone.blocks[0])
        blocks = backbone.blocks
        self.stages = nn.ModuleList([blocks[1], blocks[2], nn.Sequential(blocks[3], blocks[4])])

    def forward(self, inputs: Tensor) -> list[Tensor]:
        found = [self.stem(inputs)]
        for stage in self.stages:
            found.append(stage(found[-1]))
        return found[1:]
