"""Clothes from the waist down, and dresses: jeans, trousers, shorts, skirt, dress."""

import numpy as np

from core.catalogs.studio_body import CROTCH_Y, HIP_Y, WAIST_Y, Pose
from core.catalogs.studio_curves import Points, Tube, circle, lens, mirrored, smooth
from core.catalogs.studio_fabric import Fabric, Rgb, blend
from core.catalogs.studio_layers import belt_tie
from core.catalogs.studio_paint import Decal, Frame, Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import (
    Bodice, Folds, band, body_folds, button, leaned, limb_folds, patch_pocket, sleeve, sleeve_tube,
)  # fmt: skip
from core.catalogs.studio_tops import collar_back, collar_leaves, placket

_LEGS = {  # half widths at thigh, knee and ankle, share of the ankle it reaches
    "skinny": (0.36, 0.22, 0.15), "slim": (0.37, 0.25, 0.18), "straight": (0.38, 0.28, 0.24), "tapered": (0.4, 0.29, 0.17), "jogger": (0.41, 0.31, 0.17),
    "wide-leg": (0.4, 0.39, 0.41), "flared": (0.36, 0.23, 0.38), "pleated": (0.42, 0.33, 0.22), "cargo": (0.41, 0.33, 0.25),
}  # fmt: skip
_THREAD: Rgb = (206, 150, 82)


def _leg_points(pose: Pose, side: int, top_y: float, waist: float, hip: float, widths: tuple[float, float, float], end: float) -> tuple[Points, Tube]:
    """Outline of half a pair of trousers and the tube down its leg; `end` is the share of the leg it covers."""
    joint, knee, ankle = (np.array(spot) for spot in pose.leg(side))
    thigh, at_knee, at_ankle = widths
    below = np.interp(end, [0.5, 1.0], [0, 1])
    last = knee + (ankle - knee) * below if end > 0.5 else joint + (knee - joint) * (end / 0.5)
    wide = at_knee + (at_ankle - at_knee) * below if end > 0.5 else thigh + (at_knee - thigh) * (end / 0.5)
    crotch = pose.spot(0, CROTCH_Y + 0.12)
    middle, edge = pose.spot(-side * 0.015, top_y + 0.05), pose.spot(side * waist, top_y)
    hips = pose.spot(side * hip, HIP_Y)
    out = np.array([side, 0.0])
    low_in, low_out = last - out * wide, last + out * wide
    inner = np.array([crotch[0] + side * 0.01, crotch[1]])
    knees: list[tuple[float, ...]] = [tuple(knee + out * at_knee)] if end > 0.6 else []
    back: list[tuple[float, ...]] = [tuple(knee - out * at_knee)] if end > 0.6 else []
    outline = smooth([
        (*middle, 1), (*edge, 1), hips, (float(joint[0] + side * thigh * 1.02), float(joint[1] + 0.5 * min(1, end * 2))), *knees, (*low_out, 1),
        (float(last[0]), float(last[1] + 0.025)), (*low_in, 1), *back, (float(inner[0] + side * 0.04), float(inner[1] + 0.25 * min(1, end * 2))), (*inner, 1),
    ])  # fmt: skip
    start = np.array(pose.spot(side * waist * 0.5, top_y))
    centre = np.vstack([np.linspace(start, joint, 8)[:-1], np.linspace(joint, knee if end > 0.5 else last, 12), *([np.linspace(knee, last, 10)[1:]] if end > 0.5 else [])])
    half = np.interp(np.linspace(0, 1, len(centre)), [0, 0.25, 0.6, 1], [waist * 0.5, hip * 0.5, at_knee if end > 0.5 else thigh, wide])
    return outline, Tube(centre, half)


def _leg_part(limb: Tube, outline: Points, fabric: Fabric, rng: np.random.Generator, crease: float, extra: list[Line], decals: list[Decal], long: bool) -> Part:
    first = limb.centre[-1] - limb.centre[0]
    frame = Frame((float(limb.centre[0, 0]), float(limb.centre[0, 1])), float(np.arctan2(-first[0], first[1])))
    folds: Folds = limb_folds(limb, rng, crease, (0.62, 0.93) if long else (0.5,))
    for step in range(3):
        folds.append((lens(limb.at(0.3, -0.95), limb.at(0.26 - 0.05 * step, 0.2 + 0.25 * step), 0.07), crease * (-0.9 if step % 2 else 0.7)))
    return Part(outline, fabric, frame, puff=0.85, folds=folds, crumple=0.35, lines=extra, decals=decals, shadow=0.25)


