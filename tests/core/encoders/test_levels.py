"""EfficientNet-Lite2 with its early maps: its own features first, then what a slow look at the maps gives."""

from typing import Any

import pytest
import timm
import torch

from core.encoders.levels import LEVELS


@pytest.fixture(scope="module")
def networks() -> tuple[Any, Any]:
    torch.manual_seed(5)
    plain = timm.create_model("tf_efficientnet_lite2", pretrained=False, num_classes=0).eval()
    levels: Any = timm.create_model("tf_efficientnet_lite2_levels", pretrained=False, num_classes=0).eval()
    levels.load_state_dict({**levels.state_dict(), **plain.state_dict()})
    return plain, levels


def test_the_first_features_are_those_of_the_plain_network(networks: tuple[Any, Any]) -> None:
    plain, levels = networks
    pixels = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        found, expected = levels(pixels), plain(pixels)
    assert found.shape == (2, levels.num_features)
    torch.testing.assert_close(found[:, : expected.shape[1]], expected)


def test_then_come_mean_and_deviation_of_the_early_maps_in_the_scale_of_what_was_trained_on(
    networks: tuple[Any, Any],
) -> None:
    _, levels = networks
    maps: list[torch.Tensor] = []
    hooks = [levels.blocks[place].register_forward_hook(lambda *given: maps.append(given[2])) for place in LEVELS]
    levels.level_norm.running_mean.fill_(0.25)
    levels.level_norm.running_var.fill_(4.0)
    with torch.inference_mode():
        found = levels(torch.randn(2, 3, 64, 64))[1]
    for hook in hooks:
        hook.remove()
    expected = []
    for one in maps:
        places = one[1].flatten(1)
        expected += [places.mean(1), places.std(1, correction=0)]
    wanted = (torch.cat(expected) - 0.25) / 2
    torch.testing.assert_close(found[-len(wanted) :], wanted, rtol=1e-3, atol=1e-3)
    assert levels.num_features == 1280 + len(wanted)
