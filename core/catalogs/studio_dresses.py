"""Dresses of seven shapes."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bodice import Bodice, band, body_folds, leaned
from core.catalogs.studio_body import WAIST_Y, Pose
from core.catalogs.studio_collars import collar_back, collar_leaves, placket
from core.catalogs.studio_curves import mirrored, smooth
from core.catalogs.studio_fabric import Fabric, blend
from core.catalogs.studio_fronts import belt_tie
from core.catalogs.studio_parts import Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import sleeve, sleeve_tube
from core.catalogs.studio_skirts import HEMS, skirt_part, tiers

# Coordinates are laid out by hand.
# fmt: off


_DRESS_SLEEVES = {"short-sleeved": ([0.3, 0.28, 0.26], 0.32), "long-sleeved": ([0.29, 0.25, 0.23, 0.2, 0.16], 0.97),
    "puff-sleeved": ([0.32, 0.42, 0.34, 0.18, 0.16], 0.4)}


def dress(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A dress of seven shapes: a bodice, a skirt, sleeves and what closes it."""
    build, fabric, shape = pose.build, product.fabric, product.choice("shape")
    hem_y = HEMS[product.choice("skirt")] + 0.25 * product.number("length")
    curve, wide, deep = {"round": ("round", 0.13, 0.34), "V": ("V", 0.17, 0.7), "square": ("square", 0.24, 0.42),
        "boat": ("round", 0.33, 0.2)}[product.choice("neck")]
    if shape in ("wrap", "slip"):
        curve, wide, deep = "V", 0.2, 0.95 if shape == "wrap" else 0.72
    if shape == "shirt":
        curve, wide, deep = "V", 0.08, 0.4
    loose = {"shift": 0.16, "tiered": 0.1, "A-line": 0.05, "shirt": 0.1}.get(shape, 0.0)
    waist = build.waist + 0.07 + loose
    strappy = shape == "slip"
    bodice = Bodice(build, build.neck + wide, 1.2 + deep, curve, build.shoulder - 0.02, build.chest + 0.06, waist,
        waist, WAIST_Y - 0.05, 0.05)
    spread = {"A-line": 0.28, "shift": 0.04, "fit-and-flare": 0.36, "wrap": 0.2, "slip": 0.08, "shirt": 0.14,
        "tiered": 0.34}[shape]
    hem = build.hip + 0.08 + spread * (hem_y - 3.6) ** 0.75
    parts = leaned([bodice.back_neck(fabric, 0.7)], pose)
    if shape == "shirt":
        parts += leaned([collar_back(bodice, fabric)], pose)
    sleeves = product.choice("sleeves")
    for side in (-1, 1) if sleeves in _DRESS_SLEEVES and not strappy else ():
        widths, length = _DRESS_SLEEVES[sleeves]
        parts += sleeve(sleeve_tube(bodice, pose, side, widths), length, fabric, rng, crease,
            "hem" if length < 0.35 else "shirt")
    blocked = fabric if not product.choice("block") else Fabric(product.accent, grain=fabric.grain,
        gloss=fabric.gloss)
    top = _dress_top(bodice, blocked, rng, crease, "straps" if strappy else sleeves)
    low = tiers(fabric, rng, crease, WAIST_Y - 0.08, hem_y, waist, hem) if shape == "tiered" else [
        skirt_part(fabric, rng, crease, top_y=WAIST_Y - 0.08, waist=waist, hip=build.hip + 0.06 + loose, hem_y=hem_y,
        hem=hem)
    ]
    return parts + leaned([*low, *top, *_dress_front(product, bodice, waist, hem_y)], pose)


def _dress_top(bodice: Bodice, fabric: Fabric, rng: np.random.Generator, crease: float, sleeves: str) -> list[Part]:
    """The bodice of a dress: set in at the shoulder, cut away at the arms, or hung from straps."""
    low: list[tuple[float, ...]] = [(bodice.hem * 0.5, bodice.hem_y + 0.04), (0, bodice.hem_y + 0.05)]
    folds = body_folds(bodice, rng, crease * 0.8)
    if sleeves == "straps":
        half = [(0, 2.0, 1), (0.2, 1.86), (0.42, 1.72, 1), (bodice.chest - 0.05, 2.0), (bodice.chest, 2.2, 1),
            *bodice.side()[3:], *low]
        straps = []
        for side in (-1, 1):
            line = smooth([(side * 0.4, 1.75), (side * 0.33, 1.4), (side * 0.3, 1.24)], closed=False)
            straps.append(Part(np.vstack([line - (0.022, 0), (line + (0.022, 0))[::-1]]), fabric, puff=0.2, crumple=0,
                shadow=0.25))
        return [*straps, Part(smooth(mirrored(half)), fabric, puff=0.9, folds=folds)]
    if sleeves == "sleeveless":
        outer = min(bodice.neck_x + 0.3, bodice.build.shoulder - 0.1)
        armhole = [(outer, bodice.slope_y(outer), 1), (outer - 0.01, 1.65), (bodice.chest - 0.1, 1.98),
            (bodice.chest, 2.18, 1), *bodice.side()[3:]]
        return [Part(smooth(mirrored([*bodice.neckline(), *armhole, *low])), fabric, puff=0.9, folds=folds),
            band(bodice, 0.03, fabric)]
    return [Part(bodice.front(), fabric, puff=0.9, folds=folds), band(bodice, 0.03, fabric)]


def _dress_front(product: Product, bodice: Bodice, waist: float, hem_y: float) -> list[Part]:
    """What fastens or decorates a dress."""
    fabric, shape, parts = product.fabric, product.choice("shape"), []
    if shape == "wrap":
        top = bodice.slope_y(bodice.neck_x)
        flap = smooth([(bodice.neck_x + 0.02, top, 1), (bodice.neck_x + 0.16, top + 0.05, 1), (0.3, 2.1),
            (-waist * 0.85, WAIST_Y - 0.02, 1), (-waist * 0.9, WAIST_Y - 0.18, 1), (0.05, 1.95)])
        parts = [Part(flap, fabric, puff=0.4, shadow=0.5), *belt_tie(fabric, waist)]
    elif shape == "shirt":
        colour = (246, 244, 238) if sum(fabric.colour) < 560 else blend(fabric.colour, (90, 80, 70), 0.35)
        lines, decals = placket(1.55, hem_y, 11, colour, 0.06)
        strip = np.array([(-0.06, 1.5), (0.06, 1.5), (0.06, hem_y + 0.05), (-0.06, hem_y + 0.05)])
        parts = [Part(strip, fabric, puff=0.1, crumple=0.1, shadow=0.15, lines=lines, decals=decals, edge=0.1),
            *collar_leaves(bodice, fabric, 1.58, 0.36), *belt_tie(fabric, waist)]
    elif product.choice("belt"):
        leather = Fabric(blend(product.accent, (60, 40, 30), 0.4), grain="leather", gloss=0.3)
        parts = belt_tie(leather, waist, buckle=True)[:1]
        parts.append(Part(smooth([(-0.09, WAIST_Y - 0.09), (0.09, WAIST_Y - 0.09), (0.09, WAIST_Y + 0.12),
            (-0.09, WAIST_Y + 0.12)]), Fabric((206, 178, 110), grain="smooth", gloss=0.6), puff=0.6, crumple=0))
    return parts
