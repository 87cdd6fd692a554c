"""Collars, plackets, bows and ruffles."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bodice import Bodice
from core.catalogs.studio_curves import Points, lens, mirrored, smooth
from core.catalogs.studio_fabric import Fabric
from core.catalogs.studio_parts import Decal, Line, Part
from core.catalogs.studio_sewing import button

# Coordinates are laid out by hand.
# fmt: off


def collar_leaves(bodice: Bodice, fabric: Fabric, open_y: float, reach: float = 0.3,
    buttons: bool = False) -> list[Part]:
    """The two leaves of a shirt collar, folded down."""
    top = bodice.slope_y(bodice.neck_x)
    parts = []
    for side in (-1, 1):
        outline = smooth([
            (bodice.neck_x - 0.03, top - 0.14, 1), (bodice.neck_x + 0.075, top + 0.05),
            (bodice.neck_x + 0.06 + reach * 0.2, top + reach * 0.75 + 0.08, 1),
            (0.02 + reach * 0.12, open_y, 1), (bodice.neck_x * 0.55, top + (open_y - top) * 0.42),
        ]) * (side, 1)
        inner = (outline - outline.mean(0)) * 0.86 + outline.mean(0)
        button_x, button_y = outline.mean(0) + (side * 0.03, reach * 0.36)
        parts.append(Part(
            outline, fabric, puff=0.35, crumple=0.06, shadow=0.5, lines=[Line(np.vstack([inner, inner[:1]]), 0.01,
            None, 0.3, 0.02)],
            decals=button(float(button_x), float(button_y), 0.026, (240, 238, 230)) if buttons else [],
        ))
    return parts


def collar_back(bodice: Bodice, fabric: Fabric) -> Part:
    """The standing back of a collar."""
    top = bodice.slope_y(bodice.neck_x)
    outline = smooth(mirrored([(0, top - 0.15), (bodice.neck_x * 0.7, top - 0.15),
        (bodice.neck_x - 0.02, top - 0.12, 1), (bodice.neck_x + 0.03, top + 0.06, 1), (0, top + 0.12)]))
    return Part(outline, fabric, behind=True, puff=0.3, crumple=0.05, tone=0.82)


def placket(top: float, bottom: float, count: int, colour: tuple[int, int, int],
    half: float = 0.075) -> tuple[list[Line], list[Decal]]:
    """A buttoned strip down the middle: its edges and its buttons."""
    lines = [Line(np.array([(x, top), (x, bottom)]), 0.014, None, 0.5) for x in (-half, half)]
    lines += [Line(np.array([(x, top), (x, bottom)]), 0.01, None, 0.35, 0.02) for x in (-half * 0.75, half * 0.75)]
    decals: list[Decal] = []
    for y in np.linspace(top + 0.1, bottom - 0.16, count):
        decals += button(0, float(y), 0.034, colour)
    return lines, decals


def ruffle(fabric: Fabric, x: float, top: float, bottom: float) -> Part:
    """A gathered strip down one side of a front."""
    rows = np.linspace(top, bottom, 10)
    edge = [(x + np.sign(x) * (0.11 + 0.04 * (index % 2)), float(y)) for index, y in enumerate(rows)]
    outline = smooth([(x, top, 1), *edge, (x, bottom, 1)])
    folds = [(lens((x, y), (x + np.sign(x) * 0.14, y + 0.05), 0.06), -1.0) for y in rows[1:-1]]
    return Part(outline, fabric, puff=0.5, folds=folds, shadow=0.5)


def bow(fabric: Fabric, y: float, size: float) -> list[Part]:
    """A tied bow with hanging ends."""
    parts = []
    for side in (-1, 1):
        end = smooth([(0, 0.02), (side * 0.1, 0.05), (side * 0.2, 0.75, 1), (side * 0.05, 0.68, 1),
            (side * 0.02, 0.3)]) * size + (0, y)
        parts.append(Part(end, fabric, puff=0.6, folds=[(lens((side * 0.04, y + 0.1), (side * 0.12, y + 0.6 * size),
            0.07), -0.9)], shadow=0.45))
    for side in (-1, 1):
        loop = smooth([(0, 0), (side * 0.16, -0.13), (side * 0.36, -0.12), (side * 0.4, 0.06), (side * 0.3, 0.16),
            (side * 0.13, 0.1)]) * size + (0, y)
        parts.append(Part(loop, fabric, puff=0.8, folds=[(lens((side * 0.05, y), (side * 0.3 * size, y), 0.06),
            -1.2)], shadow=0.45))
    knot: Points = smooth([(-0.07, -0.07), (0.07, -0.07), (0.085, 0.08), (-0.085, 0.08)]) * size + (0, y)
    return [*parts, Part(knot, fabric, puff=0.8, shadow=0.5)]


def roll_neck(bodice: Bodice, fabric: Fabric) -> Part:
    """A folded-over high neck."""
    wide, low = bodice.neck_x + 0.03, bodice.slope_y(bodice.neck_x)
    outline = smooth(mirrored([(0, low - 0.33), (wide * 0.7, low - 0.335), (wide * 0.93, low - 0.28),
        (wide * 1.04, low - 0.05), (wide * 0.92, low + 0.07), (0, low + 0.16)]))
    fold = smooth([(-wide, low - 0.16), (0, low - 0.1), (wide, low - 0.16)], closed=False)
    return Part(outline, fabric, puff=0.9, shadow=0.5, lines=[Line(fold, 0.02, None, 0.3)])
