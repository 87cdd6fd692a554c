"""Open-fronted clothes worn over others: cardigan, blazer, coat, jacket."""

import numpy as np

from core.catalogs.studio_body import ARMPIT_Y, WAIST_Y, Pose
from core.catalogs.studio_curves import Points, circle, smooth
from core.catalogs.studio_fabric import Fabric, Rgb, blend
from core.catalogs.studio_paint import Decal, Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import (
    Bodice, body_folds, button, leaned, patch_pocket, sleeve, sleeve_tube, zip_lines,
)  # fmt: skip
from core.catalogs.studio_tops import collar_back, roll_neck


def _bodice(pose: Pose, ease: float, hem_y: float, waist: float, neck_y: float, flare: float = 0.0) -> Bodice:
    """`waist` 0 is boxy, 1 is fitted."""
    build = pose.build
    chest = build.chest + 0.16 + 0.12 * ease
    hem = max(build.hip + 0.1 + 0.08 * ease, chest * 0.95) + flare if hem_y > WAIST_Y + 0.4 else chest * 0.95
    fitted = build.waist + 0.15 + 0.1 * ease
    return Bodice(build, build.neck + 0.09, neck_y, "V", build.shoulder + 0.06 + 0.06 * ease, chest, chest * (1 - waist) + fitted * waist, hem, hem_y, 0.02)


def _lining(bodice: Bodice, fabric: Fabric) -> Part:
    """The inside of the back, seen wherever the front is open."""
    top = bodice.slope_y(bodice.neck_x)
    side = [point for point in bodice.side() if point[1] > ARMPIT_Y - 0.1]
    half = [(0, top + 0.05), (bodice.neck_x, top, 1), (bodice.shoulder_x * 0.8, SHOULDER_LOW, 1), *[(x - 0.06, y - 0.03, 1) for x, y, *_ in side]]
    outline = smooth([*half, *[(-x, y, 1) for x, y, *_ in reversed(half)]])
    label = np.array([(-0.1, top + 0.12), (0.1, top + 0.12), (0.1, top + 0.21), (-0.1, top + 0.21)])
    return Part(outline, fabric, behind=True, tone=0.62, puff=0.2, shadow=0, decals=[Decal(label, (236, 230, 216))])


SHOULDER_LOW = 1.62


def front_panel(bodice: Bodice, side: int, overlap: float, gap: float, corner: float, break_y: float) -> Points:
    """Half of an open front.

    Args:
        bodice: the whole shape; `neck_y` is where the fronts first meet.
        side: 1 for positive x.
        overlap: how far it reaches over the middle at `neck_y`.
        gap: how far from the middle its edge is at the hem.
        corner: radius of the rounded lower corner.
        break_y: height down to which the fronts stay closed (below it they part by `gap`).
    """
    top = bodice.slope_y(bodice.neck_x)
    low = bodice.hem_y + bodice.hem_drop
    edge: list[tuple[float, ...]] = [
        (gap + corner, low, 1), (gap + corner * 0.3, low - corner * 0.35), (gap - overlap * 0.3, low - corner * 1.3),
        (-overlap, min(break_y, low - corner * 1.4 - 0.1)), (-overlap, bodice.neck_y, 1), (bodice.neck_x * 0.55, (bodice.neck_y + top) * 0.5 - 0.02),
    ]  # fmt: skip
    return smooth([(bodice.neck_x, top, 1), *bodice.side(), *edge]) * (side, 1)


