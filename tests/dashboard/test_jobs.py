import time
from pathlib import Path

import pytest

from core.progress import Progress
from dashboard.jobs import job_progress, start_job, stop_job
from tests.dashboard.conftest import ENCODER


def wait_for(name: str, states: set[str], seconds: float = 60) -> Progress:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        progress = job_progress(name)
        if progress is not None and progress.state in states:
            return progress
        time.sleep(0.1)
    raise AssertionError(f"job {name} did not reach {states}: {job_progress(name)}")


def test_a_build_runs_beside_the_page_and_tells_how_far_it_is(shop: Path) -> None:
    start_job("build-shop", ["build", "--catalog", "shop", "--encoder", ENCODER, "--force"])
    progress = wait_for("build-shop", {"done", "failed"})
    assert progress.state == "done", progress.error
    assert progress.done == progress.total == 12


def test_a_failed_job_leaves_its_sentence(shop: Path) -> None:
    start_job("wrong", ["build", "--catalog", "nowhere"])
    progress = wait_for("wrong", {"done", "failed", "stopped"})
    assert progress.state == "failed"
    assert "nowhere" in progress.error


def test_a_job_that_dies_before_it_reports_has_stopped(shop: Path) -> None:
    start_job("mistyped", ["no-such-command"])
    assert wait_for("mistyped", {"done", "failed", "stopped"}).state == "stopped"


def test_a_stopped_job_says_so(shop: Path) -> None:
    start_job("stopped", ["build", "--catalog", "shop", "--encoder", "efficientnet-lite2", "--force"])
    wait_for("stopped", {"running"})
    stop_job("stopped")
    assert wait_for("stopped", {"stopped", "done"}).state == "stopped"


@pytest.mark.parametrize("name", ["../x", "a/b", "", ".."])
def test_a_job_name_is_no_path(shop: Path, name: str) -> None:
    with pytest.raises(ValueError, match="plain name"):
        job_progress(name)
