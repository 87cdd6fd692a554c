"""One thread, a quick network, and the drawn pictures."""

from pathlib import Path

import pytest
import torch

from core import settings
from core.encoders import registry, trained
from core.encoders.spec import IMAGENET_MEAN, IMAGENET_STD, EncoderSpec
from core.training.recipes import RECIPES
from core.training.training_set import TrainingSet
from tests.core.training.drawn_set import TINY, TINY_DENSENET, drawn_set

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
