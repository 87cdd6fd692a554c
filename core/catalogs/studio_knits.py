"""Warm tops: sweater and hoodie."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_bodice import band, body_folds, hem_band, leaned
from core.catalogs.studio_body import Pose
from core.catalogs.studio_collars import roll_neck
from core.catalogs.studio_curves import mirrored, smooth
from core.catalogs.studio_fabric import Fabric
from core.catalogs.studio_parts import Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import sleeve, sleeve_tube, zip_lines
from core.catalogs.studio_tops import block_decals, ribbed, shirt_bodice

# Coordinates are laid out by hand.
# fmt: off


def sweater(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A knitted pullover with ribbed hem, cuffs and neck."""
    fabric = product.fabric
    ease = 0.35 + 0.5 * product.number("ease") + (0.5 if product.choice("style") == "oversized" else 0.0)
    bodice = shirt_bodice(product, pose, product.choice("neck"), ease, 3.6 + 0.4 * product.number("length"), 0.8)
    rib = ribbed(fabric, product.accent if product.choice("block") else None)
    parts = leaned([bodice.back_neck(fabric), band(bodice, 0.1, rib, behind=True)], pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.33 + 0.06 * ease, 0.31 + 0.07 * ease, 0.28 + 0.07 * ease,
            0.25 + 0.06 * ease, 0.2])
        parts += sleeve(limb, 0.96, fabric, rng, crease * 1.1, "rib", rib, puff=1.0)
    front = [
        Part(bodice.front(), fabric, puff=1.1, folds=body_folds(bodice, rng, crease * 1.1), crumple=0.35,
        decals=block_decals(product, bodice)),
        hem_band(bodice, 0.2, rib),
    ]
    front.append(roll_neck(bodice, rib) if product.choice("neck") == "roll-neck" else band(bodice, 0.1, rib))
    return parts + leaned(front, pose)


def hoodie(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A hooded sweatshirt, pullover or zipped, with pocket and cords."""
    fabric, ease = product.fabric, 0.4 + 0.6 * product.number("ease")
    bodice = shirt_bodice(product, pose, "crew-neck", ease, 3.7 + 0.35 * product.number("length"), 0.8)
    rib = ribbed(fabric)
    cord = product.accent if product.seed % 2 else (240, 238, 232)
    top = bodice.slope_y(bodice.neck_x)
    hood = smooth(mirrored([(0, top - 0.42), (0.3, top - 0.4), (0.47, top - 0.2), (0.5, top + 0.12), (0.3, top + 0.3),
        (0, top + 0.34)]))
    inside = smooth(mirrored([(0, top - 0.32), (0.22, top - 0.3), (0.33, top - 0.12), (0.33, top + 0.2),
        (0.12, top + 0.42), (0, top + 0.45)]))
    parts = leaned([Part(hood, fabric, behind=True, puff=1.0), Part(inside, fabric, behind=True, tone=0.6, puff=0.3,
        shadow=0)], pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.34 + 0.04 * ease, 0.32 + 0.05 * ease, 0.3 + 0.04 * ease, 0.27,
            0.22])
        parts += sleeve(limb, 0.96, fabric, rng, crease * 1.2, "rib", rib, puff=1.0)
    zipped = product.choice("front") == "zip-up"
    lines = zip_lines(bodice.neck_y, bodice.hem_y + 0.1) if zipped else []
    front = [Part(bodice.front(), fabric, puff=1.1, folds=body_folds(bodice, rng, crease * 1.2), crumple=0.4,
        lines=lines, decals=[] if zipped else block_decals(product, bodice))]
    front.append(hem_band(bodice, 0.2, rib))
    if not zipped:
        pouch = smooth(mirrored([(0, 2.86), (0.36, 2.86, 1), (0.58, 3.22), (0.6, 3.4, 1), (0, 3.42)]))
        mouth = [Line(smooth([(side * 0.34, 2.9), (side * 0.52, 3.2), (side * 0.54, 3.38)], closed=False), 0.014,
            None, 0.4, 0.02) for side in (-1, 1)]
        front.append(Part(pouch + (0, bodice.hem_y - 3.62), fabric, puff=0.5,
            lines=[Line(line.points + (0, bodice.hem_y - 3.62), 0.014, None, 0.4, 0.02) for line in mouth],
            shadow=0.4))
    for side in (-1, 1):
        edge = smooth([(side * 0.3, top - 0.3), (side * 0.46, top - 0.05), (side * 0.42, top + 0.22),
            (side * 0.04, bodice.neck_y + 0.12, 1), (side * 0.0, bodice.neck_y - 0.06, 1), (side * 0.26, top + 0.08)])
        front.append(Part(edge, fabric, puff=0.8, crumple=0.2, shadow=0.5))
        string = smooth([(side * 0.1, bodice.neck_y + 0.03), (side * 0.13, bodice.neck_y + 0.3),
            (side * 0.11, bodice.neck_y + 0.62)], closed=False)
        front.append(Part(np.vstack([string + (0.016, 0), (string - (0.016, 0))[::-1]]), Fabric(cord, grain="smooth"),
            puff=0.2, crumple=0, shadow=0.5))
    return parts + leaned(front, pose)
