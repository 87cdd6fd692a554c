"""The drawn person: proportions, poses, skin and hair. One body unit is the height of the head; y runs down."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.catalogs.studio_curves import Points, circle, mirrored, smooth, tube
from core.catalogs.studio_fabric import Rgb, blend, solid
from core.catalogs.studio_paint import Frame, Line, Part, move

SHOULDER_Y, ARMPIT_Y, WAIST_Y, HIP_Y, CROTCH_Y = 1.48, 2.12, 2.95, 3.8, 4.2
Joint = tuple[float, float]

SKINS: tuple[Rgb, ...] = ((244, 212, 190), (228, 184, 152), (198, 146, 110), (150, 100, 72), (104, 68, 50))
HAIRS: tuple[Rgb, ...] = ((38, 30, 28), (74, 48, 34), (122, 82, 50), (196, 154, 96), (146, 70, 40), (120, 116, 114))
HAIRCUTS = {"women": ("bob", "long", "bun", "curls"), "men": ("short", "crop", "curls")}


@dataclass(frozen=True)
class Build:
    """Half widths of a body, in body units."""

    neck: float
    shoulder: float
    chest: float
    waist: float
    hip: float
    arm: float


WOMAN = Build(neck=0.165, shoulder=0.80, chest=0.64, waist=0.49, hip=0.72, arm=0.15)
MAN = Build(neck=0.215, shoulder=0.98, chest=0.78, waist=0.65, hip=0.69, arm=0.19)


@dataclass(frozen=True)
class Pose:
    """How a body stands.

    Attributes:
        build: its proportions.
        arm_angles: (upper, lower) angle from straight down, outwards positive, for the arm at positive and negative x.
        leg_angles: (upper, lower) likewise.
        shoulder_tilt, hip_tilt: radians.
        sway: sideways shift of the hips.
    """

    build: Build
    arm_angles: tuple[tuple[float, float], tuple[float, float]] = ((0.42, 0.40), (0.42, 0.40))
    leg_angles: tuple[tuple[float, float], tuple[float, float]] = ((0.05, 0.0), (0.05, 0.0))
    shoulder_tilt: float = 0.0
    hip_tilt: float = 0.0
    sway: float = 0.0

    def lean(self, points: Points) -> Points:
        """Points drawn for a straight body, moved to this one."""
        points = np.asarray(points, dtype=np.float64)
        down = np.clip((points[:, 1] - SHOULDER_Y) / (HIP_Y - SHOULDER_Y), -0.3, 1.0)
        soft = down * down * (3 - 2 * np.clip(down, 0, 1))
        tilt = self.shoulder_tilt + (self.hip_tilt - self.shoulder_tilt) * np.clip(down, 0, 1)
        return np.column_stack([points[:, 0] + self.sway * soft, points[:, 1] + points[:, 0] * np.tan(tilt)])

    def spot(self, x: float, y: float) -> Joint:
        """One leaned point."""
        landed = self.lean(np.array([[x, y]]))[0]
        return float(landed[0]), float(landed[1])

    def arm(self, side: int, inset: float = 0.14, drop: float = 0.2) -> tuple[Joint, Joint, Joint]:
        """Shoulder, elbow and wrist of the arm at positive (side 1) or negative (-1) x."""
        upper, lower = self.arm_angles[0 if side > 0 else 1]
        shoulder = self.spot(side * (self.build.shoulder - inset), SHOULDER_Y + drop)
        elbow = (shoulder[0] + side * np.sin(upper) * 1.27, shoulder[1] + np.cos(upper) * 1.27)
        wrist = (elbow[0] + side * np.sin(lower) * 1.12, elbow[1] + np.cos(lower) * 1.12)
        return shoulder, (float(elbow[0]), float(elbow[1])), (float(wrist[0]), float(wrist[1]))

    def leg(self, side: int) -> tuple[Joint, Joint, Joint]:
        """Hip, knee and ankle."""
        upper, lower = self.leg_angles[0 if side > 0 else 1]
        hip = self.spot(side * self.build.hip * 0.52, HIP_Y + 0.12)
        knee = (hip[0] + side * np.sin(upper) * 1.8, hip[1] + np.cos(upper) * 1.8)
        ankle = (knee[0] + side * np.sin(lower) * 1.75, knee[1] + np.cos(lower) * 1.75)
        return hip, (float(knee[0]), float(knee[1])), (float(ankle[0]), float(ankle[1]))


def build_of(gender: str) -> Build:
    """The build a gender's clothes are cut for."""
    return MAN if gender == "men" else WOMAN


