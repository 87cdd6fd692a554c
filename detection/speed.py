"""Two things that make training on a shared processor quicker: the right number of threads, and kept memory."""

import ctypes
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4  # of glibc's malloc.h
KEPT_BYTES = 512 * 1024 * 1024


@dataclass
class ThreadChooser:
    """Picks the number of threads by trying each for a few batches, again and again.

    While others use the machine, many threads wait for each other and one thread alone is several times faster.

    Attributes:
        counts: Numbers of threads to try.
        set_threads: Called with the number to use from now on.
        clock: Seconds.
        trial: Batches a number is tried for.
        period: Batches from one round of trials to the next.
    """

    counts: tuple[int, ...]
    set_threads: Callable[[int], None]
    clock: Callable[[], float] = time.monotonic
    trial: int = 4
    period: int = 40
    _batch: int = 0
    _started: float = 0.0
    _seconds: dict[int, list[float]] = field(default_factory=dict)

    def before_batch(self) -> None:
        """Set the number of threads for the batch that begins."""
        place = self._batch % self.period
        if place == 0:
            self._seconds = {count: [] for count in self.counts}
        if place % self.trial == 0 and place < self.trial * len(self.counts):
            self.set_threads(self.counts[place // self.trial])
        elif place == self.trial * len(self.counts):
            self.set_threads(min(self.counts, key=lambda count: sorted(self._seconds[count])[self.trial // 2]))
        self._started = self.clock()

    def after_batch(self) -> None:
        """Note how long the batch took."""
        place = self._batch % self.period
        if place < self.trial * len(self.counts):
            self._seconds[self.counts[place // self.trial]].append(self.clock() - self._started)
        self._batch += 1


def keep_memory() -> None:
    """Have the C library keep freed memory: mapping it anew for each batch costs a seventh of the time.

    Does nothing where the C library is not glibc.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_MMAP_MAX, 0)
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(M_TOP_PAD, KEPT_BYTES)
