"""A model's card says what was trained, on what, by which commands, and what came out."""

import json
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest

from core.progress import Reporter
from core.training.card import recipes_before
from core.training.publishing import publish_run, write_card
from core.training.recipes import RECIPES
from core.training.run_folder import write_config
from tests.core.training.drawn_set import TINY, tiny_recipe

REPORTER = Reporter("test", None)


def test_a_card_names_every_command_that_its_own_needs() -> None:
    teacher = ["clip-fashion-160", "clip-fashion-192"]
    clip = [*teacher, "clip-fashion-224", "clip-fashion-maps", "clip-fashion-wider"]
    assert recipes_before(asdict(RECIPES["clip-fashion"])) == clip
    assert recipes_before(asdict(RECIPES["resnet-triplet-first"])) == [*teacher, "distil-resnet18"]
    before = [*clip, "clip-fashion", "distil-resnet18", "resnet-triplet-first", "resnet-triplet-second"]
    assert recipes_before(asdict(RECIPES["resnet-triplet"])) == before
    stages = ["densenet-class-second", "densenet-class-third", "densenet-class-fourth"]
    assert recipes_before(asdict(RECIPES["densenet-class"]))[-3:] == stages
    assert recipes_before(asdict(RECIPES["clip-fashion-160"])) == []


@pytest.mark.usefixtures("chosen")
def test_facts_and_card_say_data_command_seed_hours_and_licence(run: Path, tmp_path: Path) -> None:
    folder = publish_run(TINY, tmp_path / "runs", REPORTER)
    facts = json.loads((folder / "training.json").read_text())
    assert (facts["seed"], facts["items"], facts["best_epoch"], facts["hours"]) == (4, {"drawn": 1234}, 2, 1.5)
    card = (folder / "README.md").read_text()
    for said in (
        "# tiny", "A tiny DenseNet", "| drawn | 1,234 | none |", "python -m core train tiny --seed 4",
        "1.50 hours for this stage", "best epoch 2", "cosine-softmax on kind by category", "training.png",
        "drawn category mAP", "python -m core encode --encoder tiny",
    ):  # fmt: skip
        assert said in card, said
    assert f"{facts['parameters'] / 1e6:.1f} M parameters" in card
    pd.testing.assert_frame_equal(pd.read_csv(folder / "metrics.csv"), pd.read_csv(run / "metrics.csv"))
    (folder / "NOTES.md").write_text("## What did not work\n\nA larger margin.\n")
    assert "A larger margin." in write_card("tiny").read_text()


@pytest.mark.usefixtures("chosen")
def test_the_card_says_how_texts_weigh_the_parts(run: Path, tmp_path: Path) -> None:
    folder = publish_run(TINY, tmp_path / "runs", REPORTER)
    assert "Where a text asks" not in (folder / "README.md").read_text()
    facts = json.loads((folder / "training.json").read_text())
    facts["validation"]["title to photo R@1"] = 0.375
    facts |= {"text_weights": {"kind": 0.3, "look": 0.7}, "titles_weighed_as_pictures": {"title to photo R@1": 0.25}}
    facts["validation_without_answers"] = {"drawn category mAP": 0.25}
    (folder / "training.json").write_text(json.dumps(facts))
    card = write_card("tiny").read_text()
    assert "Where a text asks, the parts count anew: kind 30%, look 70%." in card
    assert "Weighed as pictures are: title to photo R@1 0.250." in card
    assert "| title to photo R@1 | 0.375 |  |" in card


@pytest.mark.usefixtures("chosen")
def test_what_is_said_of_the_training_is_what_was_trained(run: Path, tmp_path: Path) -> None:
    """The recipe in the code may have been changed since, or an option may have changed it."""
    (run / "config.json").unlink()
    write_config(run, tiny_recipe(epochs=7), 4, {"items": {"drawn": 1234}})
    folder = publish_run(TINY, tmp_path / "runs", REPORTER)
    assert json.loads((folder / "training.json").read_text())["recipe"]["epochs"] == 7
    assert "7 epochs" in (folder / "README.md").read_text()