def _lapels(bodice: Bodice, fabric: Fabric, width: float, notch: bool = True) -> list[Part]:
    """Notched or shawl lapels turned out along the fronts' upper edges, and the collar above them."""
    top, low = bodice.slope_y(bodice.neck_x), bodice.neck_y
    height = low - top
    parts = []
    for side in (-1, 1):
        if notch:
            shape: list[tuple[float, ...]] = [
                (0.04, low, 1), (bodice.neck_x * 0.75, top + height * 0.45), (bodice.neck_x * 1.02, top + height * 0.1, 1),
                (bodice.neck_x + width * 0.72, top + height * 0.3, 1), (bodice.neck_x + width, top + height * 0.36, 1),
                (bodice.neck_x * 0.8 + width * 0.6, top + height * 0.66), (0.12, low - height * 0.06),
            ]  # fmt: skip
        else:
            shape = [
                (0.04, low, 1), (bodice.neck_x * 0.75, top + height * 0.45), (bodice.neck_x * 0.98, top - 0.04, 1),
                (bodice.neck_x + width * 0.75, top + height * 0.22), (bodice.neck_x + width * 0.85, top + height * 0.42), (bodice.neck_x * 0.7 + width * 0.5, top + height * 0.72),
            ]  # fmt: skip
        outline = smooth(shape) * (side, 1)
        inner = (outline - outline.mean(0)) * 0.9 + outline.mean(0)
        parts.append(Part(outline, fabric, puff=0.35, crumple=0.06, shadow=0.55, lines=[Line(np.vstack([inner, inner[:1]]), 0.008, None, 0.22, 0.02)]))
        if notch:
            collar = smooth([
                (bodice.neck_x - 0.04, top - 0.13, 1), (bodice.neck_x + 0.07, top + 0.02), (bodice.neck_x + width * 0.66, top + height * 0.21, 1),
                (bodice.neck_x + width * 0.5, top + height * 0.31, 1), (bodice.neck_x * 1.0, top + height * 0.14), (bodice.neck_x * 0.8, top + height * 0.22),
            ]) * (side, 1)  # fmt: skip
            parts.append(Part(collar, fabric, puff=0.35, crumple=0.05, shadow=0.5))
    return parts


def _welts(fabric: Fabric, x: float, y: float, slant: float = 0.03) -> list[Part]:
    """Flap pockets left and right."""
    flap = np.array([(x - 0.2, y), (x + 0.2, y - slant), (x + 0.2, y + 0.13 - slant), (x - 0.2, y + 0.13)])
    return [Part(smooth([(*point, 1) for point in flap * (side, 1)]), fabric, puff=0.3, crumple=0.05, shadow=0.4) for side in (-1, 1)]


def _fronts(
    bodice: Bodice, fabric: Fabric, rng: np.random.Generator, crease: float, *, overlap: float, gap: float, corner: float, break_y: float,
    decals: list[Decal], lines: list[Line] | None = None, puff: float = 0.9,
) -> list[Part]:  # fmt: skip
    """Both fronts, the buttoned one on top."""
    parts = []
    for side in (-1, 1):
        outline = front_panel(bodice, side, overlap, gap, corner, break_y)
        parts.append(Part(
            outline, fabric, puff=puff, folds=body_folds(bodice, rng, crease), crumple=0.3, shadow=0.3,
            decals=decals if side == 1 else (), lines=lines or (),
        ))  # fmt: skip
    return parts


def _sleeves(bodice: Bodice, pose: Pose, product: Product, rng: np.random.Generator, crease: float, cuff: str, roomy: float, rib: Fabric | None = None) -> list[Part]:
    parts = []
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.34 + roomy, 0.31 + roomy, 0.27 + roomy, 0.25 + roomy, 0.22 + roomy * 0.6])
        parts += sleeve(limb, 0.99 if cuff != "rib" else 0.96, product.fabric, rng, crease, cuff, rib, puff=0.9)
    return parts


def _horn(fabric: Fabric) -> Rgb:
    return blend(fabric.colour, (24, 18, 16), 0.55) if sum(fabric.colour) > 200 else (92, 84, 78)


