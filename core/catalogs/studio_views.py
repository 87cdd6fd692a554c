"""The three views of a product: shop, worn, flat."""

import numpy as np

from core.catalogs.studio_accessories import laid_belt, laid_scarf
from core.catalogs.studio_backgrounds import GROUNDS, place
from core.catalogs.studio_body import Pose, build_of, flat_pose, shop_pose
from core.catalogs.studio_curves import Points, Transform
from core.catalogs.studio_drawers import DRAW
from core.catalogs.studio_figures import cover_corner, worn_view
from core.catalogs.studio_light import paper_sweep
from core.catalogs.studio_paint import paint
from core.catalogs.studio_parts import Part, move
from core.catalogs.studio_products import VIEWS, Product
from core.catalogs.studio_shoes import pair
from core.catalogs.studio_stage import (
    Box,
    Drawn,
    back_to_front,
    blank_canvas,
    cast_shadow,
    finish,
    fit_transform,
    painted_size,
)


def draw_item(product: Product, view: str) -> tuple[np.ndarray, Box]:
    """A product's picture and the box of the product in it.

    Args:
        product: one of `studio_products.products`.
        view: 'shop', 'worn' or 'flat'.

    Returns:
        Image (480, 384, 3) uint8 RGB; box (x1, y1, x2, y2) in px, tight around what is seen of the product.

    Raises:
        ValueError: for another view.
    """
    drawn = draw_view(product, view)
    return drawn.image, drawn.boxes[0][1]


def draw_view(product: Product, view: str) -> Drawn:
    """Like `draw_item`, with the mask of what is seen."""
    if view not in VIEWS:
        raise ValueError(f"expected a view of {', '.join(VIEWS)}, got {view!r}.")
    rng = np.random.default_rng([product.seed, VIEWS.index(view)])
    for _ in range(8):  # until enough of it is seen
        drawn = {"shop": _shop, "worn": worn_view, "flat": _flat}[view](product, rng)
        if drawn.boxes and (drawn.owner == 1).sum() > 500:
            break
    return drawn


def _laid_out(product: Product, pose: Pose, rng: np.random.Generator, crease: float, lying: bool) -> list[Part]:
    """The parts of a product that nobody wears."""
    if lying and product.kind == "Scarf":
        return laid_scarf(product, rng)
    if lying and product.kind == "Belt":
        return laid_belt(product, rng)
    parts = back_to_front(DRAW[product.kind](product, pose, rng, crease))
    if product.garment not in ("footwear", "legwear"):
        return parts
    if not lying:
        return pair(parts, (0.36, -0.22))
    return pair(parts, (float(rng.uniform(0.1, 0.5)), -float(rng.uniform(0.3, 0.75))), float(rng.uniform(-0.5, 0.6)))


def _shop(product: Product, rng: np.random.Generator) -> Drawn:
    pose = shop_pose(build_of(product.gender))
    parts = _laid_out(product, pose, np.random.default_rng(product.seed), 0.55, lying=False)
    turn = {"belt": -0.12, "eyewear": 0.06}.get(product.garment, 0.0)
    transform, unit = fit_transform(parts, 0.86, turn, (0.0, 0.0))
    canvas = blank_canvas(paper_sweep(painted_size(), rng), product.seed)
    placed = [move(part, transform) for part in parts]
    cast_shadow(canvas, placed, 16, (6, 12), 0.2)
    cast_shadow(canvas, placed, 5, (2, 4), 0.16)
    for part in placed:
        paint(canvas, part, unit, 1)
    return finish(canvas, [product.garment], None)


def _ripple(transform: Transform, rng: np.random.Generator, unit: float) -> Transform:
    """A transform followed by a soft wave and a slight perspective."""
    size = np.array(painted_size(), dtype=np.float64)
    waves = rng.uniform(-1, 1, (2, 2)) * 2 * np.pi / (2.6 * unit)
    phase, height = rng.uniform(0, 6.28, 2), rng.uniform(0.015, 0.045) * unit
    tilt = rng.uniform(-0.16, 0.16, 2)

    def rippled(points: Points) -> Points:
        there = transform(points)
        there = there + height * np.sin(there @ waves + phase)
        centred = (there - size / 2) / size
        return np.asarray((there - size / 2) / (1 + centred @ tilt)[:, None] + size / 2)

    return rippled


def _flat(product: Product, rng: np.random.Generator) -> Drawn:
    pose = flat_pose(build_of(product.gender), rng)
    parts = _laid_out(product, pose, rng, 1.25, lying=True)
    upright = product.garment in ("footwear", "bag", "headwear")
    turn = float(rng.normal(0, 0.16 if upright else 0.42))
    shift = (float(rng.uniform(-0.08, 0.08)), float(rng.uniform(-0.08, 0.08)))
    transform, unit = fit_transform(parts, float(rng.uniform(0.68, 0.94)), turn, shift)
    transform = _ripple(transform, rng, unit)
    light = (float(rng.choice([-0.6, 0.6])), 0.7)
    canvas = blank_canvas(
        place(str(rng.choice(GROUNDS)), painted_size(), rng, turn=True), int(rng.integers(1 << 30)), light
    )
    placed = [move(part, transform) for part in parts]
    cast_shadow(canvas, placed, 9, (5 * light[0] / 0.6, 7), 0.42)
    for part in placed:
        paint(canvas, part, unit, 1)
    if rng.random() < 0.6:
        cover_corner(canvas, rng, unit, lying=True)
    return finish(canvas, [product.garment], rng)
