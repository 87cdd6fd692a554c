"""What a recipe ended with: its run before its published model, without what was chosen after training."""

from pathlib import Path

import pytest
import torch

from core import settings
from core.encoders.nearness import Nearness, frequencies_of
from core.encoders.parts import ClassAnswer, Parts
from core.training.earlier import ended_with, is_there
from core.training.publishing import save_weights
from core.training.recipes import RECIPES
from core.training.run_folder import save_checkpoint
from core.training.starting import Trainee, build_trainee
from core.training.training_set import TrainingError
from tests.core.training.drawn_set import TINY, tiny_recipe


def published(trainee: Trainee, name: str) -> None:
    near = Nearness(frequencies_of(16, 8, 5.0), 1)
    trainee.image.parts = Parts((16, 16), (0.5, 0.1, 0.4), {0: ClassAnswer(torch.randn(3, 16), 6.0)}, near)
    folder = settings.models_root() / name
    folder.mkdir(parents=True)
    save_weights(trainee, folder)


@pytest.fixture(autouse=True)
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "models_root", lambda: tmp_path / "models")


def test_a_run_goes_before_a_published_model_and_polished_before_best(tmp_path: Path) -> None:
    assert not is_there("tiny", tmp_path)
    with pytest.raises(TrainingError, match="python -m core train tiny"):
        ended_with("tiny", tmp_path, TINY.architecture)
    trainees = [build_trainee(TINY, tmp_path) for _ in range(3)]
    expected = [{name: tensor.clone() for name, tensor in one.state_dict().items()} for one in trainees]
    published(trainees[0], "tiny")
    found = ended_with("tiny", tmp_path, TINY.architecture)
    assert set(found) == set(expected[0])
    assert torch.equal(found["image.head.weight"], expected[0]["image.head.weight"].half().float())
    # What the nearness counted is its part's again.
    torch.testing.assert_close(found["image.parts.weights"], torch.tensor([0.5, 0.5]))
    (tmp_path / "tiny").mkdir()
    for which, number in (("best", 1), ("polished", 2)):
        save_checkpoint(tmp_path / "tiny", which, {"trainee": expected[number]})
        now = ended_with("tiny", tmp_path, TINY.architecture)
        assert torch.equal(now["image.head.weight"], expected[number]["image.head.weight"])
    assert is_there("tiny", tmp_path)


@pytest.mark.slow
def test_a_published_clip_can_be_gone_on_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = tiny_recipe(**{**vars(RECIPES["clip-fashion"]), "name": "second", "start": "first"})
    monkeypatch.setitem(RECIPES, "first", tiny_recipe(**{**vars(recipe), "name": "first", "start": "random"}))
    first = build_trainee(RECIPES["first"], tmp_path)
    weights = first.clip.text_projection.detach().clone()
    first.image.parts = Parts(recipe.part_dims, (0.5, 0.2, 0.3), {1: ClassAnswer(torch.randn(4, 64), 6.0)})
    (settings.models_root() / "first").mkdir(parents=True)
    save_weights(first, settings.models_root() / "first")
    second = build_trainee(recipe, tmp_path)
    torch.testing.assert_close(second.clip.text_projection, weights, rtol=1e-3, atol=1e-4)
    assert second.image.parts.answer_of(1) is None
    assert second.image.backbone is second.clip.visual.trunk
