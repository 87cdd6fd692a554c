"""Dressed figures: the worn view of a product, and whole outfits with a box for each garment."""

from collections.abc import Sequence

import numpy as np

from core.catalogs.studio_backgrounds import PLACES, place
from core.catalogs.studio_body import Person, build_of, shop_pose
from core.catalogs.studio_curves import Points
from core.catalogs.studio_drawers import DRAW
from core.catalogs.studio_legs import walking_legs
from core.catalogs.studio_outfits import companion, dressed, outfit_around, plain_pool
from core.catalogs.studio_paint import paint
from core.catalogs.studio_parts import Canvas, move
from core.catalogs.studio_people import draw_person_at_random
from core.catalogs.studio_products import Product, products
from core.catalogs.studio_props import beside
from core.catalogs.studio_stage import Box, Drawn, back_to_front, blank_canvas, cast_shadow, finish, painted_size

# The part of the figure (top and bottom, body units) that shows a garment of a class.
_FOCUS = {
    "top": (-0.25, 4.5), "outerwear": (-0.25, 5.1), "dress": (-0.3, 7.9), "pants": (2.2, 8.1), "shorts": (1.9, 6.2),
    "skirt": (1.9, 7.6), "bag": (0.7, 5.8),
    "headwear": (-1.0, 1.9), "scarf": (-0.3, 3.6), "belt": (2.1, 4.0), "eyewear": (-0.4, 1.6),
}  # fmt: skip


def cover_corner(canvas: Canvas, rng: np.random.Generator, unit: float, lying: bool) -> None:
    """Let something cover a corner of garment 1."""
    rows, columns = np.flatnonzero((canvas.owner == 1).any(1)), np.flatnonzero((canvas.owner == 1).any(0))
    if not len(rows):
        return
    box = (float(columns[0]), float(rows[0]), float(columns[-1]), float(rows[-1]))
    scale = float(np.clip(min(box[2] - box[0], box[3] - box[1]) * 0.42, 80, 170))
    fabric = plain_pool()[int(rng.integers(len(plain_pool())))].fabric
    for part in beside(box, scale, fabric, rng, lying):
        paint(canvas, part, scale, 0)


def worn_view(product: Product, rng: np.random.Generator) -> Drawn:
    """A product worn by a person, or by walking legs."""
    if product.garment in ("footwear", "legwear"):
        return _worn_on_legs(product, rng)
    gender = product.gender if product.gender != "unisex" else ("women", "men")[product.seed % 2]
    person = draw_person_at_random(gender, rng)
    outfit = [product, *outfit_around(product, gender, rng)]
    top, bottom = _FOCUS[product.garment]
    if product.kind == "Coat":
        bottom = 7.9
    if product.kind == "Skirt" and product.choice("skirt") == "mini":
        bottom = 6.4
    unit = painted_size()[1] / (bottom - top) * float(rng.uniform(0.88, 1.06))
    offset = np.array(
        [painted_size()[0] * (0.5 + rng.uniform(-0.07, 0.07)), painted_size()[1] / 2 - (top + bottom) / 2 * unit]
    )
    return _photograph(person, outfit, unit, offset, rng, cover=rng.random() < 0.35)


def _photograph(
    person: Person, outfit: Sequence[Product], unit: float, offset: np.ndarray, rng: np.random.Generator, cover: bool
) -> Drawn:
    """A dressed person before a place."""
    turn = float(rng.normal(0, 0.025))
    spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

    def there(points: Points) -> Points:
        return np.asarray(points @ spin * unit + offset)

    light = (float(rng.choice([-0.6, 0.6])), 0.7)
    canvas = blank_canvas(
        place(str(rng.choice(PLACES)), painted_size(), rng, turn=False), int(rng.integers(1 << 30)), light
    )
    placed = [(number, move(part, there)) for number, part in dressed(person, outfit, rng)]
    cast_shadow(canvas, [part for _, part in placed], 22, (22 * light[0], 14), 0.25)
    for number, part in placed:
        paint(canvas, part, unit, number)
    if cover:
        cover_corner(canvas, rng, unit, lying=False)
    return finish(canvas, [product.garment for product in outfit], rng)


