"""Tops: T-shirt, tank top, polo shirt, shirt, blouse, sweater, hoodie."""

import numpy as np

from core.catalogs.studio_body import ARMPIT_Y, WAIST_Y, Pose
from core.catalogs.studio_curves import Points, lens, mirrored, smooth
from core.catalogs.studio_fabric import Fabric, blend
from core.catalogs.studio_paint import Decal, Line, Part
from core.catalogs.studio_prints import print_decals
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import (
    Bodice, band, body_folds, button, hem_band, hem_lines, leaned, patch_pocket, sleeve, sleeve_tube, zip_lines,
)  # fmt: skip

_NECKS = {  # kind of neckline: (name of curve, further out at the shoulder, depth below 1.2)
    "crew-neck": ("round", 0.09, 0.27), "V-neck": ("V", 0.16, 0.74), "scoop-neck": ("round", 0.2, 0.56), "boat-neck": ("round", 0.33, 0.2),
    "square-neck": ("square", 0.24, 0.5), "round-neck": ("round", 0.12, 0.32), "roll-neck": ("round", 0.05, 0.16),
}  # fmt: skip


def _bodice(product: Product, pose: Pose, neck: str, ease: float, hem_y: float, boxy: float = 0.6) -> Bodice:
    """`ease` 0 to 1 widens it; `boxy` 1 takes the waist out."""
    build = pose.build
    curve, wide, deep = _NECKS[neck]
    chest = build.chest + 0.1 + 0.16 * ease
    hem = max(build.hip + 0.03 + 0.12 * ease, chest * 0.93) if hem_y > WAIST_Y + 0.3 else chest * 0.97
    waist = (build.waist + 0.12 + 0.15 * ease) * (1 - boxy) + max(chest * 0.97, hem * 0.95) * boxy
    return Bodice(build, build.neck + wide, 1.2 + deep, curve, build.shoulder + 0.02 + 0.1 * ease, chest, waist, hem, hem_y)


def block_decals(product: Product, bodice: Bodice) -> list[Decal]:
    """Colour block or print of the front, if the cut has one."""
    block = product.choice("block")
    if block == "print":
        low = bodice.neck_y + 0.5 + 0.1 * product.number("ease")
        return print_decals(product.seed, 0, low, 0.72, product.accent, product.fabric.third)
    if block != "colour block":
        return []
    start = bodice.hem_y - (bodice.hem_y - ARMPIT_Y) * 0.42
    low = bodice.hem_y + 0.3
    decals = [Decal(np.array([(-2.0, start), (2.0, start), (2.0, low), (-2.0, low)]), product.accent)]
    if product.seed % 2:
        decals.append(Decal(np.array([(-2.0, start - 0.16), (2.0, start - 0.16), (2.0, start), (-2.0, start)]), product.fabric.third))
    return decals


def _rib(fabric: Fabric, colour: tuple[int, int, int] | None = None) -> Fabric:
    return Fabric(colour or fabric.colour, grain="rib")


