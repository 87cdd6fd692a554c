"""What is worn on the head: cap, hat, beanie."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bodice import Folds, leaned
from core.catalogs.studio_body import Pose
from core.catalogs.studio_curves import circle, lens, mirrored, smooth
from core.catalogs.studio_fabric import Fabric, blend, solid
from core.catalogs.studio_parts import Decal, Line, Part
from core.catalogs.studio_prints import print_decals
from core.catalogs.studio_products import Product

# Coordinates are laid out by hand.
# fmt: off


def cap(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A peaked cap from the front."""
    fabric = product.fabric
    tall, reach = -0.2 - 0.1 * product.number("crown"), 0.5 + 0.1 * product.number("brim")
    crown = smooth(mirrored([(0, tall), (0.2, tall + 0.05), (0.355, tall + 0.24), (0.41, 0.2), (0.405, 0.36, 1),
        (0.2, 0.3), (0, 0.28)]))
    lines = [Line(smooth([(side * 0.02, tall), (side * 0.2, 0.0), (side * 0.24, 0.34)], closed=False), 0.01, None,
        0.35) for side in (-1, 1)]
    lines += [Line(line.points + (0.02, 0), 0.008, None, 0.3, 0.018) for line in lines]
    decals: list[Decal] = []
    if product.choice("block") == "print" and fabric.pattern == "plain":
        decals = print_decals(product.seed, 0, 0.06, 0.28, product.accent, fabric.third)
    brim = smooth([(-0.39, 0.31, 1), (-0.2, 0.235), (0, 0.215), (0.2, 0.235), (0.39, 0.31, 1), (0.41, 0.42),
        (0.3, reach - 0.035), (0, reach - 0.02), (-0.3, reach - 0.035), (-0.41, 0.42)])
    colour = product.accent if product.choice("block") == "colour block" else fabric.colour
    peak = Fabric(colour, fabric.accent, fabric.third, fabric.pattern if colour == fabric.colour else "plain",
        fabric.grain, fabric.repeat)
    rows = [Line(smooth([(-0.38 + k * 0.03, 0.37 + k * 0.015), (0, reach - 0.035 - 0.05 * k),
        (0.38 - k * 0.03, 0.37 + k * 0.015)], closed=False), 0.008, None, 0.3, 0.018) for k in range(3)]
    button = Part(circle(0, tall - 0.005, 0.045, 0.026), peak, puff=0.7, crumple=0)
    parts = [Part(crown, fabric, puff=1.0, crumple=0.15, lines=lines, decals=decals,
        folds=[(lens((0.28, 0.0), (0.34, 0.3), 0.06), -0.5 * crease)]),
        Part(brim, peak, puff=0.8, crumple=0.05, lines=rows, shadow=0.6), button]
    return leaned(parts, pose)


