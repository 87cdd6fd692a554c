"""Sunglasses, scarf and belt."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bags import strip
from core.catalogs.studio_bodice import Folds, leaned
from core.catalogs.studio_body import WAIST_Y, Pose
from core.catalogs.studio_curves import Points, circle, lens, mirrored, resample, smooth
from core.catalogs.studio_fabric import Fabric, Rgb, blend, solid
from core.catalogs.studio_parts import Decal, Frame, Line, Part
from core.catalogs.studio_products import Product

# Coordinates are laid out by hand.
# fmt: off


def sunglasses(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """Sunglasses from the front, at eye height."""
    shape, rim = product.choice("shape"), 0.018 + 0.02 * product.number("rim")
    y, x = 0.52, 0.178
    grow = {"oversized": 1.22}.get(shape, 1.0)
    lens_half = {
        "round": [(0.125 * np.cos(angle), 0.125 * np.sin(angle))
        for angle in np.linspace(0, 2 * np.pi, 12, endpoint=False)],
        "square": [(-0.13, -0.08), (0.13, -0.09), (0.135, 0.06), (0.1, 0.105), (-0.1, 0.105), (-0.135, 0.06)],
        "cat-eye": [(-0.125, -0.05), (0.05, -0.095), (0.17, -0.135), (0.15, 0.0), (0.08, 0.085), (-0.06, 0.09),
        (-0.125, 0.03)],
        "aviator": [(-0.12, -0.09), (0.06, -0.1), (0.15, -0.07), (0.14, 0.05), (0.05, 0.14), (-0.06, 0.12),
        (-0.12, 0.02)],
        "oversized": [(-0.125, -0.09), (0.12, -0.1), (0.14, 0.03), (0.08, 0.12), (-0.07, 0.12), (-0.13, 0.05)],
    }[shape]
    lens_outline = smooth(lens_half) * grow
    frame_outline = lens_outline * (1 + rim / 0.125 * 1.1)
    metal = shape == "aviator" or (shape == "round" and rim < 0.028)
    frame = Fabric(product.fabric.colour, product.accent, product.fabric.third, product.fabric.pattern, "smooth", 0.3,
        0.5, product.fabric.seed)
    tint = {"dark": (46, 46, 50), "gradient": (84, 70, 62), "tinted": blend(product.accent, (60, 60, 60),
        0.25)}[product.choice("lens")]
    glass = solid(tint, "smooth", 0.2)
    parts = []
    for side in (-1, 1):
        temple = np.array([(side * (x + 0.12 * grow), y - 0.075), (side * 0.375, y - 0.065), (side * 0.385, y - 0.02),
            (side * (x + 0.12 * grow), y - 0.03)])
        parts.append(Part(temple, frame, puff=0.4, crumple=0, shadow=0.2))
    bridge = smooth([(-0.07, y - 0.035), (0, y - 0.06), (0.07, y - 0.035)], closed=False)
    parts.append(strip(bridge, 0.022 if metal else 0.042, frame, lines=False))
    if shape == "aviator":
        parts.append(strip(smooth([(-0.1, y - 0.1), (0, y - 0.11), (0.1, y - 0.1)], closed=False), 0.018, frame,
            lines=False))
    for side in (-1, 1):
        centre = (side * x * (1.0 + 0.12 * (grow > 1)), y)
        parts.append(Part(frame_outline * (side, 1) + centre, frame, puff=0.7, crumple=0, shadow=0.35, edge=0.2))
        shine = [Decal(lens((centre[0] - 0.07, y + 0.03), (centre[0] + 0.03, y - 0.08), 0.035),
            blend(tint, (255, 255, 255), 0.5), 0.55)]
        if product.choice("lens") == "gradient":
            shine = [Decal(np.array([(-9, y + low), (9, y + low), (9, y + 1), (-9, y + 1)]), (214, 176, 140), 0.2)
                for low in (-0.03, 0.0, 0.03, 0.06)] + shine
        parts.append(Part(lens_outline * (side, 1) + centre, glass, puff=0.25, crumple=0, shadow=0.15, decals=shine,
            edge=0.5))
    return leaned(parts, pose)


def tassels(centre: Points, colour: Rgb, reach: float = 0.14) -> list[Part]:
    """Threads at the end of a scarf, along the line `centre`."""
    spots = resample(centre, 13)
    direction = np.array([-(spots[-1] - spots[0])[1], (spots[-1] - spots[0])[0]])
    direction = direction / np.linalg.norm(direction) * reach
    cloth = solid(blend(colour, (0, 0, 0), 0.08), "smooth")
    return [Part(np.vstack([[spot - (0.018, 0), spot + (0.018, 0)],
        [spot + direction + (0.012, 0), spot + direction - (0.012, 0)]]), cloth, puff=0.4, crumple=0, shadow=0.15)
        for spot in spots]


def scarf(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A scarf wound once round the neck, ends hanging."""
    fabric, style = product.fabric, product.choice("style")
    if style == "chunky":
        fabric = Fabric(**{**fabric.__dict__, "grain": "cable"})
    wide = 0.2 + 0.07 * product.number("width") + (0.05 if style == "chunky" else 0.0)
    low = 2.75 + 0.7 * product.number("length")
    neck = pose.build.neck
    parts = [Part(smooth(mirrored([(0, 0.95), (neck + 0.16, 1.0), (neck + 0.28, 1.22), (0.2, 1.4), (0, 1.42)])),
        fabric, behind=True, tone=0.7, puff=0.6)]
    for side, end in ((-1, low - 0.25), (1, low)):
        x = side * 0.13
        tail = smooth([(x - wide * 0.7, 1.4, 1), (x + wide * 0.7, 1.4, 1), (x + wide + side * 0.04, 2.0),
            (x + wide + side * 0.1, end, 1), (x - wide + side * 0.1, end + 0.03, 1), (x - wide + side * 0.04, 2.0)])
        folds: Folds = [(lens((x + dx * wide, 1.45), (x + dx * wide * 1.3 + side * 0.1, end - 0.1 * k), 0.09, 0.03),
            1.1 * (-1) ** k) for k, dx in enumerate((-0.55, -0.1, 0.3, 0.65))]
        if style != "hemmed":
            parts += tassels(np.array([(x + wide + side * 0.1, end), (x - wide + side * 0.1, end + 0.03)])[::-1],
                fabric.colour)
        lines = [Line(np.array([(x - 1, end - 0.05), (x + 1, end - 0.05)]), 0.012, None, 0.4)]
        parts.append(Part(tail, fabric, Frame((x, 1.4), -side * 0.05), puff=0.8, folds=folds, crumple=0.4,
            shadow=0.45, lines=lines))
    roll = smooth([
        (-neck - 0.22, 1.1), (-neck - 0.02, 0.97), (-0.1, 1.12), (0.1, 1.12), (neck + 0.02, 0.97), (neck + 0.22, 1.1),
        (neck + 0.26, 1.34), (0.3, 1.56), (0.0, 1.66), (-0.3, 1.56), (-neck - 0.26, 1.34),
    ])
    rolls: Folds = [(lens((-neck - 0.2, 1.12 + 0.13 * k), (neck + 0.2, 1.15 + 0.12 * k), 0.1, 0.26), 1.2 * (-1) ** k)
        for k in range(4)]
    parts.append(Part(roll, fabric, Frame((0, 1.3), np.pi / 2 - 0.1), puff=1.1, folds=rolls, crumple=0.5, shadow=0.5))
    return leaned(parts, pose)