def shop_pose(build: Build) -> Pose:
    """Straight, arms a little away: the invisible mannequin of a shop picture."""
    return Pose(build, arm_angles=((0.3, 0.2), (0.3, 0.2)), leg_angles=((0.06, 0.03), (0.06, 0.03)))


def flat_pose(build: Build, rng: np.random.Generator) -> Pose:
    """Laid down: arms spread, or one folded."""
    spread = rng.uniform(0.45, 0.95, 2)
    fold = rng.uniform(-0.3, 0.5, 2)
    if rng.random() < 0.3:
        fold[0] = -rng.uniform(1.3, 1.9)
    legs = rng.uniform(0.03, 0.13, 2)
    return Pose(
        build,
        arm_angles=((float(spread[0]), float(spread[0] + fold[0])), (float(spread[1]), float(spread[1] - fold[1]))),
        leg_angles=((float(legs[0]), float(rng.uniform(-0.05, 0.1))), (float(legs[1]), float(rng.uniform(-0.05, 0.1)))),
    )


def standing_pose(build: Build, rng: np.random.Generator) -> Pose:
    """A relaxed standing figure with its weight on one leg."""
    lean = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.3, 1.0))
    arms = []
    for _ in range(2):
        style = rng.choice(["down", "pocket", "hip"], p=[0.62, 0.25, 0.13])
        upper = rng.uniform(0.16, 0.3) if style == "down" else rng.uniform(0.34, 0.44)
        lower = {"down": rng.uniform(-0.02, 0.14), "pocket": -0.26, "hip": -0.62}[str(style)]
        arms.append((float(upper), float(lower)))
    legs = [(0.03 + 0.06 * (lean > 0), 0.01), (0.03 + 0.06 * (lean < 0), 0.01)]
    return Pose(
        build, (arms[0], arms[1]), (legs[0], legs[1]),
        shoulder_tilt=-0.045 * lean, hip_tilt=0.06 * lean, sway=0.07 * lean,
    )  # fmt: skip


@dataclass(frozen=True)
class Person:
    """Who is drawn: pose, skin, hair, face."""

    pose: Pose
    skin: Rgb
    hair: Rgb
    haircut: str


def draw_person_at_random(gender: str, rng: np.random.Generator) -> Person:
    """A person of a gender in a standing pose."""
    group = gender if gender in HAIRCUTS else str(rng.choice(["women", "men"]))
    skin = int(rng.integers(len(SKINS)))
    hair = int(rng.integers(len(HAIRS))) if skin < 3 else int(rng.integers(2))
    pose = standing_pose(build_of(group), rng)
    return Person(pose, SKINS[skin], HAIRS[hair], str(rng.choice(HAIRCUTS[group])))


def _skin(outline: Points, person: Person, **looks: object) -> Part:
    return Part(outline, solid(person.skin, "smooth"), puff=0.75, crumple=0.0, shadow=0.22, edge=0.12)


def person_parts(person: Person) -> list[Part]:
    """Skin, face and hair, back to front; parts marked `behind` belong behind a collar or hood."""
    pose, build = person.pose, person.pose.build
    parts = [move(part, pose.lean) for part in _hair_back(person)]
    for side in (-1, 1):
        parts += [*_leg(person, side), *_arm(person, side)]
    torso = mirrored([
        (0, 1.22), (build.neck, 1.18), (build.neck + 0.16, 1.33), (build.shoulder - 0.08, SHOULDER_Y - 0.02),
        (build.shoulder, 1.66), (build.chest, ARMPIT_Y), (build.waist + 0.03, 2.7), (build.waist, WAIST_Y),
        (build.hip, HIP_Y), (build.hip - 0.03, 4.05), (0.05, CROTCH_Y + 0.05, 1),
    ])  # fmt: skip
    bones = [
        Line(smooth([(side * 0.09, 1.47), (side * 0.35, 1.42), (side * 0.6, 1.43)], closed=False), 0.03, None, 0.13)
        for side in (-1, 1)
    ]
    body = _skin(smooth(torso), person)
    body = Part(body.outline, body.fabric, puff=0.9, crumple=0, shadow=0.2, edge=0.12, lines=bones)
    neck = _skin(
        smooth([(-build.neck, 0.72), (build.neck, 0.72), (build.neck, 1.12), (build.neck + 0.1, 1.28), (0, 1.36),
                (-build.neck - 0.1, 1.28), (-build.neck, 1.12)]), person
    )  # fmt: skip
    head = [move(part, pose.lean) for part in (body, neck, *_head(person))]
    return [*parts, *head]


