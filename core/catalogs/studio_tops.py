"""Jersey tops: T-shirt, tank top, polo shirt."""

import numpy as np

from core.catalogs.studio_bodice import Bodice, band, body_folds, hem_lines, leaned
from core.catalogs.studio_body import ARMPIT_Y, WAIST_Y, Pose
from core.catalogs.studio_collars import collar_back, collar_leaves, placket
from core.catalogs.studio_curves import mirrored, smooth
from core.catalogs.studio_fabric import Fabric, blend
from core.catalogs.studio_parts import Decal, Line, Part
from core.catalogs.studio_prints import print_decals
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import patch_pocket, sleeve, sleeve_tube

# Coordinates are laid out by hand.
# fmt: off


_NECKS = {  # kind of neckline: (name of curve, further out at the shoulder, depth below 1.2)
    "crew-neck": ("round", 0.09, 0.27), "V-neck": ("V", 0.16, 0.74), "scoop-neck": ("round", 0.2, 0.56),
    "boat-neck": ("round", 0.33, 0.2),
    "square-neck": ("square", 0.24, 0.5), "round-neck": ("round", 0.12, 0.32), "roll-neck": ("round", 0.05, 0.16),
}


def shirt_bodice(product: Product, pose: Pose, neck: str, ease: float, hem_y: float, boxy: float = 0.6) -> Bodice:
    """`ease` 0 to 1 widens it; `boxy` 1 takes the waist out."""
    build = pose.build
    curve, wide, deep = _NECKS[neck]
    chest = build.chest + 0.1 + 0.16 * ease
    hem = max(build.hip + 0.03 + 0.12 * ease, chest * 0.93) if hem_y > WAIST_Y + 0.3 else chest * 0.97
    waist = (build.waist + 0.12 + 0.15 * ease) * (1 - boxy) + max(chest * 0.97, hem * 0.95) * boxy
    return Bodice(build, build.neck + wide, 1.2 + deep, curve, build.shoulder + 0.02 + 0.1 * ease, chest, waist, hem,
        hem_y)


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
        decals.append(Decal(np.array([(-2.0, start - 0.16), (2.0, start - 0.16), (2.0, start), (-2.0, start)]),
            product.fabric.third))
    return decals


def ribbed(fabric: Fabric, colour: tuple[int, int, int] | None = None) -> Fabric:
    """The ribbed knit that goes with a fabric, in its colour or another."""
    return Fabric(colour or fabric.colour, grain="rib")


def t_shirt(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A T-shirt."""
    fabric, ease = product.fabric, product.number("ease")
    bodice = shirt_bodice(product, pose, product.choice("neck"), ease, 3.78 + 0.4 * product.number("length"))
    length = product.number("sleeve") + 0.05 * ease
    parts: list[Part] = [bodice.back_neck(fabric), band(bodice, 0.075, ribbed(fabric), behind=True)]
    parts = leaned(parts, pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.31 + 0.05 * ease, 0.29 + 0.06 * ease, 0.27 + 0.05 * ease])
        parts += sleeve(limb, length, fabric, rng, crease)
    front = [
        Part(bodice.front(), fabric, puff=0.9, folds=body_folds(bodice, rng, crease),
        decals=block_decals(product, bodice), lines=hem_lines(bodice)),
        band(bodice, 0.075, ribbed(fabric)),
    ]
    if product.choice("pocket") and not product.choice("block"):
        front.append(patch_pocket(0.34, 1.98, 0.34, 0.38, fabric))
    return parts + leaned(front, pose)


def tank_top(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A sleeveless top."""
    fabric, build = product.fabric, pose.build
    base = shirt_bodice(product, pose, product.choice("neck"), product.number("ease") * 0.7,
        3.7 + 0.4 * product.number("length"), 0.4)
    strap = 0.1 + product.number("strap") * 0.7
    outer = min(base.neck_x + strap, build.shoulder - 0.05)
    y = base.slope_y(outer)
    side = [(outer, y, 1), (outer - 0.02, 1.62), (base.chest - 0.12, 1.98), (base.chest, ARMPIT_Y + 0.06, 1),
        *base.side()[3:]]
    outline = smooth(mirrored([*base.neckline(), *side, (base.hem * 0.5, base.hem_y + 0.03), (0, base.hem_y + 0.04)]))
    lines = [*hem_lines(base)]
    for sign in (-1, 1):
        arm = smooth([(outer, y), (outer - 0.02, 1.62), (base.chest - 0.12, 1.98), (base.chest, ARMPIT_Y + 0.06)],
            closed=False) - (0.05, 0)
        lines.append(Line(arm * (sign, 1), 0.014, None, 0.4))
    parts = [
        base.back_neck(fabric), Part(outline, fabric, puff=0.9, folds=body_folds(base, rng, crease), lines=lines,
        decals=block_decals(product, base)),
        band(base, 0.05, ribbed(fabric)),
    ]
    return leaned(parts, pose)


def polo(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A polo shirt: knitted collar, short placket, ribbed sleeves."""
    fabric, ease = product.fabric, product.number("ease")
    bodice = shirt_bodice(product, pose, "crew-neck", ease, 3.8 + 0.35 * product.number("length"))
    trim = product.accent if product.choice("tipped") or fabric.pattern != "plain" else fabric.colour
    rib = ribbed(fabric)
    parts = leaned([bodice.back_neck(fabric), collar_back(bodice, rib)], pose)
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.31 + 0.04 * ease, 0.28 + 0.04 * ease, 0.25])
        parts += sleeve(limb, product.number("sleeve"), fabric, rng, crease, "rib", ribbed(fabric, trim))
    lines, decals = placket(1.42, 2.12, 3, blend(fabric.colour, (255, 255, 255), 0.6))
    lines.append(Line(np.array([(-0.075, 2.12), (0.075, 2.12)]), 0.014, None, 0.5))
    front = Part(
        bodice.front(), fabric, puff=0.9, folds=body_folds(bodice, rng, crease), lines=[*hem_lines(bodice), *lines],
        decals=[*block_decals(product, bodice), *decals]
    )
    leaves = collar_leaves(bodice, rib, 1.56, 0.32)
    if product.choice("tipped"):
        leaves = [Part(leaf.outline, leaf.fabric, puff=0.35, shadow=0.5,
            lines=[Line(leaf.outline[12:34] * 0.985 + leaf.outline.mean(0) * 0.015, 0.03, trim, 0.95)])
            for leaf in leaves]
    return parts + leaned([front, *leaves], pose)
