"""The networks that this project trains: looks at a picture, a backbone, a linear head, and an embedding of parts."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor, nn

from core.encoders.blank_clip import blank_clip
from core.encoders.nearness import Nearness
from core.encoders.parts import ClassAnswer, Parts
from core.encoders.picture_looks import Looks, looks_of
from core.encoders.spec import EncoderError

CONFIGS = Path(__file__).parent / "configs"
# A DenseNet with the stages of DenseNet-121 at half the depth: what two cores can train from the start.
DENSENET_61 = (32, (3, 6, 12, 8), 64)
PARTS_PREFIX = "parts."
ANSWERS_PREFIX = "parts.answers."
NEAR_PREFIX = "parts.near."
# Where texts weigh the parts otherwise than pictures do.
TEXT_WEIGHTS = "parts.text_weights"
# Where a picture is looked at more than once.
LOOKS = "looks"


class EmbeddingNetwork(nn.Module):
    """Normalised pixels (n, 3, side, side) -> embedding (n, dim), unit length.

    Attributes:
        looks: Pixels -> looks at them, whose features are averaged.
        backbone: Pixels -> features (n, n_features).
        head: Features -> raw outputs (n, dim).
        parts: Raw outputs -> embedding.
    """

    def __init__(self, backbone: nn.Module, head: nn.Module, parts: Parts, looks: Looks | None = None) -> None:
        super().__init__()
        self.looks = looks or Looks()
        self.backbone, self.head, self.parts = backbone, head, parts

    def features(self, pixels: Tensor) -> Tensor:
        """(n, 3, side, side) float32 -> (n, n_features), the mean of all looks."""
        return self.looks.mean(self.backbone(self.looks(pixels)))

    def raw(self, pixels: Tensor) -> Tensor:
        """(n, 3, side, side) float32 -> raw outputs (n, dim), the mean of all looks."""
        return self.head(self.features(pixels))

    def forward(self, pixels: Tensor) -> Tensor:
        """(n, 3, side, side) float32 -> (n, dim) float32, unit length."""
        return self.parts(self.raw(pixels))


class LookedFeatures(nn.Module):
    """Normalised pixels (n, 3, side, side) -> the mean features (n, n_features) of all looks that a network takes."""

    def __init__(self, network: EmbeddingNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, pixels: Tensor) -> Tensor:
        """(n, 3, side, side) float32 -> (n, n_features)."""
        return self.network.features(pixels)


def torchvision_backbone(architecture: str, weights: str | None = None) -> tuple[nn.Module, int]:
    """A torchvision ResNet or DenseNet without its classifier, and the number of its features.

    Args:
        architecture: Such as "resnet18" or "densenet121"; "densenet61" is `DENSENET_61`; with "-levels" behind it,
            the features of early maps stand beside the last ones (`core.encoders.torchvision_levels`).
        weights: A torchvision weights entry (downloaded), None for random ones.

    Raises:
        EncoderError: Neither a ResNet nor a DenseNet, or it has no such weights.
    """
    import torchvision

    from core.encoders.torchvision_levels import add_levels

    network: Any
    whole, architecture = architecture, architecture.removesuffix("-levels")
    if architecture == "densenet61":
        if weights:
            raise EncoderError(f"expected a start that densenet61 has, but got {weights!r}: nobody published any.")
        network = torchvision.models.DenseNet(*DENSENET_61)
    elif architecture.startswith(("resnet", "densenet")) and architecture in torchvision.models.list_models():
        try:
            network = torchvision.models.get_model(architecture, weights=weights)
        except KeyError as error:
            raise EncoderError(f"torchvision has no weights {weights!r} of {architecture}.") from error
    else:
        raise EncoderError(f"expected a ResNet or DenseNet of torchvision, or densenet61, but got {whole!r}")
    name = "fc" if hasattr(network, "fc") else "classifier"
    n_features = getattr(network, name).in_features
    setattr(network, name, nn.Identity())
    if whole != architecture:
        n_features += add_levels(network)
    return network, n_features


def build_network(architecture: str, part_dims: Sequence[int], weights: str | None = None) -> EmbeddingNetwork:
    """An image network of parts with fresh weights, or with torchvision's in its backbone."""
    backbone, n_features = torchvision_backbone(architecture, weights)
    return EmbeddingNetwork(backbone, nn.Linear(n_features, sum(part_dims)), Parts(part_dims))