def _arm(person: Person, side: int) -> list[Part]:
    shoulder, elbow, wrist = person.pose.arm(side)
    arm = person.pose.build.arm
    limb = tube([shoulder, elbow, wrist], [arm * 1.15, arm * 1.0, arm * 0.8, arm * 0.84, arm * 0.66, arm * 0.5])
    lower = person.pose.arm_angles[0 if side > 0 else 1][1] - 0.06
    return [_skin(limb.outline(cap=True), person), hand(person.skin, wrist, -side * lower, side, arm / 0.15)]


def hand(skin: Rgb, wrist: Sequence[float], angle: float, side: int, size: float = 1.0) -> Part:
    """A relaxed hand hanging from a wrist; `angle` turns it from straight down, `side` puts the thumb."""
    outline = smooth([
        (-0.075, -0.05), (0.075, -0.05), (0.115, 0.14), (0.13, 0.28), (0.115, 0.46), (0.06, 0.6), (0.0, 0.62),
        (-0.05, 0.55), (-0.07, 0.42), (-0.09, 0.34), (-0.12, 0.42), (-0.165, 0.4), (-0.15, 0.22), (-0.105, 0.1),
    ]) * (side * 0.95 * size, 0.95 * size)  # fmt: skip
    fingers = [
        smooth([(x, 0.34), (x * 0.9, 0.45), (x * 0.7, 0.57)], closed=False) * (side * 0.95 * size, 0.95 * size)
        for x in (-0.015, 0.04, 0.085)
    ]
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    lines = [Line(finger @ spin + np.asarray(wrist), 0.012, None, 0.3) for finger in fingers]
    return Part(
        outline @ spin + np.asarray(wrist), solid(skin, "smooth"), puff=0.6, crumple=0, lines=lines, shadow=0.2, edge=0.15
    )


def _leg(person: Person, side: int) -> list[Part]:
    hip, knee, ankle = person.pose.leg(side)
    wide = person.pose.build.hip
    calf = (knee[0] * 0.7 + ankle[0] * 0.3, knee[1] * 0.7 + ankle[1] * 0.3)
    limb = tube(
        [hip, knee, calf, ankle], [wide * 0.5, wide * 0.44, wide * 0.32, wide * 0.25, wide * 0.26, wide * 0.2, wide * 0.13]
    )
    foot = smooth([
        (-0.09, -0.1), (0.09, -0.1), (0.11, 0.1), (0.2, 0.24), (0.2, 0.33), (0.05, 0.36), (-0.1, 0.3), (-0.12, 0.12),
    ]) * (side, 1.0) + np.asarray(ankle)  # fmt: skip
    return [_skin(foot, person), _skin(limb.outline(cap=True), person)]


def _hair_back(person: Person) -> list[Part]:
    cloth = solid(blend(person.hair, (0, 0, 0), 0.18), "satin", 0.1)
    shapes = {
        "long": [(0, -0.1), (0.4, 0.05), (0.5, 0.6), (0.56, 1.4), (0.5, 2.0), (0.2, 2.1), (0, 2.0)],
        "bob": [(0, -0.1), (0.42, 0.08), (0.5, 0.6), (0.48, 1.02), (0.3, 1.12), (0, 1.1)],
        "curls": [(0, -0.2), (0.36, -0.1), (0.56, 0.22), (0.56, 0.62), (0.42, 0.86), (0, 0.9)],
    }
    if person.haircut == "bun":
        return [Part(circle(0.02, -0.16, 0.23, 0.21), cloth, behind=True, puff=0.8, crumple=0.3)]
    if person.haircut not in shapes:
        return []
    lines = [
        Line(smooth([(x * 0.7, 0.0), (x, 0.6), (x * 1.05, 1.9)], closed=False), 0.02, None, 0.2)
        for x in (-0.44, -0.36, 0.36, 0.44)
    ]
    outline = smooth(mirrored([(x, y) for x, y in shapes[person.haircut]]))
    return [Part(outline, cloth, behind=True, puff=0.7, crumple=0.5, lines=lines)]