def laid_scarf(product: Product, rng: np.random.Generator) -> list[Part]:
    """A scarf thrown down: one length folded over another."""
    fabric = product.fabric if product.choice("style") != "chunky" else Fabric(**{**product.fabric.__dict__,
        "grain": "cable"})
    wide = 0.55 + 0.16 * product.number("width")
    reach = 1.5 + 0.4 * product.number("length")
    parts = []
    for turn, start in ((-0.35, -0.1), (0.25, 0.12)):
        curve = smooth([(start - 0.5, -reach), (start, -reach * 0.3), (start - 0.05, reach * 0.3),
            (start + turn, reach)], closed=False)
        band = strip(curve, wide * 1.2, fabric, lines=False)
        if product.choice("style") != "hemmed":
            tip = np.array([(start + turn + wide * 0.6, reach), (start + turn - wide * 0.6, reach)])[::-1]
            parts += tassels(tip, fabric.colour, 0.16)
        folds: Folds = [(lens(curve[4] + (dx * wide, 0), curve[-4] + (dx * wide, 0), 0.1, rng.uniform(-0.1, 0.1)),
            rng.choice([-1.2, 1.2])) for dx in (-0.4, -0.15, 0.2, 0.42)]
        parts.append(Part(band.outline, fabric, Frame((start, 0)), puff=0.7, folds=folds, crumple=0.9, shadow=0.5))
    return parts


