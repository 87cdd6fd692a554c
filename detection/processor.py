"""OpenVINO's way to this machine's processor: one for the whole process."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openvino import Core


@lru_cache(maxsize=1)
def openvino_core() -> "Core":
    """The process's only `openvino.Core`; it lives as long as the process.

    Where a processor has AMX, the plugin behind a core gives the thread that loads it an alternative signal stack, and
    frees that stack with the core, whichever thread then drops it. A thread left with a freed stack dies without a
    word at its next signal: the end of a child process, or Ctrl-C. A core that is never dropped frees nothing.

    Threads are not pinned: the plugin pins a process that asks for one thread to the first processor, and the thread
    that asked with it, so that two such processes (jobs beside the dashboard, workers of a test run) share one while
    the others are idle.

    Raises:
        ImportError: OpenVINO is not installed.
    """
    import openvino

    core = openvino.Core()
    core.set_property("CPU", {"ENABLE_CPU_PINNING": False})
    return core
