"""Scenes of one garment for training the detector: products on white, and clothes photographed lying at home."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.catalogs.street_boxes import GarmentBox

Scene = tuple[str, npt.NDArray[np.uint8], list[GarmentBox]]

# Only kinds that lie alone in their photo: clothes are worn by models, whose other clothes carry no box.
CLASS_OF_ARTICLE = {
    "Casual Shoes": "footwear", "Sports Shoes": "footwear", "Formal Shoes": "footwear", "Heels": "footwear",
    "Flats": "footwear", "Sandals": "footwear", "Flip Flops": "footwear",
    "Handbags": "bag", "Backpacks": "bag", "Clutches": "bag", "Duffel Bag": "bag", "Wallets": "bag",
    "Sunglasses": "eyewear", "Belts": "belt", "Caps": "headwear", "Mufflers": "scarf", "Scarves": "scarf",
    "Socks": "legwear",
}  # fmt: skip
CLASS_OF_FOLDER = {
    "dress": "dress", "hat": "headwear", "longsleeve": "top", "outwear": "outerwear", "pants": "pants",
    "shirt": "top", "shoes": "footwear", "shorts": "shorts", "skirt": "skirt", "t-shirt": "top",
}  # fmt: skip
WHITE_FROM = 242
CUT_SIDE_PX = 160  # the foreground is searched at this size
CUT_SHARES = (0.12, 0.85)  # of the picture that may be foreground: outside it the search went wrong


def product_scenes(root: Path, count: int, rng: np.random.Generator) -> Iterator[Scene]:
    """Shoes, bags and other things of `fashion_products` on their white ground, as many of each class."""
    import pandas as pd

    table = pd.read_csv(root / "styles.csv", usecols=["id", "articleType"], on_bad_lines="skip")
    table["class"] = table["articleType"].map(CLASS_OF_ARTICLE)
    table = table.dropna(subset=["class"])
    groups = {str(name): group["id"].to_numpy() for name, group in table.groupby("class")}
    for made in range(count):
        name = sorted(groups)[made % len(groups)]
        item = int(rng.choice(groups[name]))
        path = root / "images" / f"{item}.jpg"
        if not path.is_file():
            continue
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
        box = _box_around(pixels.min(axis=2) < WHITE_FROM)
        if box is not None:
            yield f"product_{made:05d}_{item}", pixels, [(name, box)]


def clothing_scenes(root: Path, count: int, rng: np.random.Generator) -> Iterator[Scene]:
    """Garments of `clothing`, as many of each class; the box is around the foreground that GrabCut finds."""
    folders = [folder for folder in sorted((root / "train").iterdir()) if folder.name in CLASS_OF_FOLDER]
    files = {folder.name: sorted(folder.glob("*.jpg")) for folder in folders}
    for made in range(count):
        name = sorted(files)[made % len(files)]
        path = files[name][rng.integers(len(files[name]))]
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
        box = _cut_out(pixels)
        if box is not None:
            yield f"clothing_{made:05d}", pixels, [(CLASS_OF_FOLDER[name], box)]


def _cut_out(pixels: npt.NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """Box of what GrabCut takes for the foreground; None where that is too little or nearly everything."""
    import cv2

    scale = CUT_SIDE_PX / max(pixels.shape[:2])
    small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    margin = round(0.03 * CUT_SIDE_PX)
    mask = np.zeros((height, width), np.uint8)
    inside = (margin, margin, width - 2 * margin, height - 2 * margin)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.setRNGSeed(0)
    cv2.grabCut(small, mask, inside, *models, 4, cv2.GC_INIT_WITH_RECT)
    foreground = cv2.morphologyEx((mask & 1), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    if not CUT_SHARES[0] < foreground.mean() < CUT_SHARES[1]:
        return None
    box = _box_around(foreground > 0)
    if box is None:
        return None
    x1, y1, x2, y2 = (round(edge / scale) for edge in box)
    return x1, y1, min(x2, pixels.shape[1]), min(y2, pixels.shape[0])


def _box_around(foreground: npt.NDArray[np.bool_]) -> tuple[int, int, int, int] | None:
    """Box around the components of at least 5 % of the foreground; None where there is next to nothing."""
    from scipy import ndimage

    components, _ = ndimage.label(foreground)
    sizes = np.bincount(components.ravel())[1:]
    if sizes.sum() < 0.01 * foreground.size:
        return None
    kept = np.concatenate([[False], sizes >= 0.05 * sizes.sum()])
    rows, columns = np.nonzero(kept[components])
    return int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1
