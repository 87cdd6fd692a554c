"""`python -m core train` and its neighbours: a recipe's whole way, help that explains, one line for an error."""

import re
from pathlib import Path

import pytest
import torch

from core import settings
from core.cli import train
from core.encoders import registry, trained
from core.encoders.serving import load_encoder
from core.one_builder import locked
from core.training import sanity, training_set
from core.training.recipes import RECIPES
from tests.core.cli.commands import run
from tests.core.training.conftest import SPEC
from tests.core.training.drawn_set import SIDE, TINY, TINY_DENSENET, tiny_recipe, write_folder


@pytest.fixture
def runs(artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root with the drawings, the tiny recipe and its encoder; the folder of its runs."""
    write_folder(data_root, per_class=24)
    (artifacts / "encoders").unlink()
    monkeypatch.setenv("DRAPE_THREADS", "1")
    monkeypatch.setattr(trained, "DENSENET_61", TINY_DENSENET)
    monkeypatch.setattr(training_set, "SIDE_PX", SIDE)
    monkeypatch.setattr(settings, "models_root", lambda: artifacts / "models")
    monkeypatch.setitem(RECIPES, "tiny", TINY)
    monkeypatch.setitem(registry.ENCODERS, "tiny", SPEC)
    torch.manual_seed(0)
    return artifacts.parent / "runs"


def test_without_a_name_the_recipes_are_listed() -> None:
    result = run("train")
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()] == list(RECIPES)
    assert RECIPES["clip-fashion"].title in result.stdout


@pytest.mark.parametrize("command", ["train", "train-check", "train-publish", "train-backup", "adapt"])
def test_help_explains_itself(command: str) -> None:
    result = run(command, "resnet-triplet", "--help")
    assert result.exit_code == 0
    text = re.sub(r"[\s│]+", " ", result.stdout)
    expected = {
        "train": ("--seed", "--runs", "--rate-scale", "--back-up-to", "config.json", "train-publish"),
        "train-check": ("by heart", "--runs"),
        "train-publish": ("half precision", "--card"),
        "train-backup": ("s3://", "--runs"),
        "adapt": ("without labels", "--catalog"),
    }
    assert [said for said in expected[command] if said not in text] == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["train", "nothing"], "expected a recipe of clip-fashion"),
        (["train-check", "nothing"], "expected a recipe of"),
        (["train-publish", "nothing"], "expected a recipe of"),
        (["train-backup", "tiny", "/nowhere"], "expected a run in"),
        (["adapt", "nothing", "--catalog", "studio"], "expected"),
        (["train", "resnet-triplet", "--catalog", "no-such"], "expected a catalogue of"),
        (["train", "resnet-triplet"], "none is there"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(runs: Path, arguments: list[str], said: str) -> None:
    with_runs = arguments if arguments[0] == "adapt" else [*arguments, "--runs", str(runs)]
    result = run(*with_runs)
    assert result.exit_code == 2
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert said in errors[0]


@pytest.mark.slow
def test_a_recipe_s_whole_way_from_pictures_to_a_served_model(runs: Path, tmp_path: Path) -> None:
    common = ("--runs", str(runs))
    trained_once = run("train", "tiny", "--epochs", "2", "--back-up-to", str(tmp_path / "copy"), *common)
    assert trained_once.exit_code == 0, trained_once.output
    assert {path.name for path in (tmp_path / "copy" / "tiny").iterdir()} == {
        "best.pt", "config.json", "last.pt", "metrics.csv",
    }  # fmt: skip
    before = (runs / "tiny" / "metrics.csv").read_bytes()
    assert run("train", "tiny", "--epochs", "2", *common).exit_code == 0  # it is done: nothing changes
    assert (runs / "tiny" / "metrics.csv").read_bytes() == before
    other = run("train", "tiny", "--epochs", "3", *common)
    assert other.exit_code == 2
    assert "another config" in other.stderr
    published = run("train-publish", "tiny", *common)
    assert published.exit_code == 0, published.output
    folder = settings.models_root() / "tiny"
    card = (folder / "README.md").read_text()
    (folder / "NOTES.md").write_text("Nothing failed.")
    assert run("train-publish", "tiny", "--card").exit_code == 0
    assert (folder / "README.md").read_text() == card.rstrip("\n") + "\n\nNothing failed.\n"
    adapted = run("adapt", "tiny", "--catalog", "drawn")
    assert adapted.exit_code == 0, adapted.output
    assert "python -m core evaluate --catalog drawn --encoder tiny --encoder tiny@drawn" in adapted.stderr
    assert load_encoder("tiny@drawn", runtime="torch").spec.adapted_to == "drawn"


def test_train_check_says_that_all_is_fine_or_what_is_not(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sound = run("train-check", "tiny", "--runs", str(runs))
    assert sound.exit_code == 0, sound.output
    assert re.search(r"tiny: loss [\d.]+ to [\d.]+, nearest right (9[5-9]|100)%: fine", sound.stdout)
    monkeypatch.setitem(RECIPES, "tiny", tiny_recipe(backbone_rate=1e-9, head_rate=1e-9))
    monkeypatch.setattr(sanity, "STEPS", 12)
    unsound = run("train-check", "tiny", "--runs", str(runs))
    assert unsound.exit_code == 2
    assert "cannot learn 16 pictures by heart" in unsound.stderr


def test_two_trainings_of_one_run_at_once_are_refused(runs: Path) -> None:

    with locked(runs / "tiny", "test"):
        result = run("train", "tiny", "--epochs", "1", "--runs", str(runs))
    assert result.exit_code == 2
    assert "is being built already" in result.stderr


def test_the_runs_lie_in_the_project_and_are_not_committed() -> None:
    assert train.RUNS.is_relative_to(settings.PROJECT)
    assert "/runs/" in (settings.PROJECT / ".gitignore").read_text().splitlines()
