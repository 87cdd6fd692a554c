"""What garments are sewn from: sleeves, buttons, zips, pockets, limb folds."""

from collections.abc import Sequence

import numpy as np

from core.catalogs.studio_bodice import Bodice, Folds
from core.catalogs.studio_body import SHOULDER_Y, Pose
from core.catalogs.studio_curves import Tube, circle, lens, smooth, tube
from core.catalogs.studio_fabric import Fabric, Rgb, blend
from core.catalogs.studio_parts import Decal, Frame, Line, Part

# Coordinates are laid out by hand.
# fmt: off


def limb_folds(limb: Tube, rng: np.random.Generator, amount: float, bends: Sequence[float] = (0.5,)) -> Folds:
    """Folds that gather where a limb bends and slant around the rest of it."""
    folds: Folds = []
    for bend in bends:
        for step in range(4):
            side = rng.choice([-1, 1])
            start, end = limb.at(bend + rng.uniform(-0.1, 0.1), 0.95 * side), limb.at(bend + rng.uniform(-0.06, 0.12),
                -0.2 * side)
            folds.append((lens(start, end, rng.uniform(0.05, 0.1), rng.uniform(-0.04, 0.04)),
                amount * (-1.0 if step % 2 else 0.9)))
    for along in np.linspace(0.12, 0.85, 4):
        side = rng.choice([-1, 1])
        start, end = limb.at(along, 0.9 * side), limb.at(min(along + rng.uniform(0.12, 0.25), 1.0), -0.5 * side)
        folds.append((lens(start, end, rng.uniform(0.05, 0.11), rng.uniform(-0.05, 0.05)),
            amount * rng.choice([-0.8, 0.8])))
    return folds


def sleeve_tube(bodice: Bodice, pose: Pose, side: int, widths: Sequence[float]) -> Tube:
    """The whole-arm tube a sleeve is cut from: from the middle of the armhole to the wrist."""
    start_x = (bodice.shoulder_x + bodice.chest) / 2 - 0.085
    _, elbow, wrist = pose.arm(side)
    shoulder = pose.spot(side * start_x, SHOULDER_Y + widths[0] - 0.02)
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
        Part(cut.outline(cap=True, bow=0.03), fabric, limb_frame(limb), puff=puff,
        folds=limb_folds(cut, rng, amount, bends), lines=lines)
    ]
    if cuff in ("rib", "shirt"):
        deep = 0.055 if cuff == "rib" else 0.085
        ring = limb.slice(length - deep * 0.6, min(length + deep * 0.5, 1.0), 0.86 if cuff == "rib" else 1.02)
        lines = [] if cuff == "rib" else [Line(ring.across(0.9, 0.02), 0.01, None, 0.4, 0.02)]
        decals = [] if cuff == "rib" else button(*ring.at(0.5, 0.45), 0.03,
            blend(fabric.colour, (255, 255, 255), 0.5))
        parts.append(
            Part(ring.outline(bow=0.02), cuff_fabric or fabric, limb_frame(limb), puff=0.6, crumple=0.05, shadow=0.2,
            lines=lines, decals=decals)
        )
    return parts


def button(x: float, y: float, radius: float, colour: Rgb) -> list[Decal]:
    """A sewn button: rim, face and holes."""
    dark = blend(colour, (20, 16, 14), 0.55)
    holes = [Decal(circle(x + dx, y + dy, radius * 0.14), dark) for dx in (-radius * 0.28, radius * 0.28)
        for dy in (-radius * 0.28, radius * 0.28)]
    return [
        Decal(circle(x + radius * 0.18, y + radius * 0.28, radius * 1.1), (20, 18, 18), 0.35),
        Decal(circle(x, y, radius), dark),
        Decal(circle(x, y, radius * 0.88), colour), Decal(circle(x - radius * 0.1, y - radius * 0.1, radius * 0.6),
        blend(colour, (255, 255, 255), 0.22)),
        *holes,
    ]


def zip_lines(top: float, bottom: float, x: float = 0.0, metal: Rgb = (186, 186, 184)) -> list[Line]:
    """A zip: tape, teeth and puller."""
    run = np.array([(x, top), (x, bottom)])
    return [
        Line(run, 0.075, None, 0.35), Line(run, 0.034, metal, 0.95), Line(run, 0.012, None, 0.8, 0.018),
        Line(np.array([(x, top + 0.02), (x, top + 0.15)]), 0.05, blend(metal, (255, 255, 255), 0.4), 1.0),
        Line(np.array([(x, top + 0.06), (x, top + 0.13)]), 0.018, (90, 90, 90), 0.8),
    ]


def patch_pocket(x: float, y: float, width: float, height: float, fabric: Fabric, flap: bool = False,
    colour: Rgb | None = None) -> Part:
    """A stitched-on pocket whose top edge is at y."""
    half = width / 2
    outline = smooth([
        (x - half, y, 1), (x + half, y, 1), (x + half * 0.96, y + height * 0.8), (x + half * 0.8, y + height * 0.95),
        (x, y + height * 1.02),
        (x - half * 0.8, y + height * 0.95), (x - half * 0.96, y + height * 0.8),
    ])
    inner = (outline - (x, y + height / 2)) * (0.88, 0.9) + (x, y + height / 2)
    lines = [Line(np.vstack([inner, inner[:1]]), 0.012, colour, 0.5, 0.022),
        Line(np.array([(x - half, y + 0.05), (x + half, y + 0.05)]), 0.012, None, 0.3)]
    decals = []
    if flap:
        edge = smooth([(x - half * 1.03, y - 0.01, 1), (x + half * 1.03, y - 0.01, 1), (x + half, y + height * 0.26),
            (x, y + height * 0.36), (x - half, y + height * 0.26)])
        lines.append(Line(np.vstack([edge, edge[:1]]), 0.018, None, 0.75))
        decals = button(x, y + height * 0.25, 0.028, (170, 150, 110) if colour
            else blend(fabric.colour, (20, 20, 20), 0.4))
    return Part(outline, fabric, puff=0.25, crumple=0.1, shadow=0.3, lines=lines, decals=decals)