def t_shirt(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A T-shirt."""
    fabric, ease = product.fabric, product.number("ease")
    bodice = _bodice(product, pose, product.choice("neck"), ease, 3.78 + 0.4 * product.number("length"))
    length = product.number("sleeve") + 0.05 * ease
    parts: list[Part] = [bodice.back_neck(fabric), band(bodice, 0.075, _rib(fabric), behind=True)]
    parts = leaned(parts, pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.31 + 0.05 * ease, 0.29 + 0.06 * ease, 0.27 + 0.05 * ease])
        parts += sleeve(limb, length, fabric, rng, crease)
    front = [
        Part(bodice.front(), fabric, puff=0.9, folds=body_folds(bodice, rng, crease), decals=block_decals(product, bodice), lines=hem_lines(bodice)),
        band(bodice, 0.075, _rib(fabric)),
    ]
    if product.choice("pocket") and not product.choice("block"):
        front.append(patch_pocket(0.34, 1.98, 0.34, 0.38, fabric))
    return parts + leaned(front, pose)


def tank_top(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A sleeveless top."""
    fabric, build = product.fabric, pose.build
    base = _bodice(product, pose, product.choice("neck"), product.number("ease") * 0.7, 3.7 + 0.4 * product.number("length"), 0.4)
    strap = 0.1 + product.number("strap") * 0.7
    outer = min(base.neck_x + strap, build.shoulder - 0.05)
    y = base.slope_y(outer)
    side = [(outer, y, 1), (outer - 0.02, 1.62), (base.chest - 0.12, 1.98), (base.chest, ARMPIT_Y + 0.06, 1), *base.side()[3:]]
    outline = smooth(mirrored([*base.neckline(), *side, (base.hem * 0.5, base.hem_y + 0.03), (0, base.hem_y + 0.04)]))
    lines = [*hem_lines(base)]
    for sign in (-1, 1):
        arm = smooth([(outer, y), (outer - 0.02, 1.62), (base.chest - 0.12, 1.98), (base.chest, ARMPIT_Y + 0.06)], closed=False) - (0.05, 0)
        lines.append(Line(arm * (sign, 1), 0.014, None, 0.4))
    parts = [
        base.back_neck(fabric), Part(outline, fabric, puff=0.9, folds=body_folds(base, rng, crease), lines=lines, decals=block_decals(product, base)),
        band(base, 0.05, _rib(fabric)),
    ]  # fmt: skip
    return leaned(parts, pose)


def collar_leaves(bodice: Bodice, fabric: Fabric, open_y: float, reach: float = 0.3, buttons: bool = False) -> list[Part]:
    """The two leaves of a shirt collar, folded down."""
    top = bodice.slope_y(bodice.neck_x)
    parts = []
    for side in (-1, 1):
        outline = smooth([
            (bodice.neck_x - 0.03, top - 0.14, 1), (bodice.neck_x + 0.075, top + 0.05), (bodice.neck_x + 0.06 + reach * 0.2, top + reach * 0.75 + 0.08, 1),
            (0.02 + reach * 0.12, open_y, 1), (bodice.neck_x * 0.55, top + (open_y - top) * 0.42),
        ]) * (side, 1)  # fmt: skip
        inner = (outline - outline.mean(0)) * 0.86 + outline.mean(0)
        spot = outline.mean(0) + (side * 0.03, reach * 0.36)
        parts.append(Part(
            outline, fabric, puff=0.35, crumple=0.06, shadow=0.5, lines=[Line(np.vstack([inner, inner[:1]]), 0.01, None, 0.3, 0.02)],
            decals=button(*spot, 0.026, (240, 238, 230)) if buttons else [],
        ))  # fmt: skip
    return parts


def collar_back(bodice: Bodice, fabric: Fabric) -> Part:
    """The standing back of a collar."""
    top = bodice.slope_y(bodice.neck_x)
    outline = smooth(mirrored([(0, top - 0.15), (bodice.neck_x * 0.7, top - 0.15), (bodice.neck_x - 0.02, top - 0.12, 1), (bodice.neck_x + 0.03, top + 0.06, 1), (0, top + 0.12)]))
    return Part(outline, fabric, behind=True, puff=0.3, crumple=0.05, tone=0.82)


def placket(top: float, bottom: float, count: int, colour: tuple[int, int, int], half: float = 0.075) -> tuple[list[Line], list[Decal]]:
    """A buttoned strip down the middle: its edges and its buttons."""
    lines = [Line(np.array([(x, top), (x, bottom)]), 0.014, None, 0.5) for x in (-half, half)]
    lines += [Line(np.array([(x, top), (x, bottom)]), 0.01, None, 0.35, 0.02) for x in (-half * 0.75, half * 0.75)]
    decals: list[Decal] = []
    for y in np.linspace(top + 0.1, bottom - 0.16, count):
        decals += button(0, float(y), 0.034, colour)
    return lines, decals


def polo(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A polo shirt: knitted collar, short placket, ribbed sleeves."""
    fabric, ease = product.fabric, product.number("ease")
    bodice = _bodice(product, pose, "crew-neck", ease, 3.8 + 0.35 * product.number("length"))
    trim = product.accent if product.choice("tipped") or fabric.pattern != "plain" else fabric.colour
    rib = _rib(fabric)
    parts = leaned([bodice.back_neck(fabric), collar_back(bodice, rib)], pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.31 + 0.04 * ease, 0.28 + 0.04 * ease, 0.25])
        parts += sleeve(limb, product.number("sleeve"), fabric, rng, crease, "rib", _rib(fabric, trim))
    lines, decals = placket(1.42, 2.12, 3, blend(fabric.colour, (255, 255, 255), 0.6))
    lines.append(Line(np.array([(-0.075, 2.12), (0.075, 2.12)]), 0.014, None, 0.5))
    front = Part(
        bodice.front(), fabric, puff=0.9, folds=body_folds(bodice, rng, crease), lines=[*hem_lines(bodice), *lines], decals=[*block_decals(product, bodice), *decals]
    )
    leaves = collar_leaves(bodice, rib, 1.56, 0.32)
    if product.choice("tipped"):
        leaves = [Part(leaf.outline, leaf.fabric, puff=0.35, shadow=0.5, lines=[Line(leaf.outline[12:34] * 0.985 + leaf.outline.mean(0) * 0.015, 0.03, trim, 0.95)]) for leaf in leaves]
    return parts + leaned([front, *leaves], pose)


def shirt(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A woven shirt with collar, full placket and curved tails."""
    fabric, ease = product.fabric, product.number("ease")
    base = _bodice(product, pose, "crew-neck", ease, 3.8 + 0.3 * product.number("length"), 0.45)
    bodice = Bodice(**{**base.__dict__, "hem_drop": 0.3, "neck_x": pose.build.neck + 0.07, "neck_y": 1.5, "neck": "V"})
    parts = leaned([bodice.back_neck(fabric, 0.7), collar_back(bodice, fabric)], pose)
    short = product.choice("sleeves") == "short-sleeved"
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.31, 0.27, 0.245, 0.215, 0.18] if not short else [0.32, 0.3, 0.28])
        parts += sleeve(limb, 0.36 if short else 0.97, fabric, rng, crease, "hem" if short else "shirt")
    colour = (246, 244, 238) if sum(fabric.colour) < 560 else blend(fabric.colour, (90, 80, 70), 0.35)
    lines, decals = placket(1.5, bodice.hem_y + 0.28, 7, colour)
    yoke = [Line(smooth([(side * bodice.neck_x, 1.42), (side * 0.5, 1.6), (side * 0.95, 1.62)], closed=False), 0.012, None, 0.3) for side in (-1, 1)]
    front = [Part(bodice.front(), fabric, puff=0.9, folds=body_folds(bodice, rng, crease), crumple=0.35, lines=[*hem_lines(bodice, 0.06), *lines, *yoke], decals=decals)]
    if "pocket" in product.choice("pocket"):
        flap = product.choice("pocket") == "two pockets"
        front += [patch_pocket(side * 0.38, 1.98, 0.36, 0.42, fabric, flap) for side in ((-1, 1) if flap else (1,))]
    if product.choice("collar") == "band-collar":
        front.append(band(bodice, 0.11, fabric))
    else:
        front += collar_leaves(bodice, fabric, 1.46, 0.42, product.choice("collar") == "button-down")
    return parts + leaned(front, pose)