def _waistband(pose: Pose, top_y: float, waist: float, fabric: Fabric, height: float = 0.13, loops: bool = True, fasten: str = "button") -> list[Part]:
    outline = smooth([
        (-waist, top_y - height, 1), (0, top_y - height + 0.05), (waist, top_y - height, 1), (waist + 0.025, top_y + 0.02, 1), (0, top_y + 0.07), (-waist - 0.025, top_y + 0.02, 1),
    ])  # fmt: skip
    decals = button(0.03, top_y - height / 2 + 0.055, 0.042, (196, 180, 150)) if fasten == "button" else []
    lines = [Line(outline[36:54] - (0, 0.02), 0.01, None, 0.4, 0.02)]
    parts = [Part(outline, fabric, Frame((0, 0), np.pi / 2), puff=0.35, crumple=0.08, shadow=0.35, lines=lines, decals=decals)]
    inside = smooth([(-waist * 0.97, top_y - height + 0.01), (0, top_y - height - 0.03), (waist * 0.97, top_y - height + 0.01), (0, top_y - height + 0.07)])
    parts.insert(0, Part(inside, fabric, behind=True, tone=0.55, puff=0.1, crumple=0, shadow=0))
    for x in (-0.62, 0.62) if loops else ():
        loop = np.array([(x - 0.025, -height - 0.015), (x + 0.025, -height - 0.015), (x + 0.025, 0.05), (x - 0.025, 0.05)])
        parts.append(Part(loop * (waist, 1) + (0, top_y + 0.025), fabric, puff=0.3, crumple=0, shadow=0.35))
    if fasten == "cord":
        parts[-1] = Part(outline, Fabric(fabric.colour, grain="rib"), puff=0.6, crumple=0.3, shadow=0.35)
        for side in (-1, 1):
            string = smooth([(side * 0.03, top_y), (side * 0.09, top_y + 0.25), (side * 0.07, top_y + 0.55)], closed=False)
            parts.append(Part(np.vstack([string, (string + (0.03, 0))[::-1]]), Fabric((238, 234, 226), grain="smooth"), puff=0.3, crumple=0, shadow=0.45))
    return leaned(parts, pose)


def _fly_and_pockets(pose: Pose, top_y: float, hip: float, thread: Rgb | None, slanted: bool) -> list[Line]:
    lines = []
    fly = smooth([(0.0, top_y + 0.06), (0.0, CROTCH_Y + 0.1)], closed=False)
    stitch = smooth([(0.13, top_y + 0.06), (0.13, CROTCH_Y - 0.45), (0.0, CROTCH_Y - 0.25)], closed=False)
    lines += [Line(pose.lean(fly), 0.016, None, 0.6), Line(pose.lean(stitch), 0.012, thread, 0.7 if thread else 0.4, 0.024)]
    for side in (-1, 1):
        mouth = [(side * hip * 0.5, top_y + 0.03), (side * hip * 0.62, top_y + 0.3), (side * hip * 1.0, top_y + 0.42)]
        if slanted:
            mouth = [(side * hip * 0.55, top_y + 0.03), (side * hip * 0.93, top_y + 0.55)]
        curve = pose.lean(smooth(mouth, closed=False))
        lines += [Line(curve, 0.018, None, 0.55), Line(curve + (0, 0.035), 0.012, thread, 0.7 if thread else 0.35, 0.024)]
    return lines


