"""Bags: handbag and tote bag. The middle of the upper edge is (0, 0), its handle is above."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bodice import Folds
from core.catalogs.studio_body import Pose
from core.catalogs.studio_curves import Points, circle, lens, mirrored, resample, smooth
from core.catalogs.studio_fabric import Fabric, Rgb, blend, solid
from core.catalogs.studio_parts import Decal, Line, Part
from core.catalogs.studio_prints import print_decals
from core.catalogs.studio_products import Product

# Coordinates are laid out by hand.
# fmt: off


GOLD: Rgb = (212, 182, 112)


def strip(curve: Points, width: float, fabric: Fabric, shadow: float = 0.35, lines: bool = True) -> Part:
    """A strap of even width along a curve."""
    tangent = np.gradient(curve, axis=0)
    tangent /= np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    side = np.column_stack([-tangent[:, 1], tangent[:, 0]]) * width / 2
    stitches = [Line(curve + side * share, 0.01, None, 0.35, 0.022) for share in (-0.7, 0.7)] if lines else []
    return Part(np.vstack([curve + side, (curve - side)[::-1]]), fabric, puff=0.4, crumple=0, shadow=shadow,
        lines=stitches)


def chain(curve: Points, colour: Rgb) -> list[Part]:
    """A metal chain along a curve."""
    length = float(np.linalg.norm(np.diff(curve, axis=0), axis=1).sum())
    links = resample(curve, max(4, int(length / 0.055)))
    angle = np.arctan2(*(np.gradient(links, axis=0).T[::-1]))
    decals = []
    for index, ((x, y), turn) in enumerate(zip(links, angle, strict=True)):
        decals.append(Decal(circle(x, y, 0.036, 0.026 if index % 2 else 0.013, turn),
            blend(colour, (60, 40, 10), 0.35)))
        decals.append(Decal(circle(x - 0.004, y - 0.005, 0.027, 0.016 if index % 2 else 0.006, turn),
            colour if index % 2 == 0 else blend(colour, (255, 255, 255), 0.35)))
    base = strip(curve, 0.062, solid(blend(colour, (120, 96, 50), 0.4), "smooth"), lines=False)
    return [Part(base.outline, base.fabric, puff=0.5, crumple=0, decals=decals, shadow=0.3)]


def arch(half: float, height: float, foot: float = 0.05) -> Points:
    """A handle: from one foot over the top (`height` up) to the other, (m, 2)."""
    return smooth([(-half, foot), (-half * 0.96, -height * 0.55), (-half * 0.5, -height * 0.95), (0, -height),
        (half * 0.5, -height * 0.95), (half * 0.96, -height * 0.55), (half, foot)], closed=False)


def handbag(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A handbag of five styles."""
    fabric, style = product.fabric, product.choice("style")
    half = 0.6 + 0.16 * product.number("width")
    tall = {"flap": 0.85, "bucket": 1.15, "satchel": 0.95, "shoulder": 0.72, "clutch": 0.62}[style]
    trim = fabric if fabric.pattern == "plain" else solid(blend(fabric.colour, (60, 40, 30), 0.6), "leather", 0.3)
    low = 0.92 if style == "bucket" else 1.06
    body = smooth(mirrored([(0, -0.02), (half * 0.9, -0.02), (half * 0.97, 0.04), (half * low, tall * 0.85),
        (half * low * 0.96, tall), (half * 0.5, tall + 0.03), (0, tall + 0.035)]))
    inner = (body - (0, tall / 2)) * (0.94, 0.92) + (0, tall / 2)
    folds: Folds = [(lens((x * half, 0.1), (x * half * 1.05, tall * 0.95), 0.1, 0.04 * np.sign(x)), -0.6 * crease)
        for x in (-0.75, -0.2, 0.35, 0.8)]
    parts = _carry(product, half, trim, tall)
    parts.append(Part(body, fabric, puff=1.0, folds=folds, crumple=0.2,
        lines=[Line(np.vstack([inner, inner[:1]]), 0.011, None, 0.35, 0.022)]))
    metal = solid(GOLD if product.seed % 3 else (206, 208, 210), "smooth", 0.7)
    if style in ("flap", "satchel", "clutch", "shoulder"):
        drop = tall * (0.55 if style != "shoulder" else 0.36)
        flap = smooth(mirrored([(0, -0.06), (half * 0.92, -0.05), (half * 1.0, 0.05), (half * 1.0, drop * 0.7),
            (half * 0.8, drop * 0.97), (0, drop * (1.18 if style == "clutch" else 1.04))]))
        edge = (flap - (0, drop / 2)) * (0.94, 0.9) + (0, drop / 2)
        parts.append(Part(flap, trim if style == "satchel" else fabric, puff=0.5, crumple=0.1, shadow=0.5,
            lines=[Line(np.vstack([edge, edge[:1]]), 0.011, None, 0.35, 0.022)]))
        if style == "satchel":
            for x in (-0.5, 0.5):
                parts.append(strip(np.array([(x * half, drop * 0.4), (x * half, drop * 1.45)]), 0.1, trim))
                parts.append(Part(smooth([(x * half - 0.065, drop * 1.15), (x * half + 0.065, drop * 1.15),
                    (x * half + 0.065, drop * 1.35), (x * half - 0.065, drop * 1.35)]), metal, puff=0.7, crumple=0))
        else:
            parts.append(Part(circle(0, drop * 0.98, 0.075, 0.065), metal, puff=1.0, crumple=0, shadow=0.4))
            parts.append(Part(circle(0, drop * 0.98, 0.035), solid(blend(metal.colour, (90, 70, 40), 0.4), "smooth"),
                puff=0.4, crumple=0, shadow=0))
    else:
        lid = smooth(mirrored([(0, -0.06), (half * 0.9, -0.05), (half * 0.96, 0.02), (half * 0.95, 0.14), (0, 0.17)]))
        parts.append(Part(lid, trim, puff=0.4, crumple=0.1, shadow=0.4))
        for side in (-1, 1):
            cord = smooth([(side * 0.04, 0.1), (side * 0.12, 0.4), (side * 0.09, 0.62)], closed=False)
            parts.append(strip(cord, 0.035, trim, lines=False))
            parts.append(Part(lens((side * 0.09, 0.58), (side * 0.1, 0.82), 0.09), trim, puff=0.8, crumple=0))
    return parts


