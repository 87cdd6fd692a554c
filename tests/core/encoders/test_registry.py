"""The literal registry: every record sound, every architecture there and of the stated dimension."""

from typing import get_args

import pytest
import torch

from core import settings
from core.encoders import networks
from core.encoders.registry import ENCODERS, encoder_spec
from core.encoders.spec import EncoderError, EncoderSpec, Fit, Origin

SPECS = list(ENCODERS.values())


def named(spec: EncoderSpec) -> str:
    return spec.name


def test_names_are_keys_and_plain_and_the_default_is_among_them() -> None:
    assert all(name == spec.name for name, spec in ENCODERS.items())
    assert all(name.replace("-", "").isalnum() and name.islower() for name in ENCODERS)
    assert len({spec.title for spec in SPECS}) == len(SPECS)
    assert settings.DEFAULT_ENCODER in ENCODERS


def test_what_the_issue_names_is_listed() -> None:
    wanted = {"efficientnet-lite0", "efficientnet-lite2", "resnet50", "vgg16", "densenet161", "inception-v3"}
    assert wanted | {"efficientnet-b4", "inception-resnet-v2"} <= set(ENCODERS)
    assert any(spec.origin == "open_clip" and spec.reads_text for spec in SPECS)


@pytest.mark.parametrize("spec", SPECS, ids=named)
def test_every_field_is_filled_and_in_range(spec: EncoderSpec) -> None:
    assert spec.origin in get_args(Origin)
    assert spec.fit in get_args(Fit)
    assert spec.title
    assert spec.licence
    assert spec.paper.startswith("https://")
    assert 32 <= spec.side_px <= 1024
    assert 16 <= spec.dim <= 4096
    assert len(spec.mean) == len(spec.std) == 3
    assert all(0 <= value <= 1 for value in spec.mean)
    assert all(0 < value <= 1 for value in spec.std)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(EncoderError, match="efficientnet-lite2") as caught:
        encoder_spec("../resnet50")
    assert "'../resnet50'" in str(caught.value)


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.origin not in ("open_clip", "trained")], ids=named)
def test_every_architecture_builds_and_gives_its_dimension(spec: EncoderSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    # On torch's meta device shapes are computed and numbers are not: a VGG costs nothing.
    with torch.device("meta"):
        monkeypatch.setattr(networks, "load_state", published_shapes)
        served = networks.build_served(spec)
        found = served(torch.zeros((2, 3, spec.side_px, spec.side_px), dtype=torch.uint8))
    assert found.shape == (2, spec.dim)
    assert not served.training


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.origin == "open_clip"], ids=named)
def test_the_clip_records_agree_with_the_library(spec: EncoderSpec) -> None:
    import open_clip

    config = open_clip.get_model_config(spec.architecture)
    published = open_clip.get_pretrained_cfg(spec.architecture, spec.weights)
    assert published, "no such weights are published"
    assert (config["embed_dim"], config["vision_cfg"]["image_size"]) == (spec.dim, spec.side_px)
    assert tuple(published.get("mean") or open_clip.OPENAI_DATASET_MEAN) == spec.mean
    assert tuple(published.get("std") or open_clip.OPENAI_DATASET_STD) == spec.std


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.origin == "torchvision"], ids=named)
def test_the_torchvision_records_agree_with_the_library(spec: EncoderSpec) -> None:
    from torchvision.models import get_model_weights, get_weight

    weights = get_weight(spec.weights)
    assert weights in get_model_weights(spec.architecture)
    preprocess = weights.transforms()
    assert (preprocess.crop_size, tuple(preprocess.mean), tuple(preprocess.std)) == (
        [spec.side_px],
        spec.mean,
        spec.std,
    )


@pytest.mark.parametrize("spec", [spec for spec in SPECS if spec.origin == "timm"], ids=named)
def test_the_timm_records_agree_with_the_library(spec: EncoderSpec) -> None:
    import timm

    published = timm.get_pretrained_cfg(f"{spec.architecture}.{spec.weights}")
    assert published.has_weights
    assert (published.input_size, published.mean, published.std) == (
        (3, spec.side_px, spec.side_px),
        spec.mean,
        spec.std,
    )


def test_normalisation_is_inside_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = encoder_spec("resnet50")
    served = networks.Served(torch.nn.Identity(), spec)
    squares = torch.randint(0, 256, (2, 3, 4, 4), dtype=torch.uint8)
    found = served(squares)
    scaled = squares.double() / 255
    for channel in range(3):
        scaled[:, channel] = (scaled[:, channel] - spec.mean[channel]) / spec.std[channel]
    expected = torch.nn.functional.normalize(scaled.flatten(1))
    assert torch.allclose(found.double(), expected, atol=1e-6)


def test_inception_scales_its_input_as_its_published_weights_expect(monkeypatch: pytest.MonkeyPatch) -> None:
    with torch.device("meta"):
        monkeypatch.setattr(networks, "load_state", published_shapes)
        served = networks.build_served(encoder_spec("inception-v3"))
    assert served.network.transform_input


def test_weights_of_another_network_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with torch.device("meta"):
        other = published_shapes(encoder_spec("densenet161"))
        monkeypatch.setattr(networks, "load_state", lambda spec: other)
        for name in ("resnet50", "inception-resnet-v2", "efficientnet-lite0"):
            with pytest.raises(EncoderError, match=name):
                networks.build_served(encoder_spec(name))
        with pytest.raises(EncoderError, match="network of parts"):
            networks.build_served(encoder_spec("densenet-class"))


def published_shapes(spec: EncoderSpec) -> dict[str, torch.Tensor]:
    """Tensors of the names and shapes that the publisher's file has."""
    import timm
    import torchvision

    if spec.origin == "torchvision":
        options = {"init_weights": False} if spec.architecture == "inception_v3" else {}
        return torchvision.models.get_model(spec.architecture, weights=None, **options).state_dict()
    return timm.create_model(spec.architecture, pretrained=False).state_dict()