def hat(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A brimmed hat: fedora, bucket, sun hat or boater."""
    fabric, style = product.fabric, product.choice("style")
    if style in ("sun", "boater"):
        fabric = Fabric(**{**fabric.__dict__, "grain": "straw"})
    tall = {"fedora": -0.42, "bucket": -0.24, "sun": -0.24, "boater": -0.2}[style] - 0.08 * product.number("crown")
    reach = {"fedora": 0.72, "bucket": 0.56, "sun": 1.0, "boater": 0.74}[style] + 0.1 * product.number("brim")
    drop = {"fedora": 0.05, "bucket": 0.2, "sun": 0.14, "boater": 0.0}[style]
    tops: dict[str, list[tuple[float, ...]]] = {
        "fedora": [(0, tall + 0.1), (0.14, tall + 0.02), (0.28, tall + 0.04), (0.35, tall + 0.2)],
        "bucket": [(0, tall), (0.26, tall + 0.01), (0.345, tall + 0.07)],
        "sun": [(0, tall), (0.2, tall + 0.02), (0.34, tall + 0.14)], "boater": [(0, tall), (0.36, tall + 0.0, 1),
        (0.385, tall + 0.05)],
    }
    crown = smooth(mirrored([*tops[style], (0.42, 0.16), (0.425, 0.24, 1), (0.2, 0.3), (0, 0.315)]))
    band = smooth(mirrored([(0, 0.17), (0.24, 0.155), (0.425, 0.1, 1), (0.43, 0.22, 1), (0.24, 0.285), (0, 0.3)]))
    under = smooth(mirrored([(0, 0.12), (reach * 0.6, 0.13), (reach, 0.2 + drop), (reach * 0.6, 0.3), (0, 0.32)]))
    brim = smooth(mirrored([(0, 0.26), (0.3, 0.225), (0.43, 0.17, 1), (reach * 0.8, 0.15 + drop * 0.6),
        (reach, 0.2 + drop), (reach * 0.8, 0.32 + drop), (reach * 0.4, 0.4 + drop * 0.9), (0, 0.42 + drop)]))
    rim = smooth([(-reach * 0.95, 0.24 + drop), (-reach * 0.4, 0.37 + drop * 0.9), (0, 0.39 + drop),
        (reach * 0.4, 0.37 + drop * 0.9), (reach * 0.95, 0.24 + drop)], closed=False)
    folds: Folds = [(lens((0, tall + 0.1), (0.02, tall + 0.36), 0.12), -1.3)] if style == "fedora" else []
    ribbon = Fabric(product.accent if style != "bucket" else fabric.colour,
        grain="rib" if style != "bucket" else fabric.grain)
    rows = [Line(rim - (0, 0.03 * k), 0.01, None, 0.3, 0.02 if style == "bucket" else 0.0)
        for k in range(4 if style == "bucket" else 2)]
    parts = [
        Part(under, fabric, behind=True, tone=0.6, puff=0.2),
        Part(crown, fabric, puff=1.0, folds=folds, crumple=0.12),
        Part(band, ribbon, puff=0.4, crumple=0.05, shadow=0.3 if style != "bucket" else 0.1),
        Part(brim, fabric, puff=0.7, crumple=0.1, lines=rows, shadow=0.6),
    ]
    if style in ("fedora", "boater"):
        bow = smooth([(0.33, 0.1), (0.44, 0.06), (0.47, 0.16), (0.44, 0.27), (0.33, 0.25)])
        parts.insert(3, Part(bow, ribbon, puff=0.5, crumple=0, shadow=0.4))
    return leaned(parts, pose)


def beanie(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A knitted hat, cuffed, with a bobble or slouchy."""
    fabric, style = product.fabric, product.choice("style")
    tall = -0.26 - 0.12 * product.number("crown") - (0.14 if style == "slouchy" else 0.0)
    tilt = 0.05 if style == "slouchy" else 0.0
    crown = smooth([
        (tilt, tall), (0.22 + tilt, tall + 0.06), (0.37 + tilt * 0.8, tall + 0.25), (0.43, 0.05), (0.42, 0.32, 1),
        (0.2, 0.36), (-0.2, 0.36), (-0.42, 0.32, 1), (-0.43, 0.05), (-0.35 + tilt * 0.8, tall + 0.27),
        (-0.2 + tilt, tall + 0.06),
    ])
    folds: Folds = [(lens((x * 0.3 + tilt, tall + 0.1), (x, 0.25), 0.06), -0.6) for x in (-0.3, -0.1, 0.12, 0.32)]
    parts = [Part(crown, fabric, puff=1.1, folds=folds, crumple=0.3)]
    shade = fabric.colour if product.seed % 3 else product.accent
    if style != "slouchy":
        cuff = smooth(mirrored([(0, 0.12), (0.25, 0.11), (0.44, 0.07), (0.455, 0.2), (0.44, 0.37), (0.22, 0.42),
            (0, 0.43)]))
        parts.append(Part(cuff, Fabric(shade, grain="rib"), puff=0.7, crumple=0.1, shadow=0.4))
        if product.seed % 2:
            parts.append(Part(np.array([(0.1, 0.22), (0.24, 0.21), (0.24, 0.32), (0.1, 0.33)]),
                solid(blend(product.accent, (60, 50, 40), 0.3), "woven"), puff=0.2, crumple=0, shadow=0.3))
    else:
        rim = smooth(mirrored([(0, 0.26), (0.25, 0.25), (0.425, 0.21), (0.43, 0.34), (0.22, 0.4), (0, 0.41)]))
        parts.append(Part(rim, Fabric(shade, grain="rib"), puff=0.5, crumple=0.05, shadow=0.2))
    if style == "bobble":
        edge = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        radius = 0.15 * (1 + 0.07 * np.sin(edge * 11) + 0.05 * np.sin(edge * 7 + 1))
        ball = np.column_stack([np.cos(edge) * radius, np.sin(edge) * radius]) + (tilt, tall - 0.06)
        parts.append(Part(ball, Fabric(shade, grain="wool"), puff=1.1, crumple=2.0, shadow=0.3))
    return leaned(parts, pose)