def _carry(product: Product, half: float, trim: Fabric, tall: float) -> list[Part]:
    """The strap or handle of a handbag."""
    style, strap = product.choice("style"), product.choice("strap")
    if style == "clutch":
        return [strip(smooth([(half * 0.9, 0.1), (half * 1.2, 0.45), (half * 1.05, 0.8), (half * 0.95, 0.3)],
            closed=False), 0.05, trim)] if strap == "short" else []
    metal = GOLD if product.seed % 3 else (206, 208, 210)
    if strap == "chain" and style != "satchel":
        parts = chain(arch(half * 0.82, 0.95), metal)
    elif strap == "short" or style == "satchel":
        parts = [strip(arch(half * 0.45, 0.42), 0.085, trim)]
    else:
        parts = [strip(arch(half * 0.85, 1.05), 0.07, trim)]
    foot = half * (0.45 if strap == "short" or style == "satchel" else 0.83)
    return [*parts, *(Part(circle(side * foot, 0.0, 0.055), solid(metal, "smooth", 0.7), puff=0.9, crumple=0)
        for side in (-1, 1))]


def tote(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """An open bag with two handles."""
    fabric = product.fabric
    half, tall = 0.62 + 0.2 * product.number("width"), 1.25 - 0.15 * product.number("width")
    long = product.choice("handles") == "long-handled"
    trim = fabric if fabric.grain == "canvas" and product.seed % 2 else solid(blend(fabric.colour, (112, 72, 44),
        0.75), "leather", 0.25)
    body = smooth(mirrored([(0, 0.02), (half * 0.5, 0.01), (half, -0.02, 1), (half * 0.98, tall * 0.6),
        (half * 0.93, tall, 1), (half * 0.4, tall + 0.03), (0, tall + 0.03)]))
    back = smooth(mirrored([(0, -0.1), (half * 0.6, -0.1), (half, -0.02, 1), (0, 0.12)]))
    decals: list[Decal] = []
    if product.choice("block") == "print" and fabric.pattern == "plain":
        decals = print_decals(product.seed, 0, tall * 0.52, half * 1.1, product.accent, fabric.third)
    elif product.choice("block") == "colour block":
        decals = [Decal(np.array([(-2, tall * 0.7), (2, tall * 0.7), (2, tall + 1), (-2, tall + 1)]), product.accent)]
    height = 1.0 if long else 0.5
    folds: Folds = [(lens((x * half, 0.05), (x * half * 0.8 + rng.uniform(-0.1, 0.1), tall * rng.uniform(0.6, 1)),
        0.12, 0.05), crease * rng.choice([-1, 1])) for x in (-0.85, -0.5, 0.1, 0.45, 0.8)]
    stitches = [Line(smooth([(-half, 0.09), (0, 0.13), (half, 0.09)], closed=False), 0.011, None, 0.4, 0.024)]
    handle = arch(half * 0.5, height, 0.28)
    return [
        strip(arch(half * 0.48, height * 0.96, 0.0) + (0.03, -0.05), 0.085,
        Fabric(blend(trim.colour, (0, 0, 0), 0.2), grain=trim.grain)),
        Part(back, Fabric(blend(fabric.colour, (0, 0, 0), 0.3), grain="canvas"), puff=0.2, tone=0.75, shadow=0.1),
        Part(body, fabric, puff=0.9, folds=folds, crumple=0.5, decals=decals, lines=stitches),
        strip(handle, 0.085, trim),
    ]
