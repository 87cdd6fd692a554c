"""The drawn body: proportions and poses. One unit is the height of the head; y runs down."""

from dataclasses import dataclass

import numpy as np

from core.catalogs.studio_curves import Points
from core.catalogs.studio_fabric import Rgb

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


WOMAN = Build(neck=0.165, shoulder=0.77, chest=0.62, waist=0.48, hip=0.71, arm=0.15)


MAN = Build(neck=0.215, shoulder=0.92, chest=0.735, waist=0.62, hip=0.67, arm=0.19)


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
