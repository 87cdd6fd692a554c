"""How every command of Drape fails: one line on standard error and exit code 2, never a traceback.

It lives in `detection`, the leaf package, so that both command lines share it.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer


@contextmanager
def reported_errors() -> Iterator[None]:
    """Turn a refusal (a ValueError or OSError) into `error: ...` and exit code 2.

    With `DRAPE_DEBUG` set the traceback is shown instead, for developers.
    """
    try:
        yield
    except (ValueError, OSError) as error:
        if os.environ.get("DRAPE_DEBUG"):
            raise
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        raise typer.Exit(2) from None