def _worn_on_legs(product: Product, rng: np.random.Generator) -> Drawn:
    """Shoes or socks on walking legs, from the side and near the ground."""
    gender = product.gender if product.gender != "unisex" else ("women", "men")[product.seed % 2]
    skin = draw_person_at_random(gender, rng).skin
    shoe = back_to_front(DRAW[product.kind](product, shop_pose(build_of(gender)), rng, 1.0))
    height = -min(float(part.outline[:, 1].min()) for part in shoe)
    bare = product.garment == "legwear" or height > 1.3 or (gender == "women" and rng.random() < 0.5)
    cloth = None if bare else companion("pants", gender, rng)
    lift = 0.34 + 0.22 * product.number("heel") - 0.06 if product.kind == "Heels" else 0.0
    parts = walking_legs(shoe, skin, None if cloth is None else cloth.fabric, height, lift, rng)
    points = np.vstack([part.outline for _, part in parts])
    unit = painted_size()[0] / 2.5 * float(rng.uniform(0.85, 1.05)) * (0.85 if height > 1.3 else 1.0)
    floor = painted_size()[1] * float(rng.uniform(0.84, 0.92))
    middle = (points[:, 0].min() + points[:, 0].max()) / 2
    offset = np.array([painted_size()[0] * (0.5 + rng.uniform(-0.05, 0.05)) - middle * unit, floor])
    flipped = -1.0 if rng.random() < 0.5 else 1.0

    def there(points: Points) -> Points:
        landed = points * unit + offset
        return np.asarray(landed if flipped > 0 else np.column_stack([painted_size()[0] - landed[:, 0], landed[:, 1]]))

    canvas = blank_canvas(place(str(rng.choice(PLACES)), painted_size(), rng, turn=False), int(rng.integers(1 << 30)))
    placed = [(number, move(part, there)) for number, part in parts]
    cast_shadow(canvas, [part for number, part in placed if number], 12, (8, 10), 0.45)
    for number, part in placed:
        paint(canvas, part, unit, number)
    return finish(canvas, [product.garment], rng)


def draw_scene(outfit: Sequence[Product], seed: int) -> tuple[np.ndarray, list[tuple[str, Box]]]:
    """A whole figure wearing several products.

    Args:
        outfit: products to wear; at most one of a class makes sense.
        seed: person, pose, place and light.

    Returns:
        Image (480, 384, 3) uint8 RGB; (detector class, (x1, y1, x2, y2) px) of every product that is seen.
    """
    rng = np.random.default_rng([seed, 41])
    genders = [product.gender for product in outfit if product.gender != "unisex"]
    person = draw_person_at_random(genders[0] if genders else "unisex", rng)
    unit = painted_size()[1] / 8.6 * float(rng.uniform(0.92, 1.02))
    offset = np.array([painted_size()[0] * (0.5 + rng.uniform(-0.08, 0.08)), painted_size()[1] * 0.5 - 3.9 * unit])
    drawn = _photograph(person, outfit, unit, offset, rng, cover=False)
    return drawn.image, drawn.boxes


def draw_figure_photo(seed: int) -> tuple[np.ndarray, list[tuple[str, Box]]]:
    """A figure in a full outfit drawn at random; returns what `draw_scene` does."""
    rng = np.random.default_rng([seed, 42])
    pool = products(366, 20)
    gender = str(rng.choice(["women", "men"]))

    def one(*garments: str) -> Product:
        fits = [product for product in pool if product.garment in garments and product.gender in (gender, "unisex")]
        return fits[int(rng.integers(len(fits)))]

    if gender == "women" and rng.random() < 0.35:
        outfit = [one("dress"), one("footwear")]
    else:
        outfit = [one("top"), one("pants", "pants", "shorts", "skirt"), one("footwear")]
    for garment, chance in (("outerwear", 0.4), ("bag", 0.6), ("headwear", 0.35), ("eyewear", 0.3), ("scarf", 0.25)):
        if rng.random() < chance:
            outfit.append(one(garment))
    return draw_scene(outfit, seed)
