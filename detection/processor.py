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

    Raises:
        ImportError: OpenVINO is not installed.
    """
    import openvino

    return openvino.Core()
