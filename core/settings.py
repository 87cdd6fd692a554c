"""Settings of the whole program in one place: folders, defaults and limits."""

import os
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

DEFAULT_ENCODER = "clip-fashion"
DEFAULT_K = 24
STUDIO_PRODUCTS = 1200
MAX_K = 200
MIN_CONFIDENCE = 0.25
CROP_PADDING = 0.05
# A photo is decoded so that its longer side lies between this and twice this: enough for the detector and a crop.
DECODE_SIDE_PX = 1024
THUMBNAIL_SIDES_PX = (120, 240, 480, 960)


def data_root() -> Path:
    """Where catalogues of real photos lie: `$DRAPE_DATA`, else `data/` in the project. It need not exist."""
    return Path(os.environ.get("DRAPE_DATA") or PROJECT / "data").expanduser().resolve()


def artifacts_root() -> Path:
    """Where built files lie: `$DRAPE_ARTIFACTS`, else `artifacts/` in the project."""
    return Path(os.environ.get("DRAPE_ARTIFACTS") or PROJECT / "artifacts").expanduser().resolve()


def studio_products() -> int:
    """How many products the built-in catalogue has: `$DRAPE_STUDIO_PRODUCTS`, else 1200; tests draw fewer."""
    return int(os.environ.get("DRAPE_STUDIO_PRODUCTS") or STUDIO_PRODUCTS)


def models_root() -> Path:
    """Where the committed models lie; they travel with the code, whatever `$DRAPE_ARTIFACTS` says."""
    return PROJECT / "artifacts" / "models"


def threads() -> int:
    """Threads for torch, OpenVINO and FAISS: `$DRAPE_THREADS`, else the cores this process may use.

    Raises:
        ValueError: `$DRAPE_THREADS` is no whole number above 0.
    """
    given = os.environ.get("DRAPE_THREADS")
    if given:
        if not given.isdecimal() or int(given) < 1:
            raise ValueError(f"expected DRAPE_THREADS to be a whole number of 1 or more, but got {given!r}.")
        return int(given)
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
