"""The loop: it learns, a killed run goes on along the same curve, and what goes wrong harms no checkpoint."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from core.training.epoch import epoch_batches, material_of
from core.training.optimizer import rate_at
from core.training.recipe import Objective, Recipe
from core.training.run_folder import load_checkpoint, read_metrics
from core.training.starting import Trainee, build_trainee, train_mode
from core.training.trainer import Check, Plan, Trainer
from core.training.training_set import TrainingError, TrainingSet
from core.training.validating import draw_validation, validate
from tests.core.training.drawn_set import is_finite, tiny_recipe


def trainer_of(
    pictures: TrainingSet, folder: Path, recipe: Recipe | None = None, *, patience: int = 9, weights_seed: int = 5
) -> Trainer:
    recipe = recipe or tiny_recipe()
    folder.mkdir(exist_ok=True)
    torch.manual_seed(weights_seed)
    trainee = build_trainee(recipe, folder.parent)
    return Trainer(recipe, material_of(pictures), trainee, Plan(folder, 0, patience), None)


def checking(pictures: TrainingSet) -> Check:
    who = draw_validation(pictures, 30)
    return lambda trainee: validate(trainee, pictures, who, 32)


def scores(*values: float) -> Check:
    """A check that gives these scores in turn."""
    left = list(values)
    return lambda trainee: {"score": left.pop(0)}


def ignore(done: int, total: int) -> None:
    pass


def after(trainer: Trainer, steps: int, spoil: Callable[[], None]) -> Callable[[int, int], None]:
    return lambda done, total: spoil() if done == steps else None


class Killed(BaseException):
    pass


def test_the_loss_falls_and_the_run_folder_has_all_of_it(pictures: TrainingSet, tmp_path: Path) -> None:
    trainer = trainer_of(pictures, tmp_path / "run", tiny_recipe(epochs=5))
    told: list[tuple[int, int]] = []
    trainer.run(checking(pictures), lambda done, total: told.append((done, total)))
    metrics = read_metrics(tmp_path / "run")
    assert metrics["epoch"].tolist() == [1, 2, 3, 4, 5]
    assert metrics["loss"].iloc[-1] < 0.8 * metrics["loss"].iloc[0]
    np.testing.assert_allclose(metrics["loss"], metrics["cosine-softmax kind"] + metrics["sup-con look"], rtol=1e-5)
    assert {"score", "same item", "drawn category mAP", "drawn category MAP@R", "silhouette"} <= set(metrics.columns)
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == ["best.pt", "last.pt", "metrics.csv"]
    assert told == [(number + 1, 5 * trainer.steps_of_epoch) for number in range(5 * trainer.steps_of_epoch)]
    best, last = (load_checkpoint(tmp_path / "run", which) for which in ("best", "last"))
    assert best["epoch"] == metrics["score"].to_numpy().argmax() + 1
    assert (last["epoch"], last["best"]) == (5, metrics["score"].max())


@pytest.mark.parametrize("moment", ["check", "step", "last checkpoint"])
def test_a_killed_run_goes_on_along_the_same_curve(
    pictures: TrainingSet, tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.training import trainer as module

    whole = trainer_of(pictures, tmp_path / "whole")
    whole.run(checking(pictures), ignore)

    killed = trainer_of(pictures, tmp_path / "killed")
    check, calls = checking(pictures), 0

    def kill(*_: object) -> None:
        raise Killed

    def second_check_kills(trainee: Trainee) -> dict[str, float]:
        nonlocal calls
        calls += 1
        return check(trainee) if calls == 1 or moment != "check" else kill() or {}

    def save(folder: Path, which: str, state: dict[str, object]) -> None:
        if which == "last" and state["epoch"] == 2 and moment == "last checkpoint":
            raise Killed
        real_save(folder, which, state)

    real_save = module.save_checkpoint
    steps = killed.steps_of_epoch + 1 if moment == "step" else -1
    with monkeypatch.context() as patched:
        patched.setattr(module, "save_checkpoint", save)
        with pytest.raises(Killed):
            killed.run(second_check_kills, after(killed, steps, kill))

    resumed = trainer_of(pictures, tmp_path / "killed", weights_seed=99)  # what is not restored is noticed
    assert resumed.resume()
    assert resumed.epoch == 1
    resumed.run(checking(pictures), ignore)
    left, right = (read_metrics(tmp_path / name).drop(columns="seconds") for name in ("whole", "killed"))
    pd.testing.assert_frame_equal(left, right, check_exact=True)
    for which in ("best", "last"):
        one, other = (load_checkpoint(tmp_path / name, which) for name in ("whole", "killed"))
        assert one["epoch"] == other["epoch"]
        assert all(torch.equal(tensor, other["trainee"][name]) for name, tensor in one["trainee"].items())


@pytest.fixture
def two_epochs(pictures: TrainingSet, tmp_path: Path) -> Path:
    """A run folder with two epochs of three, the first the better one."""
    trainer = trainer_of(pictures, tmp_path / "run")
    with pytest.raises(IndexError):
        trainer.run(scores(0.5, 0.4), ignore)  # the third check finds no score
    return tmp_path / "run"


def test_where_the_last_checkpoint_was_removed_the_best_is_gone_on_from(
    pictures: TrainingSet, two_epochs: Path
) -> None:
    (two_epochs / "last.pt").unlink()
    trainer = trainer_of(pictures, two_epochs)
    assert trainer.resume()
    assert (trainer.epoch, len(trainer.rows)) == (1, 1)
    (two_epochs / "best.pt").unlink()
    assert not trainer_of(pictures, two_epochs).resume()


def test_a_finished_run_is_left_alone(pictures: TrainingSet, tmp_path: Path) -> None:
    trainer_of(pictures, tmp_path / "run", tiny_recipe(epochs=1)).run(scores(0.5), ignore)
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    again = trainer_of(pictures, tmp_path / "run", tiny_recipe(epochs=1))
    again.resume()
    again.run(scores(), ignore)
    assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before


@pytest.mark.parametrize("wrong", ["weights", "gradient in an epoch's last step"])
def test_a_loss_or_gradient_that_is_no_number_ends_it_and_spoils_no_checkpoint(
    pictures: TrainingSet, tmp_path: Path, wrong: str
) -> None:
    trainer = trainer_of(pictures, tmp_path / "run", tiny_recipe(epochs=4))
    steps = 2 * trainer.steps_of_epoch + (1 if wrong == "weights" else -1)

    def spoil() -> None:
        weight = trainer.trainee.image.head.weight
        if wrong == "weights":
            weight.data[0, 0] = float("nan")
        else:
            weight.register_hook(lambda gradient: gradient * float("inf"))

    with pytest.raises(TrainingError, match=r"tiny: the loss became nan in epoch .*--rate-scale 0.3"):
        trainer.run(scores(0.5, 0.6, 0.7, 0.8), after(trainer, steps, spoil))
    done = 2 if wrong == "weights" else 1
    assert read_metrics(tmp_path / "run")["epoch"].tolist() == list(range(1, done + 1))
    for which in ("best", "last"):
        state = load_checkpoint(tmp_path / "run", which)
        assert state["epoch"] == done
        assert is_finite(state["trainee"])
    again = trainer_of(pictures, tmp_path / "run", tiny_recipe(epochs=4))
    assert again.resume()
    again.run(scores(0.6, 0.7, 0.8), ignore)
    assert again.epoch == 4


def test_it_ends_when_the_score_has_not_risen_for_so_many_epochs(pictures: TrainingSet, tmp_path: Path) -> None:
    recipe = tiny_recipe(epochs=9)
    trainer = trainer_of(pictures, tmp_path / "run", recipe, patience=2)
    trainer.run(scores(0.3, 0.5, 0.4, 0.5), ignore)
    assert trainer.epoch == 4
    assert load_checkpoint(tmp_path / "run", "best")["epoch"] == 2
    again = trainer_of(pictures, tmp_path / "run", recipe, patience=2)
    again.resume()
    again.run(scores(), ignore)  # the same command again trains no further
    assert again.epoch == 4
    longer = trainer_of(pictures, tmp_path / "run", recipe, patience=3)
    longer.resume()
    longer.run(scores(0.4), ignore)
    assert longer.epoch == 5


def test_a_class_with_one_picture_and_items_without_a_class_do_no_harm(pictures: TrainingSet, tmp_path: Path) -> None:
    items = pictures.items.copy()
    items.loc[pictures.train_rows[0], "category"] = "alone"
    items.loc[pictures.train_rows[5:8], ["category", "colour", "title"]] = ""
    odd = TrainingSet(pictures.squares, items)
    trainer = trainer_of(odd, tmp_path / "run", tiny_recipe(epochs=1, evenness=0.0))
    trainer.run(checking(odd), ignore)
    assert np.isfinite(read_metrics(tmp_path / "run")["loss"]).all()


def test_labels_that_no_answer_shares_leave_the_score_a_number(pictures: TrainingSet) -> None:
    """A mean over nothing would be NaN, and no checkpoint would ever be the best."""
    items = pictures.items.copy()
    is_kept = items["is_validation"]
    items.loc[is_kept, "colour"] = "pink"
    odd = TrainingSet(pictures.squares, items)
    found = checking(odd)(build_trainee(tiny_recipe(), Path()))
    assert np.isfinite(found["score"])
    assert "drawn category mAP" in found
    assert "drawn category+colour mAP" not in found


def test_too_few_classes_are_an_error(pictures: TrainingSet, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="--classes-per-batch"):
        trainer_of(pictures, tmp_path / "run", tiny_recipe(classes_per_batch=7)).run(scores(), ignore)


def test_what_the_losses_learnt_is_taken_from_another_run_where_it_fits(pictures: TrainingSet, tmp_path: Path) -> None:
    first = trainer_of(pictures, tmp_path / "first", tiny_recipe(epochs=1))
    first.run(scores(0.5), ignore)
    second = trainer_of(pictures, tmp_path / "second")
    before = second.objectives.state_dict()["terms.0.centres"].clone()
    second.take_objectives(tmp_path / "first")
    taken = second.objectives.state_dict()["terms.0.centres"]
    assert torch.equal(taken, first.objectives.state_dict()["terms.0.centres"])
    assert not torch.equal(taken, before)
    other = trainer_of(
        pictures, tmp_path / "third", tiny_recipe(objectives=(Objective("triplet", "kind", "category"),))
    )
    other.take_objectives(tmp_path / "first")
    assert not other.objectives.state_dict()


def test_frozen_stages_stay_as_they_are_with_their_statistics(pictures: TrainingSet, tmp_path: Path) -> None:
    recipe = tiny_recipe(frozen_stages=2)
    trainer = trainer_of(pictures, tmp_path / "run", recipe)
    before = {name: tensor.clone() for name, tensor in trainer.trainee.state_dict().items()}
    train_mode(trainer.trainee, recipe.frozen_stages)
    for drawn in list(epoch_batches(trainer.material, recipe, 0, 1))[:2]:
        trainer.step(drawn)
        trainer.epoch = 1  # past the warm-up's rate of 0
    changed = {name for name, tensor in trainer.trainee.state_dict().items() if not torch.equal(tensor, before[name])}
    frozen = ("conv0", "norm0", "denseblock1", "transition1", "denseblock2", "transition2")
    assert not [name for name in changed if any(part in name for part in frozen)]
    assert {"image.backbone.features.denseblock3.denselayer1.conv1.weight", "image.head.weight"} <= changed
    assert "image.backbone.features.norm5.running_mean" in changed


def test_the_rate_rises_and_falls_and_each_group_has_its_own(pictures: TrainingSet, tmp_path: Path) -> None:
    rates = [rate_at(share) for share in np.linspace(0, 1, 101)]
    assert rates[0] == 0
    assert max(rates) == rates[4] == 1
    assert rates[-1] == pytest.approx(0, abs=1e-9)
    assert all(one <= other for one, other in pairwise(rates[:5]))
    assert all(one >= other for one, other in pairwise(rates[4:]))
    assert rate_at(0.52) == pytest.approx(0.5)
    trainer = trainer_of(pictures, tmp_path / "run", tiny_recipe(backbone_rate=1e-3, head_rate=4e-3))
    backbone, others = trainer.optimizer.param_groups
    assert (backbone["highest"], others["highest"]) == (1e-3, 4e-3)
    trained = list(trainer.trainee.parameters()) + list(trainer.objectives.parameters())
    assert len(backbone["params"]) + len(others["params"]) == len(trained)


@pytest.mark.parametrize(("seed", "patience"), [(-1, 2), (0, 0)])
def test_a_plan_is_checked(tmp_path: Path, seed: int, patience: int) -> None:
    with pytest.raises(TrainingError, match="expected a seed"):
        Plan(tmp_path, seed, patience)
