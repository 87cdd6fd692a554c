"""Faces and haircuts of the drawn people."""

from core.catalogs.studio_body import Person
from core.catalogs.studio_curves import circle, mirrored, smooth
from core.catalogs.studio_fabric import blend, solid
from core.catalogs.studio_parts import Decal, Frame, Line, Part

# Coordinates are laid out by hand.
# fmt: off


def hair_back(person: Person) -> list[Part]:
    """The hair that falls behind the neck."""
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


def head_parts(person: Person) -> list[Part]:
    """Ears, face and the hair around it."""
    skin = solid(person.skin, "smooth")
    outline = smooth(mirrored([(0, 0.0), (0.27, 0.08), (0.36, 0.36), (0.335, 0.64), (0.22, 0.89), (0.07, 0.995)]))
    dark, lip = blend(person.skin, (50, 25, 20), 0.75), blend(person.skin, (176, 70, 72), 0.62)
    brow = blend(person.hair, (30, 20, 18), 0.35)
    lines = []
    for side in (-1, 1):
        lines.append(Line(smooth([(side * 0.075, 0.445), (side * 0.15, 0.415), (side * 0.235, 0.44)], closed=False),
            0.024, brow, 0.75))
        lines.append(Line(smooth([(side * 0.085, 0.535), (side * 0.15, 0.557), (side * 0.215, 0.527)], closed=False),
            0.022, dark, 0.85))
        lines.append(Line(smooth([(side * 0.215, 0.527), (side * 0.238, 0.512)], closed=False), 0.014, dark, 0.8))
    lines.append(Line(smooth([(0.012, 0.5), (0.045, 0.665), (0.0, 0.69), (-0.03, 0.68)], closed=False), 0.014, None,
        0.32))
    decals_lip = smooth([(-0.092, 0.792), (-0.03, 0.772), (0, 0.78), (0.03, 0.772), (0.092, 0.792), (0.04, 0.832),
        (-0.04, 0.832)])
    lines.append(Line(smooth([(-0.085, 0.795), (0, 0.8), (0.085, 0.795)], closed=False), 0.01, dark, 0.5))
    ears = [
        Part(circle(side * 0.36, 0.52, 0.06, 0.11), skin, puff=0.6, crumple=0, shadow=0, edge=0.15)
        for side in (-1, 1)
    ]
    cheeks = [Decal(circle(side * 0.2, 0.68, 0.085, 0.06), blend(person.skin, (220, 110, 100), 0.4), 0.28)
        for side in (-1, 1)]
    face = Part(
        outline, skin, puff=0.7, crumple=0, shadow=0.4, edge=0.12, lines=lines,
        decals=[*cheeks, Decal(decals_lip, lip, 0.8)]
    )
    return [*ears, face, *_front_hair(person)]


def _front_hair(person: Person) -> list[Part]:
    cloth = solid(person.hair, "satin", 0.15)
    shapes: dict[str, list[tuple[float, ...]]] = {
        "short": [(-0.37, 0.5), (-0.41, 0.22), (-0.28, -0.06), (0.02, -0.15), (0.3, -0.08), (0.42, 0.2),
        (0.375, 0.5, 1),
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
    }
    outline = smooth(shapes[person.haircut])
    strands = [
        Line(smooth([(x * 0.25, -0.06), (x * 0.8, 0.08), (x, 0.34)], closed=False), 0.016, None, 0.22)
        for x in (-0.38, -0.26, 0.26, 0.38)
    ]
    return [Part(outline, cloth, Frame(), puff=0.6, crumple=0.5, lines=strands, shadow=0.3)]
