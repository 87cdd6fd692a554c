"""Walking legs from the side: what shoes and socks are worn on."""

from collections.abc import Sequence

import numpy as np

from core.catalogs.studio_curves import Points, smooth, tube
from core.catalogs.studio_fabric import Fabric, Rgb, solid
from core.catalogs.studio_parts import Frame, Part, move
from core.catalogs.studio_sewing import limb_folds

# Coordinates are laid out by hand.
# fmt: off


def _bare_leg(skin: Rgb, lift: float) -> Part:
    """A leg and foot in the coordinates of a shoe; `lift` raises the heel."""
    outline = smooth([
        (0.5, -4.4, 1), (0.48, -2.9), (0.46, -2.4), (0.43, -1.6), (0.38, -1.0), (0.42, -0.62 - lift * 0.6),
        (0.62, -0.34 - lift * 0.3), (0.95, -0.18), (1.08, -0.1), (1.02, -0.03), (0.6, -0.06),
        (0.3, -0.05 - lift * 0.7), (0.07, -0.06 - lift), (0.03, -0.26 - lift), (0.1, -0.6 - lift), (0.1, -1.0),
        (-0.03, -1.5), (-0.07, -1.95), (0.02, -2.6), (-0.05, -3.1), (-0.2, -4.4, 1),
    ])
    return Part(outline, solid(skin, "smooth"), puff=0.9, crumple=0, shadow=0.3, edge=0.12)


def _trouser_leg(fabric: Fabric, low: float, rng: np.random.Generator) -> Part:
    limb = tube([(0.16, -4.6), (0.2, -2.8), (0.25, low)], [0.52, 0.46, 0.4, 0.37, 0.36])
    folds = limb_folds(limb, rng, 1.3, (0.9, 0.55))
    return Part(limb.outline(bow=0.04), fabric, Frame((0.2, -2.8)), puff=0.9, folds=folds, crumple=0.4, shadow=0.45)


def walking_legs(shoe: Sequence[Part], skin: Rgb, trousers: Fabric | None, height: float, lift: float,
    rng: np.random.Generator) -> list[tuple[int, Part]]:
    """Two legs in a stride, each in a shoe or sock.

    Args:
        shoe: its parts, side view.
        skin: RGB.
        trousers: what covers the legs, None for bare ones.
        height: how high the shoe reaches.
        lift: how far it raises the heel.
        rng: draws stride and folds.

    Returns:
        Parts in painting order with 1 for the shoe's and 0 for the rest.
    """
    low = -0.52 if height < 0.9 else -height + 0.12
    parts: list[tuple[int, Part]] = []
    inner = [part for part in shoe if part.tone < 0.6]
    outer = [part for part in shoe if part.tone >= 0.6]
    for x, y, turn in ((float(rng.uniform(0.75, 1.05)), -0.16, float(rng.uniform(-0.14, -0.02))),
        (0.0, 0.0, float(rng.uniform(-0.03, 0.08)))):
        spin = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])

        def there(points: Points, spin: Points = spin, shift: tuple[float, float] = (x, y)) -> Points:
            return np.asarray((points - (0.5, 0)) @ spin + (0.5, 0) + shift)

        leg = [(1, part) for part in inner] + [(0, _bare_leg(skin, lift))] + [(1, part) for part in outer]
        if trousers is not None:
            leg.append((0, _trouser_leg(trousers, low, rng)))
        parts += [(number, move(part, there)) for number, part in leg]
    return parts