def blouse(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A soft blouse with gathered sleeves and a bow, ruffles or a plain neck."""
    fabric, style = product.fabric, product.choice("front")
    neck = "V-neck" if style == "V-neck" else "round-neck"
    bodice = _bodice(product, pose, neck, 0.3 + product.number("ease") * 0.7, 3.5 + 0.35 * product.number("length"), 0.75)
    parts = leaned([bodice.back_neck(fabric, 0.7)], pose)
    widths, length = {
        "puff-sleeved": ([0.33, 0.44, 0.36, 0.2, 0.16], 0.42), "bishop-sleeved": ([0.3, 0.28, 0.3, 0.38, 0.24], 0.95), "short-sleeved": ([0.32, 0.34, 0.36], 0.34),
    }[product.choice("sleeves")]  # fmt: skip
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, widths)
        parts += sleeve(limb, length, fabric, rng, crease * 1.3, "hem" if length < 0.4 else "shirt", puff=1.1)
    lines: list[Line] = hem_lines(bodice, 0.06)
    decals: list[Decal] = []
    if style != "pussy-bow":
        more, decals = placket(bodice.neck_y + 0.02, bodice.hem_y, 6, blend(fabric.colour, (255, 255, 255), 0.55), 0.055)
        lines += more
    front = [Part(bodice.front(), fabric, puff=1.0, folds=body_folds(bodice, rng, crease * 1.3), crumple=0.4, lines=lines, decals=decals), band(bodice, 0.045, fabric)]
    if style == "ruffled":
        front += [_ruffle(fabric, x, bodice.neck_y - 0.06, bodice.neck_y + 1.0) for x in (-0.2, 0.2)]
    if style == "pussy-bow":
        front += bow(fabric, bodice.neck_y + 0.03, 1.0)
    return parts + leaned(front, pose)


def _ruffle(fabric: Fabric, x: float, top: float, bottom: float) -> Part:
    rows = np.linspace(top, bottom, 10)
    edge = [(x + np.sign(x) * (0.11 + 0.04 * (index % 2)), float(y)) for index, y in enumerate(rows)]
    outline = smooth([(x, top, 1), *edge, (x, bottom, 1)])
    folds = [(lens((x, y), (x + np.sign(x) * 0.14, y + 0.05), 0.06), -1.0) for y in rows[1:-1]]
    return Part(outline, fabric, puff=0.5, folds=folds, shadow=0.5)


def bow(fabric: Fabric, y: float, size: float) -> list[Part]:
    """A tied bow with hanging ends."""
    parts = []
    for side in (-1, 1):
        end = smooth([(0, 0.02), (side * 0.1, 0.05), (side * 0.2, 0.75, 1), (side * 0.05, 0.68, 1), (side * 0.02, 0.3)]) * size + (0, y)
        parts.append(Part(end, fabric, puff=0.6, folds=[(lens((side * 0.04, y + 0.1), (side * 0.12, y + 0.6 * size), 0.07), -0.9)], shadow=0.45))
    for side in (-1, 1):
        loop = smooth([(0, 0), (side * 0.16, -0.13), (side * 0.36, -0.12), (side * 0.4, 0.06), (side * 0.3, 0.16), (side * 0.13, 0.1)]) * size + (0, y)
        parts.append(Part(loop, fabric, puff=0.8, folds=[(lens((side * 0.05, y), (side * 0.3 * size, y), 0.06), -1.2)], shadow=0.45))
    knot: Points = smooth([(-0.07, -0.07), (0.07, -0.07), (0.085, 0.08), (-0.085, 0.08)]) * size + (0, y)
    return [*parts, Part(knot, fabric, puff=0.8, shadow=0.5)]


def sweater(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A knitted pullover with ribbed hem, cuffs and neck."""
    fabric = product.fabric
    ease = 0.35 + 0.5 * product.number("ease") + (0.5 if product.choice("style") == "oversized" else 0.0)
    bodice = _bodice(product, pose, product.choice("neck"), ease, 3.6 + 0.4 * product.number("length"), 0.8)
    rib = _rib(fabric, product.accent if product.choice("block") else None)
    parts = leaned([bodice.back_neck(fabric), band(bodice, 0.1, rib, behind=True)], pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.33 + 0.06 * ease, 0.31 + 0.07 * ease, 0.28 + 0.07 * ease, 0.25 + 0.06 * ease, 0.2])
        parts += sleeve(limb, 0.96, fabric, rng, crease * 1.1, "rib", rib, puff=1.0)
    front = [
        Part(bodice.front(), fabric, puff=1.1, folds=body_folds(bodice, rng, crease * 1.1), crumple=0.35, decals=block_decals(product, bodice)),
        hem_band(bodice, 0.2, rib),
    ]
    front.append(roll_neck(bodice, rib) if product.choice("neck") == "roll-neck" else band(bodice, 0.1, rib))
    return parts + leaned(front, pose)


