"""Freed memory is kept: a batch's arrays are not asked of the system again and again."""

import subprocess
import sys

import pytest

# `hblks` of mallinfo2(3) is the number of blocks that malloc has from mmap, which go back when they are freed.
BLOCKS = """
import ctypes, sys
from core.memory import keep_freed_memory
if sys.argv[1] == "kept":
    assert keep_freed_memory()
libc = ctypes.CDLL("libc.so.6")
libc.malloc.restype = ctypes.c_void_p
class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in ("arena", "ordblks", "smblks", "hblks", *"abcdef")]
libc.mallinfo2.restype = Info
before = libc.mallinfo2().hblks
assert libc.malloc(ctypes.c_size_t(2**27))
print(libc.mallinfo2().hblks - before)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="glibc's allocator is Linux's")
def test_large_arrays_come_from_memory_that_is_kept() -> None:
    blocks = {
        how: int(subprocess.run([sys.executable, "-c", BLOCKS, how], capture_output=True, text=True, check=True).stdout)
        for how in ("kept", "given-back")
    }
    assert blocks == {"kept": 0, "given-back": 1}