def cardigan(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A buttoned or open cardigan."""
    fabric = product.fabric
    hem_y = {"cropped": 3.25, "longline": 4.7}.get(product.choice("length_name"), 3.8) + 0.15 * product.number("length")
    bodice = _bodice(pose, product.number("ease"), hem_y, 0.2, 2.05 + 0.35 * product.number("ease"))
    rib = Fabric(fabric.colour, grain="rib")
    is_open = product.choice("length_name") == "longline"
    gap = 0.14 if is_open else 0.0
    decals: list[Decal] = []
    if not is_open:
        for y in np.linspace(bodice.neck_y + 0.08, hem_y - 0.14, 4 if hem_y < 3.5 else 6):
            decals += button(0.0, float(y), 0.045, blend(product.accent, fabric.colour, 0.3))
    parts = leaned([_lining(bodice, fabric)], pose)
    parts += _sleeves(bodice, pose, product, rng, crease, "rib", 0.02 + 0.04 * product.number("ease"), rib)
    front = _fronts(bodice, fabric, rng, crease, overlap=0.02 if is_open else 0.08, gap=gap, corner=0.05, break_y=WAIST_Y, decals=[], puff=1.1)
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
    bodice = _bodice(pose, product.number("ease") * 0.5, 4.0 + 0.35 * product.number("length"), 0.85, 2.7 if not double else 2.6)
    horn, decals = _horn(fabric), []
    for y in (2.76, 3.1):
        decals += button(0.0 if not double else 0.16, y, 0.045, horn)
        decals += button(-0.16, y, 0.045, horn) if double else []
    lining = Fabric(blend(product.accent, fabric.colour, 0.55), grain="satin", gloss=0.2)
    parts = leaned([_lining(bodice, lining), collar_back(bodice, fabric)], pose)
    parts += _sleeves(bodice, pose, product, rng, crease * 0.8, "none", 0.0)
    front = _fronts(
        bodice, fabric, rng, crease * 0.7, overlap=0.07 if not double else 0.26, gap=0.1 if not double else -0.2, corner=0.28 if not double else 0.05,
        break_y=3.1, decals=decals, lines=[Line(smooth([(side * 0.42, 2.1), (side * 0.36, 2.8), (side * 0.4, 3.4)], closed=False), 0.012, None, 0.22) for side in (-1, 1)],
    )  # fmt: skip
    front += _welts(fabric, bodice.waist * 0.72, 3.42)
    front.append(Part(np.array([(0.34, 2.08), (0.62, 2.02), (0.62, 2.1), (0.34, 2.16)]), fabric, puff=0.2, crumple=0, shadow=0.35))
    front += _lapels(bodice, fabric, product.number("lapel"))
    return parts + leaned(front, pose)


def coat(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A long coat in one of six styles."""
    fabric, style = product.fabric, product.choice("style")
    hem_y = 4.9 + 0.9 * product.number("length") - (0.5 if style in ("duffle", "puffer") else 0.0)
    if style == "puffer":
        return _puffer(product, pose, rng, hem_y)
    neck_y = {"wrap": 2.7, "duffle": 1.62, "single-breasted": 2.35, "double-breasted": 2.2, "trench": 2.05}[style]
    fitted = 0.8 if style in ("wrap", "trench") else 0.35
    bodice = _bodice(pose, 0.5 + 0.5 * product.number("ease"), hem_y, fitted, neck_y, flare=0.05 + 0.12 * product.number("ease"))
    lining = Fabric(blend(fabric.colour, product.accent, 0.3), grain="satin", gloss=0.2)
    parts = leaned([_lining(bodice, lining), collar_back(bodice, fabric)], pose)
    if style == "duffle":
        parts += leaned(_hood(bodice, fabric), pose)
    parts += _sleeves(bodice, pose, product, rng, crease, "none", 0.04)
    decals, lines = _closing(style, fabric, hem_y, neck_y)
    overlap = {"double-breasted": 0.3, "trench": 0.3, "wrap": 0.2, "duffle": 0.1}.get(style, 0.09)
    front = _fronts(bodice, fabric, rng, crease, overlap=overlap, gap=-overlap * 0.9, corner=0.04, break_y=hem_y - 0.4, decals=decals, lines=lines)
    front += _welts(fabric, bodice.waist * 0.72, 3.6, slant=0.1 if style != "duffle" else 0.0)
    if style in ("wrap", "trench"):
        front += belt_tie(fabric, bodice.waist, buckle=style == "trench")
    if style == "duffle":
        front += _toggles(bodice)
    else:
        front += _lapels(bodice, fabric, 0.42 if style != "wrap" else 0.36, notch=style != "wrap")
    if style == "trench":
        front += [Part(smooth([(side * 0.42, 1.33, 1), (side * 1.0, 1.56), (side * 0.82, 2.16, 1), (side * 0.4, 2.2)]), fabric, puff=0.3, shadow=0.35) for side in (-1, 1)]
    return parts + leaned(front, pose)


def _closing(style: str, fabric: Fabric, hem_y: float, neck_y: float) -> tuple[list[Decal], list[Line]]:
    horn, decals = _horn(fabric), []
    pairs = {"single-breasted": (0.0,), "double-breasted": (-0.2, 0.2), "trench": (-0.2, 0.2)}.get(style, ())
    for y in np.linspace(neck_y + 0.1, hem_y - 1.3, 3):
        for x in pairs:
            decals += button(x, float(y), 0.058, horn)
    return decals, [Line(np.array([(-1.2, hem_y - 0.09), (1.2, hem_y - 0.09)]), 0.01, None, 0.25, 0.025)]


def _toggles(bodice: Bodice) -> list[Part]:
    parts = []
    for y in np.linspace(1.85, 3.5, 4):
        cord = smooth([(-0.24, y - 0.02, 1), (0.22, y - 0.02, 1), (0.22, y + 0.02, 1), (-0.24, y + 0.02, 1)])
        horn = smooth([(-0.11, y - 0.02), (0, y - 0.05), (0.11, y - 0.02), (0.11, y + 0.03), (0, y + 0.05), (-0.11, y + 0.03)])
        parts.append(Part(cord, Fabric((78, 58, 44), grain="leather"), puff=0.2, crumple=0, shadow=0.4))
        parts.append(Part(horn, Fabric((206, 176, 130), grain="smooth", gloss=0.4), puff=0.8, crumple=0, shadow=0.5))
    return parts


def _hood(bodice: Bodice, fabric: Fabric) -> list[Part]:
    top = bodice.slope_y(bodice.neck_x)
    hood = smooth([(0, top - 0.36), (0.32, top - 0.32), (0.5, top - 0.08), (0.48, top + 0.2), (0, top + 0.3), (-0.48, top + 0.2), (-0.5, top - 0.08), (-0.32, top - 0.32)])
    return [Part(hood, fabric, behind=True), Part(hood * (0.7, 0.75) + (0, top * 0.25 + 0.04), fabric, behind=True, tone=0.6, puff=0.3, shadow=0)]


def belt_tie(fabric: Fabric, waist: float, buckle: bool = False, y: float = WAIST_Y) -> list[Part]:
    """A fabric belt at the waist, knotted or buckled."""
    strap = smooth([(-waist - 0.03, y - 0.08, 1), (0, y - 0.05), (waist + 0.03, y - 0.08, 1), (waist + 0.03, y + 0.07, 1), (0, y + 0.1), (-waist - 0.03, y + 0.07, 1)])
    parts = [Part(strap, fabric, puff=0.5, crumple=0.15, shadow=0.5)]
    for x in (0.06, 0.16):
        end = smooth([(0.02, y, 1), (0.12, y, 1), (x + 0.12, y + 0.85, 1), (x - 0.01, y + 0.9, 1)])
        parts.append(Part(end, fabric, puff=0.5, crumple=0.2, shadow=0.45))
    if buckle:
        parts.append(Part(smooth([(-0.1, y - 0.1), (0.1, y - 0.1), (0.1, y + 0.13), (-0.1, y + 0.13)]), Fabric((96, 66, 44), grain="leather"), puff=0.6, shadow=0.5))
    else:
        parts.append(Part(circle(0.06, y + 0.02, 0.1, 0.11), fabric, puff=0.9, shadow=0.5))
    return parts


def _puffer(product: Product, pose: Pose, rng: np.random.Generator, hem_y: float) -> list[Part]:
    """A quilted, zipped coat or jacket."""
    fabric = Fabric(product.fabric.colour, grain="smooth", gloss=0.22)
    bodice = _bodice(pose, 1.0, hem_y, 0.1, 1.5)
    folds = []
    for y in np.arange(1.75, hem_y - 0.1, 0.36):
        row = smooth([(-1.4, y - 0.02), (0, y + 0.03), (1.4, y - 0.02), (1.4, y + 0.03), (0, y + 0.08), (-1.4, y + 0.03)])
        folds.append((row, -3.2))
    lines = [Line(smooth([(-1.4, y), (0, y + 0.05), (1.4, y)], closed=False), 0.014, None, 0.4) for y in np.arange(1.75, hem_y - 0.1, 0.36)]
    outline = smooth([*bodice.neckline(), *bodice.side(), (0, hem_y + 0.03), *[(-x, *rest) for x, *rest in reversed(bodice.side())], *[(-x, *rest) for x, *rest in reversed(bodice.neckline()[1:])]])
    parts = leaned([_lining(bodice, fabric)], pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.4, 0.39, 0.36, 0.33, 0.26])
        rings: list[tuple[Points, float]] = []
        for along in np.linspace(0.14, 0.9, 7):
            ring = limb.across(float(along), 0.04, 1.2)
            rings.append((np.vstack([ring, (ring + (0.0, 0.05))[::-1]]), -3.0))
        arm = sleeve(limb, 0.97, fabric, rng, 0.3, "rib", Fabric(fabric.colour, grain="rib"), puff=1.2)
        parts += [Part(arm[0].outline, fabric, arm[0].frame, puff=1.2, folds=[*arm[0].folds, *rings], crumple=0.5), *arm[1:]]
    front = [Part(outline, fabric, puff=1.3, folds=folds, crumple=0.6, lines=[*lines, *zip_lines(1.4, hem_y)]), roll_neck(bodice, fabric)]
    return parts + leaned(front, pose)


