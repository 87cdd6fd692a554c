"""Outfits: what goes with a product, and how products sit on a person."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from core.catalogs.studio_body import Person, Pose
from core.catalogs.studio_curves import Points
from core.catalogs.studio_drawers import DRAW
from core.catalogs.studio_parts import Part, move
from core.catalogs.studio_people import person_parts
from core.catalogs.studio_products import Product, products
from core.catalogs.studio_stage import back_to_front

_ORDER = (
    "legwear",
    "footwear",
    "pants",
    "shorts",
    "skirt",
    "top",
    "dress",
    "belt",
    "outerwear",
    "scarf",
    "headwear",
    "eyewear",
    "bag",
)


@lru_cache(maxsize=1)
def plain_pool() -> tuple[Product, ...]:
    """Plain, quiet products that go with anything."""
    quiet = {
        "black",
        "white",
        "grey",
        "charcoal",
        "navy",
        "blue",
        "light blue",
        "beige",
        "cream",
        "tan",
        "brown",
        "olive",
    }
    return tuple(product for product in products(600, 20) if product.pattern == "plain" and product.colour in quiet)


def companion(garment: str, gender: str, rng: np.random.Generator, kinds: Sequence[str] = ()) -> Product | None:
    """A quiet product of a class for the same person."""
    fits = [
        product for product in plain_pool()
        if product.garment == garment and product.gender in (gender,
        "unisex") and (not kinds or product.kind in kinds)
    ]  # fmt: skip
    return fits[int(rng.integers(min(len(fits), 14)))] if fits else None


def outfit_around(product: Product, gender: str, rng: np.random.Generator) -> list[Product]:
    """What is worn together with a product, without it."""
    worn: list[Product | None] = []
    if product.garment != "dress":
        if product.garment != "top":
            inner = {"belt": ("T-shirt", "Shirt", "Tank top")}.get(product.garment, ())
            if product.garment in ("outerwear", "scarf"):
                inner = ("T-shirt", "Shirt", "Sweater")
            worn.append(companion("top", gender, rng, inner))
        if product.garment not in ("pants", "shorts", "skirt"):
            lower = "skirt" if gender == "women" and rng.random() < 0.25 and product.garment != "belt" else "pants"
            below = companion(lower, gender, rng, ("Trousers", "Jeans") if product.garment == "belt" else ())
            worn.append(
                below if product.garment != "belt" or below is None else replace(below, cut={**below.cut, "rise": 0.85})
            )
    if product.garment not in ("footwear", "legwear"):
        worn.append(companion("footwear", gender, rng, ("Sneakers", "Loafers")))
    if product.garment not in ("outerwear", "top", "dress", "scarf", "belt") and rng.random() < 0.3:
        worn.append(companion("outerwear", gender, rng, ("Blazer", "Jacket", "Cardigan")))
    for extra, chance in (("bag", 0.2), ("headwear", 0.12), ("eyewear", 0.12)):
        if product.garment != extra and rng.random() < chance:
            worn.append(companion(extra, gender, rng))
    return [one for one in worn if one is not None]


def wear(product: Product, person: Person, rng: np.random.Generator) -> list[Part]:
    """The parts of a product on a person."""
    parts = DRAW[product.kind](product, person.pose, rng, 0.85)
    if product.garment in ("footwear", "legwear"):
        return [part for side in (-1, 1) for part in _on_foot(parts, person.pose, side)]
    if product.garment == "bag":
        return _in_hand(product, parts, person.pose, rng)
    return parts


def _on_foot(parts: Sequence[Part], pose: Pose, side: int) -> list[Part]:
    """A side-view shoe, foreshortened and turned outwards, on a standing figure's foot."""
    _, _, ankle = pose.leg(side)
    slim = 0.5

    def there(points: Points) -> Points:
        x, y = points[:, 0] - 0.3, points[:, 1]
        return np.column_stack([ankle[0] + side * (x * slim + 0.0), ankle[1] + 0.34 + y * 0.72 + x * 0.06])

    return [move(part, there) for part in back_to_front(parts)]


