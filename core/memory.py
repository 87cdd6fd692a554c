"""Memory that is kept: what a batch gives back is used for the next instead of being asked of the system anew."""

import ctypes
import sys

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # of mallopt(3), glibc's
_NEVER, _PAD_BYTES = 2**31 - 1, 256 * 2**20


def keep_freed_memory() -> bool:
    """Let glibc keep what is freed; returns whether it does.

    glibc takes every array of 32 MB and more from the system and gives it back when it is freed, so each batch's
    arrays are zeroed page by page again, which can take as long as the arithmetic on a virtual machine. The memory that
    is kept is what the largest batch took: fit for a command that ends, not for a server.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        tune = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):  # another C library
        return False
    wanted = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, _NEVER), (_TOP_PAD, _PAD_BYTES))
    return all(bool(tune(what, value)) for what, value in wanted)