def _head(person: Person) -> list[Part]:
    skin = solid(person.skin, "smooth")
    outline = smooth(mirrored([(0, 0.0), (0.27, 0.08), (0.36, 0.36), (0.335, 0.64), (0.22, 0.89), (0.07, 0.995)]))
    dark, lip = blend(person.skin, (50, 25, 20), 0.75), blend(person.skin, (176, 70, 72), 0.62)
    brow = blend(person.hair, (30, 20, 18), 0.35)
    lines = []
    for side in (-1, 1):
        lines.append(Line(smooth([(side * 0.075, 0.445), (side * 0.15, 0.415), (side * 0.235, 0.44)], closed=False), 0.024, brow, 0.75))
        lines.append(Line(smooth([(side * 0.085, 0.535), (side * 0.15, 0.557), (side * 0.215, 0.527)], closed=False), 0.022, dark, 0.85))
        lines.append(Line(smooth([(side * 0.215, 0.527), (side * 0.238, 0.512)], closed=False), 0.014, dark, 0.8))
    lines.append(Line(smooth([(0.012, 0.5), (0.045, 0.665), (0.0, 0.69), (-0.03, 0.68)], closed=False), 0.014, None, 0.32))
    decals_lip = smooth([(-0.092, 0.792), (-0.03, 0.772), (0, 0.78), (0.03, 0.772), (0.092, 0.792), (0.04, 0.832), (-0.04, 0.832)])
    lines.append(Line(smooth([(-0.085, 0.795), (0, 0.8), (0.085, 0.795)], closed=False), 0.01, dark, 0.5))
    ears = [
        Part(circle(side * 0.36, 0.52, 0.06, 0.11), skin, puff=0.6, crumple=0, shadow=0, edge=0.15) for side in (-1, 1)
    ]
    from core.catalogs.studio_paint import Decal

    cheeks = [Decal(circle(side * 0.2, 0.68, 0.085, 0.06), blend(person.skin, (220, 110, 100), 0.4), 0.28) for side in (-1, 1)]
    face = Part(
        outline, skin, puff=0.7, crumple=0, shadow=0.4, edge=0.12, lines=lines, decals=[*cheeks, Decal(decals_lip, lip, 0.8)]
    )
    return [*ears, face, *_fringe(person)]


def _fringe(person: Person) -> list[Part]:
    cloth = solid(person.hair, "satin", 0.15)
    shapes: dict[str, list[tuple[float, ...]]] = {
        "short": [(-0.37, 0.5), (-0.41, 0.22), (-0.28, -0.06), (0.02, -0.15), (0.3, -0.08), (0.42, 0.2), (0.375, 0.5, 1),
                  (0.325, 0.33), (0.26, 0.2), (0.05, 0.14), (-0.18, 0.24), (-0.31, 0.3), (-0.34, 0.44, 1)],
        "crop": [(-0.36, 0.42), (-0.39, 0.2), (-0.25, -0.02), (0, -0.07), (0.25, -0.02), (0.39, 0.2), (0.36, 0.42, 1),
                 (0.3, 0.26), (0.2, 0.17), (0, 0.15), (-0.2, 0.17), (-0.3, 0.26)],
        "curls": [(-0.42, 0.56), (-0.48, 0.2), (-0.3, -0.1), (0, -0.17), (0.3, -0.1), (0.48, 0.2), (0.42, 0.56, 1),
                  (0.34, 0.38), (0.26, 0.27), (0.12, 0.24), (0, 0.2), (-0.14, 0.25), (-0.27, 0.27), (-0.34, 0.38)],
        "bun": [(-0.36, 0.5), (-0.4, 0.22), (-0.27, -0.03), (0, -0.1), (0.27, -0.03), (0.4, 0.22), (0.36, 0.5, 1),
                (0.33, 0.34), (0.2, 0.2), (0.0, 0.12), (-0.2, 0.2), (-0.33, 0.34)],
        "bob": [(-0.45, 1.0), (-0.47, 0.5), (-0.42, 0.15), (-0.25, -0.06), (0, -0.12), (0.27, -0.06), (0.43, 0.15),
                (0.47, 0.5), (0.45, 1.0, 1), (0.36, 0.9), (0.36, 0.55), (0.28, 0.3), (0.1, 0.16), (-0.1, 0.13, 1),
                (-0.25, 0.28), (-0.35, 0.55), (-0.36, 0.9, 1)],
        "long": [(-0.47, 1.5), (-0.46, 0.6), (-0.42, 0.15), (-0.25, -0.06), (0, -0.12), (0.25, -0.06), (0.42, 0.15),
                 (0.46, 0.6), (0.5, 1.6, 1), (0.4, 1.4), (0.37, 0.7), (0.3, 0.35), (0.12, 0.15), (0.02, 0.1, 1),
                 (-0.12, 0.17), (-0.3, 0.36), (-0.37, 0.7), (-0.38, 1.4, 1)],
    }  # fmt: skip
    outline = smooth(shapes[person.haircut])
    strands = [
        Line(smooth([(x * 0.25, -0.06), (x * 0.8, 0.08), (x, 0.34)], closed=False), 0.016, None, 0.22)
        for x in (-0.38, -0.26, 0.26, 0.38)
    ]
    return [Part(outline, cloth, Frame(), puff=0.6, crumple=0.5, lines=strands, shadow=0.3)]
