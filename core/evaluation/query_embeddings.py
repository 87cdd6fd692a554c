"""Embeddings of a catalogue's items as queries: the whole photo, the detected garment, or the true box."""

from dataclasses import dataclass

import numpy as np

from core import settings
from core.catalogs.catalog import BOX_COLUMNS, Catalog, CatalogError, OnProgress
from core.catalogs.pictures import item_box, item_photo
from core.catalogs.registry import CATALOGS
from core.encoders.spec import Encoder
from core.evaluation.run_spec import QueryCrop
from core.pipeline import Crop, Detect, Stopwatch, choose_crop, embed_crop, find_garments
from detection.garments import Garments
from detection.images import Photo

# A detected box that overlaps the true one by less (intersection over union) is of another garment.
MIN_OVERLAP = 0.3


@dataclass(frozen=True)
class QueryEmbeddings:
    """Embeddings (q, dim) float32, unit length, and whether a box was found for each, (q,) bool."""

    embeddings: np.ndarray
    has_box: np.ndarray

    def __post_init__(self) -> None:
        if len(self.embeddings) != len(self.has_box):
            raise ValueError(f"expected one flag an embedding, but got {len(self.has_box)} of {len(self.embeddings)}")


def built_crop(catalog_name: str) -> QueryCrop:
    """What of its photo stands for an item in the built gallery: "truth" for the inside of its box, else "none"."""
    return "truth" if catalog_name in CATALOGS and CATALOGS[catalog_name].crop == "truth" else "none"


def embed_queries(
    catalog: Catalog,
    rows: np.ndarray,
    encoder: Encoder,
    crop: QueryCrop,
    detect: Detect | None,
    on_progress: OnProgress,
) -> QueryEmbeddings:
    """Encode items as a live query would be: opened, cut and encoded by the pipeline's own steps.

    Args:
        catalog: The items.
        rows: (q,) int64, catalogue rows.
        encoder: Loaded.
        crop: See `crop_of_item`.
        detect: The detector; needed for "auto" only.
        on_progress: Called with (done, total).

    Raises:
        CatalogError: "truth" is asked for, and no item has a box.
        ImageError: A photo can no longer be opened.
    """
    if crop == "truth" and catalog.items[list(BOX_COLUMNS)].iloc[rows].isna().any(axis=1).all():
        raise CatalogError(f"catalogue {catalog.name} has no true boxes. Choose --crop none or auto.")
    images = catalog.items["image"].to_numpy()
    embeddings = np.zeros((len(rows), encoder.spec.dim), np.float32)
    has_box = np.zeros(len(rows), bool)
    opened, photo, garments = None, None, Garments.empty()
    for done, row in enumerate(rows):
        if photo is None or images[row] != opened:  # the items of one photo follow one another
            photo, garments = open_item(catalog, int(row), crop, detect, Stopwatch())
            opened = images[row]
        chosen = crop_of_item(catalog, int(row), photo, garments, crop)
        embeddings[done] = embed_crop(photo, chosen, encoder, Stopwatch())[0]
        has_box[done] = chosen.xyxy is not None
        on_progress(done + 1, len(rows))
    return QueryEmbeddings(embeddings, has_box)


def open_item(
    catalog: Catalog, row: int, crop: QueryCrop, detect: Detect | None, watch: Stopwatch
) -> tuple[Photo, Garments]:
    """An item's whole photo, decoded as a live query's is, and the garments in it where the crop needs them."""
    with watch.step("open"):
        photo = item_photo(catalog, row, max_side=settings.DECODE_SIDE_PX)
    if crop != "auto":
        return photo, Garments.empty()
    if detect is None:
        raise ValueError("expected a detector for the crop 'auto', but got none")
    return photo, find_garments(photo, detect, watch)


def crop_of_item(catalog: Catalog, row: int, photo: Photo, garments: Garments, crop: QueryCrop) -> Crop:
    """The part of the photo that is searched for an item.

    "truth" is the item's box, padded as a detected one. "auto" is the main garment; where the item has a true box,
    since a photo may show several, it is the detected garment that overlaps it most, as a person would choose. The
    whole photo is taken where there is no such box.
    """
    if crop == "none":
        return choose_crop(photo, garments, "none")
    box = item_box(catalog, row)
    if crop == "truth":
        if box is None:
            return choose_crop(photo, garments, "none")
        # A garment number makes the pipeline pad the box, as it does a detected one.
        return Crop(box, 0, "the true box")
    if box is None:
        return choose_crop(photo, garments, "auto")
    overlaps = overlaps_with(box, garments.xyxy)
    if len(overlaps) == 0 or overlaps.max() < MIN_OVERLAP:
        return choose_crop(photo, garments, "none")
    return choose_crop(photo, garments, "auto", garment=int(overlaps.argmax()))


def overlaps_with(box: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """(n,) float64 in [0, 1]: intersection over union of a box (4,) with boxes (n, 4), all x1 y1 x2 y2 in px."""
    boxes = boxes.astype(np.float64)
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = sides.clip(0).prod(axis=1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return shared / np.maximum(areas - shared, 1e-12)
