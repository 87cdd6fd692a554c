"""A map packed for a browser: a small JSON head and raw little-endian arrays, which JavaScript reads as they lie."""

import json
import math
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.maps.columns import Colouring
from core.maps.stored import EmbeddingMap

KINDS = {"float32": "<f4", "uint32": "<u4", "uint16": "<u2"}


def pack(head: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> bytes:
    """4 bytes, the length of the head; the head as JSON; the arrays, each from a multiple of 4 bytes on.

    Args:
        head: JSON values; `arrays` is added: name, kind, start (bytes from the very beginning) and count of each.
        arrays: float32, uint32 or uint16, of any shape; packed row by row.

    Raises:
        ValueError: An array of another type.
    """
    listed = []
    for name, array in arrays.items():
        if array.dtype.name not in KINDS:
            raise ValueError(f"expected {name} of {', '.join(KINDS)}, but got {array.dtype}")
        listed.append({"name": name, "kind": array.dtype.name, "start": 0, "count": array.size})
    # Where arrays start depends on how long the head is: padded to a length that all its numbers fit into.
    room = len(json.dumps({**head, "arrays": listed}).encode()) + 12 * len(listed)
    start = 4 + room + -(4 + room) % 4
    body: list[bytes] = []
    for entry, array in zip(listed, arrays.values(), strict=True):
        content = np.ascontiguousarray(array).astype(KINDS[array.dtype.name]).tobytes()
        entry["start"] = start + sum(len(part) for part in body)
        body.append(content + bytes(-len(content) % 4))
    text = json.dumps({**head, "arrays": listed}).encode().ljust(start - 4)
    return struct.pack("<I", len(text)) + text + b"".join(body)


def pack_points(made: EmbeddingMap, item_rows: np.ndarray) -> bytes:
    """The places (n, 2) and for each the row (n,) of its item in the table that titles come from."""
    return pack({}, {"place": made.points, "row": item_rows.astype(np.uint32)})


def pack_colouring(colours: Colouring) -> bytes:
    """The values of a column, with its classes or the ends of its scale."""
    if colours.labels is not None:
        return pack({"labels": colours.labels}, {"values": colours.values})
    low, high = (value if math.isfinite(value) else 0.0 for value in (colours.low, colours.high))
    return pack({"labels": None, "low": low, "high": high}, {"values": colours.values})


def item_texts(items: pd.DataFrame) -> dict[str, list[Any]]:
    """What a person is told of items, as JSON: ids and titles, kinds and colours as codes of their names."""
    kinds, colours = pd.factorize(items["category"]), pd.factorize(items["colour"])
    return {
        "ids": items["item_id"].tolist(),
        "titles": items["title"].tolist(),
        "kind": kinds[0].tolist(),
        "kinds": kinds[1].tolist(),
        "colour": colours[0].tolist(),
        "colours": colours[1].tolist(),
    }
