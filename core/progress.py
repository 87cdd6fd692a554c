"""Progress of long work: a bar in the terminal, and a small file that the dashboard reads."""

import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, get_args

from tqdm import tqdm

from core.files import write_text_atomically

State = Literal["running", "done", "failed", "stopped"]
WRITE_EVERY_S = 0.3


@dataclass(frozen=True)
class Progress:
    """How far a job is. `done` of `total` units; `error` is the sentence of a failed job."""

    job: str
    stage: str
    done: int
    total: int
    state: State
    started: float
    updated: float
    pid: int
    error: str = ""

    def __post_init__(self) -> None:
        texts, counts = (self.job, self.stage, self.error), (self.done, self.total, self.pid)
        is_sound = all(isinstance(text, str) for text in texts) and self.state in get_args(State)
        is_sound &= all(isinstance(number, int) and number >= 0 for number in counts) and 0 < self.pid < 2**31
        is_sound &= all(isinstance(moment, int | float) for moment in (self.started, self.updated))
        if not is_sound:
            raise ValueError(f"expected a job's progress, but got {self!r}")

    @property
    def share(self) -> float:
        """In [0, 1]; 0 while the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else 0.0


def read_progress(path: Path) -> Progress | None:
    """The last state of a job, None if there is none. A job whose process has gone counts as stopped."""
    try:
        progress = Progress(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    if progress.state == "running" and not _is_alive(progress.pid):
        return Progress(**{**asdict(progress), "state": "stopped"})
    return progress


class Reporter:
    """Reports the stages of one job to the terminal (standard error) and, if asked, to a file."""

    def __init__(self, job: str, path: Path | None) -> None:
        self._job, self._path = job, path
        self._started = time.time()
        self._written = 0.0
        self._bar: tqdm | None = None
        self._stage, self._done, self._total = "starting", 0, 0

    def stage(self, name: str) -> "Reporter":
        """Begin a stage; what is reported next belongs to it."""
        self._close_bar()
        self._stage, self._done, self._total = name, 0, 0
        self._write("running")
        return self

    def __call__(self, done: int, total: int) -> None:
        """Report how far the stage is; a total of 0 is one that is not known yet."""
        if self._bar is None:
            self._bar = tqdm(total=total or None, desc=self._stage, file=sys.stderr, mininterval=0.3)
        self._bar.total = total or None  # a download's may become known on the way
        self._bar.update(done - self._bar.n)
        self._done, self._total = done, total
        if 0 < total <= done or time.time() - self._written > WRITE_EVERY_S:
            self._write("running")

    def finish(self, state: State, error: str = "") -> None:
        """Close the bar and leave the job's end in the file."""
        self._close_bar()
        self._write(state, error)

    def _close_bar(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _write(self, state: State, error: str = "") -> None:
        if self._path is None:
            return
        self._written = time.time()
        now = Progress(
            self._job, self._stage, self._done, self._total, state, self._started, self._written, os.getpid(), error
        )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_text_atomically(self._path, json.dumps(asdict(now)))


@contextmanager
def reporting(job: str, path: Path | None) -> Iterator[Reporter]:
    """A reporter whose job ends as done, stopped (Ctrl-C, SIGTERM) or failed, with the sentence why."""
    reporter = Reporter(job, path)
    try:
        yield reporter
    except (KeyboardInterrupt, SystemExit):
        reporter.finish("stopped")
        raise
    except Exception as error:
        reporter.finish("failed", " ".join(str(error).split()))
        raise
    reporter.finish("done")


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    # A child that ended and was not waited for still has its number.
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True
