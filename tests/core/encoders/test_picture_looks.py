"""Several looks at a picture: what is looked at, against slices by hand, and places laid back where they were."""

import numpy as np
import pytest
import torch
from torch import nn

from core.encoders.parts import Parts
from core.encoders.picture_looks import Look, Looks, looks_as_tensor, looks_of
from core.encoders.spec import EncoderError
from core.encoders.trained import LOOKS, EmbeddingNetwork, LookedFeatures, build_network, load_network

MANY = (Look(), Look(mirrored=True), Look(0.75), Look(0.5, mirrored=True))


def picture(side: int = 32, count: int = 2) -> torch.Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(4))


def test_each_look_is_the_middle_of_the_picture_as_large_as_the_whole() -> None:
    pixels = picture()
    found = Looks(MANY)(pixels).unflatten(0, (len(MANY), -1))
    resize = nn.Upsample((32, 32), mode="bilinear")
    wanted = [pixels, pixels.flip(3), resize(pixels[..., 4:28, 4:28]), resize(pixels[..., 8:24, 8:24]).flip(3)]
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other)


def test_one_look_is_the_picture_itself() -> None:
    pixels = picture()
    assert Looks()(pixels) is pixels
    assert Looks().mean(pixels) is pixels


def test_the_embedding_is_of_the_mean_features_of_all_looks() -> None:
    torch.manual_seed(1)
    network = EmbeddingNetwork(
        nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU(), nn.AdaptiveMaxPool2d(1), nn.Flatten()),
        nn.Linear(5, 6),
        Parts((4, 2)),
        Looks(MANY),
    ).eval()
    pixels = picture()
    with torch.inference_mode():
        one_by_one = torch.stack([network.backbone(Looks((look,))(pixels)) for look in MANY]).mean(0)
        torch.testing.assert_close(LookedFeatures(network)(pixels), one_by_one)
        torch.testing.assert_close(network(pixels), network.parts(network.head(one_by_one)))


def test_places_are_laid_back_where_they_were_and_keep_their_sum() -> None:
    chance = np.random.default_rng(3)
    grids = torch.from_numpy(chance.random((len(MANY) * 2, 4, 4)))
    laid = Looks(MANY).laid_back(grids)
    assert laid.shape == (2, 4, 4)
    torch.testing.assert_close(laid.sum((1, 2)), grids.unflatten(0, (len(MANY), 2)).sum((0, 2, 3)))
    # The upper left place of a mirrored look at the middle half lies right of the centre, within the middle.
    one = torch.zeros(1, 4, 4)
    one[0, 0, 0] = 1
    found = Looks((Look(0.5, mirrored=True),)).laid_back(one)[0]
    wanted = torch.zeros(4, 4)
    wanted[1, 2] = 1
    torch.testing.assert_close(found, wanted)
    # The lowest place of the middle 0.75 lies for two thirds in the lowest one of the square, for a third above it.
    one[0, 0, 0] = 0
    one[0, 3, 1] = 1
    found = Looks((Look(0.75),)).laid_back(one)[0]
    wanted = torch.zeros(4, 4)
    wanted[2:, 1] = torch.tensor([1 / 3, 2 / 3])
    torch.testing.assert_close(found, wanted)
    assert Looks().laid_back(one) is one


@pytest.mark.parametrize("share", [0.0, -1.0, 1.2, float("nan")])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share of the side"):
        Look(share)
    with pytest.raises(ValueError, match="one look or more"):
        Looks(())


def test_looks_come_back_from_a_file_of_weights_as_they_were() -> None:
    looks = (Look(), Look(0.8), Look(0.8, mirrored=True))
    assert looks_of(looks_as_tensor(looks)) == looks
    assert looks_of(None) == (Look(),)
    network = build_network("resnet18", (3, 2))
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    assert load_network("resnet18", state).looks.looks == (Look(),)
    assert load_network("resnet18", {**state, LOOKS: looks_as_tensor(looks)}).looks.looks == looks
    for wrong in (torch.zeros(2), torch.zeros(0, 2), torch.tensor([[3.0, 0.0]])):
        with pytest.raises(EncoderError, match="looks"):
            load_network("resnet18", {**state, LOOKS: wrong})
