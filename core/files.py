"""Files and their names: written whole or not at all, told apart by what is in them, never outside their folder."""

import hashlib
import os
import uuid
from pathlib import Path


def is_plain_name(text: str) -> bool:
    """Whether a text from a file or a person is one path component that stays in its folder."""
    return text not in ("", ".", "..") and "/" not in text and "\\" not in text and "\0" not in text


def write_text_atomically(path: Path, text: str) -> None:
    """Replace a small text file in one step, after its content has reached the disk."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}")
    temporary.write_text(text, encoding="utf-8")
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)  # a rename is on the disk only when its folder is


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