def jacket(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A short jacket: bomber, denim, biker, field, puffer or track."""
    style, colour = product.choice("style"), product.fabric.colour
    if style == "puffer":
        return _puffer(product, pose, rng, 3.7 + 0.3 * product.number("length"))
    grain, gloss = {"denim": ("denim", 0.0), "biker": ("leather", 0.4), "bomber": ("satin", 0.12), "field": ("canvas", 0.0), "track": ("jersey", 0.05)}[style]
    fabric = Fabric(colour, product.accent, grain=grain, gloss=gloss)
    hem_y = {"bomber": 3.4, "denim": 3.5, "biker": 3.35, "field": 4.2, "track": 3.6}[style] + 0.2 * product.number("length")
    bodice = _bodice(pose, 0.2 + 0.5 * product.number("ease"), hem_y, 0.25, {"biker": 2.2, "bomber": 1.5, "track": 1.5}.get(style, 1.62))
    rib = Fabric(product.accent if style == "track" else colour, grain="rib")
    coloured = Product(**{**product.__dict__, "fabric": fabric})
    parts = leaned([_lining(bodice, Fabric(blend(colour, (40, 36, 34), 0.4), grain="satin")), collar_back(bodice, fabric)], pose)
    arms = _sleeves(bodice, pose, coloured, rng, crease * 1.1, "rib" if style in ("bomber", "track") else "shirt" if style in ("denim", "field") else "none", 0.03, rib)
    front = _fronts(bodice, fabric, rng, crease, overlap=0.06, gap=0.04 if style == "biker" else -0.05, corner=0.03, break_y=hem_y - 0.2, decals=[], lines=_jacket_lines(style, bodice, product.accent))
    detail = _jacket_details(style, bodice, fabric, rib, product)
    return parts + arms + leaned([*front, *detail], pose)


def _jacket_lines(style: str, bodice: Bodice, accent: Rgb) -> list[Line]:
    low, contrast = bodice.hem_y, (206, 152, 84)
    if style == "denim":
        seams = [smooth([(side * 0.02, 2.02), (side * 0.9, 1.95)], closed=False) for side in (-1, 1)]
        seams += [smooth([(side * 0.34, 2.05), (side * 0.2, low)], closed=False) for side in (-1, 1)]
        seams += [smooth([(side * 0.6, 2.05), (side * 0.5, low)], closed=False) for side in (-1, 1)]
        hem = [np.array([(-1.2, low - 0.17), (1.2, low - 0.17)])]
        return [line for seam in (*seams, *hem) for line in (Line(seam, 0.018, None, 0.4), Line(seam + (0.03, 0.02), 0.012, contrast, 0.8, 0.024))]
    if style == "track":
        return [Line(smooth([(side * 0.28, 1.3), (side * 0.5, 1.9), (side * 0.92, 2.3)], closed=False), 0.05, accent, 1.0) for side in (-1, 1)]
    return [Line(np.array([(-1.2, low - 0.08), (1.2, low - 0.08)]), 0.01, None, 0.3, 0.024)]


def _jacket_details(style: str, bodice: Bodice, fabric: Fabric, rib: Fabric, product: Product) -> list[Part]:
    from core.catalogs.studio_sewing import band, hem_band
    from core.catalogs.studio_tops import collar_leaves

    low, top = bodice.hem_y, bodice.neck_y
    run = Part(np.array([(-0.05, top - 0.04), (0.05, top - 0.04), (0.05, low), (-0.05, low)]), fabric, puff=0.1, crumple=0, shadow=0.2, edge=0.1, lines=zip_lines(top, low))
    slots = [Line(np.array([(side * 0.66, low - 0.75), (side * 0.48, low - 0.3)]), 0.04, None, 0.6) for side in (-1, 1)]
    if style in ("bomber", "track"):
        waist = hem_band(bodice, 0.22, rib)
        pockets = [Part(np.vstack([slot.points + (-0.03, 0), (slot.points + (0.03, 0))[::-1]]), fabric, puff=0.3, crumple=0, lines=[slot]) for slot in slots]
        collar = band(bodice, 0.15, rib) if style == "bomber" else roll_neck(bodice, rib)
        return [*pockets, waist, run, collar]
    if style == "biker":
        diagonal = np.array([(0.3, 1.75), (0.08, low)])
        strip = Part(np.vstack([diagonal - (0.04, 0), (diagonal + (0.04, 0))[::-1]]), fabric, puff=0.2, crumple=0, lines=[Line(diagonal, 0.05, (196, 196, 194), 0.95), Line(diagonal, 0.015, None, 0.8, 0.02)])
        extra = [Part(np.vstack([row, row[::-1] + (0, 0.06)]), fabric, puff=0.2, crumple=0, lines=[Line(row + (0, 0.03), 0.03, (196, 196, 194), 0.9)]) for row in (np.array([(-0.62, 2.25), (-0.24, 2.15)]), np.array([(0.35, 3.02), (0.68, 2.8)]), np.array([(-0.68, 2.85), (-0.35, 3.05)]))]
        return [strip, *extra, *_lapels(bodice, fabric, 0.34)]
    decals: list[Decal] = []
    for y in np.linspace(top + 0.15, low - 0.1, 6):
        decals += button(0.0, float(y), 0.042, (186, 164, 118) if style == "denim" else _horn(fabric))
    strip = Part(np.array([(-0.09, top - 0.02), (0.09, top - 0.02), (0.09, low), (-0.09, low)]), fabric, puff=0.15, crumple=0.05, shadow=0.25, decals=decals)
    colour = (206, 152, 84) if style == "denim" else None
    pockets = [patch_pocket(side * 0.46, 2.02, 0.36, 0.38, fabric, True, colour) for side in (-1, 1)]
    if style == "field":
        pockets += [patch_pocket(side * 0.5, low - 0.85, 0.48, 0.56, fabric, True, None) for side in (-1, 1)]
    return [strip, *pockets, *collar_leaves(bodice, fabric, top + 0.1, 0.42)]
