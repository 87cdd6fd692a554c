"""Photos that people uploaded: kept on this machine under their SHA-256, so that a page's address stays true."""

import hashlib
import os
import re
from pathlib import Path

from core import settings
from detection.images import ImageError, open_photo

KEPT = 200
_NAME = re.compile(r"[0-9a-f]{64}")


def keep_photo(data: bytes) -> str:
    """Check and store an upload. Returns its SHA-256; raises ImageError for what is no usable picture.

    The file's own name is never used. The oldest photos beyond `KEPT` are removed.
    """
    open_photo(data, max_side=settings.DECODE_SIDE_PX)
    name = hashlib.sha256(data).hexdigest()
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{name}.{os.getpid()}.part"
    part.write_bytes(data)
    part.replace(folder / name)
    kept = sorted((path for path in folder.iterdir() if _NAME.fullmatch(path.name)), key=lambda p: p.stat().st_mtime)
    for path in kept[:-KEPT]:
        path.unlink(missing_ok=True)
    return name


def kept_photo(name: str) -> bytes:
    """The bytes of an upload. Raises ImageError if there is none by that name."""
    path = _folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise ImageError("expected a photo that was uploaded here, but it is not kept any more. Upload it again.")
    return path.read_bytes()


def _folder() -> Path:
    return settings.artifacts_root() / "photos"
