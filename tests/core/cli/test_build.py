"""`build`: what is missing and only that, stopped and gone on with; and the command line as a process."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.artifacts import MANIFEST
from core.catalogs.registry import load_catalog
from core.gallery import gallery_folder, load_gallery
from core.progress import read_progress
from tests.conftest import PROJECT
from tests.core.cli.commands import LITE, refusal, run
from tests.tiny_catalog import BROKEN, NAME, draw_tiny_catalog, quick_encoder


def test_build_encodes_what_is_missing_and_only_that(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr("core.building.load_encoder", lambda name: quick_encoder(calls))
    result = run("build", "--catalog", NAME, "--encoder", LITE)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "11 items" in result.stderr
    assert f"1 left out: {BROKEN}" in result.stderr
    assert calls == []
    assert run("build", "--catalog", NAME, "--encoder", LITE, "--force").exit_code == 0
    assert sum(calls) == 11
    (gallery_folder(NAME, LITE) / MANIFEST).write_text("damaged")
    assert run("build", "--catalog", NAME, "--encoder", LITE).exit_code == 0
    assert sum(calls) == 22
    assert len(load_gallery(load_catalog(NAME), quick_encoder().spec)) == 11


def test_build_tells_a_dashboard_how_far_it_is_and_why_it_failed(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    assert run("build", "--catalog", NAME, "--encoder", LITE, "--force", "--progress", path).exit_code == 0
    progress = read_progress(path)
    assert progress is not None
    assert (progress.state, progress.done, progress.total) == ("done", 12, 12)
    said = refusal("build", "--catalog", NAME, "--encoder", "no-such", "--progress", path)
    failed = read_progress(path)
    assert failed is not None
    assert failed.state == "failed"
    assert said == f"error: {failed.error}"


def test_build_refuses_unknown_catalogues(tiny: Path) -> None:
    assert "'no-such'" in refusal("build", "--catalog", "no-such")


def test_a_terminated_build_is_stopped_without_a_traceback_and_gone_on_with(tiny: Path, tmp_path: Path) -> None:
    code = """
import sys, time
from core import building, gallery_build
from core.__main__ import app
from tests.tiny_catalog import quick_encoder
from dataclasses import replace
gallery_build.CHUNK = 2
def slow(name):
    encoder = quick_encoder()
    return replace(encoder, run=lambda squares: (time.sleep(0.4), encoder.run(squares))[1])
building.load_encoder = slow
options = ["--catalog", "tiny", "--encoder", "efficientnet-lite0", "--force", "--progress", sys.argv[1]]
sys.argv = ["core", "build", *options]
app()
"""
    path = tmp_path / "job.json"
    child = subprocess.Popen([sys.executable, "-c", code, path], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    while (progress := read_progress(path)) is None or progress.done < 4:
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    _, errors = child.communicate(timeout=60)
    assert child.returncode not in (0, None)
    assert "Traceback" not in errors
    progress = read_progress(path)
    assert progress is not None
    assert progress.state == "stopped"
    (partial,) = gallery_folder(NAME, LITE).glob("partial-*")
    assert len(list(partial.glob("*.npy"))) >= 2


@pytest.mark.slow
def test_the_real_command_line_answers_with_json_alone(artifacts: Path, data_root: Path, tmp_path: Path) -> None:
    """Nothing is replaced here: a process of its own, the real encoder and the shipped detector."""
    folder = draw_tiny_catalog(data_root)
    environment = {**os.environ, "PYTHONWARNINGS": "error::DeprecationWarning:core"}

    def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "core", *map(str, arguments)]
        return subprocess.run(line, cwd=PROJECT, capture_output=True, text=True, env=environment)

    built = command("build", "--catalog", NAME, "--encoder", LITE)
    assert built.returncode == 0, built.stderr
    assert built.stdout == ""
    for crop in ("auto", "none"):
        found = command(
            "query", folder / "top" / "2.png", "--catalog", NAME, "--encoder", LITE, "--crop", crop, "--json"
        )
        assert found.returncode == 0, found.stderr
        answer = json.loads(found.stdout)
    assert answer["results"][0]["item_id"] == "top/2.png"
    assert answer["results"][0]["score"] > 0.999
    refused = command("query", folder / BROKEN, "--catalog", NAME, "--encoder", LITE, "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("error: ")
    assert len(refused.stderr.splitlines()) == 1