def roll_neck(bodice: Bodice, fabric: Fabric) -> Part:
    """A folded-over high neck."""
    wide, low = bodice.neck_x + 0.03, bodice.slope_y(bodice.neck_x)
    outline = smooth(mirrored([(0, low - 0.33), (wide * 0.7, low - 0.335), (wide * 0.93, low - 0.28), (wide * 1.04, low - 0.05), (wide * 0.92, low + 0.07), (0, low + 0.16)]))
    fold = smooth([(-wide, low - 0.16), (0, low - 0.1), (wide, low - 0.16)], closed=False)
    return Part(outline, fabric, puff=0.9, shadow=0.5, lines=[Line(fold, 0.02, None, 0.3)])


def hoodie(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A hooded sweatshirt, pullover or zipped, with pocket and cords."""
    fabric, ease = product.fabric, 0.4 + 0.6 * product.number("ease")
    bodice = _bodice(product, pose, "crew-neck", ease, 3.7 + 0.35 * product.number("length"), 0.8)
    rib = _rib(fabric)
    cord = product.accent if product.seed % 2 else (240, 238, 232)
    top = bodice.slope_y(bodice.neck_x)
    hood = smooth(mirrored([(0, top - 0.42), (0.3, top - 0.4), (0.47, top - 0.2), (0.5, top + 0.12), (0.3, top + 0.3), (0, top + 0.34)]))
    inside = smooth(mirrored([(0, top - 0.32), (0.22, top - 0.3), (0.33, top - 0.12), (0.33, top + 0.2), (0.12, top + 0.42), (0, top + 0.45)]))
    parts = leaned([Part(hood, fabric, behind=True, puff=1.0), Part(inside, fabric, behind=True, tone=0.6, puff=0.3, shadow=0)], pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.34 + 0.04 * ease, 0.32 + 0.05 * ease, 0.3 + 0.04 * ease, 0.27, 0.22])
        parts += sleeve(limb, 0.96, fabric, rng, crease * 1.2, "rib", rib, puff=1.0)
    zipped = product.choice("front") == "zip-up"
    lines = zip_lines(bodice.neck_y, bodice.hem_y + 0.1) if zipped else []
    front = [Part(bodice.front(), fabric, puff=1.1, folds=body_folds(bodice, rng, crease * 1.2), crumple=0.4, lines=lines, decals=[] if zipped else block_decals(product, bodice))]
    front.append(hem_band(bodice, 0.2, rib))
    if not zipped:
        pouch = smooth(mirrored([(0, 2.86), (0.36, 2.86, 1), (0.58, 3.22), (0.6, 3.4, 1), (0, 3.42)]))
        mouth = [Line(smooth([(side * 0.34, 2.9), (side * 0.52, 3.2), (side * 0.54, 3.38)], closed=False), 0.014, None, 0.4, 0.02) for side in (-1, 1)]
        front.append(Part(pouch + (0, bodice.hem_y - 3.62), fabric, puff=0.5, lines=[Line(line.points + (0, bodice.hem_y - 3.62), 0.014, None, 0.4, 0.02) for line in mouth], shadow=0.4))
    for side in (-1, 1):
        edge = smooth([(side * 0.3, top - 0.3), (side * 0.46, top - 0.05), (side * 0.42, top + 0.22), (side * 0.04, bodice.neck_y + 0.12, 1), (side * 0.0, bodice.neck_y - 0.06, 1), (side * 0.26, top + 0.08)])
        front.append(Part(edge, fabric, puff=0.8, crumple=0.2, shadow=0.5))
        string = smooth([(side * 0.1, bodice.neck_y + 0.03), (side * 0.13, bodice.neck_y + 0.3), (side * 0.11, bodice.neck_y + 0.62)], closed=False)
        front.append(Part(np.vstack([string + (0.016, 0), (string - (0.016, 0))[::-1]]), Fabric(cord, grain="smooth"), puff=0.2, crumple=0, shadow=0.5))
    return parts + leaned(front, pose)