def _in_hand(product: Product, parts: Sequence[Part], pose: Pose, rng: np.random.Generator) -> list[Part]:
    """A bag hanging from a hand or, with a long strap, from the shoulder."""
    top = min(float(part.outline[:, 1].min()) for part in parts)
    side = int(rng.choice([-1, 1]))
    shoulder, _, wrist = pose.arm(side)
    long = top < -0.7
    if long and rng.random() < 0.6:
        x, y, size = shoulder[0] + side * 0.16, shoulder[1] - 0.2 - top * 1.25, 1.25
    else:
        x, y, size = wrist[0] + side * 0.03, wrist[1] + 0.42 - top * 0.95, 0.95

    def there(points: Points) -> Points:
        return np.asarray(points * size + (x, y))

    return [move(part, there) for part in back_to_front(parts)]


def dressed(person: Person, outfit: Sequence[Product], rng: np.random.Generator) -> list[tuple[int, Part]]:
    """Parts of a person and an outfit in painting order, each with the 1-based number of its product (0: skin)."""
    layers = sorted(enumerate(outfit, start=1), key=lambda pair: _ORDER.index(pair[1].garment))
    tops = [product for product in outfit if product.garment == "top"]
    belted, tucked_in = any(product.garment == "belt" for product in outfit), False
    if (
        tops
        and (belted or rng.random() < 0.35)
        and tops[0] is not outfit[0]
        and (belted or tops[0].kind not in ("Hoodie", "Sweater"))
    ):
        tucked = {"top": -1, **{name: place for place, name in enumerate(_ORDER) if name != "top"}}
        layers = sorted(layers, key=lambda pair: tucked[pair[1].garment])
        tucked_in = True
    sewn = [(number, wear(product, person, rng)) for number, product in layers]
    sewn = [
        (number, _tucked(parts) if tucked_in and outfit[number - 1].garment == "top" else parts)
        for number, parts in sewn
    ]
    covered = any(product.garment == "outerwear" for product in outfit)
    sewn = [
        (number, _underneath(parts) if covered and outfit[number - 1].garment in ("top", "dress") else parts)
        for number, parts in sewn
    ]
    body = person_parts(person)
    hidden = any(product.garment == "headwear" for product in outfit)
    if hidden:  # a bun would stick out of a hat
        body = [part for part in body if not (part.behind and person.haircut == "bun")]
    painted = [(number, part) for number, parts in reversed(sewn) for part in parts if part.behind]
    painted += [(0, part) for part in body if part.behind] + [(0, part) for part in body if not part.behind]
    return painted + [(number, part) for number, parts in sewn for part in parts if not part.behind]


def _is_sleeve(part: Part) -> bool:
    return abs(float(part.outline[:, 0].min() + part.outline[:, 0].max())) > 1.0


def _tucked(parts: Sequence[Part]) -> list[Part]:
    """A top with its hem drawn in and up, so that it ends inside a waistband."""

    def drawn_in(points: Points) -> Points:
        below = np.maximum(points[:, 1] - 2.6, 0)
        return np.column_stack([points[:, 0] * (1 - 0.22 * np.clip(below / 0.5, 0, 1)), points[:, 1] - 0.68 * below])

    return [part if _is_sleeve(part) else move(part, drawn_in) for part in parts]


def _underneath(parts: Sequence[Part]) -> list[Part]:
    """What can be seen of a top under an outer layer: no sleeves, and nothing that sticks out at the sides."""

    def slimmed(points: Points) -> Points:
        return np.column_stack([points[:, 0] * (1 - 0.16 * np.clip((points[:, 1] - 1.5) / 0.5, 0, 1)), points[:, 1]])

    return [move(part, slimmed) for part in parts if not _is_sleeve(part)]
