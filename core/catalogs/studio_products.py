"""The seeded product table of the drawn catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from core.catalogs.studio_fabric import Fabric, Rgb, blend
from core.catalogs.studio_kinds import CYCLE, KINDS, NAMES, Kind
from core.catalogs.studio_palette import COLOURS, COMPANIONS, DENIMS, EVERYDAY, tone_of

_ATTEMPTS = 24  # to find a product unlike all before it
VIEWS = ("shop", "worn", "flat")


@dataclass(frozen=True)
class Product:
    """One product of the drawn catalogue.

    Attributes:
        product_id: 'P0001', ...
        kind: 'T-shirt', ... (a key of KINDS).
        garment: the detector's class.
        gender: 'women', 'men' or 'unisex'.
        colour: name of its base colour.
        pattern: 'plain' or the pattern's name.
        title: what a shop would call it; distinct.
        fabric: its main fabric.
        accent: RGB of its second colour (stripes, print, trims).
        cut: names and numbers of its shape.
        seed: places of prints and folds.
    """

    product_id: str
    kind: str
    garment: str
    gender: str
    colour: str
    pattern: str
    title: str
    fabric: Fabric
    accent: Rgb
    cut: Mapping[str, str | float]
    seed: int

    def choice(self, name: str) -> str:
        """A named choice of the cut, '' if the kind has none."""
        return str(self.cut.get(name, ""))

    def number(self, name: str, default: float = 0.0) -> float:
        """A number of the cut."""
        return float(self.cut.get(name, default))


def products(n_products: int, seed: int) -> list[Product]:
    """The first `n_products` products of a seed; the first ones are the same whatever their number.

    Products come in threes a full cycle of kinds apart: a cut, the same cut in another colour, and the first one's
    colours in another cut, so that every product has near misses. No two agree in kind, colour, pattern and all
    choices of the cut, as long as there are enough of them.
    """
    return list(_series(n_products, seed))


@lru_cache(maxsize=4)
def _series(n_products: int, seed: int) -> tuple[Product, ...]:
    made: list[Product] = []
    taken: set[tuple[str, ...]] = set()
    for number in range(n_products):
        role = number // len(CYCLE) % 3
        first = made[number - role * len(CYCLE)] if role else None
        for attempt in range(_ATTEMPTS):
            product = _product(number, seed, attempt, first)
            likeness = (product.kind, product.colour, product.pattern, *_choices(product.cut))
            if likeness not in taken:
                break
        taken.add(likeness)
        made.append(product)
    return tuple(made)


def _product(number: int, seed: int, attempt: int, first: Product | None) -> Product:
    """Product `number` (0, 1, ...): the first of its three, or a near miss of that first one."""
    turn, place = divmod(number, len(CYCLE))
    name = CYCLE[place]
    group, role = divmod(turn, 3)
    kind = KINDS[name]
    rng = np.random.default_rng([seed, number, attempt])
    cut = first.cut if first and role == 1 else _draw_cut(kind, rng)
    if first and role == 2:
        colour, fabric, accent = (
            first.colour,
            replace(first.fabric, grain=str(cut.get("fabric") or first.fabric.grain)),
            first.accent,
        )
    else:
        colour = _colour(kind, rng, "" if first is None else first.colour)
        fabric, accent = _look(kind, colour, cut, rng)
    fabric = _as_sewn(name, cut, fabric)
    pattern = str(cut.get("block", "")) or fabric.pattern
    ordinal = (group * 2 + (role == 2)) * CYCLE.count(name) + CYCLE[:place].count(name)
    style = NAMES[(ordinal + sum(map(ord, name))) % len(NAMES)]
    if ordinal >= len(NAMES):
        style += f" {ordinal // len(NAMES) + 1}"
    return Product(
        product_id=f"P{number + 1:04d}", kind=name, garment=kind.garment,
        gender=str(rng.choice(kind.genders)) if first is None else first.gender, colour=colour, pattern=pattern,
        title=_title(kind, name, colour, pattern, cut, style), fabric=fabric, accent=accent, cut=cut,
        seed=int(rng.integers(1 << 30)),
    )  # fmt: skip


def _draw_cut(kind: Kind, rng: np.random.Generator) -> dict[str, str | float]:
    cut: dict[str, str | float] = {}
    for name, options in kind.cuts.items():
        if isinstance(options[0], str):
            cut[name] = str(rng.choice([str(option) for option in options]))
        else:
            low, high = float(options[0]), float(options[1])
            cut[name] = round(float(rng.uniform(low, high)), 3)
    return cut


def _choices(cut: Mapping[str, str | float]) -> list[str]:
    """The named choices of a cut, without its numbers."""
    return [option for option in cut.values() if isinstance(option, str)]


def _colour(kind: Kind, rng: np.random.Generator, other_than: str) -> str:
    names = [name for name in kind.colours or EVERYDAY if name != other_than]
    return str(rng.choice(names))


def _look(kind: Kind, colour: str, cut: Mapping[str, str | float], rng: np.random.Generator) -> tuple[Fabric, Rgb]:
    grain = str(cut.get("fabric") or rng.choice(list(kind.grains)))
    base = DENIMS.get(colour, COLOURS[colour]) if grain == "denim" else COLOURS[colour]
    shade = rng.uniform(-0.05, 0.05, 3) * 0.5 + rng.uniform(-0.05, 0.05)
    red, green, blue = (
        int(np.clip(level * (1 + change) + 40 * change, 6, 250)) for level, change in zip(base, shade, strict=True)
    )
    tone = tone_of(colour)
    pair = rng.choice([name for name in COMPANIONS[tone] if name != colour], 2, replace=False)
    accent, third = COLOURS[str(pair[0])], COLOURS[str(pair[1])]
    pattern = str(rng.choice(list(kind.patterns)))
    if pattern in ("herringbone", "houndstooth", "pinstripe") or (pattern == "plain" and kind.garment == "outerwear"):
        accent = blend(base, (248, 246, 240) if tone == "dark" else (60, 56, 60), 0.42)
    if pattern in ("camouflage", "tortoiseshell"):
        accent, third = blend(base, (30, 28, 20), 0.6), blend(base, (206, 190, 150), 0.5)
    gloss = {"leather": 0.35, "satin": 0.3, "suede": 0.0}.get(grain, 0.0)
    fabric = Fabric(
        (red, green, blue), accent, third, pattern, grain, round(float(rng.uniform(0.75, 1.35)), 2), gloss,
        int(rng.integers(1 << 20)),
    )  # fmt: skip
    return fabric, accent


def _as_sewn(name: str, cut: Mapping[str, str | float], fabric: Fabric) -> Fabric:
    """What the cut makes of the fabric: blocks and prints go on plain cloth, denim and down coats are plain too."""
    made_of = {
        ("Skirt", "denim"): "denim",
        ("Shorts", "denim"): "denim",
        ("Coat", "puffer"): "smooth",
        ("Boots", "rain"): "smooth",
    }
    grain = made_of.get((name, str(cut.get("shape" if name == "Skirt" else "style", ""))))
    if grain:
        return replace(fabric, pattern="plain", grain=grain, gloss=0.25 if grain == "smooth" else 0.0)
    is_plain = cut.get("block") or (name == "Skirt" and fabric.grain == "leather")
    return replace(fabric, pattern="plain") if is_plain else fabric


_ADJECTIVES = {
    "breton stripe": "Breton-striped", "wide stripe": "block-striped", "triple stripe": "multi-striped",
    "pinstripe": "pinstriped", "candy stripe": "candy-striped", "windowpane check": "windowpane-check",
    "gingham": "gingham", "tartan": "tartan", "polka dot": "polka-dot", "herringbone": "herringbone",
    "houndstooth": "houndstooth", "argyle": "argyle", "floral": "floral", "leaf print": "leaf-print",
    "confetti": "confetti-print", "camouflage": "camouflage", "tortoiseshell": "tortoiseshell",
    "fair isle": "Fair Isle", "colour block": "colour-block",
    "print": "printed",
}  # fmt: skip


def _title(kind: Kind, name: str, colour: str, pattern: str, cut: Mapping[str, str | float], style: str) -> str:
    words = [colour, _ADJECTIVES.get(pattern, "")]
    noun = name if name == "T-shirt" else name.lower()
    for key in kind.words:
        word = str(cut.get(key, ""))
        if word and word not in ("plain", "regular", "none"):
            words.append(word)
    last = next((word for word in reversed(words) if word), "")
    if last.endswith(noun) or any(word == noun for word in words):
        noun = ""
    text = " ".join(word for word in [*words, noun] if word)
    return f"{text[0].upper()}{text[1:]} {style}"
