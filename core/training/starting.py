"""The network of a recipe at its start: fresh, from a package, from torchvision, or from an earlier run."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from core.encoders.parts import Parts
from core.encoders.picture_looks import Looks
from core.encoders.registry import encoder_spec
from core.encoders.trained import EmbeddingNetwork, build_clip, build_network, image_network
from core.training.depthwise import train_around_depthwise
from core.training.earlier import ended_with
from core.training.recipe import Recipe
from core.training.recipes import RECIPES
from core.training.training_set import TrainingError
from detection.precision import training_autocast

Tokenize = Callable[[list[str]], Tensor]


class Trainee(nn.Module):
    """What is trained: the image network and, where captions are read, the open_clip model that it is a part of.

    Attributes:
        image: Normalised pixels -> embedding.
        clip: The open_clip model, None without a text tower.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, image: EmbeddingNetwork, clip: Any, mean: tuple[float, ...], std: tuple[float, ...]) -> None:
        super().__init__()
        self.image = image
        self.clip = clip
        self.register_buffer("mean", 255 * torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", 255 * torch.tensor(std).view(1, 3, 1, 1), persistent=False)

    def features(self, pixels: Tensor) -> Tensor:
        """(n, 3, side, side) float32 in [0, 255] -> (n, n_features) float32 of one look at each.

        In bfloat16 where that is quick.
        """
        inputs = ((pixels - self.mean) / self.std).contiguous(memory_format=torch.channels_last)
        with training_autocast():
            return self.image.backbone(inputs).float()

    def embed(self, pixels: Tensor) -> Tensor:
        """(n, 3, side, side) float32 in [0, 255] -> (n, dim) float32, unit length; as it is served."""
        return self.image((pixels - self.mean) / self.std)


def build_trainee(recipe: Recipe, runs: Path) -> Trainee:
    """The network of a recipe at its start.

    Args:
        recipe: Names the start.
        runs: Folder of runs, where a recipe's own start lies.

    Raises:
        TrainingError: The start is not there; the message names the command that makes it.
    """
    parts = Parts(recipe.part_dims, [part.weight for part in recipe.parts])
    if recipe.reads_text:
        clip = build_clip(recipe.architecture)
        begin_as_bag_of_words(clip)
        image = image_network(clip, parts)
    else:
        published = recipe.start if recipe.start.endswith(("_V1", "_V2")) else None
        clip, image = None, build_network(recipe.architecture, recipe.part_dims, published)
        image.parts = parts
    image.looks = Looks(recipe.looks)
    if recipe.start == "efficientnet-lite2":
        _take_package_weights(image.backbone, recipe)
    elif recipe.start in RECIPES:
        if not _is_continued(recipe):
            _take_image(image, recipe, runs)
    elif recipe.start != "random" and not recipe.start.endswith(("_V1", "_V2")):
        raise TrainingError(f"recipe {recipe.name}: expected a start that is known, but got {recipe.start!r}")
    trainee = Trainee(image, clip, recipe.mean, recipe.std).to(memory_format=torch.channels_last)
    for module in frozen_modules(image.backbone, recipe.frozen_stages):
        module.requires_grad_(False)
    train_around_depthwise(image.backbone)
    if _is_continued(recipe):
        before = ended_with(recipe.start, runs, RECIPES[recipe.start].architecture)
        load_weights(trainee, before, runs / recipe.start)
    return trainee


def _is_continued(recipe: Recipe) -> bool:
    """Whether it goes on from a recipe of the same network with text, so that head and text tower are taken too."""
    earlier = RECIPES.get(recipe.start)
    return earlier is not None and recipe.reads_text and earlier.architecture == recipe.architecture


def begin_as_bag_of_words(clip: Any) -> None:
    """Let attention begin with all words alike, wherever they stand: of few captions, which words there are is most."""
    with torch.no_grad():
        clip.positional_embedding.zero_()
        for block in clip.transformer.resblocks:
            width = block.attn.embed_dim
            block.attn.in_proj_weight[width : 2 * width].zero_()  # the keys alone: with queries too, neither learns


def early_stages(backbone: Any) -> list[list[nn.Module]]:
    """The stages of a ResNet, DenseNet or EfficientNet from the input on; the first holds the stem."""
    if hasattr(backbone, "layer1"):
        return [[backbone.conv1, backbone.bn1, backbone.layer1], [backbone.layer2], [backbone.layer3]]
    if hasattr(backbone, "conv_stem"):
        blocks = list(backbone.blocks)
        return [[backbone.conv_stem, backbone.bn1, blocks[0]], *([block] for block in blocks[1:])]
    blocks = backbone.features
    return [
        [blocks.conv0, blocks.norm0, blocks.denseblock1, blocks.transition1],
        [blocks.denseblock2, blocks.transition2],
        [blocks.denseblock3, blocks.transition3],
    ]


def frozen_modules(backbone: nn.Module, count: int) -> list[nn.Module]:
    """The modules of the first `count` stages, which stay as they are."""
    return [module for stage in early_stages(backbone)[:count] for module in stage]


def train_mode(trainee: Trainee, frozen_stages: int) -> None:
    """Training mode, but for frozen stages: their batch statistics stay too."""
    trainee.train()
    for module in frozen_modules(trainee.image.backbone, frozen_stages):
        module.eval()


def load_weights(module: nn.Module, state: Mapping[str, Tensor], run: Path) -> None:
    """Give a network the weights of a run. Raises TrainingError where they are of another network."""
    try:
        module.load_state_dict(state)
    except RuntimeError as error:
        why = " ".join(str(error).split())[:160]
        raise TrainingError(
            f"the run in {run} is of another network ({why}). Train it anew in another folder."
        ) from error


def _take_package_weights(backbone: nn.Module, recipe: Recipe) -> None:
    from core.encoders.networks import build_served

    source = build_served(encoder_spec("efficientnet-lite2")).network
    if not isinstance(backbone, type(source)):
        raise TrainingError(f"recipe {recipe.name}: {recipe.architecture} is no EfficientNet-Lite2")
    backbone.load_state_dict({**backbone.state_dict(), **source.state_dict()})


def _take_image(image: EmbeddingNetwork, recipe: Recipe, runs: Path) -> None:
    """Take the backbone that another recipe ended with, and the head too where the parts are the same.

    A backbone may have more features than the earlier one, behind its own: their weights in the head begin at 0.
    """
    earlier = RECIPES[recipe.start]
    state = ended_with(earlier.name, runs, earlier.architecture)
    with_head = recipe.parts == earlier.parts
    for module, prefix in [(image.backbone, "image.backbone."), (image.head, "image.head.")][: 1 + with_head]:
        own = module.state_dict()
        taken = {name[len(prefix) :]: value for name, value in state.items() if name.startswith(prefix)}
        load_weights(
            module, {**own, **{name: _widened(taken[name], own.get(name)) for name in taken}}, runs / earlier.name
        )


def _widened(weight: Tensor, own: Tensor | None) -> Tensor:
    """A matrix with as many columns as its own one has, the new ones 0; as it is where it has no fewer."""
    if own is None or weight.ndim != 2 or own.ndim != 2 or own.shape[1] <= weight.shape[1]:
        return weight
    return torch.cat([weight, weight.new_zeros(len(weight), own.shape[1] - weight.shape[1])], dim=1)
