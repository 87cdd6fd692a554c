"""Short jackets, and everything quilted."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bodice import Bodice, band, hem_band, leaned
from core.catalogs.studio_body import Pose
from core.catalogs.studio_collars import collar_back, collar_leaves, roll_neck
from core.catalogs.studio_curves import Points, smooth
from core.catalogs.studio_fabric import Fabric, Rgb, blend
from core.catalogs.studio_fronts import fronts, horn_colour, lapels, layer_bodice, layer_sleeves, lining_part
from core.catalogs.studio_parts import Decal, Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import button, patch_pocket, sleeve, sleeve_tube, zip_lines

# Coordinates are laid out by hand.
# fmt: off


def puffer(product: Product, pose: Pose, rng: np.random.Generator, hem_y: float) -> list[Part]:
    """A quilted, zipped coat or jacket."""
    fabric = Fabric(product.fabric.colour, grain="smooth", gloss=0.22)
    bodice = layer_bodice(pose, 1.0, hem_y, 0.1, 1.5)
    folds = []
    for y in np.arange(1.75, hem_y - 0.1, 0.36):
        row = smooth([(-1.4, y - 0.02), (0, y + 0.03), (1.4, y - 0.02), (1.4, y + 0.03), (0, y + 0.08),
            (-1.4, y + 0.03)])
        folds.append((row, -0.75))
    lines = [Line(smooth([(-1.4, y), (0, y + 0.05), (1.4, y)], closed=False), 0.014, None, 0.4)
        for y in np.arange(1.75, hem_y - 0.1, 0.36)]
    outline = smooth([*bodice.neckline(), *bodice.side(), (0, hem_y + 0.03),
        *[(-x, *rest) for x, *rest in reversed(bodice.side())],
        *[(-x, *rest) for x, *rest in reversed(bodice.neckline()[1:])]])
    parts = leaned([lining_part(bodice, fabric)], pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.4, 0.39, 0.36, 0.33, 0.26])
        rings: list[tuple[Points, float]] = []
        for along in np.linspace(0.14, 0.9, 7):
            ring = limb.across(float(along), 0.04, 1.2)
            rings.append((np.vstack([ring, (ring + (0.0, 0.05))[::-1]]), -0.7))
        arm = sleeve(limb, 0.97, fabric, rng, 0.3, "rib", Fabric(fabric.colour, grain="rib"), puff=1.2)
        parts += [Part(arm[0].outline, fabric, arm[0].frame, puff=1.2, folds=[*arm[0].folds, *rings], crumple=0.5),
            *arm[1:]]
    front = [Part(outline, fabric, puff=1.3, folds=folds, crumple=0.6, lines=[*lines, *zip_lines(1.4, hem_y)]),
        roll_neck(bodice, fabric)]
    return parts + leaned(front, pose)


def jacket(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A short jacket: bomber, denim, biker, field, puffer or track."""
    style, colour = product.choice("style"), product.fabric.colour
    if style == "puffer":
        return puffer(product, pose, rng, 3.7 + 0.3 * product.number("length"))
    grain, gloss = {"denim": ("denim", 0.0), "biker": ("leather", 0.4), "bomber": ("satin", 0.12),
        "field": ("canvas", 0.0), "track": ("jersey", 0.05)}[style]
    fabric = Fabric(colour, product.accent, grain=grain, gloss=gloss)
    hem_y = {"bomber": 3.4, "denim": 3.5, "biker": 3.35, "field": 4.2,
        "track": 3.6}[style] + 0.2 * product.number("length")
    bodice = layer_bodice(pose, 0.2 + 0.5 * product.number("ease"), hem_y, 0.25,
        {"biker": 2.2, "bomber": 1.5, "track": 1.5}.get(style, 1.62))
    rib = Fabric(product.accent if style == "track" else colour, grain="rib")
    coloured = Product(**{**product.__dict__, "fabric": fabric})
    parts = leaned([lining_part(bodice, Fabric(blend(colour, (40, 36, 34), 0.4), grain="satin")),
        collar_back(bodice, fabric)], pose)
    arms = layer_sleeves(bodice, pose, coloured, rng, crease * 1.1, "rib" if style in ("bomber", "track") else "shirt"
        if style in ("denim", "field") else "none", 0.03, rib)
    front = fronts(bodice, fabric, rng, crease, overlap=0.06, gap=0.04 if style == "biker" else -0.05, corner=0.03,
        break_y=hem_y - 0.2, decals=[], lines=_jacket_lines(style, bodice, product.accent))
    detail = _jacket_details(style, bodice, fabric, rib, product)
    return parts + arms + leaned([*front, *detail], pose)


