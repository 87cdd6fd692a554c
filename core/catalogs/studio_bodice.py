"""The body of a top: its outline, neckline, hems and folds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.catalogs.studio_body import ARMPIT_Y, SHOULDER_Y, WAIST_Y, Build, Pose
from core.catalogs.studio_curves import Points, flip, lens, mirrored, smooth
from core.catalogs.studio_fabric import Fabric, blend
from core.catalogs.studio_parts import Decal, Line, Part, move

# Coordinates are laid out by hand.
# fmt: off


Folds = list[tuple[Points, float]]


@dataclass(frozen=True)
class Bodice:
    """The shape of the body of a top, in body units: half widths and heights.

    Attributes:
        build: the body it is cut for.
        neck_x: where the neckline meets the shoulder.
        neck_y: how low the neckline is in the middle.
        neck: 'round', 'V', 'square'.
        shoulder_x: end of the shoulder seam.
        chest, waist, hem: half widths.
        hem_y: height of the hem at the sides.
        hem_drop: how much lower the hem is in the middle.
    """

    build: Build
    neck_x: float
    neck_y: float
    neck: str
    shoulder_x: float
    chest: float
    waist: float
    hem: float
    hem_y: float
    hem_drop: float = 0.03

    def slope_y(self, x: float) -> float:
        """Height of the shoulder line at x."""
        share = (x - self.build.neck) / (self.build.shoulder - self.build.neck)
        return 1.19 + 0.26 * share - 0.03

    def neckline(self, inset: float = 0.0) -> list[tuple[float, ...]]:
        """Right half of the neckline, from the middle to the shoulder; `inset` moves it towards the throat."""
        x, y = self.neck_x - inset, self.neck_y - inset * 1.15
        top = self.slope_y(self.neck_x) - inset * 0.35
        depth = y - top
        if self.neck == "V":
            return [(0, y, 1), (x * 0.55, y - depth * 0.58), (x, top, 1)]
        if self.neck == "square":
            return [(0, y), (x * 0.86, y - 0.01, 1), (x, top, 1)]
        return [(0, y), (x * 0.52, y - depth * 0.13), (x * 0.88, y - depth * 0.52), (x, top, 1)]

    def side(self) -> list[tuple[float, ...]]:
        """Right side from the shoulder to the hem."""
        middle = (self.hem_y + ARMPIT_Y) / 2
        waist = [(self.waist, min(WAIST_Y, middle + 0.3))] if self.hem_y > WAIST_Y - 0.2 else []
        return [
            (self.shoulder_x, SHOULDER_Y - 0.02, 1), (self.shoulder_x - 0.07, 1.72), (self.chest, ARMPIT_Y, 1),
            *waist, (self.hem, self.hem_y, 1),
        ]

    def half(self, x: float, y: float) -> tuple[float, float]:
        """A point at a share x of the half width at height y."""
        wide = np.interp(y, [SHOULDER_Y, ARMPIT_Y, WAIST_Y, max(self.hem_y, WAIST_Y + 0.1)],
            [self.chest, self.chest, self.waist, self.hem])
        return float(x * wide), y

    def front(self) -> Points:
        """The closed outline of the front."""
        middle = [(self.hem * 0.5, self.hem_y + self.hem_drop * 0.75), (0, self.hem_y + self.hem_drop)]
        return smooth(mirrored([*self.neckline(), *self.side(), *middle]))

    def back_neck(self, fabric: Fabric, tone: float = 0.62) -> Part:
        """The inside of the back seen through the neckline, with its label."""
        top = self.slope_y(self.neck_x)
        outline = smooth(mirrored([
            (0, top + 0.05), (self.neck_x * 0.6, top + 0.035), (self.neck_x + 0.02, top, 1),
            (self.neck_x * 1.02, self.neck_y + 0.02), (0, self.neck_y + 0.12),
        ]))
        label = np.array([(-0.085, top + 0.1), (0.085, top + 0.1), (0.085, top + 0.17), (-0.085, top + 0.17)])
        paper = blend(fabric.colour, (250, 250, 250), 0.75)
        return Part(outline, fabric, behind=True, tone=tone, puff=0.2, crumple=0.1, shadow=0.0,
            decals=[Decal(label, paper)])


def band(bodice: Bodice, width: float, fabric: Fabric, behind: bool = False) -> Part:
    """A ribbed band around the neckline; behind: its back half."""
    outer = smooth(bodice.neckline(), closed=False)
    if behind:
        top = bodice.slope_y(bodice.neck_x)
        outer = smooth([(0, top + 0.055), (bodice.neck_x * 0.6, top + 0.04), (bodice.neck_x, top)], closed=False)
        inner = outer - (0, width * 0.8)
        inner[:, 0] *= 1 - width * 0.5 / bodice.neck_x
    else:
        inner = smooth(bodice.neckline(width), closed=False)
    right = np.vstack([outer, inner[::-1]])
    outline = np.vstack([outer, inner[::-1], flip(inner), flip(outer)[::-1]])
    return Part(outline if len(right) else right, fabric, puff=0.5, crumple=0.05, shadow=0.25, behind=behind,
        tone=0.8 if behind else 1.0)


def body_folds(bodice: Bodice, rng: np.random.Generator, amount: float) -> Folds:
    """Drag lines from the armpits, slack at the waist and soft verticals to the hem."""
    folds: Folds = []
    low = bodice.hem_y
    for side in (-1, 1):
        for step in range(3):
            start = bodice.half(side * rng.uniform(0.84, 0.97), ARMPIT_Y + 0.04 + 0.13 * step)
            end = bodice.half(side * rng.uniform(0.2, 0.5), ARMPIT_Y + 0.25 + 0.3 * step + rng.uniform(0, 0.2))
            folds.append((lens(start, end, rng.uniform(0.06, 0.13), side * 0.05), amount * rng.choice([-0.9, 0.8])))
        if low > WAIST_Y + 0.2:
            for step in range(2):
                start = bodice.half(side * 0.98, WAIST_Y - 0.15 + 0.24 * step)
                end = bodice.half(side * rng.uniform(0.25, 0.6), WAIST_Y + rng.uniform(-0.25, 0.3))
                folds.append((lens(start, end, rng.uniform(0.06, 0.12), rng.uniform(-0.05, 0.05)),
                    amount * rng.choice([-0.9, 0.7])))
    for x in (-0.72, -0.35, 0.08, 0.42, 0.76):
        x += rng.uniform(-0.12, 0.12)
        start, end = bodice.half(x * 0.9, rng.uniform(ARMPIT_Y + 0.1, max(low - 0.5, ARMPIT_Y + 0.2))), bodice.half(x,
            low - rng.uniform(-0.05, 0.2))
        folds.append((lens(start, end, rng.uniform(0.09, 0.16), rng.uniform(-0.06, 0.06)),
            amount * rng.choice([-0.7, 0.8])))
    return folds


def hem_lines(bodice: Bodice, up: float = 0.09) -> list[Line]:
    """Two rows of stitches along the hem."""
    rows = []
    for rise in (up, up + 0.03):
        curve = smooth([
            (-bodice.hem * 1.1, bodice.hem_y - rise), (-bodice.hem * 0.5,
            bodice.hem_y + bodice.hem_drop * 0.75 - rise),
            (0, bodice.hem_y + bodice.hem_drop - rise), (bodice.hem * 0.5,
            bodice.hem_y + bodice.hem_drop * 0.75 - rise), (bodice.hem * 1.1, bodice.hem_y - rise),
        ], closed=False)
        rows.append(Line(curve, 0.012, None, 0.32, 0.022))
    return rows


def hem_band(bodice: Bodice, height: float, fabric: Fabric) -> Part:
    """A ribbed band below the hem."""
    top, low = bodice.hem_y - height * 0.4, bodice.hem_y + height * 0.7
    outline = smooth(mirrored([
        (0, top + bodice.hem_drop), (bodice.hem * 0.6, top + bodice.hem_drop * 0.6), (bodice.hem * 1.0, top, 1),
        (bodice.hem * 0.95, low - 0.04, 1),
        (bodice.hem * 0.5, low + bodice.hem_drop), (0, low + bodice.hem_drop * 1.2),
    ]))
    return Part(outline, fabric, puff=0.6, crumple=0.05, shadow=0.25)


def leaned(parts: Sequence[Part], pose: Pose) -> list[Part]:
    """Parts drawn on the straight body, moved to the pose."""
    return [move(part, pose.lean) for part in parts]
