"""Heeled shoes and loafers, in the coordinates of `studio_shoes`."""

# Points plus a pair moves the points; it joins no lists.

import numpy as np

from core.catalogs.studio_body import Pose
from core.catalogs.studio_curves import circle, lens, smooth
from core.catalogs.studio_fabric import Fabric, blend, solid
from core.catalogs.studio_parts import Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_shoes import shoe_lining, sole_part

# Coordinates are laid out by hand.
# fmt: off


def pump(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """One high-heeled shoe."""
    fabric, style = product.fabric, product.choice("style")
    lift = 0.34 + 0.22 * product.number("heel") - (0.1 if style == "block-heel" else 0.0)
    toe = 1.18 if product.choice("toe") == "pointed" else 1.1
    back = -lift - (0.34 if style != "slingback" else 0.1)
    tip = [(toe, -0.05, 1)] if toe > 1.15 else [(toe - 0.02, -0.13), (toe, -0.06)]
    upper = smooth([
        (0.03, -lift + 0.02, 1), (-0.02, -lift - 0.16), (0.0, back, 1), (0.12, back + 0.06),
        (0.34, -lift * 0.75 - 0.1), (0.58, -0.26), (0.7, -0.27, 1),
        (0.86, -0.22), *tip, (toe - 0.08, -0.015, 1), (0.8, -0.02), (0.55, -0.1), (0.3, -lift * 0.75),
    ])
    inside = shoe_lining([(0.0, back + 0.02), (0.3, -lift * 0.75 - 0.14), (0.62, -0.3), (0.7, -0.26), (0.4, -0.2),
        (0.1, -lift - 0.05)], Fabric(blend(fabric.colour, (230, 206, 176), 0.8), grain="leather"))
    dark = Fabric(blend(fabric.colour, (40, 28, 24), 0.6), grain="smooth")
    if style == "block-heel":
        heel = smooth([(0.02, -lift + 0.04, 1), (0.26, -lift + 0.06, 1), (0.25, 0.0, 1), (0.06, 0.0, 1)])
    else:
        heel = smooth([(0.01, -lift, 1), (0.24, -lift + 0.05, 1), (0.13, -lift * 0.55), (0.11, 0.0, 1),
            (0.055, 0.0, 1), (0.05, -lift * 0.55)])
    sole = smooth([(0.04, -lift + 0.03, 1), (0.3, -lift * 0.72), (0.56, -0.09), (0.8, -0.015), (toe - 0.05, -0.015),
        (toe - 0.12, 0.0), (0.8, 0.0), (0.54, -0.06), (0.28, -lift * 0.68)])
    parts = [inside, Part(heel, fabric, puff=0.5, crumple=0), Part(upper, fabric, puff=0.9, crumple=0.08),
        Part(sole, dark, puff=0.2, crumple=0, shadow=0.1)]
    if style in ("slingback", "ankle-strap"):
        y = back - 0.08 if style == "slingback" else -lift - 0.52
        strap = smooth([(0.0, y), (0.16, y + 0.05), (0.33, y + 0.0)] if style == "ankle-strap"
            else [(0.36, -lift * 0.75 - 0.08), (0.15, y - 0.02), (-0.03, y - 0.1), (-0.02, y + 0.1)], closed=False)
        parts.append(Part(np.vstack([strap - (0, 0.022), (strap + (0, 0.022))[::-1]]), fabric, puff=0.3, crumple=0))
        if style == "ankle-strap":
            parts.append(Part(circle(0.2, y + 0.04, 0.035), solid((214, 188, 120), "smooth", 0.6), puff=0.8,
                crumple=0))
            parts.append(Part(np.array([(-0.02, back + 0.1), (0.05, back + 0.1), (0.03, y), (-0.01, y)]), fabric,
                puff=0.3, crumple=0))
    return parts


def loafer(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """One loafer."""
    fabric, style = product.fabric, product.choice("style")
    thick = 0.1 + 0.08 * product.number("sole")
    upper = smooth([
        (0.02, -thick, 1), (-0.015, -0.3), (0.0, -0.46, 1), (0.1, -0.45), (0.3, -0.36), (0.48, -0.37),
        (0.6, -0.44, 1), (0.68, -0.42), (0.86, -0.33), (1.08, -0.28), (1.16, -0.18), (1.15, -thick, 1),
    ])
    apron = smooth([(0.66, -0.34), (0.85, -0.24), (1.04, -0.22), (1.1, -0.27)], closed=False)
    lines = [Line(apron, 0.022, None, 0.5), Line(apron + (0, 0.025), 0.012, None, 0.4, 0.022),
        Line(smooth([(0.26, -0.37), (0.3, -0.25), (0.28, -thick)], closed=False), 0.013, None, 0.35)]
    dark = Fabric(blend(fabric.colour, (30, 22, 18), 0.7), grain="smooth")
    strap = smooth([(0.5, -0.38, 1), (0.62, -0.46, 1), (0.74, -0.4, 1), (0.72, -thick, 1), (0.52, -thick, 1)])
    parts = [
        shoe_lining([(0.0, -0.45), (0.3, -0.44), (0.56, -0.46), (0.5, -0.35), (0.2, -0.34)],
        Fabric((196, 160, 120), grain="leather")),
        Part(upper, fabric, puff=0.95, crumple=0.12, lines=lines, folds=[(lens((0.8, -0.3), (0.84, -0.14), 0.05),
        -0.5)]), Part(strap, fabric, puff=0.35, crumple=0.05, shadow=0.4),
        sole_part(0.0, thick, dark, -0.01, 1.17), Part(smooth([(0.0, -0.08, 1), (0.3, -0.08, 1), (0.3, 0, 1),
        (0.0, 0, 1)]), dark, puff=0.3, crumple=0, shadow=0.1),
    ]
    gold = solid((214, 184, 110), "smooth", 0.6)
    if style == "horsebit":
        parts.append(Part(smooth([(0.54, -0.36), (0.7, -0.36), (0.7, -0.31), (0.54, -0.31)]), gold, puff=0.8,
            crumple=0))
    elif style == "tassel":
        parts += [Part(lens((0.66, -0.42), (0.72 + dx, -0.2), 0.09), fabric, puff=0.7, crumple=0.2, shadow=0.5)
            for dx in (0.0, 0.1)]
    else:
        parts.append(Part(lens((0.56, -0.33), (0.69, -0.33), 0.035), Fabric(blend(fabric.colour, (10, 8, 8), 0.7),
            grain="smooth"), puff=0.1, crumple=0, shadow=0))
    return parts
