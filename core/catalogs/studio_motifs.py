"""Scattered motifs of the drawn fabrics: flowers, leaves, confetti."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_fabric import TILE_PX, Fabric, Masks


def _scatter(fabric: Fabric, count: int, gap: float) -> np.ndarray:
    """(n, 2) places on the tile, none nearer than `gap` to another, wrapping round."""
    rng = np.random.default_rng([fabric.seed, 77])
    places: list[np.ndarray] = []
    for _ in range(count * 12):
        place = rng.random(2)
        apart = [np.abs((place - other + 0.5) % 1.0 - 0.5) for other in places]
        if all(np.hypot(*delta) > gap for delta in apart):
            places.append(place)
        if len(places) == count:
            break
    return np.array(places)


def _stamp(masks: list[np.ndarray], which: int, outline: np.ndarray) -> None:
    """Fill an outline (tile shares) at every wrap of the tile it touches."""
    import cv2

    for right in (-1, 0, 1):
        for low in (-1, 0, 1):
            moved = outline + (right, low)
            if (moved.max(0) > 0).all() and (moved.min(0) < 1).all():
                points = np.round(moved * TILE_PX * 16).astype(np.int32)
                cv2.fillPoly(masks[which], [points], 255, cv2.LINE_AA, 4)


def _petal(place: np.ndarray, angle: float, reach: float, width: float, hollow: float = 0.0) -> np.ndarray:
    step = np.linspace(0, 2 * np.pi, 18, endpoint=False)
    along = reach * (0.5 - 0.5 * np.cos(step)) + hollow
    across = width * np.sin(step)
    x = np.cos(angle) * along - np.sin(angle) * across
    y = np.sin(angle) * along + np.cos(angle) * across
    return np.column_stack([x, y]) + place


def floral(fabric: Fabric) -> Masks:
    """Five-petalled flowers with leaves."""
    rng = np.random.default_rng([fabric.seed, 78])
    masks = [np.zeros((TILE_PX, TILE_PX), np.uint8) for _ in range(2)]
    size = 0.045 * fabric.repeat
    for place in _scatter(fabric, round(42 / fabric.repeat**2), 0.105 * fabric.repeat):
        turn, grow = rng.uniform(0, 6.28), rng.uniform(0.75, 1.15) * size
        for leaf in range(2):
            _stamp(masks, 1, _petal(place, turn + leaf * 2.4 + 0.6, grow * 1.7, grow * 0.28))
        for petal in range(5):
            _stamp(masks, 0, _petal(place, turn + petal * 1.2566, grow, grow * 0.42))
        centre = np.column_stack([np.cos(np.linspace(0, 6.28, 14)), np.sin(np.linspace(0, 6.28, 14))])
        _stamp(masks, 1, place + centre * grow * 0.3)
    third = masks[1].astype(np.float32) / 255
    return masks[0].astype(np.float32) / 255, third


def leafy(fabric: Fabric) -> Masks:
    """Sprigs of leaves."""
    rng = np.random.default_rng([fabric.seed, 79])
    masks = [np.zeros((TILE_PX, TILE_PX), np.uint8) for _ in range(2)]
    size = 0.085 * fabric.repeat
    for place in _scatter(fabric, round(30 / fabric.repeat**2), 0.125 * fabric.repeat):
        turn = rng.uniform(0, 6.28)
        stem = np.array([np.cos(turn), np.sin(turn)])
        for step in range(4):
            for side in (-1, 1):
                spot = place + stem * size * (0.35 * step)
                _stamp(masks, (step + (side > 0)) % 2, _petal(spot, turn + side * 0.95, size * 0.42, size * 0.11))
    return masks[0].astype(np.float32) / 255, masks[1].astype(np.float32) / 255


def confetti(fabric: Fabric) -> Masks:
    """Triangles, squares and dots."""
    rng = np.random.default_rng([fabric.seed, 80])
    masks = [np.zeros((TILE_PX, TILE_PX), np.uint8) for _ in range(2)]
    for number, place in enumerate(_scatter(fabric, round(60 / fabric.repeat**2), 0.08 * fabric.repeat)):
        corners = np.linspace(0, 6.28, (4, 5, 13)[number % 3])[:-1] + rng.uniform(0, 6.28)
        radius = rng.uniform(0.013, 0.024) * fabric.repeat
        _stamp(masks, number % 2, place + radius * np.column_stack([np.cos(corners), np.sin(corners)]))
    return masks[0].astype(np.float32) / 255, masks[1].astype(np.float32) / 255
