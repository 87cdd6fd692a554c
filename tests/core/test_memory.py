"""Freed memory is kept: a batch's arrays are not asked of the system again and again."""

import subprocess
import sys

import pytest

FAULTS = """
import resource, sys
from core.memory import keep_freed_memory
import numpy
if sys.argv[1] == "kept":
    assert keep_freed_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(8):
    numpy.ones(2**24)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator is Linux's")
def test_arrays_of_every_batch_share_their_memory() -> None:
    faults = {
        how: int(subprocess.run([sys.executable, "-c", FAULTS, how], capture_output=True, text=True, check=True).stdout)
        for how in ("kept", "given-back")
    }
    assert faults["kept"] * 3 < faults["given-back"]
