"""`python -m core query` with several encoders and with a fusion: JSON and lines, and refusals of one line."""

import json
from pathlib import Path

import numpy as np
import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from core.cli import query as commands
from detection.garments import Garments
from tests.side_by_side_catalog import ENCODERS, FIRST, FUSION, SECOND, draw_and_build
from tests.tiny_catalog import NAME


@pytest.fixture
def photo(artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    draw_and_build(data_root)
    monkeypatch.setattr(commands, "load_encoder", lambda name: ENCODERS[name]())
    monkeypatch.setattr(commands, "live_detector", lambda: nothing_found)
    return data_root / NAME / "dress" / "1.png"


def nothing_found(pixels: np.ndarray, min_confidence: float) -> Garments:
    return Garments.empty()


def query(photo: Path, *options: str) -> Result:
    app = typer.Typer()
    app.callback()(lambda: None)
    app.registered_commands += commands.app.registered_commands
    return CliRunner().invoke(app, ["query", str(photo), "--catalog", NAME, "--k", "4", *options])


def test_several_are_told_by_name_and_a_fusion_alone_like_an_encoder(photo: Path) -> None:
    asked = [word for model in (FIRST, SECOND, FUSION) for word in ("--encoder", model)]
    record = json.loads(query(photo, *asked, "--json").stdout)
    assert [one["model"] for one in record["models"]] == [FIRST, SECOND, FUSION]
    for one, options in zip(record["models"], ([FIRST], [SECOND], [FUSION]), strict=True):
        alone = json.loads(query(photo, "--encoder", *options, "--json").stdout)
        assert alone["results"] == one["results"]
        assert "models" not in alone
    assert len(record["agreement"]["rank_biased_overlap"]) == 1


def test_lines_for_people_have_a_part_for_each_model(photo: Path) -> None:
    result = query(photo, "--encoder", FIRST, "--encoder", SECOND)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[1:3] == ["", FIRST]
    assert SECOND in lines
    assert f"rank-biased overlap of {FIRST} and {SECOND}: " in result.stdout
    assert f"found by {SECOND} alone: " in result.stdout
    assert sum("search " in line and " ms" in line for line in lines) == 2


@pytest.mark.parametrize("model", ["fusion:", f"fusion:{FIRST}", f"fusion:{FIRST}+nobody", f"fusion:{FIRST}+{FIRST}"])
def test_what_is_no_fusion_is_one_line(photo: Path, model: str) -> None:
    result = query(photo, "--encoder", model, "--json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.splitlines()[-1].startswith("error: expected")
