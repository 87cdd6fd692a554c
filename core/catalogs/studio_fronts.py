"""What open-fronted clothes share: front panels, lapels, linings, belts."""

import numpy as np

from core.catalogs.studio_bodice import Bodice, body_folds
from core.catalogs.studio_body import ARMPIT_Y, WAIST_Y, Pose
from core.catalogs.studio_curves import Points, circle, smooth
from core.catalogs.studio_fabric import Fabric, Rgb, blend
from core.catalogs.studio_parts import Decal, Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import sleeve, sleeve_tube

# Coordinates are laid out by hand.
# fmt: off


def layer_bodice(pose: Pose, ease: float, hem_y: float, waist: float, neck_y: float, flare: float = 0.0) -> Bodice:
    """`waist` 0 is boxy, 1 is fitted."""
    build = pose.build
    chest = build.chest + 0.16 + 0.12 * ease
    hem = max(build.hip + 0.1 + 0.08 * ease, chest * 0.95) + flare if hem_y > WAIST_Y + 0.4 else chest * 0.95
    fitted = build.waist + 0.15 + 0.1 * ease
    return Bodice(build, build.neck + 0.09, neck_y, "V", build.shoulder + 0.06 + 0.06 * ease, chest,
        chest * (1 - waist) + fitted * waist, hem, hem_y, 0.02)


def lining_part(bodice: Bodice, fabric: Fabric) -> Part:
    """The inside of the back, seen wherever the front is open."""
    top = bodice.slope_y(bodice.neck_x)
    side = [point for point in bodice.side() if point[1] > ARMPIT_Y - 0.1]
    half = [(0, top + 0.05), (bodice.neck_x, top, 1), (bodice.shoulder_x * 0.8, SHOULDER_LOW, 1),
        *[(x - 0.06, y - 0.03, 1) for x, y, *_ in side]]
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
        (-overlap, min(break_y, low - corner * 1.4 - 0.1)), (-overlap, bodice.neck_y, 1),
        (bodice.neck_x * 0.55, (bodice.neck_y + top) * 0.5 - 0.02),
    ]
    return smooth([(bodice.neck_x, top, 1), *bodice.side(), *edge]) * (side, 1)


def lapels(bodice: Bodice, fabric: Fabric, width: float, notch: bool = True) -> list[Part]:
    """Notched or shawl lapels turned out along the fronts' upper edges, and the collar above them."""
    top, low = bodice.slope_y(bodice.neck_x), bodice.neck_y
    height = low - top
    parts = []
    for side in (-1, 1):
        if notch:
            shape: list[tuple[float, ...]] = [
                (0.04, low, 1), (bodice.neck_x * 0.75, top + height * 0.45),
                (bodice.neck_x * 1.02, top + height * 0.1, 1),
                (bodice.neck_x + width * 0.72, top + height * 0.3, 1),
                (bodice.neck_x + width, top + height * 0.36, 1),
                (bodice.neck_x * 0.8 + width * 0.6, top + height * 0.66), (0.12, low - height * 0.06),
            ]
        else:
            shape = [
                (0.04, low, 1), (bodice.neck_x * 0.75, top + height * 0.45), (bodice.neck_x * 0.98, top - 0.04, 1),
                (bodice.neck_x + width * 0.75, top + height * 0.22),
                (bodice.neck_x + width * 0.85, top + height * 0.42), (bodice.neck_x * 0.7 + width * 0.5,
                top + height * 0.72),
            ]
        outline = smooth(shape) * (side, 1)
        inner = (outline - outline.mean(0)) * 0.9 + outline.mean(0)
        parts.append(Part(outline, fabric, puff=0.35, crumple=0.06, shadow=0.55,
            lines=[Line(np.vstack([inner, inner[:1]]), 0.008, None, 0.22, 0.02)]))
        if notch:
            collar = smooth([
                (bodice.neck_x - 0.04, top - 0.13, 1), (bodice.neck_x + 0.07, top + 0.02),
                (bodice.neck_x + width * 0.66, top + height * 0.21, 1),
                (bodice.neck_x + width * 0.5, top + height * 0.31, 1), (bodice.neck_x * 1.0, top + height * 0.14),
                (bodice.neck_x * 0.8, top + height * 0.22),
            ]) * (side, 1)
            parts.append(Part(collar, fabric, puff=0.35, crumple=0.05, shadow=0.5))
    return parts


def welts(fabric: Fabric, x: float, y: float, slant: float = 0.03) -> list[Part]:
    """Flap pockets left and right."""
    flap = np.array([(x - 0.2, y), (x + 0.2, y - slant), (x + 0.2, y + 0.13 - slant), (x - 0.2, y + 0.13)])
    return [Part(smooth([(*point, 1) for point in flap * (side, 1)]), fabric, puff=0.3, crumple=0.05, shadow=0.4)
        for side in (-1, 1)]


def fronts(
    bodice: Bodice, fabric: Fabric, rng: np.random.Generator, crease: float, *, overlap: float, gap: float,
    corner: float, break_y: float,
    decals: list[Decal], lines: list[Line] | None = None, puff: float = 0.9,
) -> list[Part]:
    """Both fronts, the buttoned one on top."""
    parts = []
    for side in (-1, 1):
        outline = front_panel(bodice, side, overlap, gap, corner, break_y)
        parts.append(Part(
            outline, fabric, puff=puff, folds=body_folds(bodice, rng, crease), crumple=0.3, shadow=0.3,
            decals=decals if side == 1 else (), lines=lines or (),
        ))
    return parts


def layer_sleeves(bodice: Bodice, pose: Pose, product: Product, rng: np.random.Generator, crease: float, cuff: str,
    roomy: float, rib: Fabric | None = None) -> list[Part]:
    """Both sleeves of a layer; `roomy` widens them."""
    parts = []
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.34 + roomy, 0.31 + roomy, 0.27 + roomy, 0.25 + roomy,
            0.22 + roomy * 0.6])
        parts += sleeve(limb, 0.99 if cuff != "rib" else 0.96, product.fabric, rng, crease, cuff, rib, puff=0.9)
    return parts


def horn_colour(fabric: Fabric) -> Rgb:
    """A button colour that goes with a fabric."""
    return blend(fabric.colour, (24, 18, 16), 0.55) if sum(fabric.colour) > 200 else (92, 84, 78)


def belt_tie(fabric: Fabric, waist: float, buckle: bool = False, y: float = WAIST_Y) -> list[Part]:
    """A fabric belt at the waist, knotted or buckled."""
    strap = smooth([(-waist - 0.03, y - 0.08, 1), (0, y - 0.05), (waist + 0.03, y - 0.08, 1),
        (waist + 0.03, y + 0.07, 1), (0, y + 0.1), (-waist - 0.03, y + 0.07, 1)])
    parts = [Part(strap, fabric, puff=0.5, crumple=0.15, shadow=0.5)]
    for x in (0.06, 0.16):
        end = smooth([(0.02, y, 1), (0.12, y, 1), (x + 0.12, y + 0.85, 1), (x - 0.01, y + 0.9, 1)])
        parts.append(Part(end, fabric, puff=0.5, crumple=0.2, shadow=0.45))
    if buckle:
        parts.append(Part(smooth([(-0.1, y - 0.1), (0.1, y - 0.1), (0.1, y + 0.13), (-0.1, y + 0.13)]),
            Fabric((96, 66, 44), grain="leather"), puff=0.6, shadow=0.5))
    else:
        parts.append(Part(circle(0.06, y + 0.02, 0.1, 0.11), fabric, puff=0.9, shadow=0.5))
    return parts