def _jacket_lines(style: str, bodice: Bodice, accent: Rgb) -> list[Line]:
    low, contrast = bodice.hem_y, (206, 152, 84)
    if style == "denim":
        seams = [smooth([(side * 0.02, 2.02), (side * 0.9, 1.95)], closed=False) for side in (-1, 1)]
        seams += [smooth([(side * 0.34, 2.05), (side * 0.2, low)], closed=False) for side in (-1, 1)]
        seams += [smooth([(side * 0.6, 2.05), (side * 0.5, low)], closed=False) for side in (-1, 1)]
        hem = [np.array([(-1.2, low - 0.17), (1.2, low - 0.17)])]
        return [line for seam in (*seams, *hem) for line in (Line(seam, 0.018, None, 0.4),
            Line(seam + (0.03, 0.02), 0.012, contrast, 0.8, 0.024))]
    if style == "track":
        return [Line(smooth([(side * 0.28, 1.3), (side * 0.5, 1.9), (side * 0.92, 2.3)], closed=False), 0.05, accent,
            1.0) for side in (-1, 1)]
    return [Line(np.array([(-1.2, low - 0.08), (1.2, low - 0.08)]), 0.01, None, 0.3, 0.024)]


def _jacket_details(style: str, bodice: Bodice, fabric: Fabric, rib: Fabric, product: Product) -> list[Part]:
    low, top = bodice.hem_y, bodice.neck_y
    run = Part(np.array([(-0.05, top - 0.04), (0.05, top - 0.04), (0.05, low), (-0.05, low)]), fabric, puff=0.1,
        crumple=0, shadow=0.2, edge=0.1, lines=zip_lines(top, low))
    slots = [Line(np.array([(side * 0.66, low - 0.75), (side * 0.48, low - 0.3)]), 0.04, None, 0.6)
        for side in (-1, 1)]
    if style in ("bomber", "track"):
        waist = hem_band(bodice, 0.22, rib)
        pockets = [Part(np.vstack([slot.points + (-0.03, 0), (slot.points + (0.03, 0))[::-1]]), fabric, puff=0.3,
            crumple=0, lines=[slot]) for slot in slots]
        collar = band(bodice, 0.15, rib) if style == "bomber" else roll_neck(bodice, rib)
        return [*pockets, waist, run, collar]
    if style == "biker":
        diagonal = np.array([(0.3, 1.75), (0.08, low)])
        strip = Part(np.vstack([diagonal - (0.04, 0), (diagonal + (0.04, 0))[::-1]]), fabric, puff=0.2, crumple=0,
            lines=[Line(diagonal, 0.05, (196, 196, 194), 0.95), Line(diagonal, 0.015, None, 0.8, 0.02)])
        extra = [Part(np.vstack([row, row[::-1] + (0, 0.06)]), fabric, puff=0.2, crumple=0,
            lines=[Line(row + (0, 0.03), 0.03, (196, 196, 194), 0.9)])
            for row in (np.array([(-0.62, 2.25), (-0.24, 2.15)]), np.array([(0.35, 3.02), (0.68, 2.8)]),
            np.array([(-0.68, 2.85), (-0.35, 3.05)]))]
        return [strip, *extra, *lapels(bodice, fabric, 0.34)]
    decals: list[Decal] = []
    for y in np.linspace(top + 0.15, low - 0.1, 6):
        decals += button(0.0, float(y), 0.042, (186, 164, 118) if style == "denim" else horn_colour(fabric))
    strip = Part(np.array([(-0.09, top - 0.02), (0.09, top - 0.02), (0.09, low), (-0.09, low)]), fabric, puff=0.15,
        crumple=0.05, shadow=0.25, decals=decals)
    colour = (206, 152, 84) if style == "denim" else None
    pockets = [patch_pocket(side * 0.46, 2.02, 0.36, 0.38, fabric, True, colour) for side in (-1, 1)]
    if style == "field":
        pockets += [patch_pocket(side * 0.5, low - 0.85, 0.48, 0.56, fabric, True, None) for side in (-1, 1)]
    return [strip, *pockets, *collar_leaves(bodice, fabric, top + 0.1, 0.42)]
