"""Sneakers, boots and socks from the side: heel at x = 0, toe near 1.15, floor at y = 0, up is negative."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bodice import Folds
from core.catalogs.studio_body import Pose
from core.catalogs.studio_curves import Points, lens, smooth
from core.catalogs.studio_fabric import Fabric, Rgb, blend
from core.catalogs.studio_parts import Decal, Frame, Line, Part, move
from core.catalogs.studio_products import Product

# Coordinates are laid out by hand.
# fmt: off


_RUBBER: Rgb = (240, 238, 230)


def _laces(points: list[tuple[float, float]], colour: Rgb, width: float = 0.15) -> list[Line]:
    """Short lace bars across a line of eyelets."""
    curve = np.array(points)
    direction = curve[-1] - curve[0]
    side = np.array([direction[1], -direction[0]]) / np.linalg.norm(direction)
    lines = []
    for share in np.linspace(0.05, 0.95, 6):
        middle = np.array([np.interp(share, np.linspace(0, 1, len(curve)), curve[:, axis]) for axis in (0, 1)])
        bar = np.array([middle - side * width * 0.55, middle + side * width * 0.45 + direction * 0.03])
        lines += [Line(bar + (0.0, 0.012), 0.04, None, 0.5), Line(bar, 0.032, colour, 1.0)]
    return lines


def sole_part(low: float, thick: float, fabric: Fabric, back: float = -0.03, front: float = 1.2,
    lines: list[Line] | None = None) -> Part:
    """A sole from the heel to the toe."""
    outline = smooth([
        (back + 0.02, -thick - 0.02, 1), (0.55, -thick + 0.015), (front - 0.06, -thick + 0.0), (front, -thick * 0.65),
        (front - 0.05, low - 0.01), (front - 0.25, low),
        (0.2, low), (back + 0.02, low - 0.01), (back - 0.015, -thick * 0.5),
    ])
    return Part(outline, fabric, puff=0.35, crumple=0, shadow=0.25, lines=lines or ())


def shoe_lining(points: list[tuple[float, ...]], fabric: Fabric) -> Part:
    """The dark inside of a shoe."""
    return Part(smooth(points), fabric, tone=0.5, puff=0.2, crumple=0, shadow=0)


def sneaker(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """One sneaker, low or high."""
    fabric, accent, style = product.fabric, product.accent, product.choice("style")
    top = 0.34 if product.choice("height") == "high-top" else 0.0
    thick = 0.13 + 0.07 * product.number("sole") + (0.05 if style == "running" else 0.0)
    upper = smooth([
        (0.0, -thick + 0.05, 1), (-0.02, -0.34), (-0.035, -0.56 - top, 1), (0.07, -0.57 - top),
        (0.22, -0.47 - top * 0.95), (0.36, -0.53 - top, 1), (0.5, -0.66 - top, 1),
        (0.56 - top * 0.1, -0.58 - top * 0.7), (0.72, -0.43), (0.92, -0.31), (1.1, -0.26), (1.18, -0.16),
        (1.18, -thick + 0.05, 1),
    ])
    lines = [
        Line(smooth([(0.36, -0.5 - top), (0.47, -0.36), (0.62, -0.24), (0.8, -0.27)], closed=False), 0.014, None,
        0.45),
        Line(smooth([(0.78, -0.42), (0.86, -0.26), (0.84, -thick)], closed=False), 0.014, None, 0.4),
        Line(smooth([(0.22, -0.46 - top), (0.2, -0.3), (0.26, -thick)], closed=False), 0.014, None, 0.35),
    ]
    decals = [Decal(smooth([(-0.06, -0.6 - top), (0.07, -0.58 - top), (0.06, -0.36), (-0.06, -0.34)]), accent)]
    if style == "striped":
        decals += [Decal(np.array([(x, -0.46), (x + 0.07, -0.48), (x + 0.15, -0.1), (x + 0.08, -0.1)]), accent)
            for x in (0.3, 0.42, 0.54)]
    if style == "overlay":
        decals.append(Decal(smooth([(0.1, -0.2), (0.4, -0.34), (0.72, -0.42, 1), (0.56, -0.2), (0.3, -0.14)]),
            accent))
    if style == "running":
        decals += [Decal(lens((0.15 + 0.12 * k, -0.12), (0.5 + 0.1 * k, -0.5), 0.08, 0.05),
            blend(accent, fabric.colour, 0.3 * k)) for k in range(3)]
    if fabric.grain == "canvas":
        decals.append(Decal(smooth([(0.97, -0.3), (1.1, -0.27), (1.22, -0.14), (1.22, 0.0), (0.9, 0.0)]), _RUBBER))
    tongue = smooth([(0.3, -0.45 - top), (0.42, -0.72 - top), (0.55, -0.73 - top), (0.6, -0.5 - top * 0.6)])
    folds: Folds = [(lens((0.74, -0.4), (0.82, -0.18), 0.05), -0.6), (lens((0.86, -0.34), (0.92, -0.16), 0.05), -0.5)]
    laces = (246, 244, 240) if sum(fabric.colour) < 600 else blend(accent, (255, 255, 255), 0.1)
    rail = [(0.47, -0.62 - top), (0.6, -0.5 - top * 0.4), (0.76, -0.38)]
    stripe = Line(np.array([(-0.04, -thick * 0.62), (1.2, -thick * 0.62)]), 0.02,
        accent if style != "plain" else None, 0.7)
    sole = Fabric(_RUBBER if product.seed % 3 or style == "running" else blend(fabric.colour, _RUBBER, 0.1),
        grain="smooth")
    return [
        shoe_lining([(0.0, -0.54 - top), (0.2, -0.58 - top), (0.4, -0.62 - top), (0.4, -0.45 - top),
        (0.1, -0.44 - top)], fabric),
        Part(tongue, fabric, puff=0.5, crumple=0.1), Part(upper, fabric, puff=0.95, folds=folds, crumple=0.15,
        decals=decals, lines=[*lines, *_laces(rail, laces)], shadow=0.3),
        sole_part(0.0, thick, sole, lines=[stripe]),
    ]


def boot(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """One boot."""
    style = product.choice("style")
    fabric = product.fabric if style != "rain" else Fabric(product.fabric.colour, grain="smooth", gloss=0.6)
    height = {"Chelsea": 0.98, "lace-up": 1.1, "knee-high": 2.15, "rain": 1.6, "cowboy": 1.5}[style]
    lift = (0.12 + 0.22 * product.number("heel")) if style in ("knee-high", "cowboy") else 0.1
    toe = 1.2 if style == "cowboy" else 1.14
    wide = 0.05 if height > 1.4 else 0.0
    upper = smooth([
        (0.02, -lift, 1), (-0.01, -0.3), (0.02, -0.62), (-0.02 - wide, -height, 1),
        (0.22, -height + (0.08 if style == "cowboy" else 0.0)), (0.47 + wide, -height, 1),
        (0.5 + wide, -0.95), (0.5, -0.62), (0.68, -0.42), (0.95, -0.32), (toe - 0.03, -0.2), (toe, -0.1, 1),
        (toe - 0.03, -0.05, 1), (0.6, -0.06),
    ])
    folds: Folds = [(lens((0.5, -0.6 - 0.12 * k), (0.2, -0.55 - 0.14 * k), 0.07, 0.03), -0.9 * crease - 0.2)
        for k in range(3)]
    folds += [(lens((0.7, -0.4), (0.76, -0.16), 0.06), -0.7), (lens((0.8, -0.37), (0.84, -0.16), 0.05), -0.5)]
    lines: list[Line] = [Line(smooth([(0.06, -0.3), (0.3, -0.34), (0.34, -0.08)], closed=False), 0.012, None, 0.35)]
    decals: list[Decal] = []
    if style == "Chelsea":
        gore = smooth([(0.14, -height + 0.02, 1), (0.34, -height + 0.02, 1), (0.3, -0.62), (0.24, -0.52),
            (0.18, -0.62)])
        decals.append(Decal(gore, blend(fabric.colour, (30, 30, 32), 0.45)))
        lines += [Line(np.array([(x, -height), (x * 0.6 + 0.1, -0.56)]), 0.008, None, 0.4)
            for x in (0.18, 0.22, 0.26, 0.3)]
    if style == "lace-up":
        lines += _laces([(0.47, -1.04), (0.5, -0.66), (0.72, -0.42)], blend(product.accent, fabric.colour, 0.2), 0.17)
        lines.append(Line(smooth([(0.82, -0.36), (0.9, -0.2), (0.86, -0.06)], closed=False), 0.014, None, 0.45))
    if style == "cowboy":
        for k in range(3):
            lines.append(Line(smooth([(0.0, -1.3 + 0.12 * k), (0.22, -1.05 + 0.1 * k), (0.46, -1.3 + 0.12 * k)],
                closed=False), 0.014, product.accent, 0.85, 0.0))
        lines.append(Line(smooth([(0.6, -0.42), (0.8, -0.22), (1.05, -0.22)], closed=False), 0.014, product.accent,
            0.8))
    if style == "knee-high":
        lines.append(Line(np.array([(0.12, -height), (0.14, -0.3)]), 0.016, None, 0.35))
    rim = [Line(np.array([(-0.1, -height + 0.06), (0.55, -height + 0.06)]), 0.012, None, 0.35)]
    opening = shoe_lining([(-0.02 - wide, -height + 0.01), (0.22, -height - 0.05), (0.47 + wide, -height + 0.01),
        (0.22, -height + 0.08)], fabric)
    dark = Fabric(blend(fabric.colour, (28, 22, 20), 0.75) if style != "rain"
        else blend(product.accent, (30, 30, 30), 0.2), grain="smooth")
    heel = smooth([(0.0, -lift - 0.02, 1), (0.34, -lift - 0.0, 1), (0.3 if lift < 0.2 else 0.22, 0.0, 1),
        (0.02 if lift < 0.2 else 0.06, 0.0, 1)])
    under = smooth([(0.0, -lift - 0.02, 1), (0.34, -lift, 1), (0.6, -0.075), (toe - 0.04, -0.075),
        (toe + 0.02, -0.06, 1), (toe - 0.05, 0.0), (0.66, 0.0), (0.34, -lift + 0.06, 1), (0.0, -lift + 0.05, 1)])
    return [opening, Part(heel, dark, puff=0.4, crumple=0), Part(upper, fabric, puff=1.0, folds=folds, crumple=0.2,
        lines=[*lines, *rim], decals=decals), Part(under, dark, puff=0.3, crumple=0, shadow=0.2)]


_SOCK_HEIGHT = {"ankle": 0.62, "crew": 1.25, "knee-high": 2.1}


def sock(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """One sock in the shape of a foot."""
    fabric = product.fabric
    top = _SOCK_HEIGHT[product.choice("height")]
    outline = smooth([
        (0.02, -top, 1), (0.03, -0.75), (0.0, -0.4), (-0.04, -0.16), (0.04, -0.02), (0.3, 0.0), (0.7, -0.01),
        (1.05, -0.01), (1.16, -0.1), (1.1, -0.22), (0.85, -0.3), (0.58, -0.4),
        (0.46, -0.62), (0.46, -top, 1),
    ])
    tips = [Decal(smooth([(1.0, 0.1), (0.96, -0.12), (1.0, -0.35), (1.3, -0.4), (1.3, 0.1)]), product.accent),
        Decal(smooth([(-0.1, -0.42), (0.12, -0.3), (0.24, 0.05), (-0.2, 0.1)]), product.accent)]
    folds: Folds = [(lens((0.5, -0.5 - 0.1 * k), (0.1, -0.3 - 0.16 * k), 0.08, 0.04), -0.8 * crease - 0.3)
        for k in range(3)]
    decals = tips if product.choice("heel") or fabric.pattern != "plain" else []
    shade = product.accent if decals and product.seed % 2 else fabric.colour
    cuff = smooth([(0.0, -top - 0.04, 1), (0.24, -top - 0.06), (0.48, -top - 0.04, 1), (0.47, -top + 0.16, 1),
        (0.24, -top + 0.18), (0.015, -top + 0.16, 1)])
    return [Part(outline, fabric, Frame((0.2, -0.6)), puff=0.9, folds=folds, crumple=0.3, decals=decals),
        Part(cuff, Fabric(shade, grain="rib"), puff=0.6, crumple=0.05, shadow=0.2)]


def pair(parts: list[Part], apart: tuple[float, float] = (0.2, -0.17), turn: float = 0.05) -> list[Part]:
    """Two of the same, the further one first."""

    def away(points: Points) -> Points:
        spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        return np.asarray(points @ spin * 0.97 + apart)

    return [*(move(part, away) for part in parts), *parts]