def build_clip(architecture: str) -> Any:
    """An open_clip model of one of the project's own configurations, with fresh weights.

    Raises:
        EncoderError: There is no such configuration.
    """
    if not (CONFIGS / f"{architecture}.json").is_file():
        known = ", ".join(sorted(path.stem for path in CONFIGS.glob("*.json")))
        raise EncoderError(f"expected an open_clip configuration of {known}, but got {architecture!r}")
    register_configs()
    return blank_clip(architecture)


def register_configs() -> None:
    """Let open_clip know the project's configurations, and timm the backbone; it does no harm twice."""
    import open_clip

    import core.encoders.levels  # noqa: F401

    open_clip.add_model_config(CONFIGS)


def image_network(clip: Any, parts: Parts) -> EmbeddingNetwork:
    """The image tower of an open_clip model as a network of parts; they share their weights."""
    return EmbeddingNetwork(clip.visual.trunk, clip.visual.head, parts)


def load_network(architecture: str, state: Mapping[str, Tensor]) -> EmbeddingNetwork:
    """The trained image network, in evaluation mode, from `weights.safetensors`.

    Raises:
        EncoderError: It is no file of such a network.
        RuntimeError: Its tensors do not fit the architecture.
    """
    parts, rest = split_state(state)
    if (CONFIGS / f"{architecture}.json").is_file():
        clip = build_clip(architecture)
        clip.load_state_dict(rest)
        network = image_network(clip, parts)
    else:
        network = build_network(architecture, parts.sizes)
        network.parts = parts
        network.load_state_dict({name: tensor for name, tensor in state.items() if name != LOOKS})
    try:
        network.looks = Looks(looks_of(state.get(LOOKS)))
    except ValueError as error:
        raise EncoderError(f"the looks in a file of weights are of another kind: {error}") from error
    return network.eval()


def split_state(state: Mapping[str, Tensor]) -> tuple[Parts, dict[str, Tensor]]:
    """The parts that a state describes, and its other tensors. Raises EncoderError where it describes none."""
    if "parts.dims" not in state or "parts.weights" not in state:
        raise EncoderError("expected weights of a network of parts, but parts.dims or parts.weights is missing.")
    dims = state["parts.dims"].tolist()
    answers = {
        place: ClassAnswer(
            state[f"{ANSWERS_PREFIX}{place}.centres"], float(state[f"{ANSWERS_PREFIX}{place}.sharpness"])
        )
        for place in range(len(dims))
        if {f"{ANSWERS_PREFIX}{place}.{name}" for name in ("centres", "sharpness")} <= set(state)
    }
    has_near = {f"{NEAR_PREFIX}{name}" for name in ("frequencies", "place")} <= set(state)
    near = Nearness(state[f"{NEAR_PREFIX}frequencies"], int(state[f"{NEAR_PREFIX}place"])) if has_near else None
    parts = Parts(dims, state["parts.weights"].tolist(), answers, near)
    rest = {name: tensor for name, tensor in state.items() if not name.startswith(PARTS_PREFIX) and name != LOOKS}
    return parts, rest


def text_parts(state: Mapping[str, Tensor]) -> Parts:
    """The parts of a state as texts have them. Raises EncoderError where it describes none."""
    parts, _ = split_state(state)
    if TEXT_WEIGHTS in state:
        parts.weigh(state[TEXT_WEIGHTS].tolist())
    return parts
