"""Copy-paste by pixel masks: garments of rare classes worn by one person of `street` are put onto another."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.catalogs.street_boxes import CLASS_OF_LABEL, GarmentBox

# How often a class is pasted, relative to the others: the rarer and weaker, the more often.
PASTE_WEIGHTS = {"scarf": 4, "belt": 4, "headwear": 3, "legwear": 3, "eyewear": 2, "bag": 1.5}
HEAD_CLASSES = ("headwear", "eyewear", "scarf")  # placed by the face; the others by the whole body
MAX_PASTES = 3
FACE_MIN_PIXELS = 150
EDGE_BLUR_PX = 1.0

Donors = dict[str, list["Donor"]]


@dataclass(frozen=True)
class Annotated:
    """A training photo with its mask (h, w) uint8 of label numbers and its boxes."""

    stem: str
    photo: Path
    mask: npt.NDArray[np.uint8]
    boxes: tuple[GarmentBox, ...]

    @cached_property
    def pixels(self) -> npt.NDArray[np.uint8]:
        """The photo, (h, w, 3) uint8 RGB."""
        with Image.open(self.photo) as image:
            return np.asarray(image.convert("RGB"))


@dataclass(frozen=True)
class Donor:
    """One garment that can be pasted: where it is and how the person wearing it stands.

    Attributes:
        source: The photo it is cut from.
        label: Its label number in the mask.
        box: x1, y1, x2, y2 of the label's pixels.
        anchor: x, y and size (px) of the face or of the body that the garment is placed by.
    """

    source: Annotated
    label: int
    box: tuple[int, int, int, int]
    anchor: tuple[float, float, float]


def rare_donors(photos: list[Annotated], names: tuple[str, ...]) -> Donors:
    """Garments of the rare classes in the photos, by class."""
    donors: Donors = {name: [] for name in PASTE_WEIGHTS}
    for photo in photos:
        for label in np.unique(photo.mask):
            name = CLASS_OF_LABEL.get(names[label], "")
            anchor = find_anchor(photo.mask, names, name) if name in donors else None
            if anchor is None:
                continue
            rows, columns = np.nonzero(photo.mask == label)
            if len(rows) >= 150:
                box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
                donors[name].append(Donor(photo, int(label), box, anchor))
    return {name: found for name, found in donors.items() if found}


def find_anchor(
    mask: npt.NDArray[np.uint8], names: tuple[str, ...], class_name: str
) -> tuple[float, float, float] | None:
    """x, y and size (px) of the face (for what is worn about the head) or of the body; None where none is seen."""
    from scipy import ndimage

    if class_name not in HEAD_CLASSES:
        rows, columns = np.nonzero(mask)
        height = float(np.ptp(rows)) if len(rows) else 0.0
        return (float(np.median(columns)), float(rows.min()), height) if height > 200 else None
    components, count = ndimage.label(mask == names.index("skin"))
    sizes = np.bincount(components.ravel(), minlength=count + 1)
    for component, place in enumerate(ndimage.find_objects(components), start=1):  # from the top down
        if sizes[component] >= FACE_MIN_PIXELS and place is not None:
            rows, columns = place
            width = float(columns.stop - columns.start)
            return (columns.start + columns.stop) / 2, float(rows.start), width
    return None


def paste_garment(
    target: Annotated, donors: Donors, names: tuple[str, ...], rng: np.random.Generator
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]] | None:
    """Paste one to three garments of other people onto a photo.

    Returns:
        The picture (h, w, 3) uint8 and its mask (h, w) with the pasted labels in it; None if nothing fitted.
    """
    pixels, mask = target.pixels.copy(), target.mask.copy()
    worn = {name for name, _ in target.boxes}
    classes = [name for name in donors if name not in worn]
    if not classes:
        return None
    weights = np.array([PASTE_WEIGHTS[name] for name in classes])
    count = min(int(rng.integers(1, MAX_PASTES + 1)), len(classes))
    done = False
    for name in rng.choice(classes, count, replace=False, p=weights / weights.sum()):
        anchor = find_anchor(target.mask, names, name)
        donor = donors[name][rng.integers(len(donors[name]))]
        if anchor is not None and donor.source.stem != target.stem:
            done |= _paste_one(pixels, mask, donor, anchor, rng)
    return (pixels, mask) if done else None


def _paste_one(
    pixels: npt.NDArray[np.uint8],
    mask: npt.NDArray[np.uint8],
    donor: Donor,
    anchor: tuple[float, float, float],
    rng: np.random.Generator,
) -> bool:
    """Paste a garment in place; False where it would be tiny, huge or outside the picture."""
    import cv2

    x1, y1, x2, y2 = donor.box
    scale = anchor[2] / donor.anchor[2]
    if not 0.5 < scale < 2:
        return False
    scale *= rng.uniform(0.85, 1.15)
    size = (round((x2 - x1) * scale), round((y2 - y1) * scale))
    left = round(anchor[0] + ((x1 - donor.anchor[0]) * scale) + rng.normal(0, 0.03) * anchor[2])
    top = round(anchor[1] + ((y1 - donor.anchor[1]) * scale) + rng.normal(0, 0.02) * anchor[2])
    height, width = mask.shape
    if min(size) < 6 or left < 0 or top < 0 or left + size[0] > width or top + size[1] > height:
        return False
    alpha = (donor.source.mask[y1:y2, x1:x2] == donor.label).astype(np.float32)
    patch = cv2.resize(donor.source.pixels[y1:y2, x1:x2], size, interpolation=cv2.INTER_AREA)
    alpha = cv2.GaussianBlur(cv2.resize(alpha, size), (0, 0), EDGE_BLUR_PX)
    if rng.random() < 0.5 and abs(anchor[0] - left - size[0] / 2) < size[0]:
        patch, alpha = patch[:, ::-1], alpha[:, ::-1]
    area = (slice(top, top + size[1]), slice(left, left + size[0]))
    tint = rng.uniform(0.75, 1.25, (1, 1, 3)) if rng.random() < 0.5 else np.ones((1, 1, 3))
    blended = patch * tint * alpha[..., None] + pixels[area] * (1 - alpha[..., None])
    pixels[area] = np.clip(blended, 0, 255).astype(np.uint8)
    mask[area][alpha > 0.5] = donor.label
    return True
