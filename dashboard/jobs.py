"""Long work started from a page: the same commands as on the command line, in a process of their own.

A job outlives the page and the browser; its progress is in a file that every session reads.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from core import settings
from core.files import is_plain_name, write_text_atomically
from core.progress import Progress, read_progress


def start_job(name: str, arguments: Sequence[str]) -> None:
    """Run `python -m core ARGUMENTS --progress FILE` in the background, unless the job runs already.

    Raises:
        ValueError: The name is not fit for a file.
    """
    path = _path(name)
    if (running := read_progress(path)) is not None and running.state == "running":
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with path.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "core", *arguments, "--progress", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=settings.PROJECT,
            start_new_session=True,
        )
    # A command that dies before it reports is then seen to have stopped; it takes far longer than this to report.
    now = time.time()
    started = Progress(name, "Starting", 0, 0, "running", now, now, process.pid)
    if not path.exists():
        write_text_atomically(path, json.dumps(asdict(started)))


def job_progress(name: str) -> Progress | None:
    """How far a job is; None if it was never started or has not reported yet."""
    return read_progress(_path(name))


def stop_job(name: str) -> None:
    """Ask a running job to stop; what it finished stays, and starting it again goes on from there."""
    progress = job_progress(name)
    if progress is not None and progress.state == "running":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(progress.pid, signal.SIGTERM)


def _path(name: str) -> Path:
    if not is_plain_name(name):
        raise ValueError(f"expected a plain name for a job, but got {name!r}")
    return settings.artifacts_root() / "jobs" / f"{name}.json"
