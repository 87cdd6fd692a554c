"""`python -m core explain`: two overlays and a score."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from core.__main__ import app


@pytest.fixture
def pictures(tmp_path: Path) -> list[str]:
    paths = [tmp_path / "one.png", tmp_path / "other.png"]
    for path, size in zip(paths, [(60, 90), (80, 50)], strict=True):
        Image.effect_mandelbrot(size, (-2, -1, 1, 1), 80).convert("RGB").save(path)
    return [str(path) for path in paths]


def test_two_overlays_and_the_score_are_written(pictures: list[str], tmp_path: Path) -> None:
    out = tmp_path / "new" / "why"
    result = CliRunner().invoke(app, ["explain", *pictures, "--encoder", "efficientnet-lite0", "--out", str(out)])
    assert result.exit_code == 0, result.stderr
    record = json.loads(result.stdout)
    assert 0 < record["score"] <= 1
    assert record["method"] == "places"
    assert all(0.2 < share <= 1.001 for share in record["shares"])
    for path, drawn in zip(pictures, ("first.png", "second.png"), strict=True):
        picture, overlay = (np.asarray(Image.open(one)) for one in (path, out / drawn))
        assert overlay.shape == picture.shape
        assert (overlay != picture).any()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--encoder", "nonsense"], "expected an encoder of"),
        (["--opacity", "2"], "expected an --opacity of 0 to 1"),
    ],
)
def test_refusals_are_one_line(pictures: list[str], tmp_path: Path, options: list[str], words: str) -> None:
    result = CliRunner().invoke(app, ["explain", *pictures, "--out", str(tmp_path / "out"), *options])
    assert result.exit_code == 2
    assert words in result.stderr
    assert not (tmp_path / "out").exists()


def test_a_picture_that_is_none_is_named(pictures: list[str], tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("no picture")
    result = CliRunner().invoke(app, ["explain", pictures[0], str(tmp_path / "text.jpg"), "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert "text.jpg" in result.stderr
