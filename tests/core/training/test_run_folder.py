"""Run folders: another config is refused, damage is said, and nothing is unpickled."""

import json
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
import torch

from core.training.run_folder import (
    load_checkpoint,
    read_config,
    read_metrics,
    save_checkpoint,
    write_config,
    write_metrics,
)
from core.training.training_set import TrainingError
from tests.core.training.drawn_set import tiny_recipe

DATA = {"items": {"drawn": 48}}


def test_the_same_config_may_be_written_again_and_another_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "tiny"
    write_config(folder, tiny_recipe(), 0, DATA)
    before = (folder / "config.json").read_bytes()
    write_config(folder, tiny_recipe(), 0, DATA)
    others: list[tuple[Any, int, Any]] = [
        (tiny_recipe(epochs=4), 0, DATA),
        (tiny_recipe(), 1, DATA),
        (tiny_recipe(), 0, {"items": {"drawn": 49}}),
    ]
    for recipe, seed, data in others:
        with pytest.raises(TrainingError, match=r"another config.*--runs"):
            write_config(folder, recipe, seed, data)
    assert (folder / "config.json").read_bytes() == before
    config = read_config(folder)
    assert config["seed"] == 0
    assert config["recipe"]["parts"][0] == {"name": "kind", "dim": 16, "weight": 0.75, "answers": None, "near": 0.0}


@pytest.mark.parametrize("content", [None, b"", b"{", b"\xff\xfe"])
def test_an_absent_or_damaged_config_is_an_error(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "config.json").write_bytes(content)
        with pytest.raises(TrainingError, match=r"config\.json"):
            write_config(tmp_path, tiny_recipe(), 0, DATA)
    with pytest.raises(TrainingError, match="expected a run in"):
        read_config(tmp_path)


def test_metrics_come_back_to_the_last_digit(tmp_path: Path) -> None:
    assert read_metrics(tmp_path).empty
    rows = [{"epoch": number, "score": 1 / (number + 0.1), "loss": 0.1 * number} for number in range(1, 60)]
    write_metrics(tmp_path, rows)
    assert read_metrics(tmp_path).to_dict("records") == rows


def test_a_checkpoint_comes_back_and_a_broken_writing_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_checkpoint(tmp_path, "last", {"trainee": {"weight": torch.arange(4.0)}, "epoch": 3, "best": 0.25})
    found = load_checkpoint(tmp_path, "last")
    assert found["trainee"]["weight"].tolist() == [0, 1, 2, 3]
    assert (found["epoch"], found["best"]) == (3, 0.25)

    def full_disk(state: object, file: Any) -> None:
        file.write(b"half")
        raise OSError("no space left on device")

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(OSError, match="no space"):
        save_checkpoint(tmp_path, "last", {"epoch": 4})
    assert load_checkpoint(tmp_path, "last")["epoch"] == 3


def test_an_absent_checkpoint_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="python -m core train tiny"):
        load_checkpoint(tmp_path / "tiny", "best")


@pytest.mark.parametrize("keep", [0, 10, 500, -20])
def test_a_damaged_checkpoint_is_an_error(tmp_path: Path, keep: int) -> None:
    save_checkpoint(tmp_path, "best", {"weight": torch.arange(900.0)})
    path = tmp_path / "best.pt"
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(TrainingError, match=r"best\.pt is damaged"):
        load_checkpoint(tmp_path, "best")


class Payload:
    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.system, (self.command,)


@pytest.mark.parametrize("is_plain_pickle", [True, False])
def test_a_hostile_checkpoint_runs_nothing(tmp_path: Path, is_plain_pickle: bool) -> None:
    state = {"trainee": Payload(f"touch {tmp_path}/ran")}
    if is_plain_pickle:
        (tmp_path / "best.pt").write_bytes(pickle.dumps(state))
    else:
        torch.save(state, tmp_path / "best.pt")
    with pytest.raises(TrainingError, match="damaged"):
        load_checkpoint(tmp_path, "best")
    assert not (tmp_path / "ran").exists()


def test_a_config_is_json_that_people_can_read(tmp_path: Path) -> None:
    write_config(tmp_path, tiny_recipe(), 7, DATA)
    record = json.loads((tmp_path / "config.json").read_text())
    assert set(record) == {"recipe", "seed", "data"}
    assert record["recipe"]["objectives"][0]["loss"] == "cosine-softmax"
