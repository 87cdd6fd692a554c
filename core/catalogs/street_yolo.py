"""The `street` photos as a YOLO data set for training the detector, with composed pictures beside the real ones."""

import json
import shutil
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


@dataclass(frozen=True)
class YoloSummary:
    """What was written: pictures of each kind and the path of the `data.yaml`."""

    config: Path
    train: int
    validation: int
    pasted: int
    scenes: int


def write_yolo_dataset(
    street_root: Path,
    out: Path,
    validation_share: float = 0.13,
    seed: int = 0,
    *,
    pasted: int = 0,
    products_root: Path | None = None,
    clothing_root: Path | None = None,
    scenes: int = 0,
    progress: Callable[[Iterable], Iterable] = iter,
) -> YoloSummary:
    """Write photos, labels and `data.yaml` in the layout that ultralytics reads.

    The split is by photo; everything composed comes from training photos and is for training alone.

    Args:
        street_root: The folder with `photos/` and `annotations/`.
        out: New or empty folder to write to.
        validation_share: Share of the photos kept for validation, in (0, 1).
        seed: Seed of the split and of everything composed.
        pasted: Photos to compose by pasting garments of rare classes onto other people.
        products_root: Root of `fashion_products`, for scenes of one product on a plain ground; None for none.
        clothing_root: Root of `clothing`, for scenes of one garment; None for none.
        scenes: Scenes to make of each of these two.
        progress: Wraps the photos, to show how far it is.

    Raises:
        ValueError: The share is out of range, `out` holds something, or a file of the data set cannot be read.
    """
    if not 0 < validation_share < 1:
        raise ValueError(f"validation_share must be between 0 and 1, but got {validation_share}")
    if out.exists() and any(out.iterdir()):
        raise ValueError(
            f"{out} must be a new or empty folder, but holds files: remove them or choose another"
        )
    names = read_label_names(next(street_root.rglob("label_list.mat"), street_root / "label_list.mat"))
    stems = sorted(path.stem for path in (street_root / "annotations" / "pixel-level").glob("*.mat"))
    if not stems:
        raise ValueError(f"no masks under {street_root}/annotations/pixel-level: download `street`")
    validation = split_photos(stems, validation_share, seed)
    training: list[Annotated] = []
    for stem in progress(stems):
        mask = read_mask(street_root / "annotations" / "pixel-level" / f"{stem}.mat")
        photo = street_root / "photos" / f"{stem}.jpg"
        boxes = garment_boxes(mask, names)
        folder = "val" if stem in validation else "train"
        write_labels(out / "labels" / folder / f"{stem}.txt", boxes, mask.shape)
        (out / "images" / folder).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(photo, out / "images" / folder / f"{stem}.jpg")
        if stem not in validation:
            training.append(Annotated(stem, photo, mask.astype(np.uint8), tuple(boxes)))
    rng = np.random.default_rng(seed)
    pasted_count = _write_pasted(training, names, out, pasted, rng)
    scene_count = 0
    for root, make in ((products_root, product_scenes), (clothing_root, clothing_scenes)):
        if root is not None:
            for name, pixels, scene_boxes in make(root, scenes, rng):
                _write_picture(out, name, pixels, scene_boxes)
                scene_count += 1
    config = out / "data.yaml"
    listing = {"path": str(out.resolve()), "train": "images/train", "val": "images/val"}
    config.write_text(json.dumps({**listing, "names": dict(enumerate(GARMENT_CLASSES))}, indent=1) + "\n")
    return YoloSummary(config, len(training), len(validation), pasted_count, scene_count)


def split_photos(stems: list[str], validation_share: float, seed: int) -> frozenset[str]:
    """The photos kept for validation: the same ones for the same names, share and seed."""
    order = np.random.default_rng(seed).permutation(len(stems))
    return frozenset(stems[index] for index in order[: round(validation_share * len(stems))])


def write_labels(path: Path, boxes: Iterable[GarmentBox], shape: tuple[int, ...]) -> None:
    """Write one YOLO label file: class id and the box's centre, width and height as shares of the picture."""
    height, width = shape[:2]
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for name, (x1, y1, x2, y2) in boxes:
        shares = ((x1 + x2) / 2 / width, (y1 + y2) / 2 / height, (x2 - x1) / width, (y2 - y1) / height)
        lines.append(" ".join([str(GARMENT_CLASSES.index(name)), *(f"{share:.6f}" for share in shares)]))
    path.write_text("".join(f"{line}\n" for line in lines))


def _write_pasted(
    training: list[Annotated], names: tuple[str, ...], out: Path, count: int, rng: np.random.Generator
) -> int:
    donors = rare_donors(training, names) if count else {}
    written = 0
    for _ in range(count * 3):  # some pairs do not fit
        if written == count:
            break
        target = training[rng.integers(len(training))]
        composed = paste_garment(target, donors, names, rng)
        if composed is not None:
            pixels, mask = composed
            _write_picture(out, f"pasted_{written:05d}_{target.stem}", pixels, garment_boxes(mask, names))
            written += 1
    return written


def _write_picture(out: Path, name: str, pixels: npt.NDArray[np.uint8], boxes: Iterable[GarmentBox]) -> None:
    Image.fromarray(pixels).save(out / "images" / "train" / f"{name}.jpg", quality=JPEG_QUALITY)
    write_labels(out / "labels" / "train" / f"{name}.txt", boxes, pixels.shape)
