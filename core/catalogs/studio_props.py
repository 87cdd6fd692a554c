"""What gets in the way: leaves, a cup, a magazine, folded clothes, an arm."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_body import SKINS
from core.catalogs.studio_curves import Points, circle, lens, smooth, tube
from core.catalogs.studio_fabric import Fabric, Rgb, blend, solid
from core.catalogs.studio_parts import Decal, Frame, Line, Part, move
from core.catalogs.studio_people import hand

# Coordinates are laid out by hand.
# fmt: off


_COVERS: tuple[Rgb, ...] = ((222, 116, 84), (62, 102, 122), (228, 188, 104), (196, 202, 190), (150, 90, 110))


def _put(parts: list[Part], x: float, y: float, turn: float) -> list[Part]:
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def there(points: Points) -> Points:
        return np.asarray(points @ spin + (x, y))

    return [move(part, there) for part in parts]


def leaves(rng: np.random.Generator) -> list[Part]:
    """A branch with broad leaves growing along +y from the origin."""
    green = tuple(int(level) for level in np.array([74, 112, 76]) * rng.uniform(0.75, 1.25))
    cloth = solid((green[0], green[1], green[2]), "smooth", 0.15)
    parts = [Part(lens((0, -0.6), (0.05, 2.0), 0.07, 0.1), solid((110, 92, 66), "smooth"), crumple=0)]
    for step in range(6):
        side, low = (-1) ** step, 0.1 + 0.3 * step
        tip = (float(side * rng.uniform(0.65, 0.9)), float(low + rng.uniform(0.2, 0.5)))
        leaf = lens((0.03, low), tip, rng.uniform(0.3, 0.42), side * 0.08)
        parts.append(Part(leaf, cloth, puff=0.5, crumple=0.2, shadow=0.4,
            lines=[Line(np.array([(0.03, low), tip]) * 0.95, 0.014, blend(cloth.colour, (230, 240, 200), 0.4), 0.6)]))
    return parts


def cup(rng: np.random.Generator) -> list[Part]:
    """A cup of coffee on a saucer, from above."""
    china = solid((240, 238, 232), "smooth", 0.3)
    return [
        Part(circle(0, 0, 0.6), china, puff=0.5, crumple=0, shadow=0.5),
        Part(lens((0.25, 0.1), (0.62, 0.25), 0.16), china, puff=0.6, crumple=0),
        Part(circle(0, 0, 0.36), china, puff=0.7, crumple=0, shadow=0.5),
        Part(circle(0, 0, 0.3), solid((96, 62, 40), "smooth"), puff=0.2, crumple=0, shadow=0,
        decals=[Decal(circle(0.04, -0.02, 0.13, 0.09), (170, 124, 84), 0.8)]),
    ]


def magazine(rng: np.random.Generator) -> list[Part]:
    """A magazine with a picture and lines of text."""
    cover = _COVERS[int(rng.integers(len(_COVERS)))]
    sheet = np.array([(-0.75, -1.0), (0.75, -1.0), (0.75, 1.0), (-0.75, 1.0)])
    decals = [Decal(np.array([(-0.6, -0.86), (0.6, -0.86), (0.6, -0.6), (-0.6, -0.6)]),
        blend(cover, (255, 255, 255), 0.8)), Decal(circle(0.05, 0.1, 0.42, 0.5), blend(cover, (30, 30, 40), 0.5))]
    decals += [Decal(np.array([(-0.6, y), (0.1, y), (0.1, y + 0.05), (-0.6, y + 0.05)]),
        blend(cover, (255, 255, 255), 0.7)) for y in (0.68, 0.78)]
    return [Part(sheet + (0.03, 0.03), solid((232, 230, 224), "smooth"), puff=0.1, crumple=0),
        Part(sheet, solid(cover, "smooth", 0.1), puff=0.15, crumple=0.1, decals=decals, shadow=0.3)]


def folded(fabric: Fabric) -> list[Part]:
    """A folded garment."""
    outline = smooth([(-0.9, -0.75), (0, -0.8), (0.9, -0.75), (0.95, 0.0), (0.9, 0.72), (0, 0.76), (-0.9, 0.72),
        (-0.95, 0.0)])
    edges = [Line(smooth([(-0.9, y), (0, y + 0.03), (0.9, y)], closed=False), 0.03, None, 0.4) for y in (0.52, 0.63)]
    folds = [(lens((-0.7, -0.4), (0.5, 0.3), 0.16, 0.1), 0.8), (lens((0.75, -0.5), (0.1, 0.1), 0.12), -0.8)]
    return [Part(outline, fabric, Frame((0, 0), 0.05), puff=1.1, folds=folds, crumple=0.5, lines=edges, shadow=0.5)]


def arm(rng: np.random.Generator, fabric: Fabric) -> list[Part]:
    """A sleeved forearm that reaches along +y, the hand at the origin."""
    skin = SKINS[int(rng.integers(len(SKINS)))]
    limb = tube([(0.15, -3.4), (0.06, -1.6), (0.0, -0.62)], [0.24, 0.2, 0.14])
    sleeve = tube([(0.15, -3.4), (0.06, -1.6), (0.02, -1.0)], [0.32, 0.28, 0.23])
    return [
        Part(limb.outline(), solid(skin, "smooth"), puff=0.8, crumple=0, shadow=0.4),
        hand(skin, (0.0, -0.62), 0.0, 1, 1.1),
        Part(sleeve.outline(bow=0.03), fabric, puff=0.9, crumple=0.5, shadow=0.4),
    ]


def beside(box: tuple[float, float, float, float], unit: float, fabric: Fabric, rng: np.random.Generator,
    lying: bool) -> list[Part]:
    """Something that covers a corner of a box, in pixels; `lying`: on the ground, else in front of a person."""
    x1, y1, x2, y2 = box
    right = rng.random() < 0.5
    corner_x = x2 - 0.08 * (x2 - x1) if right else x1 + 0.08 * (x2 - x1)
    corner_y = y1 + (y2 - y1) * (rng.uniform(0.15, 0.85) if not lying else rng.choice([0.12, 0.88]))
    kinds = ("leaves", "cup", "magazine", "folded", "arm") if lying else ("leaves", "leaves", "arm")
    kind = str(rng.choice(kinds))
    scale = unit * rng.uniform(0.85, 1.15)
    if kind == "arm":
        parts, turn = arm(rng, fabric), (np.pi / 2 if right else -np.pi / 2) + rng.uniform(-0.4, 0.4)
    elif kind == "leaves":
        parts, turn = leaves(rng), (np.pi / 2 if right else -np.pi / 2) + rng.uniform(-0.6, 0.6)
        away = 1.25 * scale
        corner_x, corner_y = corner_x + (away if right else -away), corner_y + 0.3 * away
    else:
        parts = {"cup": lambda: cup(rng), "magazine": lambda: magazine(rng), "folded": lambda: folded(fabric)}[kind]()
        turn, reach = rng.uniform(-0.6, 0.6), (0.35 if kind == "cup" else 0.6) * scale
        corner_x, corner_y = corner_x + (reach if right else -reach), corner_y + (reach if corner_y > (y1 + y2) / 2
            else -reach)
    scaled = [move(part, lambda points: np.asarray(points * scale)) for part in parts]
    return _put(scaled, float(corner_x), float(corner_y), float(turn))