def trousers(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """Jeans or trousers of any leg."""
    build, leg, denim = pose.build, product.choice("leg"), product.kind == "Jeans"
    fabric = product.fabric
    top_y = WAIST_Y + 0.42 - 0.36 * product.number("rise")
    waist = build.waist + 0.03 + (top_y - WAIST_Y) * 0.18 * (build.hip - build.waist) / 0.2
    grown = 1.0 if build.hip > 0.7 else 1.04
    widths = tuple(width * grown for width in _LEGS[leg])
    end = 0.9 + 0.1 * product.number("length") if leg not in ("jogger", "tapered") else 0.95
    thread = _THREAD if denim and product.colour not in ("black", "white") else None
    parts: list[Part] = []
    for side in (-1, 1):
        outline, limb = _leg_points(pose, side, top_y, waist, build.hip + 0.04, (widths[0], widths[1], widths[2]), end)
        lines = _fly_and_pockets(pose, top_y, build.hip, thread, slanted=not denim)
        lines += [Line(limb.across(0.975, 0.02, 1.3), 0.012, thread, 0.5, 0.024)]
        decals = _wash(product, limb) if denim else []
        if leg in ("pleated", "wide-leg", "slim", "straight") and not denim:
            lines.append(Line(limb.centre[4:], 0.016, None, 0.28))
        parts.append(_leg_part(limb, outline, fabric, rng, crease, lines, decals, True))
        parts += _leg_details(product, limb, fabric, side)
    return parts + _waistband(pose, top_y, waist, fabric, loops=leg != "jogger", fasten="cord" if leg == "jogger" else "button")


def _wash(product: Product, limb: Tube) -> list[Decal]:
    """The faded thigh and knee of worn denim, and its rips."""
    pale = blend(product.fabric.colour, (236, 238, 240), 0.55)
    shares = np.linspace(0.22, 0.72, 6)
    fade = 0.05 * product.number("wash")
    decals = [
        Decal(np.vstack([[limb.at(along, -reach) for along in shares], [limb.at(along, reach) for along in shares[::-1]]]), pale, fade)
        for reach in (0.62, 0.5, 0.38, 0.26, 0.14)
    ] if fade > 0.01 else []  # fmt: skip
    if product.choice("detail") == "ripped":
        for along in (0.36, 0.62):
            x, y = limb.at(along, 0.1)
            decals.append(Decal(circle(x, y, 0.15, 0.055), blend(product.fabric.colour, (250, 248, 244), 0.8)))
            decals += [Decal(lens((x - 0.15, y + dy), (x + 0.15, y + dy), 0.022), blend(product.fabric.colour, (20, 24, 40), 0.4)) for dy in (-0.03, 0.01)]
    return decals


def _leg_details(product: Product, limb: Tube, fabric: Fabric, side: int) -> list[Part]:
    frame = Frame((0, 0), 0.0)
    if product.choice("detail") == "turned-up":
        ring = limb.slice(0.94, 1.0, 1.06)
        pale = Fabric(blend(fabric.colour, (240, 240, 238), 0.42), grain="denim")
        return [Part(ring.outline(bow=0.03), pale, frame, puff=0.4, shadow=0.35)]
    if product.choice("leg") == "jogger":
        return [Part(limb.slice(0.955, 1.0, 0.93).outline(bow=0.02), Fabric(fabric.colour, grain="rib"), frame, puff=0.6)]
    if "cargo" in (product.choice("leg"), product.choice("style")):
        x, y = limb.at(0.5 if product.kind == "Trousers" else 0.72, -side * 0.5)
        return [patch_pocket(x, y, 0.34, 0.44, fabric, flap=True)]
    return []


def shorts(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """Shorts of five styles."""
    build, style = pose.build, product.choice("style")
    fabric = product.fabric if style != "denim" else Fabric(product.fabric.colour, grain="denim")
    top_y = WAIST_Y + 0.36 - 0.3 * product.number("rise")
    waist = build.waist + 0.04 + (top_y - WAIST_Y) * 0.15
    thigh = 0.4 + 0.08 * product.number("width")
    end = 0.17 + 0.26 * product.number("length")
    parts: list[Part] = []
    for side in (-1, 1):
        outline, limb = _leg_points(pose, side, top_y, waist, build.hip + 0.06, (thigh, thigh, thigh), end)
        lines = _fly_and_pockets(pose, top_y, build.hip, _THREAD if style == "denim" else None, style != "denim")
        lines += [Line(limb.across(along, 0.02, 1.4), 0.012, _THREAD if style == "denim" else None, 0.5, 0.024) for along in (0.93, 0.955)]
        if style == "pleated":
            lines += [Line(limb.centre[4:] + (side * dx, 0), 0.016, None, 0.35) for dx in (-0.05, 0.07)]
        parts.append(_leg_part(limb, outline, fabric, rng, crease, lines, [], False))
        if style == "cargo":
            parts += _leg_details(product, limb, fabric, side)
    return parts + _waistband(pose, top_y, waist, fabric, loops=style != "drawstring", fasten="cord" if style == "drawstring" else "button")


_HEMS = {"mini": 4.75, "knee-length": 5.7, "midi": 6.4, "maxi": 7.25}


def skirt_part(
    fabric: Fabric, rng: np.random.Generator, crease: float, *, top_y: float, waist: float, hip: float, hem_y: float, hem: float, pleats: int = 0, lines: list[Line] | None = None,
) -> Part:  # fmt: skip
    """The hanging cloth of a skirt, with pleats or soft flutes."""
    hips = [(hip, HIP_Y)] if hem_y > HIP_Y + 0.4 and top_y < HIP_Y - 0.25 else []
    count = pleats or 5
    wave = 0.05 if pleats else 0.035 * hem
    edge = [(float(x * hem), hem_y + 0.06 * (1 - x * x) + wave * (index % 2)) for index, x in enumerate(np.linspace(1, -1, 2 * count + 1))]
    edge = [(*edge[0], 1), *edge[1:-1], (*edge[-1], 1)]
    outline = smooth([(0, top_y + 0.04), (waist, top_y, 1), *hips, *edge, *[(-x, y) for x, y in hips], (-waist, top_y, 1)])
    folds: Folds = []
    for x in np.linspace(-0.92, 0.92, count * 2 if pleats else 9):
        x = float(x) + (0 if pleats else rng.uniform(-0.1, 0.1))
        start_y = top_y + 0.05 if pleats else rng.uniform(top_y + 0.2, (top_y + hem_y) / 2)
        start = (x * (waist + (hip - waist) * 0.3), start_y)
        end = (x * hem, hem_y + 0.5)
        folds.append((lens(start, end, 0.1 if pleats else (0.08 + 0.16 * hem * rng.random()), rng.uniform(-0.04, 0.04)), (1.5 if pleats else 1.5 * crease + 0.3) * rng.choice([-0.9, 0.9])))
    more = []
    if pleats:
        more = [Line(np.array([(x * waist, top_y), (x * hem, hem_y + 0.1)]), 0.014, None, 0.42) for x in np.linspace(-0.93, 0.93, 2 * pleats)]
    else:
        more = [Line(np.array([(float(x * hem), hem_y + 0.06 * (1 - x * x) - 0.07) for x in np.linspace(-1.1, 1.1, 15)]), 0.01, None, 0.3, 0.024)]
    return Part(outline, fabric, puff=0.9, folds=folds, crumple=0.2, lines=[*more, *(lines or [])], shadow=0.3)


def skirt(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A skirt of six shapes and four lengths."""
    build, shape = pose.build, product.choice("shape")
    fabric = product.fabric if shape != "denim" else Fabric(product.fabric.colour, grain="denim")
    hem_y = _HEMS[product.choice("skirt")] + 0.2 * product.number("length")
    if shape == "pencil":
        hem_y = min(hem_y, 6.2)
    if shape == "denim":
        hem_y = min(hem_y, 5.8)
    top_y, waist, hip = WAIST_Y + 0.1, build.waist + 0.03, build.hip + 0.06
    fall = hem_y - top_y
    spread = {"pleated": 0.24, "A-line": 0.26, "pencil": -0.03, "wrap": 0.14, "tiered": 0.3, "denim": 0.1}[shape] + 0.1 * product.number("flare")
    hem = hip + max(-0.08, spread * (fall - 0.7) ** 0.75 if fall > 0.7 else 0.0)
    lines: list[Line] = []
    if shape == "denim":
        lines = [line for line in _fly_and_pockets(Pose(build), top_y, build.hip, _THREAD, False)]
    if shape == "pencil":
        lines = [Line(np.array([(0.0, hem_y - 0.6), (0.0, hem_y + 0.2)]), 0.018, None, 0.6)]
    parts = [skirt_part(fabric, rng, crease, top_y=top_y, waist=waist, hip=hip, hem_y=hem_y, hem=hem, pleats=9 if shape == "pleated" else 0, lines=lines)]
    if shape == "tiered":
        parts = _tiers(fabric, rng, crease, top_y, hem_y, waist, hem)
    if shape == "wrap":
        flap = smooth([(waist, top_y, 1), (hip, HIP_Y), (hem, hem_y, 1), (-hem * 0.15, hem_y + 0.02), (-hem * 0.45, hem_y - 0.35), (-waist * 0.75, top_y + 0.03, 1)])
        folds = [(lens((-waist * 0.5, top_y + 0.1 * step), (hem * 0.6, top_y + 0.5 + 0.6 * step), 0.1), crease * (-1) ** step) for step in range(5)]
        parts.append(Part(flap, fabric, puff=0.7, folds=folds, shadow=0.45))
        parts += [part for part in belt_tie(fabric, waist * 0.98, y=top_y)[1:]]
    return leaned(parts, pose) + _waistband(pose, top_y, waist, fabric, 0.12, loops=shape == "denim", fasten="button" if shape == "denim" else "none")


def _tiers(fabric: Fabric, rng: np.random.Generator, crease: float, top_y: float, hem_y: float, waist: float, hem: float) -> list[Part]:
    """Gathered tiers, the lowest first so that each overlaps the next."""
    steps = np.linspace(top_y, hem_y, 4)
    parts = []
    for tier in (2, 1, 0):
        wide = np.interp([tier, tier + 1], [0, 3], [waist, hem])
        parts.append(skirt_part(fabric, rng, crease * 1.4, top_y=float(steps[tier]) - (0.05 if tier else 0), waist=float(wide[0]) + (0.02 if tier else 0), hip=float(wide.mean()) + 0.06, hem_y=float(steps[tier + 1]), hem=float(wide[1]) + 0.05))
    return parts


_DRESS_SLEEVES = {"short-sleeved": ([0.3, 0.28, 0.26], 0.32), "long-sleeved": ([0.29, 0.25, 0.23, 0.2, 0.16], 0.97), "puff-sleeved": ([0.32, 0.42, 0.34, 0.18, 0.16], 0.4)}


def dress(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A dress of seven shapes: a bodice, a skirt, sleeves and what closes it."""
    build, fabric, shape = pose.build, product.fabric, product.choice("shape")
    hem_y = _HEMS[product.choice("skirt")] + 0.25 * product.number("length")
    curve, wide, deep = {"round": ("round", 0.13, 0.34), "V": ("V", 0.17, 0.7), "square": ("square", 0.24, 0.42), "boat": ("round", 0.33, 0.2)}[product.choice("neck")]
    if shape in ("wrap", "slip"):
        curve, wide, deep = "V", 0.2, 0.95 if shape == "wrap" else 0.72
    if shape == "shirt":
        curve, wide, deep = "V", 0.08, 0.4
    loose = {"shift": 0.16, "tiered": 0.1, "A-line": 0.05, "shirt": 0.1}.get(shape, 0.0)
    waist = build.waist + 0.07 + loose
    strappy = shape == "slip"
    bodice = Bodice(build, build.neck + wide, 1.2 + deep, curve, build.shoulder - 0.02, build.chest + 0.06, waist, waist, WAIST_Y - 0.05, 0.05)
    spread = {"A-line": 0.28, "shift": 0.04, "fit-and-flare": 0.36, "wrap": 0.2, "slip": 0.08, "shirt": 0.14, "tiered": 0.34}[shape]
    hem = build.hip + 0.08 + spread * (hem_y - 3.6) ** 0.75
    parts = leaned([bodice.back_neck(fabric, 0.7)], pose)
    if shape == "shirt":
        parts += leaned([collar_back(bodice, fabric)], pose)
    sleeves = product.choice("sleeves")
    for side in (-1, 1) if sleeves in _DRESS_SLEEVES and not strappy else ():
        widths, length = _DRESS_SLEEVES[sleeves]
        parts += sleeve(sleeve_tube(bodice, pose, side, widths), length, fabric, rng, crease, "hem" if length < 0.35 else "shirt")
    top = _dress_top(bodice, fabric, rng, crease, "straps" if strappy else sleeves)
    low = _tiers(fabric, rng, crease, WAIST_Y - 0.08, hem_y, waist, hem) if shape == "tiered" else [
        skirt_part(fabric, rng, crease, top_y=WAIST_Y - 0.08, waist=waist, hip=build.hip + 0.06 + loose, hem_y=hem_y, hem=hem)
    ]  # fmt: skip
    if product.choice("block") and shape != "tiered":
        blocked = Fabric(product.accent, grain=fabric.grain, gloss=fabric.gloss)
        low = [Part(**{**part.__dict__, "fabric": blocked}) for part in low]
    return parts + leaned([*low, *top, *_dress_front(product, bodice, waist, hem_y)], pose)


def _dress_top(bodice: Bodice, fabric: Fabric, rng: np.random.Generator, crease: float, sleeves: str) -> list[Part]:
    """The bodice of a dress: set in at the shoulder, cut away at the arms, or hung from straps."""
    low: list[tuple[float, ...]] = [(bodice.hem * 0.5, bodice.hem_y + 0.04), (0, bodice.hem_y + 0.05)]
    folds = body_folds(bodice, rng, crease * 0.8)
    if sleeves == "straps":
        half = [(0, 2.0, 1), (0.2, 1.86), (0.42, 1.72, 1), (bodice.chest - 0.05, 2.0), (bodice.chest, 2.2, 1), *bodice.side()[3:], *low]
        straps = []
        for side in (-1, 1):
            line = smooth([(side * 0.4, 1.75), (side * 0.33, 1.4), (side * 0.3, 1.24)], closed=False)
            straps.append(Part(np.vstack([line - (0.022, 0), (line + (0.022, 0))[::-1]]), fabric, puff=0.2, crumple=0, shadow=0.25))
        return [*straps, Part(smooth(mirrored(half)), fabric, puff=0.9, folds=folds)]
    if sleeves == "sleeveless":
        outer = min(bodice.neck_x + 0.3, bodice.build.shoulder - 0.1)
        side = [(outer, bodice.slope_y(outer), 1), (outer - 0.01, 1.65), (bodice.chest - 0.1, 1.98), (bodice.chest, 2.18, 1), *bodice.side()[3:]]
        return [Part(smooth(mirrored([*bodice.neckline(), *side, *low])), fabric, puff=0.9, folds=folds), band(bodice, 0.03, fabric)]
    return [Part(bodice.front(), fabric, puff=0.9, folds=folds), band(bodice, 0.03, fabric)]


def _dress_front(product: Product, bodice: Bodice, waist: float, hem_y: float) -> list[Part]:
    """What fastens or decorates a dress."""
    fabric, shape, parts = product.fabric, product.choice("shape"), []
    if shape == "wrap":
        top = bodice.slope_y(bodice.neck_x)
        flap = smooth([(bodice.neck_x + 0.02, top, 1), (bodice.neck_x + 0.16, top + 0.05, 1), (0.3, 2.1), (-waist * 0.85, WAIST_Y - 0.02, 1), (-waist * 0.9, WAIST_Y - 0.18, 1), (0.05, 1.95)])
        parts = [Part(flap, fabric, puff=0.4, shadow=0.5), *belt_tie(fabric, waist)]
    elif shape == "shirt":
        colour = (246, 244, 238) if sum(fabric.colour) < 560 else blend(fabric.colour, (90, 80, 70), 0.35)
        lines, decals = placket(1.55, hem_y, 11, colour, 0.06)
        strip = np.array([(-0.06, 1.5), (0.06, 1.5), (0.06, hem_y + 0.05), (-0.06, hem_y + 0.05)])
        parts = [Part(strip, fabric, puff=0.1, crumple=0.1, shadow=0.15, lines=lines, decals=decals, edge=0.1), *collar_leaves(bodice, fabric, 1.58, 0.36), *belt_tie(fabric, waist)]
    elif product.choice("belt"):
        leather = Fabric(blend(product.accent, (60, 40, 30), 0.4), grain="leather", gloss=0.3)
        parts = belt_tie(leather, waist, buckle=True)[:1]
        parts.append(Part(smooth([(-0.09, WAIST_Y - 0.09), (0.09, WAIST_Y - 0.09), (0.09, WAIST_Y + 0.12), (-0.09, WAIST_Y + 0.12)]), Fabric((206, 178, 110), grain="smooth", gloss=0.6), puff=0.6, crumple=0))
    return parts