def _buckle(x: float, y: float, size: float, shape: str, leather: Fabric, metal: Fabric) -> list[Part]:
    outer, hole = {
        "square": (smooth([(-1, -1), (1, -1), (1, 1), (-1, 1)]), 0.68), "round": (circle(0, 0, 1.1), 0.7),
        "D-ring": (smooth([(-0.9, -1.05, 1), (0.2, -1.05), (1.05, 0), (0.2, 1.05), (-0.9, 1.05, 1)]), 0.7),
    }[shape]
    return [
        Part(outer * size + (x, y), metal, puff=0.7, crumple=0, shadow=0.5),
        Part(outer * size * hole + (x, y), leather, puff=0.2, crumple=0, shadow=0.1, tone=0.85),
        Part(lens((x - size * 0.9, y), (x + size * 1.05, y), size * 0.3), metal, puff=0.8, crumple=0, shadow=0.3),
    ]


def _belt_lines(product: Product, curve: Points, half: float) -> tuple[list[Line], list[Decal]]:
    style, metal = product.choice("style"), (222, 206, 160)
    side = np.array([0, 1.0])
    if style == "braided":
        spots = resample(curve, 60)
        return [Line(np.array([spot - side * half * 0.9, spot + side * half * 0.9 + (0.06 * (-1) ** index, 0)]),
            0.014, None, 0.5) for index, spot in enumerate(spots)], []
    lines = [Line(curve + side * half * share, 0.01, product.accent if style == "stitched" else None, 0.6, 0.026)
        for share in (-0.75, 0.75)]
    decals = [Decal(circle(x, y, 0.022), metal) for x, y in resample(curve, 24)] if style == "studded" else []
    return lines, decals


def belt(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A belt buckled round a waist."""
    half, wide = 0.06 + 0.035 * product.number("width"), pose.build.waist + 0.07
    y = WAIST_Y + 0.06
    metal = solid((212, 182, 112) if product.seed % 2 else (204, 206, 210), "smooth", 0.7)
    back = smooth([(-wide, y - 0.02), (-wide * 0.5, y - 0.11), (0, y - 0.135), (wide * 0.5, y - 0.11),
        (wide, y - 0.02)], closed=False)
    front = smooth([(-wide, y - 0.02), (-wide * 0.5, y + 0.06), (0, y + 0.085), (wide * 0.5, y + 0.06),
        (wide, y - 0.02)], closed=False)
    lines, decals = _belt_lines(product, front, half)
    holes = [Decal(circle(0.28 + 0.07 * k, y + 0.078 - 0.006 * k, 0.011), (24, 18, 16)) for k in range(4)]
    behind = strip(back, half * 1.9, product.fabric, lines=False)
    parts = [
        Part(behind.outline, product.fabric, behind=True, tone=0.55, puff=0.3, crumple=0),
        Part(strip(front, half * 2, product.fabric).outline, product.fabric, Frame((0, y), np.pi / 2), puff=0.5,
        crumple=0.08, lines=lines, decals=[*decals, *holes], shadow=0.4),
        *_buckle(0.0, y + 0.085, half * 1.25, product.choice("buckle"), product.fabric, metal),
        Part(np.array([(0.17, y + 0.08 - half * 1.1), (0.23, y + 0.08 - half * 1.1), (0.23, y + 0.08 + half * 1.1),
        (0.17, y + 0.08 + half * 1.1)]), product.fabric, puff=0.4, crumple=0, shadow=0.4),
    ]
    return leaned(parts, pose)


def laid_belt(product: Product, rng: np.random.Generator) -> list[Part]:
    """A belt lying flat in a loose loop, its tail through the buckle's side."""
    half = 0.075 + 0.035 * product.number("width")
    curve = smooth([
        (-0.75, 0.55), (0.0, 0.72), (0.85, 0.45), (1.05, -0.15), (0.55, -0.62), (-0.25, -0.66), (-0.95, -0.32),
        (-1.05, 0.2), (-0.55, 0.62), (0.3, 0.95), (1.15, 1.1),
    ], closed=False)
    metal = solid((212, 182, 112) if product.seed % 2 else (204, 206, 210), "smooth", 0.7)
    parts = []
    for start in range(0, len(curve) - 1, 15):  # in lengths, so that the tail lies over the start
        piece = curve[start : start + 17]
        laid = strip(piece, half * 2, product.fabric)
        lines, decals = _belt_lines(product, piece, half)
        seams = [*laid.lines, *lines] if product.choice("style") == "braided" else laid.lines
        parts.append(Part(laid.outline, product.fabric, puff=0.2, crumple=0, shadow=0.35, edge=0.0, lines=seams,
            decals=decals))
    return [*parts, *_buckle(float(curve[0, 0]), float(curve[0, 1]), half * 1.35, product.choice("buckle"),
        product.fabric, metal)]
