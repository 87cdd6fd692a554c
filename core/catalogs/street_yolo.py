"""`street` as a YOLO data set for training the detector, with composed pictures beside the real ones."""

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.catalogs.street_boxes import GARMENT_CLASSES, GarmentBox, garment_boxes, read_label_names, read_mask
from core.catalogs.street_paste import Annotated, paste_garment, rare_donors
from core.catalogs.street_scenes import clothing_scenes, product_scenes

JPEG_QUALITY = 92
REAL_REPEATS = 3  # a real photo is drawn as often in an epoch, a composed one once
RARE_SHARES = (0.12, 0.075)  # of the photos that have a class: below each, its photos are drawn once more


@dataclass(frozen=True)
class YoloSummary:
    """What was written: the `data.yaml` and the number of pictures of each kind."""

    config: Path
    train: int
    validation: int
    pasted: int
    scenes: int


@dataclass(frozen=True)
class Composed:
    """What to compose for training besides the real photos.

    Attributes:
        pasted: Photos with garments of rare classes pasted onto other people.
        scenes: Scenes of one product, and as many of one garment at home; some do not come out.
        products_root: Root of `fashion_products`; None for no scenes of it.
        clothing_root: Root of `clothing`; None for no scenes of it.
    """

    pasted: int = 0
    scenes: int = 0
    products_root: Path | None = None
    clothing_root: Path | None = None


def write_yolo_dataset(
    street_root: Path,
    out: Path,
    validation_share: float = 0.13,
    seed: int = 0,
    *,
    composed: Composed | None = None,
    progress: Callable[[Iterable[str]], Iterable[str]] = iter,
) -> YoloSummary:
    """Write photos, labels, the list of what to train on and `data.yaml`, in the layout that ultralytics reads.

    The split is by photo; everything composed comes from training photos and is for training alone.

    Args:
        street_root: The folder with `photos/` and `annotations/`.
        out: New or empty folder to write to.
        validation_share: Share of the photos kept for validation, in (0, 1).
        seed: Of the split and of everything composed.
        composed: What to compose; None for the real photos alone.
        progress: Wraps the photos, to show how far it is.

    Raises:
        ValueError: The share is out of range, `out` holds something, or a file of the data set cannot be read.
    """
    if not 0 < validation_share < 1:
        raise ValueError(f"validation_share must be between 0 and 1, but got {validation_share}")
    if out.exists() and any(out.iterdir()):
        raise ValueError(f"{out} must be a new or empty folder, but holds files: remove them or choose another")
    masks = street_root / "annotations" / "pixel-level"
    names = read_label_names(street_root / "label_list.mat")
    stems = sorted(path.stem for path in masks.glob("*.mat"))
    if not stems:
        raise ValueError(f"no masks in {masks}: run `python -m core catalogs download street`")
    validation = split_photos(stems, validation_share, seed)
    training: list[Annotated] = []
    for stem in progress(stems):
        mask = read_mask(masks / f"{stem}.mat")
        photo = street_root / "photos" / f"{stem}.jpg"
        boxes = garment_boxes(mask, names)
        _copy_photo(out, "val" if stem in validation else "train", photo, boxes, mask.shape)
        if stem not in validation:
            training.append(Annotated(stem, photo, mask.astype(np.uint8), tuple(boxes)))
    rng = np.random.default_rng(seed)
    composed = composed or Composed()
    pasted = _write_pasted(training, names, out, composed.pasted, rng)
    scenes = _write_scenes(out, composed, rng)
    _write_listing(out, training, pasted + scenes)
    return YoloSummary(_write_config(out), len(training), len(validation), len(pasted), len(scenes))


def split_photos(stems: list[str], validation_share: float, seed: int) -> frozenset[str]:
    """The photos kept for validation: the same ones for the same names, share and seed."""
    order = np.random.default_rng(seed).permutation(len(stems))
    return frozenset(stems[index] for index in order[: round(validation_share * len(stems))])


def label_lines(boxes: Iterable[GarmentBox], shape: tuple[int, ...]) -> str:
    """A YOLO label file's text: class id and the box's centre, width and height as shares of the picture."""
    height, width = shape[:2]
    lines = []
    for name, (x1, y1, x2, y2) in boxes:
        shares = ((x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (x2 - x1) / width, (y2 - y1) / height)
        lines.append(" ".join([str(GARMENT_CLASSES.index(name)), *(f"{share:.6f}" for share in shares)]))
    return "".join(f"{line}\n" for line in lines)


def repeats(photos: list[Annotated]) -> list[int]:
    """How often each photo is drawn in an epoch: more often if it shows a rare class."""
    worn = [{name for name, _ in photo.boxes} for photo in photos]
    photos_with = Counter(name for names in worn for name in names)
    rarest = [min((photos_with[name] / len(photos) for name in names), default=1.0) for names in worn]
    return [REAL_REPEATS + sum(share < bound for bound in RARE_SHARES) for share in rarest]


def _copy_photo(out: Path, part: str, photo: Path, boxes: list[GarmentBox], shape: tuple[int, ...]) -> None:
    (out / "images" / part).mkdir(parents=True, exist_ok=True)
    (out / "labels" / part).mkdir(parents=True, exist_ok=True)
    if not photo.is_file():
        raise ValueError(f"{photo} is missing, though it has a mask: download `street` again")
    shutil.copyfile(photo, out / "images" / part / photo.name)
    (out / "labels" / part / f"{photo.stem}.txt").write_text(label_lines(boxes, shape))


def _write_pasted(
    training: list[Annotated], names: tuple[str, ...], out: Path, count: int, rng: np.random.Generator
) -> list[str]:
    donors = rare_donors(training, names) if count else {}
    written: list[str] = []
    for _ in range(count * 10):  # some pairs do not fit
        if len(written) == count:
            break
        target = training[rng.integers(len(training))]
        pasted = paste_garment(target, donors, names, rng)
        if pasted is not None:
            pixels, mask = pasted
            name = f"pasted_{len(written):05d}_{target.stem}"
            written.append(_write_picture(out, name, pixels, garment_boxes(mask, names)))
    return written


def _write_scenes(out: Path, composed: Composed, rng: np.random.Generator) -> list[str]:
    written: list[str] = []
    for root, make in ((composed.products_root, product_scenes), (composed.clothing_root, clothing_scenes)):
        if root is not None:
            written += [_write_picture(out, *scene) for scene in make(root, composed.scenes, rng)]
    return written


def _write_picture(out: Path, name: str, pixels: npt.NDArray[np.uint8], boxes: list[GarmentBox]) -> str:
    Image.fromarray(pixels).save(out / "images" / "train" / f"{name}.jpg", quality=JPEG_QUALITY)
    (out / "labels" / "train" / f"{name}.txt").write_text(label_lines(boxes, pixels.shape))
    return name


def _write_listing(out: Path, training: list[Annotated], composed: list[str]) -> None:
    stems = [photo.stem for photo, count in zip(training, repeats(training), strict=True) for _ in range(count)]
    (out / "train.txt").write_text("".join(f"./images/train/{stem}.jpg\n" for stem in stems + composed))


def _write_config(out: Path) -> Path:
    config = out / "data.yaml"
    lines = [f"path: {json.dumps(str(out.resolve()))}", "train: train.txt", "val: images/val", "names:"]
    lines += [f"  {number}: {name}" for number, name in enumerate(GARMENT_CLASSES)]
    config.write_text("\n".join(lines) + "\n")
    return config
