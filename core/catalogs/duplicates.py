"""Pictures that occur more than once in a catalogue: the same file content, or nearly the same look."""

from itertools import pairwise

import numpy as np
import pandas as pd

from core.catalogs.scan import Scan

HASH_BITS = 64
# Largest difference of any value of the two tiles, of 255. Set by eye: repeated street photos, cut or saved
# anew, have up to 41; different clothes photographed in the same place have 90 and more.
MAX_TILE_DIFFERENCE = 42
ROWS_AT_ONCE = 1024
PAIR_COLUMNS = ("image_a", "image_b", "distance")


def duplicate_groups(scan: Scan) -> list[tuple[str, ...]]:
    """Pictures with the same file content, two or more a group; all in the catalogue's order."""
    sound = scan.sound
    repeated = sound[sound["sha256"].duplicated(keep=False)]
    groups = repeated.groupby("sha256", sort=False)["image"]
    return [tuple(str(image) for image in images) for _, images in groups]


def near_duplicates(scan: Scan, max_distance: int = 4) -> pd.DataFrame:
    """Pairs of pictures of different content that look alike.

    The perceptual hash proposes a pair; the tiles confirm it, because products on white share their outline's
    hash with many others. Of pictures with the same content the first stands for all. A pair is a hint: two
    colours of one dark product can be that near.

    Args:
        scan: The scanned pictures.
        max_distance: Bits of the 64 that may differ, 0 to 16.

    Returns:
        Columns image_a, image_b (a comes first in the catalogue) and distance (int64, bits), nearest first.

    Raises:
        ValueError: `max_distance` is out of range.
    """
    if not 0 <= max_distance <= 16:
        raise ValueError(f"max_distance must be 0 to 16 bits, but got {max_distance}")
    distinct = scan.sound.drop_duplicates("sha256")
    hashes = np.array([int(text, 16) for text in distinct["phash"]], dtype=np.uint64)
    values, group_of = np.unique(hashes, return_inverse=True)
    pairs = _expand(_near_values(values, max_distance), group_of)  # (p, 2) rows of `distinct`
    pairs = pairs[_tile_difference(distinct, pairs) <= MAX_TILE_DIFFERENCE]
    images = distinct["image"].to_numpy(dtype=object)
    distance = np.bitwise_count(hashes[pairs[:, 0]] ^ hashes[pairs[:, 1]]).astype(np.int64)
    order = np.lexsort((pairs[:, 1], pairs[:, 0], distance))
    columns = (images[pairs[order, 0]], images[pairs[order, 1]], distance[order])
    return pd.DataFrame(dict(zip(PAIR_COLUMNS, columns, strict=True)))


def _tile_difference(distinct: pd.DataFrame, pairs: np.ndarray) -> np.ndarray:
    """(p,) largest absolute difference between the tiles of each pair, 0..255."""
    tiles = np.array([np.frombuffer(tile, np.uint8) for tile in distinct["tile"]], dtype=np.uint8)  # (n, 768)
    blocks = [pairs[start : start + ROWS_AT_ONCE] for start in range(0, len(pairs), ROWS_AT_ONCE)]
    found = [np.abs(tiles[block[:, 0]].astype(np.int16) - tiles[block[:, 1]]).max(axis=1) for block in blocks]
    return np.concatenate([np.empty(0, np.int16), *found])


def _near_values(values: np.ndarray, max_distance: int) -> np.ndarray:
    """(p, 2) positions a < b of values at most `max_distance` bits apart.

    Cut into one part more than bits may differ, two such values agree in a whole part (the pigeonhole
    principle): only values that share a part are compared.
    """
    edges = np.linspace(0, HASH_BITS, max_distance + 2).astype(int)
    found = [np.empty((0, 2), np.int64)]
    for start, stop in pairwise(edges):
        mask = (1 << int(stop - start)) - 1
        part = (values >> np.uint64(start)) & np.uint64(mask)
        order = np.argsort(part, kind="stable")
        bounds = np.flatnonzero(np.diff(part[order])) + 1
        for bucket in np.split(order, bounds):
            if len(bucket) > 1:
                found += _compare(values, bucket, max_distance)
    return np.unique(np.concatenate(found), axis=0)


def _compare(values: np.ndarray, bucket: np.ndarray, max_distance: int) -> list[np.ndarray]:
    """The near pairs among the positions of a bucket, a < b."""
    found = []
    for start in range(0, len(bucket), ROWS_AT_ONCE):
        rows = bucket[start : start + ROWS_AT_ONCE]
        is_near = np.bitwise_count(values[rows][:, None] ^ values[bucket][None, :]) <= max_distance
        first, second = np.nonzero(is_near)
        pairs = np.stack([rows[first], bucket[second]], axis=1)
        found.append(pairs[pairs[:, 0] < pairs[:, 1]])
    return found


def _expand(value_pairs: np.ndarray, group_of: np.ndarray) -> np.ndarray:
    """(p, 2) rows a < b: each row of one value with each of the other, and rows of the same value."""
    rows_of = np.split(np.argsort(group_of, kind="stable"), np.cumsum(np.bincount(group_of))[:-1])
    found = [np.empty((0, 2), np.int64)]
    for first, second in value_pairs:
        left, right = np.meshgrid(rows_of[first], rows_of[second], indexing="ij")
        found.append(np.sort(np.stack([left.ravel(), right.ravel()], axis=1), axis=1))
    for rows in rows_of:
        if len(rows) > 1:
            left, right = np.triu_indices(len(rows), k=1)
            found.append(np.stack([rows[left], rows[right]], axis=1))
    return np.concatenate(found)
