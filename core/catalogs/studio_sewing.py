"""What garments are sewn from: bodices, necklines, sleeves, buttons, zips, pockets, folds."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.catalogs.studio_body import ARMPIT_Y, HIP_Y, SHOULDER_Y, WAIST_Y, Build, Pose
from core.catalogs.studio_curves import Points, Tube, circle, flip, lens, mirrored, smooth, tube
from core.catalogs.studio_fabric import Fabric, Rgb, blend
from core.catalogs.studio_paint import Decal, Frame, Line, Part, move

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
        ]  # fmt: skip

    def half(self, x: float, y: float) -> tuple[float, float]:
        """A point at a share x of the half width at height y."""
        wide = np.interp(y, [SHOULDER_Y, ARMPIT_Y, WAIST_Y, max(self.hem_y, WAIST_Y + 0.1)], [self.chest, self.chest, self.waist, self.hem])
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
        ]))  # fmt: skip
        label = np.array([(-0.085, top + 0.1), (0.085, top + 0.1), (0.085, top + 0.17), (-0.085, top + 0.17)])
        paper = blend(fabric.colour, (250, 250, 250), 0.75)
        return Part(outline, fabric, behind=True, tone=tone, puff=0.2, crumple=0.1, shadow=0.0, decals=[Decal(label, paper)])


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
    return Part(outline if len(right) else right, fabric, puff=0.5, crumple=0.05, shadow=0.25, behind=behind, tone=0.8 if behind else 1.0)


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
                folds.append((lens(start, end, rng.uniform(0.06, 0.12), rng.uniform(-0.05, 0.05)), amount * rng.choice([-0.9, 0.7])))
    for x in (-0.72, -0.35, 0.08, 0.42, 0.76):
        x += rng.uniform(-0.12, 0.12)
        start, end = bodice.half(x * 0.9, rng.uniform(ARMPIT_Y + 0.1, max(low - 0.5, ARMPIT_Y + 0.2))), bodice.half(x, low - rng.uniform(-0.05, 0.2))
        folds.append((lens(start, end, rng.uniform(0.09, 0.16), rng.uniform(-0.06, 0.06)), amount * rng.choice([-0.7, 0.8])))
    return folds


def limb_folds(limb: Tube, rng: np.random.Generator, amount: float, bends: Sequence[float] = (0.5,)) -> Folds:
    """Folds that gather where a limb bends and slant around the rest of it."""
    folds: Folds = []
    for bend in bends:
        for step in range(4):
            side = rng.choice([-1, 1])
            start, end = limb.at(bend + rng.uniform(-0.1, 0.1), 0.95 * side), limb.at(bend + rng.uniform(-0.06, 0.12), -0.2 * side)
            folds.append((lens(start, end, rng.uniform(0.05, 0.1), rng.uniform(-0.04, 0.04)), amount * (-1.0 if step % 2 else 0.9)))
    for along in np.linspace(0.12, 0.85, 4):
        side = rng.choice([-1, 1])
        start, end = limb.at(along, 0.9 * side), limb.at(min(along + rng.uniform(0.12, 0.25), 1.0), -0.5 * side)
        folds.append((lens(start, end, rng.uniform(0.05, 0.11), rng.uniform(-0.05, 0.05)), amount * rng.choice([-0.8, 0.8])))
    return folds


def sleeve_tube(bodice: Bodice, pose: Pose, side: int, widths: Sequence[float]) -> Tube:
    """The whole-arm tube a sleeve is cut from: from the middle of the armhole to the wrist."""
    start_x = (bodice.shoulder_x + bodice.chest) / 2 - 0.05
    _, elbow, wrist = pose.arm(side)
    shoulder = pose.spot(side * start_x, SHOULDER_Y + widths[0] - 0.05)
    reach = side * (bodice.shoulder_x - bodice.build.shoulder) * 0.5
    return tube([shoulder, (elbow[0] + reach, elbow[1]), (wrist[0] + reach * 0.6, wrist[1])], widths, 34)


def limb_frame(limb: Tube) -> Frame:
    """The thread of a sleeve or leg runs along it and turns at the elbow."""
    middle = len(limb.centre) // 2
    first, last = limb.centre[middle] - limb.centre[0], limb.centre[-1] - limb.centre[middle]
    x, y = limb.centre[middle]
    return Frame((float(x), float(y)), float(np.arctan2(-first[0], first[1])), float(np.arctan2(-last[0], last[1])))


def sleeve(
    limb: Tube, length: float, fabric: Fabric, rng: np.random.Generator, amount: float, cuff: str = "hem",
    cuff_fabric: Fabric | None = None, puff: float = 0.8,
) -> list[Part]:
    """A sleeve covering a share of the arm, with a 'hem', 'rib', 'shirt' cuff or 'none'."""
    cut = limb.slice(0.0, length)
    bends = (0.52 / length,) if length > 0.62 else ()
    lines = []
    if cuff == "hem":
        lines = [Line(cut.across(1 - 0.06 / length * k, 0.03), 0.012, None, 0.35, 0.02) for k in (1.0, 1.25)]
    parts = [
        Part(cut.outline(cap=True, bow=0.03), fabric, limb_frame(limb), puff=puff, folds=limb_folds(cut, rng, amount, bends), lines=lines)
    ]
    if cuff in ("rib", "shirt"):
        deep = 0.055 if cuff == "rib" else 0.085
        ring = limb.slice(length - deep * 0.6, min(length + deep * 0.5, 1.0), 0.86 if cuff == "rib" else 1.02)
        lines = [] if cuff == "rib" else [Line(ring.across(0.9, 0.02), 0.01, None, 0.4, 0.02)]
        decals = [] if cuff == "rib" else button(*ring.at(0.5, 0.45), 0.03, blend(fabric.colour, (255, 255, 255), 0.5))
        parts.append(
            Part(ring.outline(bow=0.02), cuff_fabric or fabric, limb_frame(limb), puff=0.6, crumple=0.05, shadow=0.2, lines=lines, decals=decals)
        )
    return parts


def button(x: float, y: float, radius: float, colour: Rgb) -> list[Decal]:
    """A sewn button: rim, face and holes."""
    dark = blend(colour, (20, 16, 14), 0.55)
    holes = [Decal(circle(x + dx, y + dy, radius * 0.14), dark) for dx in (-radius * 0.28, radius * 0.28) for dy in (-radius * 0.28, radius * 0.28)]
    return [
        Decal(circle(x + radius * 0.18, y + radius * 0.28, radius * 1.1), (20, 18, 18), 0.35), Decal(circle(x, y, radius), dark),
        Decal(circle(x, y, radius * 0.88), colour), Decal(circle(x - radius * 0.1, y - radius * 0.1, radius * 0.6), blend(colour, (255, 255, 255), 0.22)),
        *holes,
    ]  # fmt: skip


def zip_lines(top: float, bottom: float, x: float = 0.0, metal: Rgb = (186, 186, 184)) -> list[Line]:
    """A zip: tape, teeth and puller."""
    run = np.array([(x, top), (x, bottom)])
    return [
        Line(run, 0.075, None, 0.35), Line(run, 0.034, metal, 0.95), Line(run, 0.012, None, 0.8, 0.018),
        Line(np.array([(x, top + 0.02), (x, top + 0.15)]), 0.05, blend(metal, (255, 255, 255), 0.4), 1.0),
        Line(np.array([(x, top + 0.06), (x, top + 0.13)]), 0.018, (90, 90, 90), 0.8),
    ]  # fmt: skip


def patch_pocket(x: float, y: float, width: float, height: float, fabric: Fabric, flap: bool = False, colour: Rgb | None = None) -> Part:
    """A stitched-on pocket whose top edge is at y."""
    half = width / 2
    outline = smooth([
        (x - half, y, 1), (x + half, y, 1), (x + half * 0.96, y + height * 0.8), (x + half * 0.8, y + height * 0.95), (x, y + height * 1.02),
        (x - half * 0.8, y + height * 0.95), (x - half * 0.96, y + height * 0.8),
    ])  # fmt: skip
    inner = (outline - (x, y + height / 2)) * (0.88, 0.9) + (x, y + height / 2)
    lines = [Line(np.vstack([inner, inner[:1]]), 0.012, colour, 0.5, 0.022), Line(np.array([(x - half, y + 0.05), (x + half, y + 0.05)]), 0.012, None, 0.3)]
    decals = []
    if flap:
        edge = smooth([(x - half * 1.03, y - 0.01, 1), (x + half * 1.03, y - 0.01, 1), (x + half, y + height * 0.26), (x, y + height * 0.36), (x - half, y + height * 0.26)])
        lines.append(Line(np.vstack([edge, edge[:1]]), 0.018, None, 0.75))
        decals = button(x, y + height * 0.25, 0.028, (170, 150, 110) if colour else blend(fabric.colour, (20, 20, 20), 0.4))
    return Part(outline, fabric, puff=0.25, crumple=0.1, shadow=0.3, lines=lines, decals=decals)


def hem_lines(bodice: Bodice, up: float = 0.09) -> list[Line]:
    """Two rows of stitches along the hem."""
    rows = []
    for rise in (up, up + 0.03):
        curve = smooth([
            (-bodice.hem * 1.1, bodice.hem_y - rise), (-bodice.hem * 0.5, bodice.hem_y + bodice.hem_drop * 0.75 - rise),
            (0, bodice.hem_y + bodice.hem_drop - rise), (bodice.hem * 0.5, bodice.hem_y + bodice.hem_drop * 0.75 - rise), (bodice.hem * 1.1, bodice.hem_y - rise),
        ], closed=False)  # fmt: skip
        rows.append(Line(curve, 0.012, None, 0.32, 0.022))
    return rows


def hem_band(bodice: Bodice, height: float, fabric: Fabric) -> Part:
    """A ribbed band below the hem."""
    top, low = bodice.hem_y - height * 0.4, bodice.hem_y + height * 0.7
    outline = smooth(mirrored([
        (0, top + bodice.hem_drop), (bodice.hem * 0.6, top + bodice.hem_drop * 0.6), (bodice.hem * 1.0, top, 1), (bodice.hem * 0.95, low - 0.04, 1),
        (bodice.hem * 0.5, low + bodice.hem_drop), (0, low + bodice.hem_drop * 1.2),
    ]))  # fmt: skip
    return Part(outline, fabric, puff=0.6, crumple=0.05, shadow=0.25)


def leaned(parts: Sequence[Part], pose: Pose) -> list[Part]:
    """Parts drawn on the straight body, moved to the pose."""
    return [move(part, pose.lean) for part in parts]


def seat_y() -> float:
    """Height where long tops end."""
    return HIP_Y
