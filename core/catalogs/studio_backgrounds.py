"""Drawn surroundings: floors and cloths to lie on, walls and streets to stand before."""

from functools import lru_cache

import numpy as np

from core.catalogs.studio_fabric import Fabric, Rgb
from core.catalogs.studio_swatch import swatch

GROUNDS = ("oak", "walnut", "linen", "duvet", "carpet", "rug", "tiles", "concrete", "paper")


PLACES = ("plaster", "brick", "street", "avenue", "room", "garden", "door")


_SIZE = (800, 640)  # height, width of a surrounding before it is cropped


Field = np.ndarray


@lru_cache(maxsize=24)
def _noise(seed: int, rows: int, columns: int) -> Field:
    """Smooth noise of about unit size, (800, 640) float32."""
    import cv2

    coarse = np.random.default_rng([seed, rows, columns]).standard_normal((rows, columns)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, _SIZE[::-1], interpolation=cv2.INTER_CUBIC))


def _flat(colour: Rgb) -> Field:
    return np.full((*_SIZE, 3), colour, np.float32)


def _wood(colour: Rgb, seed: int) -> Field:
    rng = np.random.default_rng(seed)
    picture = _flat(colour)
    grain = 0.05 * _noise(seed, 14, 320) + 0.035 * _noise(seed + 1, 6, 90) + 0.03 * _noise(seed + 2, 40, 640)
    picture *= (1 + grain)[..., None]
    for left in range(0, _SIZE[1], 92):
        picture[:, left : left + 92] *= rng.uniform(0.88, 1.1)
        picture[:, left : left + 2] *= 0.55
        for top in rng.integers(0, _SIZE[0], 2):
            picture[top : top + 2, left : left + 92] *= 0.6
    return picture


def _cloth(colour: Rgb, seed: int, depth: float) -> Field:
    import cv2

    relief = _noise(seed, 9, 7) + 0.6 * np.abs(_noise(seed + 1, 17, 14)) + 0.25 * _noise(seed + 2, 40, 32)
    relief = cv2.GaussianBlur(relief, (0, 0), 5)
    shade = cv2.Sobel(relief, cv2.CV_32F, 1, 0) + cv2.Sobel(relief, cv2.CV_32F, 0, 1)
    weave = np.random.default_rng(seed).standard_normal(_SIZE).astype(np.float32)
    return _flat(colour) * np.clip(1 + depth * shade + 0.018 * weave, 0.5, 1.25)[..., None]


def _carpet(fabric: Fabric, border: Rgb) -> Field:
    cloth = swatch(fabric)[1].astype(np.float32)
    picture = np.tile(cloth, (4, 3, 1))[: _SIZE[0], : _SIZE[1]].copy()
    picture[:, :46] = picture[:, :46] * 0.25 + np.array(border, np.float32) * 0.75
    return np.asarray(
        picture * (1 + 0.05 * np.random.default_rng(9).standard_normal(_SIZE).astype(np.float32))[..., None]
    )


def _tiles() -> Field:
    picture = _flat((226, 224, 218))
    veins = np.abs(_noise(31, 9, 7) + 0.5 * _noise(32, 24, 20))
    picture *= (1 - 0.16 * np.exp(-veins * 14) + 0.02 * _noise(33, 12, 10))[..., None]
    for step in range(60, 800, 215):
        picture[step : step + 4] *= 0.82
        picture[:, step : step + 4] *= 0.82
    return picture


def _concrete() -> Field:
    speck = np.random.default_rng(3).standard_normal(_SIZE).astype(np.float32)
    return _flat((172, 170, 166)) * (1 + 0.05 * _noise(41, 10, 8) + 0.03 * _noise(42, 60, 50) + 0.02 * speck)[..., None]


def _floor_and_wall(wall: Rgb, floor: Field, line: int = 620, skirting: Rgb = (236, 234, 228)) -> Field:
    picture = _flat(wall) * (1 + 0.02 * _noise(51, 12, 10) + 0.012 * _noise(52, 120, 100))[..., None]
    picture[line:] = floor[line:]
    picture[line - 34 : line] = skirting
    picture[line : line + 3] *= 0.55
    picture[line - 36 : line - 34] *= 0.7
    return picture


def _brick() -> Field:
    rng = np.random.default_rng(61)
    picture = _flat((178, 168, 158))
    for row, top in enumerate(range(0, _SIZE[0], 30)):
        for left in range(-40 + 38 * (row % 2), _SIZE[1], 76):
            tone = np.array([166, 92, 70]) * rng.uniform(0.8, 1.12) + rng.uniform(-6, 6, 3)
            picture[top : top + 26, max(0, left) : max(0, left + 72)] = tone
    return picture * (1 + 0.05 * _noise(62, 200, 160) + 0.04 * _noise(63, 10, 8))[..., None]


