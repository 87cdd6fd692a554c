"""A teacher's features of fixed views: its own, of the seeded draws, standardised, made once."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.encoders.picture_looks import Look
from core.encoders.spec import EncoderSpec
from core.progress import Reporter
from core.training import teaching
from core.training.epoch import material_of
from core.training.polishing import polish
from core.training.run_folder import load_checkpoint, save_checkpoint
from core.training.starting import Trainee, build_trainee
from core.training.teaching import taught_views
from core.training.trainer import Plan, Trainer
from core.training.training_set import TrainingError, TrainingSet
from core.training.views import NEAR, draw_views, plain_views, render_views
from tests.core.training.drawn_set import is_finite, tiny_recipe

STUDENT_RECIPE = tiny_recipe(name="student", teacher="tiny")
REPORTER = Reporter("test", None)


@pytest.fixture
def runs(artifacts: Path, spec: EncoderSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs with that of the teacher `tiny`."""
    monkeypatch.setattr(teaching, "ROUNDS", (None, NEAR))
    (tmp_path / "runs" / "tiny").mkdir(parents=True)
    torch.manual_seed(21)
    teacher = build_trainee(tiny_recipe(), tmp_path)
    save_checkpoint(tmp_path / "runs" / "tiny", "best", {"trainee": teacher.state_dict(), "epoch": 1})
    return tmp_path / "runs"


def teacher_of(runs: Path) -> Trainee:
    teacher = build_trainee(tiny_recipe(), runs)
    teacher.load_state_dict(load_checkpoint(runs / "tiny", "best")["trainee"])
    return teacher.eval()


@pytest.mark.slow
def test_the_teacher_s_features_of_seeded_views_are_made_once(
    runs: Path, pictures: TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    taught = taught_views(STUDENT_RECIPE, runs, pictures, REPORTER)
    count, teacher = len(pictures.items), teacher_of(runs)
    assert taught.features.shape[:2] == (2, count)
    assert taught.features.dtype == np.float16
    rows = np.arange(count)
    with torch.inference_mode():
        for number, seed in enumerate(taught.seeds):
            squares = torch.from_numpy(pictures.squares)
            # The first round has the pictures as they are.
            views = render_views(squares, draw_views(count, seed), 32, NEAR) if number else plain_views(squares, 32)
            inputs = (views - teacher.mean) / teacher.std
            expected = teacher.image.backbone(inputs).numpy()
            found = taught.raw(number, rows).numpy()
            if count <= teaching.BATCH:  # the ground may be the photo of a neighbour in the batch
                assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.99
    assert taught.parts is not None
    with torch.inference_mode():
        raw = teacher.image.head(taught.raw(1, rows))
        wanted = torch.cat([part / part.norm(dim=1, keepdim=True) for part in raw.split([16, 16], dim=1)], dim=1)
    np.testing.assert_allclose(taught.parts[1].astype(np.float32), wanted.numpy(), atol=2e-3)
    flat = taught.features.astype(np.float32).reshape(-1, taught.features.shape[2])
    np.testing.assert_allclose(flat.mean(0), 0, atol=1e-2)
    assert np.median(flat.std(0)) == pytest.approx(1, abs=1e-2)

    monkeypatch.setattr(teaching, "_features", lambda *_: pytest.fail("it was made again"))
    again = taught_views(STUDENT_RECIPE, runs, pictures, REPORTER)
    np.testing.assert_array_equal(again.features, taught.features)


def test_another_teacher_is_asked_anew(runs: Path, pictures: TrainingSet, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def features(_run: Any, side: int, training_set: TrainingSet, *_: Any) -> tuple[np.ndarray, ...]:
        asked.append(side)
        width: Any = teacher_of(runs).image.head.in_features
        return np.zeros((2, len(training_set.items), width), np.float16), np.ones((2, width), np.float32)

    monkeypatch.setattr(teaching, "_features", features)
    monkeypatch.setattr(teaching, "compiled", lambda *_: None)
    for _ in range(2):
        taught_views(STUDENT_RECIPE, runs, pictures, REPORTER)
    assert asked == [32]
    state = load_checkpoint(runs / "tiny", "best")
    state["trainee"]["image.backbone.features.conv0.weight"][0, 0, 0, 0] += 1
    save_checkpoint(runs / "tiny", "best", state)
    taught_views(STUDENT_RECIPE, runs, pictures, REPORTER)
    assert asked == [32, 32]


@pytest.mark.slow
def test_of_pictures_alone_the_mean_of_all_looks_is_taught(
    runs: Path, pictures: TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = (Look(), Look(0.75), Look(mirrored=True))
    monkeypatch.setattr(teaching, "recipe_named", lambda _: tiny_recipe(looks=looks))
    taught = taught_views(tiny_recipe(name="student", teacher="tiny", follows_pictures=True), runs, pictures, REPORTER)
    assert taught.features.shape[0] == len(taught.seeds) == 1
    teacher, side = teacher_of(runs), 32
    views = plain_views(torch.from_numpy(pictures.squares), side)
    middle = torch.nn.functional.interpolate(views[..., 4:28, 4:28], (side, side), mode="bilinear")
    with torch.inference_mode():
        features = [teacher.features(each) for each in (views, middle, views.flip(3))]
        raw = teacher.image.head(torch.stack(features).mean(0))
    wanted = torch.cat([part / part.norm(dim=1, keepdim=True) for part in raw.split([16, 16], dim=1)], dim=1)
    assert taught.parts is not None
    np.testing.assert_allclose(taught.parts[0].astype(np.float32), wanted.numpy(), atol=2e-2)


def test_a_run_of_another_network_cannot_teach(runs: Path, pictures: TrainingSet) -> None:
    save_checkpoint(runs / "tiny", "best", {"trainee": {"weight": torch.zeros(1)}})
    with pytest.raises(TrainingError, match="of another network"):
        taught_views(STUDENT_RECIPE, runs, pictures, REPORTER)


@pytest.mark.parametrize("rises", [True, False])
def test_polishing_changes_the_head_alone_and_is_kept_only_if_the_score_rose(
    runs: Path, pictures: TrainingSet, rises: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        teaching, "compiled", lambda _, teacher, side: lambda pixels: [teacher.features(pixels).numpy()]
    )
    recipe = tiny_recipe(polish_epochs=2, polish_batch=16)
    kept = teaching.kept_features(teacher_of(runs), 32, pictures, REPORTER)
    trainer = Trainer(recipe, material_of(pictures), teacher_of(runs), Plan(runs / "tiny", 0, 2), None)
    before = {name: tensor.clone() for name, tensor in trainer.trainee.state_dict().items()}
    scores = [0.5, 0.6 if rises else 0.4]
    told: list[int] = []
    done = polish(
        trainer, kept, lambda trainee: {"score": scores.pop(0)}, lambda done, total: told.append(total - done)
    )
    assert (done.before, done.after) == (0.5, 0.6 if rises else 0.4)
    assert told[-1] == 0
    changed = {name for name, tensor in trainer.trainee.state_dict().items() if not torch.equal(tensor, before[name])}
    assert changed == {"image.head.weight", "image.head.bias"}
    path = runs / "tiny" / "polished.pt"
    assert path.is_file() == rises
    if rises:
        assert is_finite(load_checkpoint(runs / "tiny", "polished")["trainee"])
