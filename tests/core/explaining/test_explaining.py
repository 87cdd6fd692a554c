"""Heat maps of why two pictures match: they point at what was planted, add up, and lie where they should."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from scipy.stats import spearmanr
from torch import nn

from core.encoders.networks import Served, build_served
from core.encoders.picture_looks import Look, Looks
from core.encoders.preprocess import to_square
from core.encoders.registry import ENCODERS, encoder_spec
from core.encoders.spec import Encoder, EncoderError, EncoderSpec
from core.encoders.weights import adapted_path, weights_path
from core.explaining.attention import taken_from
from core.explaining.covering import covering_contributions
from core.explaining.explain import Explainer, Explanation, explain, load_explainer, network_explainer
from core.explaining.grids import Contributions
from tests.core.explaining.fitted import average_of, fitted_clip, fitted_cnn, fitted_transformer, spec_of
from tests.core.explaining.planted import lift, noise, pair

Model = tuple[Served, EncoderSpec]
HERE = [name for name, spec in ENCODERS.items() if weights_path(spec)]
FITTED: dict[str, Callable[[], Model]] = {
    "resnet18": lambda: fitted_cnn("resnet18"),
    "densenet61": lambda: fitted_cnn("densenet61"),
    "densenet61, several looks": lambda: looking_more_than_once("densenet61"),
    "open_clip, convolutional": fitted_clip,
    "open_clip, transformer": fitted_transformer,
}
LOOKS = (Look(), Look(mirrored=True), Look(0.8))
made: dict[str, Model] = {}
N_PAIRS = 3
QUICK = ("efficientnet-lite0", "resnet18", "densenet61")
NETWORKS = [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in (*HERE, *FITTED)]


def looking_more_than_once(name: str) -> Model:
    served, spec = fitted_cnn(name)
    served.network.looks = Looks(LOOKS)
    return served, spec


def model(name: str) -> Model:
    if name not in made:
        made[name] = FITTED[name]() if name in FITTED else (build_served(encoder_spec(name)), encoder_spec(name))
    return made[name]


def squares_of_pair(number: int, spec: EncoderSpec) -> np.ndarray:
    return np.stack([to_square(one.picture, spec) for one in pair(number)])


def alike(served: Served, spec: EncoderSpec, average: np.ndarray) -> list[tuple[int, Explanation]]:
    """The pairs that an encoder sees to be more alike than others, one at least; elsewhere is nothing to point at."""
    explainer, found = network_explainer(served, spec), []
    for number in range(N_PAIRS):
        one, other = (single.picture for single in pair(number))
        why = explain(one, other, explainer, average)
        if why.shares is not None:
            found.append((number, why))
    assert found, "it finds no drawn pair alike"
    return found


@pytest.mark.parametrize("name", NETWORKS)
def test_the_maps_point_at_the_planted_garment(name: str) -> None:
    served, spec = model(name)
    lifts, turned = [], []
    for number, why in alike(served, spec, average_of(served, spec)):
        for heat, one in zip(why.maps, pair(number), strict=True):
            assert heat.shape == one.is_planted.shape
            lifts.append(lift(heat, one.is_planted))
            turned.append(lift(heat[::-1, ::-1], one.is_planted))
    assert np.median(lifts) > 1.3
    assert np.median(turned) < 1


@pytest.mark.parametrize("name", NETWORKS)
def test_covering_what_is_bright_costs_more_than_covering_what_is_dark(name: str) -> None:
    served, spec = model(name)
    explainer, average, losses = network_explainer(served, spec), average_of(served, spec), []
    for number, _ in alike(served, spec, average):
        squares = squares_of_pair(number, spec)
        embeddings, grids = encoded(served, squares), explainer.contributions(squares, average).grids
        for own in (0, 1):
            order = grids[own].argsort(axis=None)
            fifth = max(1, len(order) // 5)
            covered = [
                without_cells(squares[own], grids[own].shape, cells) for cells in (order[-fifth:], order[:fifth])
            ]
            losses.append((embeddings[own] - encoded(served, np.stack(covered))) @ (embeddings[1 - own] - average))
    bright, dark = np.mean(losses, axis=0)
    assert bright > 0.02
    assert dark < bright / 2


def encoded(served: Served, squares: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        return served(torch.from_numpy(squares)).numpy()


def without_cells(square: np.ndarray, shape: tuple[int, ...], cells: np.ndarray) -> np.ndarray:
    """The square with some cells of a grid covered by its mean colour."""
    is_covered = np.zeros(shape, bool)
    is_covered.flat[cells] = True
    large = np.asarray(Image.fromarray(is_covered).resize(square.shape[1:], Image.Resampling.NEAREST))
    return np.where(large, square.mean(axis=(1, 2), keepdims=True).round().astype(np.uint8), square)


@pytest.mark.slow
def test_the_order_of_places_is_that_of_covering_one_after_the_other() -> None:
    served, spec = model("efficientnet-lite0")
    encoder = Encoder(spec, "torch", "f32", lambda squares: encoded(served, squares))
    average, squares, agreement, turned = average_of(served, spec), squares_of_pair(0, spec), [], []
    quick = network_explainer(served, spec).contributions(squares, average).grids
    slow = covering_contributions(encoder, squares, average, cells=5).grids
    for grid, other in zip(quick, slow, strict=True):
        one = np.asarray(Image.fromarray(grid.astype(np.float32)).resize((5, 5), Image.Resampling.BOX))
        agreement.append(spearmanr(one.ravel(), other.ravel()).statistic)
        turned.append(spearmanr(one[::-1, ::-1].ravel(), other.ravel()).statistic)
    assert np.mean(agreement) > 0.5
    assert np.mean(turned) < 0.2


@pytest.mark.parametrize(
    "name",
    [
        "efficientnet-lite0",
        "open_clip, convolutional",
        "densenet61",
        pytest.param("densenet61, several looks", marks=pytest.mark.slow),
    ],
)
def test_the_places_add_up_to_the_cosine(name: str) -> None:
    served, spec = model(name)
    squares = squares_of_pair(0, spec)
    embeddings = encoded(served, squares).astype(np.float64)
    found = network_explainer(served, spec).contributions(squares, np.zeros(spec.dim, np.float32))
    cosine = embeddings[0] @ embeddings[1]
    assert found.method == "places"
    assert found.score == pytest.approx(cosine, abs=1e-5)
    expected = np.array([cosine, cosine])
    if name.startswith("densenet61"):  # what the bias brings has no place
        expected -= _bias_part(served, squares, embeddings)
    np.testing.assert_allclose(found.grids.sum(axis=(1, 2)), expected, atol=1e-5)
    average = average_of(served, spec)
    against = network_explainer(served, spec).contributions(squares, average)
    np.testing.assert_allclose(against.gains, cosine - embeddings @ average, atol=1e-5)


def _bias_part(served: Served, squares: np.ndarray, embeddings: np.ndarray) -> np.ndarray:
    """By hand: bias over length, part by part, times the other embedding."""
    network = served.network
    with torch.inference_mode():
        raw = network.raw((torch.from_numpy(squares).float() - served.mean) / served.std).numpy()
    bias, brought, edges = network.head.bias.detach().numpy(), np.zeros(2), np.cumsum([0, *network.parts.sizes])
    for own in (0, 1):
        for part, (start, end) in enumerate(pairwise(edges)):
            scale = float(network.parts.weights[part]) ** 0.5 / np.linalg.norm(raw[own, start:end])
            brought[own] += scale * bias[start:end] @ embeddings[1 - own, start:end]
    return brought


def test_what_attention_takes_from_each_token_adds_up_to_its_output() -> None:
    torch.manual_seed(0)
    attention = nn.MultiheadAttention(24, 3, batch_first=True).eval()
    nn.init.normal_(attention.in_proj_bias)
    nn.init.normal_(attention.out_proj.bias)
    tokens = torch.randn(2, 7, 24)
    with torch.inference_mode():
        expected = attention(tokens, tokens, tokens)[0][:, 0]
        torch.testing.assert_close(taken_from(attention, tokens).sum(1) + attention.out_proj.bias, expected)


def test_patches_of_a_transformer_bring_all_that_depends_on_them_alone() -> None:
    """With perceptrons and the start of the class token at 0, only the biases of attention are left beside patches."""
    served, spec = fitted_transformer(steps=0)
    tower = served.network
    with torch.no_grad():
        for block in tower.transformer.resblocks:
            block.mlp.c_proj.weight.zero_()
            block.mlp.c_proj.bias.zero_()
            block.attn.in_proj_bias.zero_()
            block.attn.out_proj.bias.zero_()
            # The class token sees itself so little that it does not count.
        tower.class_embedding.zero_()
        tower.positional_embedding.zero_()
        tower.ln_pre.bias.zero_()
    squares = squares_of_pair(0, spec)
    found = network_explainer(served, spec).contributions(squares, np.zeros(spec.dim, np.float32))
    assert found.method == "attention"
    assert found.grids.shape == (2, 8, 8)
    np.testing.assert_allclose(found.grids.sum(axis=(1, 2)), found.score, rtol=0.1)


class Brightness(nn.Module):
    """Pixels -> how bright the left and the right half are: no feature map inside."""

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        halves = pixels.mean(1).chunk(2, dim=2)
        return torch.stack([half.flatten(1).mean(1) for half in halves], dim=1)


def test_an_encoder_without_places_is_explained_by_covering() -> None:
    spec = replace(spec_of(36, 2), mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0))
    explainer = network_explainer(Served(Brightness(), spec).eval(), spec)
    left, right = np.full((36, 36, 3), 40, np.uint8), np.full((36, 36, 3), 40, np.uint8)
    left[6:14, 4:12] = right[20:30, 6:14] = 255
    found = explain(left, right, explainer)
    assert (found.method, found.shares) == ("covering", None)
    for heat, rows in zip(found.maps, (slice(6, 14), slice(20, 30)), strict=True):
        y, x = np.unravel_index(heat.argmax(), heat.shape)
        assert rows.start - 3 <= y < rows.stop + 3
        assert x < 18


@pytest.mark.parametrize("name", ["efficientnet-lite0", "open_clip, transformer"])
def test_odd_pictures_give_maps_without_nan(name: str) -> None:
    served, spec = model(name)
    explainer = network_explainer(served, spec)
    odd = [
        np.zeros((40, 30, 3), np.uint8),
        np.full((30, 40, 3), 255, np.uint8),
        noise(1, 1),
        noise(1, 300),
        noise(50, 50),
    ]
    for one in odd:
        found = explain(one, noise(60, 30, 1), explainer)
        assert -1.001 <= found.score <= 1.001
        for heat in found.maps:
            assert np.isfinite(heat).all()
            assert 0 <= heat.min() <= heat.max() <= 1
    same = explain(odd[-1], odd[-1], explainer)
    assert same.score == pytest.approx(1, abs=1e-5)
    np.testing.assert_allclose(*same.maps, atol=1e-4)


def test_an_adapted_encoder_is_explained_as_it_is_served(artifacts: Path) -> None:
    base, adapted = encoder_spec("efficientnet-lite0"), encoder_spec("efficientnet-lite0@clothing")
    state = build_served(base).network.state_dict()
    statistics = {name: 1.1 * value for name, value in state.items() if name.endswith("running_var")}
    adapted_path(adapted).parent.mkdir(parents=True)
    save_file(statistics, adapted_path(adapted))
    one, other = (single.picture for single in pair(0))
    scores = [explain(one, other, load_explainer(spec.name)).score for spec in (base, adapted)]
    squares = squares_of_pair(0, adapted)
    embeddings = encoded(build_served(adapted), squares)
    assert scores[1] == pytest.approx(float(embeddings[0] @ embeddings[1]), abs=1e-5)
    assert scores[1] != pytest.approx(scores[0], abs=1e-5)


def test_what_cannot_be_explained_is_refused() -> None:
    with pytest.raises(EncoderError, match="expected an encoder of"):
        load_explainer("nonsense")
    with pytest.raises(EncoderError, match="not made yet"):
        load_explainer("efficientnet-lite0@clothing")
    spec = spec_of(32, 3)
    explainer = Explainer(spec, lambda squares, average: Contributions(1.0, np.ones(2), np.ones((2, 1, 1)), "places"))
    with pytest.raises(ValueError, match="must be"):
        explain(np.zeros((0, 3, 3), np.uint8), noise(3, 3), explainer)
    with pytest.raises(ValueError, match="average embedding of"):
        explain(noise(3, 3), noise(3, 3), explainer, np.zeros(2, np.float32))
    with pytest.raises(ValueError, match="finite"):
        Contributions(1.0, np.ones(2), np.full((2, 1, 1), np.nan), "places")
    with pytest.raises(ValueError, match="grids"):
        Contributions(1.0, np.ones(2), np.ones((3, 1, 1)), "places")
