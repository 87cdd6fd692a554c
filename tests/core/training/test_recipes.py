"""Recipes: sound as they are written, refused where they are not, and started from what they name."""

from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch
from torch import nn

from core.encoders.registry import ENCODERS
from core.encoders.spec import EncoderError
from core.encoders.trained import build_clip, register_configs
from core.training.part_weights import NEAR_NUMBERS
from core.training.recipe import WHOLE, Objective, Part, Recipe
from core.training.recipes import RECIPES, recipe_named, started_from
from core.training.run_folder import save_checkpoint
from core.training.starting import begin_as_bag_of_words, build_trainee, early_stages
from core.training.training_set import TrainingError
from tests.core.training.drawn_set import KIND, is_finite, tiny_recipe


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=lambda recipe: recipe.name)
def test_every_recipe_begins_and_is_taught_by_what_there_is(recipe: Recipe) -> None:
    assert RECIPES[recipe.name] is recipe
    assert recipe.start in (*RECIPES, "random", "efficientnet-lite2")
    assert recipe.teacher in RECIPES
    assert sum(part.weight for part in recipe.parts) == pytest.approx(1)
    assert sum(share for _, share in recipe.catalogs) == pytest.approx(1)
    if recipe.name in ENCODERS:
        spec = ENCODERS[recipe.name]
        dim = sum(recipe.part_dims) + NEAR_NUMBERS * any(part.near for part in recipe.parts)
        assert (spec.architecture, spec.dim, spec.mean, spec.std, spec.reads_text, set(spec.trained_on)) == (
            recipe.architecture, dim, recipe.mean, recipe.std, recipe.reads_text,
            {name for name, _ in recipe.catalogs},
        )  # fmt: skip


def test_the_three_models_of_the_issue_and_the_comparisons_are_there() -> None:
    models = {"resnet-triplet", "densenet-class", "clip-fashion"}
    assert models | {"siamese-contrastive", "siamese-category", "siamese-cosine"} <= set(RECIPES)
    assert models == {name for name, spec in ENCODERS.items() if spec.origin == "trained"}


def test_an_unknown_recipe_is_answered_with_the_known_ones() -> None:
    with pytest.raises(TrainingError, match=r"clip-fashion.*'\.\./x'"):
        recipe_named("../x")


def test_who_goes_on_from_a_published_model_is_taught_by_it_where_the_own_start_teaches() -> None:
    own = RECIPES["clip-fashion"]
    assert own.teacher == own.start
    found = started_from(own, "clip-fashion")
    assert (found.start, found.teacher) == ("clip-fashion", "clip-fashion")
    assert started_from(own, "random").teacher == own.teacher
    assert started_from(RECIPES["resnet-triplet"], "resnet-triplet").teacher == RECIPES["resnet-triplet"].teacher


@pytest.mark.parametrize(
    "changes",
    [
        {"objectives": ()},
        {"objectives": (Objective("triplet", "nose", "category"),)},
        {"objectives": (KIND, Objective("cosine-softmax", KIND.part, "colour"))},
        {"objectives": (KIND, Objective("recognise", WHOLE, "teacher"))},
        {"word_dropout": 1.0},
        {"word_dropout": -0.1},
        {"start_share": 1.0},
        {"epochs": 0},
        {"classes_per_batch": 0},
        {"items_per_class": 0},
        {"backbone_rate": 0.0},
        {"head_rate": -1.0},
        {"side_px": 31},
        {"evenness": 1.1},
    ],
)
def test_unsound_recipes_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(TrainingError, match="recipe tiny"):
        tiny_recipe(**changes)


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"start": "nowhere"}, TrainingError, "nowhere"),
        ({"start": "distil-resnet18"}, TrainingError, "python -m core train distil-resnet18"),
        ({"architecture": "vit"}, EncoderError, "ResNet or DenseNet"),
        ({"architecture": "resnet9000"}, EncoderError, "ResNet or DenseNet"),
        ({"start": "DenseNet61_Weights.IMAGENET1K_V1"}, EncoderError, "densenet61"),
        ({"architecture": "resnet18", "start": "ResNet18_Weights.NOBODY_V2"}, EncoderError, "no weights"),
        ({"objectives": (Objective("caption", WHOLE, "caption"),)}, EncoderError, "clip-fashion"),
    ],
)
def test_a_start_that_is_not_there_is_an_error(
    tmp_path: Path, changes: dict[str, object], error: type[ValueError], said: str
) -> None:
    with pytest.raises(error, match=said):
        build_trainee(tiny_recipe(**changes), tmp_path)


def test_a_start_from_another_run_takes_its_backbone_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build_trainee(tiny_recipe(), tmp_path)
    (tmp_path / "tiny").mkdir()
    save_checkpoint(tmp_path / "tiny", "best", {"trainee": first.state_dict()})
    monkeypatch.setitem(RECIPES, "tiny", tiny_recipe())
    parts = (Part("all", 8, 1.0),)
    changes = {"name": "second", "start": "tiny", "parts": parts, "objectives": (Objective("sup-con", "all", "item"),)}
    second: Any = build_trainee(tiny_recipe(**changes), tmp_path)
    for name, tensor in first.image.backbone.state_dict().items():
        assert torch.equal(tensor, second.image.backbone.state_dict()[name])
    assert second.image.head.weight.shape[0] == 8
    with pytest.raises(TrainingError, match="of another network"):
        build_trainee(tiny_recipe(**changes, architecture="resnet18"), tmp_path)


@pytest.mark.parametrize("architecture", ["resnet18", "densenet61"])
def test_stages_cover_the_early_network_from_the_input_on(architecture: str) -> None:
    backbone = build_trainee(tiny_recipe(architecture=architecture), Path()).image.backbone
    stages = early_stages(backbone)
    listed = [id(one) for stage in stages for module in stage for one in module.parameters()]
    assert len(listed) == len(set(listed))
    assert listed == [id(one) for one in backbone.parameters()][: len(listed)]


def test_a_trainee_gives_unit_rows_from_pixels(tmp_path: Path) -> None:
    trainee = build_trainee(tiny_recipe(), tmp_path).eval()
    with torch.inference_mode():
        found = trainee.embed(torch.rand(3, 3, 32, 32) * 255)
    assert found.shape == (3, 32)
    assert found.dtype == torch.float32
    assert torch.allclose(found.norm(dim=1), torch.ones(3), atol=1e-5)
    assert is_finite(trainee.state_dict())
    assert not any(name in ("mean", "std") for name in trainee.state_dict())
    assert isinstance(trainee.image.backbone, nn.Module)


def test_a_text_tower_begins_as_a_bag_of_words_and_can_learn_which_words_count() -> None:
    torch.manual_seed(3)
    clip: Any = build_clip("clip-fashion-levels")
    begin_as_bag_of_words(clip)
    register_configs()
    tokens = open_clip.get_tokenizer("clip-fashion-levels")(["navy blue shirt", "shirt navy blue"])
    one, other = clip.encode_text(tokens)
    torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)
    one.square().sum().backward()
    width = clip.transformer.width
    (block,) = clip.transformer.resblocks
    assert float(block.attn.in_proj_weight.grad[width : 2 * width].abs().max()) > 0
