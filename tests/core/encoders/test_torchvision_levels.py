"""torchvision's networks with their early maps: their own features first, then what a slow look at the maps gives."""

from typing import Any

import pytest
import torch

from core.encoders.trained import torchvision_backbone

STAGES = {
    "resnet18": lambda network: [network.layer1, network.layer2, network.layer3],
    "densenet61": lambda network: [getattr(network.features, f"denseblock{number}") for number in (1, 2, 3)],
}


@pytest.mark.parametrize("architecture", STAGES)
def test_own_features_then_mean_and_deviation_of_the_early_maps(architecture: str) -> None:
    torch.manual_seed(5)
    plain, n_plain = torchvision_backbone(architecture)
    levels: Any
    levels, n_features = torchvision_backbone(f"{architecture}-levels")
    plain.eval()
    levels.eval().load_state_dict({**levels.state_dict(), **plain.state_dict()})
    levels.level_norm.running_mean.fill_(0.25)
    levels.level_norm.running_var.fill_(4.0)
    maps: list[torch.Tensor] = []
    for stage in STAGES[architecture](levels):
        # DenseNet changes what a block gives in place.
        stage.register_forward_hook(lambda *given: maps.append(given[2].clone()))
    pixels = torch.randn(2, 3, 64, 64)
    with torch.inference_mode():
        found, own = levels(pixels), plain(pixels)
    assert found.shape == (2, n_features)
    torch.testing.assert_close(found[:, :n_plain], own)
    expected = []
    for one in maps:
        places = one[1].double().flatten(1)
        expected += [places.mean(1), places.std(1, correction=0)]
    wanted = (torch.cat(expected).float() - 0.25) / 2
    assert n_features == n_plain + len(wanted)
    torch.testing.assert_close(found[1, n_plain:], wanted, rtol=1e-3, atol=1e-3)


def test_a_network_without_levels_is_torchvision_s_own() -> None:
    import torchvision

    assert type(torchvision_backbone("resnet18")[0]) is torchvision.models.ResNet
