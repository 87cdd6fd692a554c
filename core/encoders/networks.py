"""A registry record -> the torch module that the runtimes serve, from uint8 pixels to unit vectors."""

from typing import Any

import torch
from torch import nn

from core.encoders import trained
from core.encoders.blank_clip import blank_clip
from core.encoders.spec import EncoderError, EncoderSpec
from core.encoders.weights import how_to_get, load_state, read_tensors, weights_files


class Served(nn.Module):
    """The graph that is exported: normalisation, network and L2 norm in one, so no runtime can differ in them."""

    mean: torch.Tensor
    std: torch.Tensor

    def __init__(self, network: nn.Module, spec: EncoderSpec) -> None:
        super().__init__()
        self.network = network
        self.register_buffer("mean", 255 * torch.tensor(spec.mean).view(1, 3, 1, 1))
        self.register_buffer("std", 255 * torch.tensor(spec.std).view(1, 3, 1, 1))

    def forward(self, squares: torch.Tensor) -> torch.Tensor:
        """(n, 3, side, side) uint8 RGB -> (n, dim) float32, unit length."""
        features = self.network((squares.float() - self.mean) / self.std).flatten(1)
        return features / features.norm(dim=1, keepdim=True).clamp_min(1e-12)


def build_served(spec: EncoderSpec) -> Served:
    """The encoder as one module in evaluation mode, weights loaded.

    Raises:
        EncoderError: The weights are absent, or do not fit the architecture.
    """
    state = load_state(spec)
    builders = {
        "package": _timm,
        "timm": _timm,
        "torchvision": _torchvision,
        "open_clip": _open_clip_image,
        "trained": _trained,
    }
    try:
        network = builders[spec.origin](spec, state)
        if spec.adapted_to:
            _take_statistics(network, read_tensors(weights_files(spec)[-1], spec))
    except RuntimeError as error:
        raise _misfit(spec, error) from error
    return Served(network, spec).eval()


def build_text(spec: EncoderSpec) -> tuple[nn.Module, nn.Module]:
    """What encodes text: an open_clip model in evaluation mode, and what its outputs pass through to unit length.

    Raises:
        EncoderError: The weights are absent, or do not fit the architecture.
    """
    state = load_state(spec)
    if spec.origin != "trained":
        return build_clip(spec, state), UnitLength()
    _, tensors = trained.split_state(state)
    clip = trained.build_clip(spec.architecture)
    try:
        clip.load_state_dict(tensors)
    except RuntimeError as error:
        raise _misfit(spec, error) from error
    return clip.eval(), trained.text_parts(state)


class UnitLength(nn.Module):
    """Rows divided by their length."""

    def forward(self, raw: torch.Tensor) -> torch.Tensor:
        """(n, dim) -> (n, dim), unit length."""
        return nn.functional.normalize(raw, dim=1)


def build_clip(spec: EncoderSpec, state: dict[str, Any]) -> nn.Module:
    """The whole open_clip model, image and text tower, in evaluation mode."""
    model = blank_clip(spec.architecture)
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise _misfit(spec, error) from error
    return model.eval()


def _misfit(spec: EncoderSpec, error: RuntimeError) -> EncoderError:
    why = " ".join(str(error).split())[:200]
    return EncoderError(f"the weights of {spec.name} do not fit {spec.architecture} ({why}). {how_to_get(spec)}")


def _timm(spec: EncoderSpec, state: dict[str, Any]) -> nn.Module:
    import timm

    network: Any = timm.create_model(spec.architecture, pretrained=False)
    own = [name for name in network.state_dict() if not name.endswith("num_batches_tracked")]
    if spec.origin == "package":
        # The package's tensors are timm's in the same order under other names.
        tensors = [tensor for name, tensor in state.items() if not name.endswith("num_batches_tracked")]
        if len(tensors) != len(own):
            raise EncoderError(f"{spec.name}: expected {len(own)} tensors, but the package has {len(tensors)}.")
        state = dict(zip(own, tensors, strict=True))
    missing, unexpected = network.load_state_dict(state, strict=False)
    if unexpected or any(not name.endswith("num_batches_tracked") for name in missing):
        raise EncoderError(f"{spec.name}: the weights lack {missing[:3]} or have {unexpected[:3]} too many.")
    network.reset_classifier(0)
    return network


def _torchvision(spec: EncoderSpec, state: dict[str, Any]) -> nn.Module:
    import torchvision

    options = {}
    if spec.architecture == "inception_v3":
        # The published weights expect TensorFlow's scaling, which torchvision applies inside the network.
        options = {"aux_logits": True, "init_weights": False, "transform_input": True}
    network: Any = torchvision.models.get_model(spec.architecture, weights=None, **options)
    network.load_state_dict(state)
    if spec.architecture == "vgg16":
        # Fashion papers take VGG's convolutional features, pooled, not the 4096 units behind them.
        return nn.Sequential(network.features, nn.AdaptiveAvgPool2d(1))
    head = "fc" if hasattr(network, "fc") else "classifier"
    setattr(network, head, nn.Identity())
    return network


def _trained(spec: EncoderSpec, state: dict[str, Any]) -> nn.Module:
    return trained.load_network(spec.architecture, state)


def _take_statistics(network: nn.Module, statistics: dict[str, Any]) -> None:
    _, unexpected = network.load_state_dict(statistics, strict=False)
    if unexpected:
        raise RuntimeError(f"statistics of other layers: {unexpected[:3]}")


def _open_clip_image(spec: EncoderSpec, state: dict[str, Any]) -> nn.Module:
    model: Any = build_clip(spec, state)
    return model.visual
