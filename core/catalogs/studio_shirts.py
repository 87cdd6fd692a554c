"""Woven tops: shirt and blouse."""

import numpy as np

from core.catalogs.studio_bodice import Bodice, band, body_folds, hem_lines, leaned
from core.catalogs.studio_body import Pose
from core.catalogs.studio_collars import bow, collar_back, collar_leaves, placket, ruffle
from core.catalogs.studio_curves import smooth
from core.catalogs.studio_fabric import blend
from core.catalogs.studio_parts import Decal, Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_sewing import patch_pocket, sleeve, sleeve_tube
from core.catalogs.studio_tops import shirt_bodice

# Coordinates are laid out by hand.
# fmt: off


def shirt(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A woven shirt with collar, full placket and curved tails."""
    fabric, ease = product.fabric, product.number("ease")
    base = shirt_bodice(product, pose, "crew-neck", ease, 3.8 + 0.3 * product.number("length"), 0.45)
    bodice = Bodice(**{**base.__dict__, "hem_drop": 0.3, "neck_x": pose.build.neck + 0.07, "neck_y": 1.5,
        "neck": "V"})
    parts = leaned([bodice.back_neck(fabric, 0.7), collar_back(bodice, fabric)], pose)
    short = product.choice("sleeves") == "short-sleeved"
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, [0.31, 0.27, 0.245, 0.215, 0.18] if not short else [0.32, 0.3, 0.28])
        parts += sleeve(limb, 0.36 if short else 0.97, fabric, rng, crease, "hem" if short else "shirt")
    colour = (246, 244, 238) if sum(fabric.colour) < 560 else blend(fabric.colour, (90, 80, 70), 0.35)
    lines, decals = placket(1.5, bodice.hem_y + 0.28, 7, colour)
    yoke = [Line(smooth([(side * bodice.neck_x, 1.42), (side * 0.5, 1.6), (side * 0.95, 1.62)], closed=False), 0.012,
        None, 0.3) for side in (-1, 1)]
    front = [Part(bodice.front(), fabric, puff=0.9, folds=body_folds(bodice, rng, crease), crumple=0.35,
        lines=[*hem_lines(bodice, 0.06), *lines, *yoke], decals=decals)]
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
    bodice = shirt_bodice(product, pose, neck, 0.3 + product.number("ease") * 0.7,
        3.5 + 0.35 * product.number("length"), 0.75)
    parts = leaned([bodice.back_neck(fabric, 0.7)], pose)
    widths, length = {
        "puff-sleeved": ([0.33, 0.44, 0.36, 0.2, 0.16], 0.42), "bishop-sleeved": ([0.3, 0.28, 0.3, 0.38, 0.24], 0.95),
        "short-sleeved": ([0.32, 0.34, 0.36], 0.34),
    }[product.choice("sleeves")]
    for side in (-1, 1):
        limb = sleeve_tube(bodice, pose, side, widths)
        parts += sleeve(limb, length, fabric, rng, crease * 1.3, "hem" if length < 0.4 else "shirt", puff=1.1)
    lines: list[Line] = hem_lines(bodice, 0.06)
    decals: list[Decal] = []
    if style != "pussy-bow":
        more, decals = placket(bodice.neck_y + 0.02, bodice.hem_y, 6, blend(fabric.colour, (255, 255, 255), 0.55),
            0.055)
        lines += more
    front = [Part(bodice.front(), fabric, puff=1.0, folds=body_folds(bodice, rng, crease * 1.3), crumple=0.4,
        lines=lines, decals=decals), band(bodice, 0.045, fabric)]
    if style == "ruffled":
        front += [ruffle(fabric, x, bodice.neck_y - 0.06, bodice.neck_y + 1.0) for x in (-0.2, 0.2)]
    if style == "pussy-bow":
        front += bow(fabric, bodice.neck_y + 0.03, 1.0)
    return parts + leaned(front, pose)
