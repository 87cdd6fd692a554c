"""Layers: cardigan, blazer, coat."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bodice import Bodice, leaned
from core.catalogs.studio_body import WAIST_Y, Pose
from core.catalogs.studio_collars import collar_back
from core.catalogs.studio_curves import smooth
from core.catalogs.studio_fabric import Fabric, blend
from core.catalogs.studio_fronts import (
    belt_tie,
    front_panel,
    fronts,
    horn_colour,
    lapels,
    layer_bodice,
    layer_sleeves,
    lining_part,
    welts,
)
from core.catalogs.studio_jackets import puffer
from core.catalogs.studio_parts import Decal, Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import button, patch_pocket

# Coordinates are laid out by hand.
# fmt: off


def cardigan(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A buttoned or open cardigan."""
    fabric = product.fabric
    hem_y = {"cropped": 3.25, "longline": 4.7}.get(product.choice("length_name"),
        3.8) + 0.15 * product.number("length")
    bodice = layer_bodice(pose, product.number("ease"), hem_y, 0.2, 2.05 + 0.35 * product.number("ease"))
    rib = Fabric(fabric.colour, grain="rib")
    is_open = product.choice("length_name") == "longline"
    gap = 0.14 if is_open else 0.0
    decals: list[Decal] = []
    if not is_open:
        for y in np.linspace(bodice.neck_y + 0.08, hem_y - 0.14, 4 if hem_y < 3.5 else 6):
            decals += button(0.0, float(y), 0.045, blend(product.accent, fabric.colour, 0.3))
    parts = leaned([lining_part(bodice, fabric)], pose)
    parts += layer_sleeves(bodice, pose, product, rng, crease, "rib", 0.02 + 0.04 * product.number("ease"), rib)
    front = fronts(bodice, fabric, rng, crease, overlap=0.02 if is_open else 0.08, gap=gap, corner=0.05,
        break_y=WAIST_Y, decals=[], puff=1.1)
    for side in (-1, 1):
        edge = front_panel(bodice, side, 0.02 if is_open else 0.08, gap, 0.05, WAIST_Y)
        strip = edge[-6 * 9 - 2 :]
        band = np.vstack([strip, (strip + (side * 0.13, 0))[::-1]])
        front.append(Part(band, rib, puff=0.5, crumple=0.05, shadow=0.3, decals=decals if side == 1 else ()))
    if product.choice("pocket"):
        front += [patch_pocket(side * 0.48, hem_y - 0.75, 0.4, 0.48, fabric) for side in (-1, 1)]
    return parts + leaned(front, pose)


