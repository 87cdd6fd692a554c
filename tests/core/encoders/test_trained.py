"""Trained networks: built from their weights alone, and refused where these are of something else."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from core import settings
from core.encoders.nearness import Nearness, frequencies_of
from core.encoders.networks import build_served
from core.encoders.parts import ClassAnswer, Parts
from core.encoders.registry import ENCODERS, encoder_spec
from core.encoders.serving import load_encoder
from core.encoders.spec import EncoderError, EncoderSpec
from core.encoders.trained import (
    CONFIGS,
    build_clip,
    build_network,
    load_network,
    split_state,
    torchvision_backbone,
)
from core.training.part_weights import NEAR_NUMBERS

TRAINED = [spec for spec in ENCODERS.values() if spec.origin == "trained"]


def named(spec: EncoderSpec) -> str:
    return spec.name


def test_a_network_comes_back_from_its_weights_alone() -> None:
    torch.manual_seed(0)
    network = build_network("densenet61", (5, 3)).eval()
    near = Nearness(frequencies_of(3, 4, 5.0), 1)
    network.parts = Parts((5, 3), (0.6, 0.1, 0.3), {0: ClassAnswer(torch.randn(4, 5), 6.0)}, near)
    again = load_network("densenet61", network.state_dict())
    pixels = torch.randn(2, 3, 32, 32)
    with torch.inference_mode():
        assert torch.equal(again(pixels), network(pixels))
    assert not again.training
    assert network(pixels).shape == (2, 12)


@pytest.mark.parametrize(
    ("architecture", "n_features"), [("resnet18", 512), ("resnet50", 2048), ("densenet61", 516), ("densenet121", 1024)]
)
def test_backbones_give_as_many_features_as_they_say(architecture: str, n_features: int) -> None:
    with torch.device("meta"):
        backbone, said = torchvision_backbone(architecture)
        found = backbone(torch.zeros(2, 3, 64, 64))
    assert tuple(found.shape) == (2, said)
    if architecture != "densenet61":
        assert said == n_features


@pytest.mark.parametrize("architecture", ["vgg16", "resnet", "resnet18/../x", "", "densenet", "vit_b_16"])
def test_other_architectures_are_refused(architecture: str) -> None:
    with pytest.raises(EncoderError, match="expected a ResNet or DenseNet"):
        torchvision_backbone(architecture)
    with pytest.raises(EncoderError, match="expected an open_clip configuration of clip-fashion"):
        build_clip(architecture)


def test_weights_without_parts_or_with_hostile_ones_are_refused() -> None:
    state = build_network("densenet61", (5, 3)).state_dict()
    for name in ("parts.dims", "parts.weights"):
        with pytest.raises(EncoderError, match="network of parts"):
            split_state({key: tensor for key, tensor in state.items() if key != name})
    for dims in ([], [-5, 13], [0, 8]):
        with pytest.raises(ValueError, match="expected"):
            load_network("densenet61", {**state, "parts.dims": torch.tensor(dims)})
    with pytest.raises(RuntimeError, match="head"):
        load_network("densenet61", {**state, "parts.dims": torch.tensor([5, 4])})
    with pytest.raises(RuntimeError):
        load_network("resnet18", state)


@pytest.mark.parametrize("spec", [spec for spec in TRAINED if not spec.reads_text], ids=named)
def test_records_agree_with_their_networks(spec: EncoderSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "models_root", lambda: tmp_path)
    (tmp_path / spec.weights).mkdir()
    torch.manual_seed(0)
    network = build_network(spec.architecture, (spec.dim - 64, 64)).eval()
    save_file(network.state_dict(), tmp_path / spec.weights / "weights.safetensors")
    squares = torch.randint(0, 256, (2, 3, 64, 64), dtype=torch.uint8)
    mean, std = (255 * torch.tensor(numbers).view(1, 3, 1, 1) for numbers in (spec.mean, spec.std))
    with torch.inference_mode():
        found = build_served(spec)(squares)
        torch.testing.assert_close(found, network((squares.float() - mean) / std), rtol=1e-4, atol=1e-5)
    assert found.shape == (2, spec.dim)


@pytest.mark.parametrize("spec", TRAINED, ids=named)
def test_absent_weights_name_the_command(spec: EncoderSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "models_root", lambda: tmp_path)
    with pytest.raises(EncoderError, match=f"Train them: python -m core train {spec.name}$"):
        load_encoder(spec.name)


def test_the_clip_s_record_agrees_with_its_configuration() -> None:
    spec = encoder_spec("clip-fashion")
    config = json.loads((CONFIGS / f"{spec.architecture}.json").read_text())
    assert (config["embed_dim"] + NEAR_NUMBERS, config["vision_cfg"]["image_size"]) == (spec.dim, spec.side_px)


@pytest.mark.parametrize("spec", TRAINED, ids=named)
def test_committed_weights_are_of_the_record_s_dimension(spec: EncoderSpec) -> None:
    found = build_served(spec)(torch.zeros(2, 3, spec.side_px, spec.side_px, dtype=torch.uint8))
    assert found.shape == (2, spec.dim)
