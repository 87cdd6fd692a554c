"""Networks that see the planted garments of `planted`, fitted in seconds, so that no trained weights are needed."""

from dataclasses import replace

import numpy as np
import torch
from PIL import Image
from torch import nn

from core.encoders.networks import Served, build_served
from core.encoders.parts import Parts
from core.encoders.preprocess import to_square
from core.encoders.registry import encoder_spec
from core.encoders.spec import IMAGENET_MEAN, IMAGENET_STD, EncoderSpec
from core.encoders.trained import EmbeddingNetwork, build_clip, build_network, image_network
from tests.core.explaining.planted import KINDS, Scene, singles


def spec_of(side: int, dim: int) -> EncoderSpec:
    return EncoderSpec("fitted", "Fitted", "trained", "x", "x", dim, side, IMAGENET_MEAN, IMAGENET_STD, "x", "x")


def squares_of(scenes: list[Scene], spec: EncoderSpec) -> torch.Tensor:
    return torch.from_numpy(np.stack([to_square(one.picture, spec) for one in scenes]))


def average_of(served: Served, spec: EncoderSpec) -> np.ndarray:
    """The mean embedding (dim,) float32 of some scenes."""
    with torch.inference_mode():
        return served(squares_of(singles(40)[:20], spec)).mean(0).numpy()


def fitted_cnn(architecture: str) -> tuple[Served, EncoderSpec]:
    """A ResNet or DenseNet of random weights whose head knows the garments by the places they are at."""
    torch.manual_seed(0)
    spec = spec_of(160, len(KINDS) + 2)
    # Two parts, so that their lengths and weights count too; the second one sees nothing of use.
    network = build_network(architecture, (len(KINDS), 2))
    network.parts.weigh((0.9, 0.1))
    served = Served(network, spec).eval()
    layers = [module for module in network.modules() if isinstance(module, nn.BatchNorm2d)]
    for layer in layers:
        layer.reset_running_stats()
        layer.momentum = None
        layer.train()
    with torch.inference_mode():
        served(squares_of(singles(40)[:20], spec))
    network.eval()
    _fit_head(network, network.head, served, spec)
    return served, spec


def fitted_clip() -> tuple[Served, EncoderSpec]:
    """The open_clip model of the project, with a trained trunk and a head that knows the garments."""
    # The configuration whose features are of the last map alone: what earlier maps bring has no place in it.
    spec = replace(encoder_spec("clip-fashion"), architecture="clip-fashion", side_px=160, dim=len(KINDS))
    clip = build_clip(spec.architecture)
    clip.visual.trunk.load_state_dict(build_served(encoder_spec("efficientnet-lite2")).network.state_dict())
    network = image_network(clip, Parts((len(KINDS),))).eval()
    linear = next(module for module in network.head.modules() if isinstance(module, nn.Linear))
    served = Served(network, spec).eval()
    linear.weight = nn.Parameter(torch.zeros(len(KINDS), linear.in_features))
    _fit_head(network, linear, served, spec)
    return served, spec


def _fit_head(network: EmbeddingNetwork, linear: nn.Linear, served: Served, spec: EncoderSpec) -> None:
    """Ridge regression from the features at each place to how much of a garment lies there."""
    scenes, last = singles(40), {}

    def keep(module: nn.Module, given: object, output: torch.Tensor) -> None:
        if output.ndim == 4 and output.shape[2] > 1:
            last["features"] = output.relu()

    hooks = [module.register_forward_hook(keep) for module in network.backbone.modules()]
    with torch.inference_mode():
        network.backbone((squares_of(scenes, spec).float() - served.mean) / served.std)
    for hook in hooks:
        hook.remove()
    features = last["features"]
    _, channels, rows, columns = features.shape
    covered = np.stack(
        [
            np.asarray(Image.fromarray(one.is_planted.astype(np.float32)).resize((columns, rows), Image.BOX))
            for one in scenes
        ]
    )
    target = np.eye(len(KINDS))[[one.kind for one in scenes]][:, None, None] * covered[..., None]
    seen = features.permute(0, 2, 3, 1).reshape(-1, channels).double().numpy()
    shrink = 0.02 * np.trace(seen.T @ seen) / channels * np.eye(channels)
    weights = np.linalg.solve(seen.T @ seen + shrink, seen.T @ target.reshape(-1, len(KINDS)))
    linear.weight.data[: len(KINDS)] = torch.from_numpy(weights.T).float()
    if linear.bias is not None:
        linear.bias.data[: len(KINDS)] = 0


def fitted_transformer(steps: int = 100) -> tuple[Served, EncoderSpec]:
    """A small image tower of open_clip, trained to tell the garments apart."""
    from open_clip.transformer import VisionTransformer

    torch.manual_seed(0)
    spec = spec_of(96, len(KINDS))
    tower = VisionTransformer(96, 12, width=64, layers=2, heads=4, mlp_ratio=2.0, output_dim=len(KINDS))
    served, scenes = Served(tower, spec), singles(150)
    squares, kinds = squares_of(scenes, spec), torch.tensor([one.kind for one in scenes])
    optimizer = torch.optim.Adam(tower.parameters(), 2e-3)
    for _ in range(steps):
        chosen = torch.randint(len(scenes), (16,))
        loss = nn.functional.cross_entropy(8 * served(squares[chosen]), kinds[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return served.eval(), spec
