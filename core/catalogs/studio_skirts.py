"""Skirts, and the hanging cloth of dresses."""

import numpy as np

from core.catalogs.studio_bodice import Folds, leaned
from core.catalogs.studio_body import HIP_Y, WAIST_Y, Pose
from core.catalogs.studio_curves import lens, smooth
from core.catalogs.studio_fabric import Fabric
from core.catalogs.studio_fronts import belt_tie
from core.catalogs.studio_parts import Line, Part
from core.catalogs.studio_products import Product
from core.catalogs.studio_trousers import THREAD, fly_and_pockets, waistband

# Coordinates are laid out by hand.
# fmt: off


HEMS = {"mini": 4.75, "knee-length": 5.7, "midi": 6.4, "maxi": 7.25}


def skirt_part(
    fabric: Fabric, rng: np.random.Generator, crease: float, *, top_y: float, waist: float, hip: float, hem_y: float,
    hem: float, pleats: int = 0, lines: list[Line] | None = None,
) -> Part:
    """The hanging cloth of a skirt, with pleats or soft flutes."""
    hips = [(hip, HIP_Y)] if hem_y > HIP_Y + 0.4 and top_y < HIP_Y - 0.25 else []
    count = pleats or 5
    wave = 0.05 if pleats else 0.035 * hem
    wavy = [(float(x * hem), hem_y + 0.06 * (1 - x * x) + wave * (index % 2)) for index,
        x in enumerate(np.linspace(1, -1, 2 * count + 1))]
    edge: list[tuple[float, ...]] = [(*wavy[0], 1), *wavy[1:-1], (*wavy[-1], 1)]
    outline = smooth([(0, top_y + 0.04), (waist, top_y, 1), *hips, *edge, *[(-x, y) for x, y in hips],
        (-waist, top_y, 1)])
    folds: Folds = []
    for x in np.linspace(-0.92, 0.92, count * 2 if pleats else 9):
        x = float(x) + (0 if pleats else rng.uniform(-0.1, 0.1))
        start_y = top_y + 0.05 if pleats else rng.uniform(top_y + 0.2, (top_y + hem_y) / 2)
        start = (x * (waist + (hip - waist) * 0.3), start_y)
        end = (x * hem, hem_y + 0.5)
        folds.append((lens(start, end, 0.1 if pleats else (0.08 + 0.16 * hem * rng.random()),
            rng.uniform(-0.04, 0.04)), (1.5 if pleats else 1.5 * crease + 0.3) * rng.choice([-0.9, 0.9])))
    more = []
    if pleats:
        more = [Line(np.array([(x * waist, top_y), (x * hem, hem_y + 0.1)]), 0.014, None, 0.42)
            for x in np.linspace(-0.93, 0.93, 2 * pleats)]
    else:
        more = [Line(np.array([(float(x * hem), hem_y + 0.06 * (1 - x * x) - 0.07)
            for x in np.linspace(-1.1, 1.1, 15)]), 0.01, None, 0.3, 0.024)]
    return Part(outline, fabric, puff=0.9, folds=folds, crumple=0.2, lines=[*more, *(lines or [])], shadow=0.3)


def skirt(product: Product, pose: Pose, rng: np.random.Generator, crease: float) -> list[Part]:
    """A skirt of six shapes and four lengths."""
    build, shape = pose.build, product.choice("shape")
    fabric = product.fabric if shape != "denim" else Fabric(product.fabric.colour, grain="denim")
    hem_y = HEMS[product.choice("skirt")] + 0.2 * product.number("length")
    if shape == "pencil":
        hem_y = min(hem_y, 6.2)
    if shape == "denim":
        hem_y = min(hem_y, 5.8)
    top_y, waist, hip = WAIST_Y + 0.1, build.waist + 0.03, build.hip + 0.06
    fall = hem_y - top_y
    spread = {"pleated": 0.24, "A-line": 0.26, "pencil": -0.03, "wrap": 0.14, "tiered": 0.3,
        "denim": 0.1}[shape] + 0.1 * product.number("flare")
    hem = hip + max(-0.08, spread * (fall - 0.7) ** 0.75 if fall > 0.7 else 0.0)
    lines: list[Line] = []
    if shape == "denim":
        lines = fly_and_pockets(Pose(build), top_y, build.hip, THREAD, False)
    if shape == "pencil":
        lines = [Line(np.array([(0.0, hem_y - 0.6), (0.0, hem_y + 0.2)]), 0.018, None, 0.6)]
    parts = [skirt_part(fabric, rng, crease, top_y=top_y, waist=waist, hip=hip, hem_y=hem_y, hem=hem,
        pleats=9 if shape == "pleated" else 0, lines=lines)]
    if shape == "tiered":
        parts = tiers(fabric, rng, crease, top_y, hem_y, waist, hem)
    if shape == "wrap":
        flap = smooth([(waist, top_y, 1), (hip, HIP_Y), (hem, hem_y, 1), (-hem * 0.15, hem_y + 0.02),
            (-hem * 0.45, hem_y - 0.35), (-waist * 0.75, top_y + 0.03, 1)])
        folds = [(lens((-waist * 0.5, top_y + 0.1 * step), (hem * 0.6, top_y + 0.5 + 0.6 * step), 0.1),
            crease * (-1) ** step) for step in range(5)]
        parts.append(Part(flap, fabric, puff=0.7, folds=folds, shadow=0.45))
        parts += belt_tie(fabric, waist * 0.98, y=top_y)[1:]
    return leaned(parts, pose) + waistband(pose, top_y, waist, fabric, 0.12, loops=shape == "denim",
        fasten="button" if shape == "denim" else "none")


def tiers(fabric: Fabric, rng: np.random.Generator, crease: float, top_y: float, hem_y: float, waist: float,
    hem: float) -> list[Part]:
    """Gathered tiers, the lowest first so that each overlaps the next."""
    steps = np.linspace(top_y, hem_y, 4)
    parts = []
    for tier in (2, 1, 0):
        wide = np.interp([tier, tier + 1], [0, 3], [waist, hem])
        parts.append(skirt_part(fabric, rng, crease * 1.4, top_y=float(steps[tier]) - (0.05 if tier else 0),
            waist=float(wide[0]) + (0.02 if tier else 0), hip=float(wide.mean()) + 0.06, hem_y=float(steps[tier + 1]),
            hem=float(wide[1]) + 0.05))
    return parts