def blazer(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A tailored jacket with notched lapels."""
    fabric, double = product.fabric, product.choice("front") == "double-breasted"
    bodice = layer_bodice(pose, product.number("ease") * 0.5, 4.0 + 0.35 * product.number("length"), 0.85,
        2.7 if not double else 2.6)
    horn, decals = horn_colour(fabric), []
    for y in (2.76, 3.1):
        decals += button(0.0 if not double else 0.16, y, 0.045, horn)
        decals += button(-0.16, y, 0.045, horn) if double else []
    lining = Fabric(blend(product.accent, fabric.colour, 0.55), grain="satin", gloss=0.2)
    parts = leaned([lining_part(bodice, lining), collar_back(bodice, fabric)], pose)
    parts += layer_sleeves(bodice, pose, product, rng, crease * 0.8, "none", 0.0)
    front = fronts(
        bodice, fabric, rng, crease * 0.7, overlap=0.07 if not double else 0.26, gap=0.1 if not double else -0.2,
        corner=0.28 if not double else 0.05,
        break_y=3.1, decals=decals, lines=[Line(smooth([(side * 0.42, 2.1), (side * 0.36, 2.8), (side * 0.4, 3.4)],
        closed=False), 0.012, None, 0.22) for side in (-1, 1)],
    )
    front += welts(fabric, bodice.waist * 0.72, 3.42)
    front.append(Part(np.array([(0.34, 2.08), (0.62, 2.02), (0.62, 2.1), (0.34, 2.16)]), fabric, puff=0.2, crumple=0,
        shadow=0.35))
    front += lapels(bodice, fabric, product.number("lapel"))
    return parts + leaned(front, pose)


def coat(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A long coat in one of six styles."""
    fabric, style = product.fabric, product.choice("style")
    hem_y = 4.9 + 0.9 * product.number("length") - (0.5 if style in ("duffle", "puffer") else 0.0)
    if style == "puffer":
        return puffer(product, pose, rng, hem_y)
    neck_y = {"wrap": 2.7, "duffle": 1.62, "single-breasted": 2.35, "double-breasted": 2.2, "trench": 2.05}[style]
    fitted = 0.8 if style in ("wrap", "trench") else 0.35
    bodice = layer_bodice(pose, 0.5 + 0.5 * product.number("ease"), hem_y, fitted, neck_y,
        flare=0.05 + 0.12 * product.number("ease"))
    lining = Fabric(blend(fabric.colour, product.accent, 0.3), grain="satin", gloss=0.2)
    parts = leaned([lining_part(bodice, lining), collar_back(bodice, fabric)], pose)
    if style == "duffle":
        parts += leaned(_hood(bodice, fabric), pose)
    parts += layer_sleeves(bodice, pose, product, rng, crease, "none", 0.04)
    decals, lines = _closing(style, fabric, hem_y, neck_y)
    overlap = {"double-breasted": 0.3, "trench": 0.3, "wrap": 0.2, "duffle": 0.1}.get(style, 0.09)
    front = fronts(bodice, fabric, rng, crease, overlap=overlap, gap=-overlap * 0.9, corner=0.04, break_y=hem_y - 0.4,
        decals=decals, lines=lines)
    front += welts(fabric, bodice.waist * 0.72, 3.6, slant=0.1 if style != "duffle" else 0.0)
    if style in ("wrap", "trench"):
        front += belt_tie(fabric, bodice.waist, buckle=style == "trench")
    if style == "duffle":
        front += _toggles(bodice)
    else:
        front += lapels(bodice, fabric, 0.42 if style != "wrap" else 0.36, notch=style != "wrap")
    if style == "trench":
        front += [Part(smooth([(side * 0.42, 1.33, 1), (side * 1.0, 1.56), (side * 0.82, 2.16, 1),
            (side * 0.4, 2.2)]), fabric, puff=0.3, shadow=0.35) for side in (-1, 1)]
    return parts + leaned(front, pose)


def _closing(style: str, fabric: Fabric, hem_y: float, neck_y: float) -> tuple[list[Decal], list[Line]]:
    horn, decals = horn_colour(fabric), []
    pairs = {"single-breasted": (0.0,), "double-breasted": (-0.2, 0.2), "trench": (-0.2, 0.2)}.get(style, ())
    for y in np.linspace(neck_y + 0.1, hem_y - 1.3, 3):
        for x in pairs:
            decals += button(x, float(y), 0.058, horn)
    return decals, [Line(np.array([(-1.2, hem_y - 0.09), (1.2, hem_y - 0.09)]), 0.01, None, 0.25, 0.025)]


def _toggles(bodice: Bodice) -> list[Part]:
    parts = []
    for y in np.linspace(1.85, 3.5, 4):
        cord = smooth([(-0.24, y - 0.02, 1), (0.22, y - 0.02, 1), (0.22, y + 0.02, 1), (-0.24, y + 0.02, 1)])
        horn = smooth([(-0.11, y - 0.02), (0, y - 0.05), (0.11, y - 0.02), (0.11, y + 0.03), (0, y + 0.05),
            (-0.11, y + 0.03)])
        parts.append(Part(cord, Fabric((78, 58, 44), grain="leather"), puff=0.2, crumple=0, shadow=0.4))
        parts.append(Part(horn, Fabric((206, 176, 130), grain="smooth", gloss=0.4), puff=0.8, crumple=0, shadow=0.5))
    return parts


def _hood(bodice: Bodice, fabric: Fabric) -> list[Part]:
    top = bodice.slope_y(bodice.neck_x)
    hood = smooth([(0, top - 0.36), (0.32, top - 0.32), (0.5, top - 0.08), (0.48, top + 0.2), (0, top + 0.3),
        (-0.48, top + 0.2), (-0.5, top - 0.08), (-0.32, top - 0.32)])
    return [Part(hood, fabric, behind=True), Part(hood * (0.7, 0.75) + (0, top * 0.25 + 0.04), fabric, behind=True,
        tone=0.6, puff=0.3, shadow=0)]
