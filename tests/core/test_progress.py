"""Progress of long work: what the dashboard reads while a job runs, ends, fails, is stopped or is killed."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from core.progress import Progress, Reporter, read_progress, reporting
from tests.conftest import PROJECT


def test_a_job_s_stages_and_its_end_are_read_back(tmp_path: Path) -> None:
    path = tmp_path / "jobs" / "build.json"
    with reporting("build tiny", path) as reporter:
        step = reporter.stage("Encode")
        started = read_progress(path)
        step(3, 12)
        step(12, 12)
        full = read_progress(path)
        reporter.stage("Publish")
        second = read_progress(path)
    done = read_progress(path)
    assert started is not None
    assert (started.stage, started.done, started.state, started.share) == ("Encode", 0, "running", 0.0)
    assert full is not None
    assert (full.done, full.total, full.share, full.pid) == (12, 12, 1.0, os.getpid())
    assert second is not None
    assert (second.stage, second.done, second.total) == ("Publish", 0, 0)
    assert done is not None
    assert (done.job, done.state, done.error) == ("build tiny", "done", "")


def test_a_failure_leaves_its_sentence_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    with pytest.raises(ValueError, match="expected"), reporting("job", path):
        raise ValueError("expected this,\n   but got that")
    progress = read_progress(path)
    assert progress is not None
    assert (progress.state, progress.error) == ("failed", "expected this, but got that")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_stop_is_no_failure(tmp_path: Path, stop: type[BaseException]) -> None:
    path = tmp_path / "job.json"
    with pytest.raises(stop), reporting("job", path):
        raise stop
    progress = read_progress(path)
    assert progress is not None
    assert (progress.state, progress.error) == ("stopped", "")


def test_a_job_whose_process_was_killed_counts_as_stopped(tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    code = "import sys, time; from pathlib import Path; from core.progress import reporting\n"
    code += "with reporting('job', Path(sys.argv[1])) as reporter:\n reporter.stage('long'); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=PROJECT)
    try:
        while (progress := read_progress(path)) is None:
            time.sleep(0.02)
        assert progress.state == "running"
        assert progress.pid == child.pid
    finally:
        child.send_signal(signal.SIGKILL)
    while child.poll() is None:
        time.sleep(0.02)
    progress = read_progress(path)
    assert progress is not None
    assert (progress.state, progress.stage) == ("stopped", "long")


def test_a_dead_child_that_nobody_waited_for_counts_as_stopped(tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    child = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is a zombie until it is waited for
    path.write_text(json.dumps(record(pid=child.pid)))
    progress = read_progress(path)
    child.wait()
    assert progress is not None
    assert progress.state == "stopped"


def record(**changes: object) -> dict[str, object]:
    sound: dict[str, object] = {"job": "j", "stage": "s", "done": 1, "total": 4, "state": "running"}
    sound |= {"started": 0.0, "updated": 1.0, "pid": os.getpid(), "error": ""}
    return sound | changes


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "5", "{}", json.dumps(record(more=1))]
    + [json.dumps(record(**{key: "x"})) for key in ("done", "total", "pid", "started")]
    + [json.dumps(record(pid=pid)) for pid in (2**70, None, -1, 0, 1.5)]
    + [json.dumps(record(state="odd"))],
)
def test_a_damaged_file_is_no_progress(tmp_path: Path, text: str) -> None:
    path = tmp_path / "job.json"
    path.write_text(text)
    assert read_progress(path) is None


def test_an_absent_file_is_no_progress(tmp_path: Path) -> None:
    assert read_progress(tmp_path / "none.json") is None
    assert read_progress(tmp_path) is None


def test_the_share_lies_between_nothing_and_all() -> None:
    def share(done: int, total: int) -> float:
        return Progress("j", "s", done, total, "running", 0.0, 0.0, 1).share

    assert [share(0, 0), share(5, 0), share(1, 4), share(9, 4)] == [0.0, 0.0, 0.25, 1.0]


def test_without_a_file_only_the_terminal_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    reporter = Reporter("job", None)
    reporter.stage("Encode things")(5, 5)
    reporter.finish("done")
    out, err = capsys.readouterr()
    assert out == ""
    assert "Encode things" in err
    assert list(tmp_path.iterdir()) == []


def test_a_total_that_becomes_known_later_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    reporter = Reporter("job", None)
    step = reporter.stage("Download")
    step(10, 0)
    step(50, 200)
    step(200, 200)
    reporter.finish("done")
    assert "200/200" in capsys.readouterr().err


def test_reports_are_written_now_and_then_not_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    monkeypatch.setattr("core.progress.write_text_atomically", lambda path, text: written.append(text))
    for total in (0, 100_000):  # 0: the total is not known
        written.clear()
        step = Reporter("job", tmp_path / "job.json").stage("Encode")
        for done in range(2000):
            step(done, total)
        assert len(written) < 100
