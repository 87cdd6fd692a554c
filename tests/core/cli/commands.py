"""Commands of `python -m core` in this process, and what stands in for its detector."""

from pathlib import Path

import numpy as np
from click.testing import Result
from typer.testing import CliRunner

from core.__main__ import app
from detection.garments import Garments

LITE = "efficientnet-lite0"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refusal(*arguments: str | Path) -> str:
    """The one line that a refused command leaves."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if line.strip() and "it/s]" not in line]  # no bar
    assert len(lines) == 1, lines
    assert lines[0].startswith("error: ")
    return lines[0]


def one_dress(pixels: np.ndarray, min_confidence: float) -> Garments:
    height, width = pixels.shape[:2]
    box = np.array([[width / 10, height / 10, width * 0.9, height * 0.9]])
    return Garments.sorted_from(box, np.array([0.75]), np.array([2]))