def _street(seed: int, sky: Rgb) -> Field:
    import cv2

    rng = np.random.default_rng(seed)
    picture = _flat(sky)
    left = -40
    while left < _SIZE[1]:
        width, top = int(rng.integers(110, 210)), int(rng.integers(20, 240))
        house = np.array(
            rng.choice(
                [[196, 178, 156], [150, 132, 122], [178, 184, 188], [206, 190, 178], [120, 124, 132], [188, 150, 128]]
            )
        ) * rng.uniform(0.85, 1.1)
        picture[top:600, max(left, 0) : max(left + width, 0)] = house
        for row in range(top + 30, 500, 74):
            for column in range(left + 18, left + width - 28, 48):
                picture[row : row + 44, max(column, 0) : max(column + 26, 0)] = house * 0.5 + (18, 26, 38)
        picture[510:600, max(left + 12, 0) : max(left + width - 12, 0)] = house * 0.45
        left += width
    picture[600:] = (140, 138, 138)
    picture[600:640] = (172, 168, 164)
    picture = cv2.GaussianBlur(picture, (0, 0), 9)
    glow = np.zeros_like(picture)
    for _ in range(26):
        colour = rng.choice([[255, 214, 150], [255, 240, 214], [214, 92, 76], [130, 190, 150]])
        cv2.circle(
            glow,
            (int(rng.integers(0, 640)), int(rng.integers(300, 600))),
            int(rng.integers(8, 24)),
            (int(colour[0]), int(colour[1]), int(colour[2])),
            -1,
            cv2.LINE_AA,
        )
    return np.asarray(picture + cv2.GaussianBlur(glow, (0, 0), 3) * 0.25)


def _garden() -> Field:
    import cv2

    rng = np.random.default_rng(71)
    picture = _flat((150, 176, 132))
    picture[:200] = (206, 220, 214)
    for _ in range(420):
        spot = (int(rng.integers(0, 640)), int(rng.integers(90, 640)))
        green = np.array([112, 140, 104]) * rng.uniform(0.7, 1.45)
        cv2.circle(
            picture,
            spot,
            int(rng.integers(12, 42)),
            (float(green[0]), float(green[1]), float(green[2])),
            -1,
            cv2.LINE_AA,
        )
    picture[640:] = (178, 172, 152)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 11))


def _room() -> Field:
    import cv2

    picture = _floor_and_wall((222, 212, 198), _wood((186, 140, 98), 81), 640)
    light = np.zeros(_SIZE, np.float32)
    for left in (90, 250):
        pane = np.array([[left, 80], [left + 130, 110], [left + 180, 470], [left + 40, 440]], np.int32)
        cv2.fillConvexPoly(light, pane, 1.0, cv2.LINE_AA)
    picture *= (1 + 0.13 * cv2.GaussianBlur(light, (0, 0), 6))[..., None]
    picture[120:330, 470:610] = (246, 244, 238)
    picture[132:318, 482:598] = (176, 188, 186)
    cv2.circle(picture, (540, 225), 40, (214, 142, 96), -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.6))


def _door() -> Field:
    picture = _floor_and_wall((206, 210, 208), _concrete(), 660)
    picture[60:660, 150:500] = (64, 92, 96)
    for top, low in ((100, 330), (370, 610)):
        for left in (185, 345):
            picture[top:low, left : left + 122] = (74, 104, 108)
            picture[top : top + 4, left : left + 122] *= 0.7
            picture[top:low, left : left + 4] *= 0.75
    picture[50:60, 138:512] = picture[60:660, 138:150] = 236
    picture[60:660, 500:512] = 236
    return picture


@lru_cache(maxsize=32)
def surroundings(name: str) -> np.ndarray:
    """A surrounding by name, (800, 640, 3) uint8."""
    drawn = {
        "oak": lambda: _wood((196, 156, 112), 1), "walnut": lambda: _wood((122, 86, 62), 7),
        "linen": lambda: _cloth((226, 220, 208), 11, 0.05),
        "duvet": lambda: _cloth((200, 208, 218), 15, 0.08), "carpet": lambda: _carpet(Fabric((150, 96, 86),
        (188, 150, 122), (96, 98, 110), "argyle", "wool", 0.7), (84, 84, 98)),
        "rug": lambda: _carpet(Fabric((206, 198, 184), (164, 156, 146), (80, 80, 84), "houndstooth", "wool", 1.2),
        (112, 108, 102)), "tiles": _tiles, "concrete": _concrete,
        "paper": lambda: _flat((232, 222, 212)) * (1 + 0.01 * _noise(91, 200, 160))[..., None],
        "plaster": lambda: _floor_and_wall((214, 204, 192), _concrete(), 650),
        "brick": _brick, "street": lambda: _street(5, (214, 222, 230)),
        "avenue": lambda: _street(12, (236, 214, 190)), "room": _room, "garden": _garden, "door": _door,
    }[name]()  # fmt: skip
    return np.clip(drawn, 0, 255).astype(np.uint8)


def place(name: str, size: tuple[int, int], rng: np.random.Generator, turn: bool) -> np.ndarray:
    """A surrounding cropped, mirrored and (a ground) turned at random, (h, w, 3) uint8 for size (w, h)."""
    import cv2

    picture = surroundings(name)
    if rng.random() < 0.5:
        picture = picture[:, ::-1]
    if turn and rng.random() < 0.4:
        picture = cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE)
    height, width = picture.shape[:2]
    zoom = max(size[0] / width, size[1] / height) * rng.uniform(1.0, 1.3)
    left = rng.uniform(0, width - size[0] / zoom)
    top = (height - size[1] / zoom) * (rng.uniform(0, 1) if turn else rng.uniform(0.8, 1.0))
    matrix = np.array([[zoom, 0, -left * zoom], [0, zoom, -top * zoom]], np.float32)
    return np.asarray(
        cv2.warpAffine(
            np.ascontiguousarray(picture), matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
    )
