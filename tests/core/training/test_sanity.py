"""The sanity command: passes on sound data, fails loudly where nothing can be learnt."""

from pathlib import Path

import numpy as np
import pytest

from core.training import sanity
from core.training.recipe import Objective, Recipe
from core.training.sanity import overfit
from core.training.training_set import TrainingError, TrainingSet
from tests.core.training.drawn_set import KIND, LOOK, tiny_recipe


@pytest.fixture
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to see that nothing is learnt."""
    monkeypatch.setattr(sanity, "STEPS", 12)


def learns(recipe: Recipe, pictures: TrainingSet, runs: Path) -> tuple[float, float, float]:
    told: list[int] = []
    found = overfit(recipe, pictures, runs, None, lambda done, total: told.append(total - done))
    assert told == list(range(sanity.STEPS - 1, -1, -1))
    return found.first_loss, found.last_loss, found.accuracy


@pytest.mark.parametrize("objectives", [(KIND, LOOK), (Objective("triplet", "kind", "category"),)])
def test_sixteen_sound_pictures_are_learnt_and_nothing_is_written(
    pictures: TrainingSet, tmp_path: Path, objectives: tuple[Objective, ...]
) -> None:
    # Another recipe's run that is not there, and a teacher that is not there, do not stand in the way.
    recipe = tiny_recipe(objectives=(*objectives, Objective("distil", "whole", "teacher")), start="distil-resnet18")
    first, last, accuracy = learns(recipe, pictures, tmp_path)
    assert last < 0.5 * first
    assert accuracy >= 0.95
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("few_steps")
def test_labels_that_have_nothing_to_do_with_the_pictures_are_found_out(pictures: TrainingSet, tmp_path: Path) -> None:
    alike = TrainingSet(np.repeat(pictures.squares[:1], len(pictures.items), 0), pictures.items)
    with pytest.raises(TrainingError, match=r"cannot learn 16 pictures by heart.*Look at the labels"):
        learns(tiny_recipe(objectives=(KIND,)), alike, tmp_path)


@pytest.mark.usefixtures("few_steps")
def test_a_learning_rate_of_almost_nothing_is_found_out(pictures: TrainingSet, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="cannot learn"):
        learns(tiny_recipe(backbone_rate=1e-9, head_rate=1e-9), pictures, tmp_path)


def test_too_few_classes_or_pictures_are_said(pictures: TrainingSet, tmp_path: Path) -> None:
    items = pictures.items.copy()
    items.loc[items["category"].isin(["disc", "box", "roof"]), "category"] = ""
    with pytest.raises(TrainingError, match="expected 4 classes of 4 pictures or more, but there are 3"):
        learns(tiny_recipe(), TrainingSet(pictures.squares, items), tmp_path)


def test_a_recipe_of_a_teacher_alone_is_refused(pictures: TrainingSet, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="teacher only"):
        learns(tiny_recipe(objectives=(Objective("distil", "whole", "teacher"),)), pictures, tmp_path)
