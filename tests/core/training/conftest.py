"""One thread, a quick network, and the drawn pictures."""

from pathlib import Path

import pytest
import torch

from core import settings
from core.encoders import registry, trained
from core.encoders.spec import IMAGENET_MEAN, IMAGENET_STD, EncoderSpec
from core.training import publishing
from core.training.part_weights import Choice
from core.training.recipes import RECIPES
from core.training.run_folder import save_checkpoint, write_config, write_metrics
from core.training.starting import build_trainee
from core.training.training_set import TrainingSet
from tests.core.training.drawn_set import TINY, TINY_DENSENET, drawn_set
from tests.core.training.finished import randomised

SPEC = EncoderSpec(
    "tiny", "Tiny", "trained", "densenet61", "tiny", 32, 32, IMAGENET_MEAN, IMAGENET_STD, "none", "https://none",
    trained_on=("drawn",),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAPE_THREADS", "1")
    monkeypatch.setattr(trained, "DENSENET_61", TINY_DENSENET)
    torch.set_num_threads(1)
    torch.manual_seed(0)


@pytest.fixture(scope="session")
def pictures() -> TrainingSet:
    return drawn_set()


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EncoderSpec:
    """The tiny recipe and its encoder are known, and models are written below the test's own folder."""
    monkeypatch.setattr(settings, "models_root", lambda: tmp_path / "models")
    monkeypatch.setitem(registry.ENCODERS, SPEC.name, SPEC)
    monkeypatch.setitem(RECIPES, TINY.name, TINY)
    return SPEC


@pytest.fixture
def run(spec: EncoderSpec, pictures: TrainingSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run of the tiny recipe as training leaves it, and the runs' folder."""
    monkeypatch.setattr(publishing, "training_set_of", lambda recipe, reporter: pictures)
    monkeypatch.setattr(publishing, "catalog_spec", lambda name: spec)  # it has a licence
    folder = tmp_path / "runs" / "tiny"
    write_config(folder, TINY, 4, {"items": {"drawn": 1234}})
    trainee = randomised(build_trainee(TINY, tmp_path))
    save_checkpoint(folder, "best", {"trainee": trainee.state_dict(), "epoch": 2})
    rows = [
        {"epoch": number, "seconds": 1800.0, "loss": 1 / number, "drawn category mAP": 0.5, "same item": 0.4}
        for number in (1, 2, 3)
    ]
    write_metrics(folder, rows)
    return folder


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights of the parts that nobody searched for."""
    choice = Choice((0.6, 0.4), {"drawn category mAP": 0.5, "score": 0.5})
    monkeypatch.setattr(publishing, "choose_weights", lambda *_: choice)
