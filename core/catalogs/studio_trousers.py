"""Jeans, trousers and shorts."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bodice import Folds, leaned
from core.catalogs.studio_body import CROTCH_Y, HIP_Y, WAIST_Y, Pose
from core.catalogs.studio_curves import Points, Tube, circle, lens, smooth
from core.catalogs.studio_fabric import Fabric, Rgb, blend
from core.catalogs.studio_parts import Decal, Frame, Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import button, limb_folds, patch_pocket

# Coordinates are laid out by hand.
# fmt: off


_LEGS = {  # half widths at thigh, knee and ankle, share of the ankle it reaches
    "skinny": (0.36, 0.22, 0.15), "slim": (0.37, 0.25, 0.18), "straight": (0.38, 0.28, 0.24),
    "tapered": (0.4, 0.29, 0.17), "jogger": (0.41, 0.31, 0.17),
    "wide-leg": (0.4, 0.39, 0.41), "flared": (0.36, 0.23, 0.38), "pleated": (0.42, 0.33, 0.22),
    "cargo": (0.41, 0.33, 0.25),
}


THREAD: Rgb = (206, 150, 82)


def leg_points(pose: Pose, side: int, top_y: float, waist: float, hip: float, widths: tuple[float, float, float],
    end: float) -> tuple[Points, Tube]:
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
        (*middle, 1), (*edge, 1), hips, (float(joint[0] + side * thigh * 1.02),
        float(joint[1] + 0.5 * min(1, end * 2))), *knees, (*low_out, 1),
        (float(last[0]), float(last[1] + 0.025)), (*low_in, 1), *back, (float(inner[0] + side * 0.04),
        float(inner[1] + 0.25 * min(1, end * 2))), (*inner, 1),
    ])
    start = np.array(pose.spot(side * waist * 0.5, top_y))
    centre = np.vstack([np.linspace(start, joint, 8)[:-1], np.linspace(joint, knee if end > 0.5 else last, 12),
        *([np.linspace(knee, last, 10)[1:]] if end > 0.5 else [])])
    half = np.interp(np.linspace(0, 1, len(centre)), [0, 0.25, 0.6, 1], [waist * 0.5, hip * 0.5,
        at_knee if end > 0.5 else thigh, wide])
    return outline, Tube(centre, half)


def _leg_part(limb: Tube, outline: Points, fabric: Fabric, rng: np.random.Generator, crease: float, extra: list[Line],
    decals: list[Decal], long: bool) -> Part:
    first = limb.centre[-1] - limb.centre[0]
    frame = Frame((float(limb.centre[0, 0]), float(limb.centre[0, 1])), float(np.arctan2(-first[0], first[1])))
    folds: Folds = limb_folds(limb, rng, crease, (0.62, 0.93) if long else (0.5,))
    for step in range(3):
        folds.append((lens(limb.at(0.3, -0.95), limb.at(0.26 - 0.05 * step, 0.2 + 0.25 * step), 0.07),
            crease * (-0.9 if step % 2 else 0.7)))
    return Part(outline, fabric, frame, puff=0.85, folds=folds, crumple=0.35, lines=extra, decals=decals, shadow=0.25)


def waistband(pose: Pose, top_y: float, waist: float, fabric: Fabric, height: float = 0.13, loops: bool = True,
    fasten: str = "button") -> list[Part]:
    """A waistband with its loops, button or cord, and the inside of its back."""
    outline = smooth([
        (-waist, top_y - height, 1), (0, top_y - height + 0.05), (waist, top_y - height, 1),
        (waist + 0.025, top_y + 0.02, 1), (0, top_y + 0.07), (-waist - 0.025, top_y + 0.02, 1),
    ])
    decals = button(0.03, top_y - height / 2 + 0.055, 0.042, (196, 180, 150)) if fasten == "button" else []
    lines = [Line(outline[36:54] - (0, 0.02), 0.01, None, 0.4, 0.02)]
    parts = [Part(outline, fabric, Frame((0, 0), np.pi / 2), puff=0.35, crumple=0.08, shadow=0.35, lines=lines,
        decals=decals)]
    inside = smooth([(-waist * 0.97, top_y - height + 0.01), (0, top_y - height - 0.03),
        (waist * 0.97, top_y - height + 0.01), (0, top_y - height + 0.07)])
    parts.insert(0, Part(inside, fabric, behind=True, tone=0.55, puff=0.1, crumple=0, shadow=0))
    for x in (-0.62, 0.62) if loops else ():
        loop = np.array([(x - 0.025, -height - 0.015), (x + 0.025, -height - 0.015), (x + 0.025, 0.05),
            (x - 0.025, 0.05)])
        parts.append(Part(loop * (waist, 1) + (0, top_y + 0.025), fabric, puff=0.3, crumple=0, shadow=0.35))
    if fasten == "cord":
        parts[-1] = Part(outline, Fabric(fabric.colour, grain="rib"), puff=0.6, crumple=0.3, shadow=0.35)
        for side in (-1, 1):
            string = smooth([(side * 0.03, top_y), (side * 0.09, top_y + 0.25), (side * 0.07, top_y + 0.55)],
                closed=False)
            parts.append(Part(np.vstack([string, (string + (0.03, 0))[::-1]]),
                Fabric((238, 234, 226), grain="smooth"), puff=0.3, crumple=0, shadow=0.45))
    return leaned(parts, pose)


def fly_and_pockets(pose: Pose, top_y: float, hip: float, thread: Rgb | None, slanted: bool) -> list[Line]:
    """The lines of a fly and of two front pockets; `thread` colours the stitches."""
    lines = []
    fly = smooth([(0.0, top_y + 0.06), (0.0, CROTCH_Y + 0.1)], closed=False)
    stitch = smooth([(0.13, top_y + 0.06), (0.13, CROTCH_Y - 0.45), (0.0, CROTCH_Y - 0.25)], closed=False)
    lines += [Line(pose.lean(fly), 0.016, None, 0.6), Line(pose.lean(stitch), 0.012, thread, 0.7 if thread else 0.4,
        0.024)]
    for side in (-1, 1):
        mouth = [(side * hip * 0.5, top_y + 0.03), (side * hip * 0.62, top_y + 0.3), (side * hip * 1.0, top_y + 0.42)]
        if slanted:
            mouth = [(side * hip * 0.55, top_y + 0.03), (side * hip * 0.93, top_y + 0.55)]
        curve = pose.lean(smooth(mouth, closed=False))
        lines += [Line(curve, 0.018, None, 0.55), Line(curve + (0, 0.035), 0.012, thread, 0.7 if thread else 0.35,
            0.024)]
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
    thread = THREAD if denim and product.colour not in ("black", "white") else None
    parts: list[Part] = []
    for side in (-1, 1):
        outline, limb = leg_points(pose, side, top_y, waist, build.hip + 0.04, (widths[0], widths[1], widths[2]), end)
        lines = fly_and_pockets(pose, top_y, build.hip, thread, slanted=not denim)
        lines += [Line(limb.across(0.975, 0.02, 1.3), 0.012, thread, 0.5, 0.024)]
        decals = _wash(product, limb) if denim else []
        if leg in ("pleated", "wide-leg", "slim", "straight") and not denim:
            lines.append(Line(limb.centre[4:], 0.016, None, 0.28))
        parts.append(_leg_part(limb, outline, fabric, rng, crease, lines, decals, True))
        parts += _leg_details(product, limb, fabric, side)
    return parts + waistband(pose, top_y, waist, fabric, loops=leg != "jogger",
        fasten="cord" if leg == "jogger" else "button")


def _wash(product: Product, limb: Tube) -> list[Decal]:
    """The faded thigh and knee of worn denim, and its rips."""
    pale = blend(product.fabric.colour, (236, 238, 240), 0.55)
    shares = np.linspace(0.22, 0.72, 6)
    fade = 0.05 * product.number("wash")
    decals = [
        Decal(np.vstack([[limb.at(along, -reach) for along in shares],
        [limb.at(along, reach) for along in shares[::-1]]]), pale, fade)
        for reach in (0.62, 0.5, 0.38, 0.26, 0.14)
    ] if fade > 0.01 else []
    if product.choice("detail") == "ripped":
        for along in (0.36, 0.62):
            x, y = limb.at(along, 0.1)
            decals.append(Decal(circle(x, y, 0.15, 0.055), blend(product.fabric.colour, (250, 248, 244), 0.8)))
            decals += [Decal(lens((x - 0.15, y + dy), (x + 0.15, y + dy), 0.022),
                blend(product.fabric.colour, (20, 24, 40), 0.4)) for dy in (-0.03, 0.01)]
    return decals


def _leg_details(product: Product, limb: Tube, fabric: Fabric, side: int) -> list[Part]:
    frame = Frame((0, 0), 0.0)
    if product.choice("detail") == "turned-up":
        ring = limb.slice(0.94, 1.0, 1.06)
        pale = Fabric(blend(fabric.colour, (240, 240, 238), 0.42), grain="denim")
        return [Part(ring.outline(bow=0.03), pale, frame, puff=0.4, shadow=0.35)]
    if product.choice("leg") == "jogger":
        return [Part(limb.slice(0.955, 1.0, 0.93).outline(bow=0.02), Fabric(fabric.colour, grain="rib"), frame,
            puff=0.6)]
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
        outline, limb = leg_points(pose, side, top_y, waist, build.hip + 0.06, (thigh, thigh, thigh), end)
        lines = fly_and_pockets(pose, top_y, build.hip, THREAD if style == "denim" else None, style != "denim")
        lines += [Line(limb.across(along, 0.02, 1.4), 0.012, THREAD if style == "denim" else None, 0.5, 0.024)
            for along in (0.93, 0.955)]
        if style == "pleated":
            lines += [Line(limb.centre[4:] + (side * dx, 0), 0.016, None, 0.35) for dx in (-0.05, 0.07)]
        parts.append(_leg_part(limb, outline, fabric, rng, crease, lines, [], False))
        if style == "cargo":
            parts += _leg_details(product, limb, fabric, side)
    return parts + waistband(pose, top_y, waist, fabric, loops=style != "drawstring",
        fasten="cord" if style == "drawstring" else "button")
