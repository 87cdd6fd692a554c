"""Backpacks from the front, in the coordinates of `studio_bags`."""

import numpy as np

from core.catalogs.studio_bags import GOLD, arch, strip
from core.catalogs.studio_bodice import Folds
from core.catalogs.studio_body import Pose
from core.catalogs.studio_curves import circle, lens, mirrored, smooth
from core.catalogs.studio_fabric import Fabric, blend, solid
from core.catalogs.studio_parts import Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import zip_lines

# Coordinates are laid out by hand.
# fmt: off


def backpack(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A backpack from the front, straps showing at its sides."""
    fabric, style = product.fabric, product.choice("style")
    half, tall = 0.56 + 0.12 * product.number("width"), 1.45
    trim = solid(blend(fabric.colour, (46, 38, 34), 0.6), "canvas")
    leather = solid((140, 92, 56), "leather", 0.25)
    pocket_fabric = Fabric(product.accent, grain=fabric.grain) if product.choice("block") else fabric
    parts = [strip(smooth([(side * half * 0.5, 0.05), (side * (half + 0.16), 0.35), (side * (half + 0.14), 0.95),
        (side * half * 0.8, tall - 0.1)], closed=False), 0.13, trim) for side in (-1, 1)]
    parts.append(strip(arch(0.17, 0.22), 0.07, trim))
    top = {"school": 0.0, "roll-top": -0.06, "drawstring": 0.0}[style]
    shoulder = (half * 0.75, -0.02) if style == "school" else (half * 0.93, -0.02)
    body = smooth(mirrored([(0, -0.06 + top), shoulder, (half * 0.99, 0.24), (half * 1.04, tall * 0.7),
        (half * 0.98, tall * 0.97), (half * 0.5, tall + 0.03), (0, tall + 0.03)]))
    lines = zip_lines(0, 0)[:0]
    if style == "school":
        curve = smooth([(-half * 0.96, 0.55), (-half * 0.82, 0.14), (0, 0.06), (half * 0.82, 0.14),
            (half * 0.96, 0.55)], closed=False)
        lines = [Line(curve, 0.05, None, 0.5), Line(curve, 0.018, (196, 196, 194), 0.9),
            Line(curve, 0.01, None, 0.7, 0.016)]
    folds: Folds = [(lens((x * half, 0.15), (x * half * 1.1, tall * 0.9), 0.12, 0.05),
        crease * rng.choice([-0.9, 0.9])) for x in (-0.8, 0.3, 0.8)]
    parts.append(Part(body, fabric, puff=1.1, folds=folds, crumple=0.3, lines=lines))
    if style == "roll-top":
        roll = smooth(mirrored([(0, -0.2), (half * 0.9, -0.2), (half * 0.97, -0.12), (half * 0.93, 0.0), (0, 0.02)]))
        parts.append(Part(roll, fabric, puff=0.9, crumple=0.2, shadow=0.45,
            lines=[Line(np.array([(-half, -0.09), (half, -0.09)]), 0.014, None, 0.4)]))
        parts += [strip(np.array([(side * half * 0.4, -0.18), (side * half * 0.4, 0.5)]), 0.075, leather)
            for side in (-1, 1)]
        parts += [Part(circle(side * half * 0.4, 0.36, 0.05), solid(GOLD, "smooth", 0.7), puff=0.9, crumple=0)
            for side in (-1, 1)]
    if style == "drawstring":
        flap = smooth(mirrored([(0, -0.1), (half * 0.8, -0.08), (half * 0.98, 0.1), (half * 0.95, 0.45),
            (half * 0.6, 0.58), (0, 0.62)]))
        parts.append(Part(flap, fabric, puff=0.7, crumple=0.2, shadow=0.5))
        parts.append(strip(np.array([(0, 0.4), (0, 0.8)]), 0.1, leather))
        parts.append(Part(circle(0, 0.68, 0.06, 0.05), solid(GOLD, "smooth", 0.7), puff=0.9, crumple=0))
    rows = [(0.0, half * 0.74)] if product.choice("pocket") == "one pocket" else [(-half * 0.47, half * 0.4),
        (half * 0.47, half * 0.4)]
    for x, wide in rows:
        outline = smooth([(x - wide, tall * 0.58, 1), (x, tall * 0.56), (x + wide, tall * 0.58, 1),
            (x + wide, tall * 0.85), (x + wide * 0.9, tall * 0.95), (x, tall * 0.965), (x - wide * 0.9, tall * 0.95),
            (x - wide, tall * 0.85)])
        curve = smooth([(x - wide * 0.95, tall * 0.64), (x, tall * 0.62), (x + wide * 0.95, tall * 0.64)],
            closed=False)
        parts.append(Part(outline, pocket_fabric, puff=0.7, crumple=0.2, shadow=0.45,
            lines=[Line(curve, 0.045, None, 0.45), Line(curve, 0.016, (196, 196, 194), 0.9)]))
    patch = np.array([(-0.09, tall * 0.4), (0.09, tall * 0.4), (0.09, tall * 0.47), (-0.09, tall * 0.47)])
    parts.append(Part(patch, leather, puff=0.3, crumple=0, shadow=0.3))
    return parts
