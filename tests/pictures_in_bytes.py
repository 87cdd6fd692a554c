"""Pictures and their files made in memory, also such as no ordinary program writes."""

import io
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image

from detection.images import FORMATS  # noqa: F401  registers the HEIF plugin, for saving too


def gradient(width: int, height: int) -> np.ndarray:
    """(height, width, 3) uint8, smooth; no rotation, mirror or swap of channels leaves it as it is."""
    across = np.linspace(0, 1, width)[None, :]
    down = np.linspace(0, 1, height)[:, None]
    channels = (across + 0 * down, down + 0 * across, (across + 2 * down) / 3)
    return np.round(255 * np.stack(channels, axis=2)).astype(np.uint8)


def encoded(image: Image.Image | np.ndarray, kind: str, **options: Any) -> bytes:
    """The file of a picture in a format of Pillow's."""
    picture = Image.fromarray(image) if isinstance(image, np.ndarray) else image
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def exif_of(orientation: int) -> Image.Exif:
    """An EXIF block that holds an orientation."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def png(width: int, height: int, depth: int, colour_type: int, rows: bytes, extra: bytes = b"") -> bytes:
    """A PNG by hand: `rows` have a filter byte each; `extra` are chunks before the data."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    body = chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def chunk(kind: bytes, content: bytes) -> bytes:
    """One PNG chunk with its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_rows(values: np.ndarray) -> bytes:
    """Raw PNG rows without filtering, from big-endian values (h, w) or (h, w, channels)."""
    return b"".join(b"\0" + row.tobytes() for row in values)


# Display P3 by its published primaries, adapted to D50 as ICC demands, with a plain gamma. Columns: r, g, b.
P3_TO_XYZ = np.array([[0.51512, 0.29198, 0.15710], [0.24120, 0.69225, 0.06657], [-0.00105, 0.04189, 0.78407]])
SRGB_TO_XYZ = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
P3_GAMMA = 2.2


def p3_profile() -> bytes:
    """A sound little ICC profile with the primaries of a phone's Display P3."""
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 8) + b"Test P3\0" + bytes(78),
        b"cprt": b"text" + bytes(4) + b"none\0",
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(*P3_TO_XYZ[:, 0]),
        b"gXYZ": _xyz(*P3_TO_XYZ[:, 1]),
        b"bXYZ": _xyz(*P3_TO_XYZ[:, 2]),
    }
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, round(P3_GAMMA * 256))
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", start + len(data), len(content))
        data += content
    body = table + data
    header = struct.pack(">I4sI4s4s4s", 128 + len(body), bytes(4), 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3I", 0xF6D6, 0x10000, 0xD32D)
    return header.ljust(128, b"\0") + body


def p3_in_srgb(colour: np.ndarray) -> np.ndarray:
    """What a P3 colour (3,) in 0..255 is in sRGB, clipped to 0..255, float64."""
    linear = np.linalg.inv(SRGB_TO_XYZ) @ P3_TO_XYZ @ (colour / 255) ** P3_GAMMA
    linear = np.clip(linear, 0, 1)
    return 255 * np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(value * 65536) for value in values))
