"""The drawn person: skin, face and hair on a posed body."""

from collections.abc import Sequence

import numpy as np

from core.catalogs.studio_body import (
    ARMPIT_Y,
    CROTCH_Y,
    HAIRCUTS,
    HAIRS,
    HIP_Y,
    SHOULDER_Y,
    SKINS,
    WAIST_Y,
    Person,
    build_of,
    standing_pose,
)
from core.catalogs.studio_curves import Points, mirrored, smooth, tube
from core.catalogs.studio_fabric import Rgb, solid
from core.catalogs.studio_heads import hair_back, head_parts
from core.catalogs.studio_parts import Line, Part, move

# Coordinates are laid out by hand.
# fmt: off


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
    parts = [move(part, pose.lean) for part in hair_back(person)]
    for side in (-1, 1):
        parts += [*_leg(person, side), *_arm(person, side)]
    torso = mirrored([
        (0, 1.22), (build.neck, 1.18), (build.neck + 0.16, 1.33), (build.shoulder - 0.08, SHOULDER_Y - 0.02),
        (build.shoulder, 1.66), (build.chest, ARMPIT_Y), (build.waist + 0.03, 2.7), (build.waist, WAIST_Y),
        (build.hip, HIP_Y), (build.hip - 0.03, 4.05), (0.05, CROTCH_Y + 0.05, 1),
    ])
    bones = [
        Line(smooth([(side * 0.09, 1.47), (side * 0.35, 1.42), (side * 0.6, 1.43)], closed=False), 0.03, None, 0.13)
        for side in (-1, 1)
    ]
    body = _skin(smooth(torso), person)
    body = Part(body.outline, body.fabric, puff=0.9, crumple=0, shadow=0.2, edge=0.12, lines=bones)
    neck = _skin(
        smooth([(-build.neck, 0.72), (build.neck, 0.72), (build.neck, 1.12), (build.neck + 0.1, 1.28), (0, 1.36),
                (-build.neck - 0.1, 1.28), (-build.neck, 1.12)]), person
    )
    head = [move(part, pose.lean) for part in (body, neck, *head_parts(person))]
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
    ]) * (side * 0.95 * size, 0.95 * size)
    fingers = [
        smooth([(x, 0.34), (x * 0.9, 0.45), (x * 0.7, 0.57)], closed=False) * (side * 0.95 * size, 0.95 * size)
        for x in (-0.015, 0.04, 0.085)
    ]
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    lines = [Line(finger @ spin + np.asarray(wrist), 0.012, None, 0.3) for finger in fingers]
    return Part(
        outline @ spin + np.asarray(wrist), solid(skin, "smooth"), puff=0.6, crumple=0, lines=lines, shadow=0.2,
        edge=0.15
    )


def _leg(person: Person, side: int) -> list[Part]:
    hip, knee, ankle = person.pose.leg(side)
    wide = person.pose.build.hip
    calf = (knee[0] * 0.7 + ankle[0] * 0.3, knee[1] * 0.7 + ankle[1] * 0.3)
    limb = tube(
        [hip, knee, calf, ankle], [wide * 0.5, wide * 0.44, wide * 0.32, wide * 0.25, wide * 0.26, wide * 0.2,
        wide * 0.13]
    )
    foot = smooth([
        (-0.09, -0.1), (0.09, -0.1), (0.11, 0.1), (0.2, 0.24), (0.2, 0.33), (0.05, 0.36), (-0.1, 0.3), (-0.12, 0.12),
    ]) * (side, 1.0) + np.asarray(ankle)
    return [_skin(foot, person), _skin(limb.outline(cap=True), person)]
