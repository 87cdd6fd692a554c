"""The live query: photo -> garments -> crop -> embedding -> ranking, with the time of each step."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core import settings
from core.artifacts import MANIFEST, ArtifactError
from core.catalogs.catalog import SPLITS, Catalog
from core.catalogs.registry import CATALOGS
from core.encoders.preprocess import to_square
from core.encoders.registry import encoder_spec
from core.encoders.spec import Encoder
from core.files import sha256_of
from core.gallery import load_gallery
from core.index import Ranking
from core.retrieval import SearchSet, open_search_set, retrieve
from core.words import with_words
from detection.crops import crop_box, main_garment
from detection.garments import Garments
from detection.images import Photo, open_photo

Detect = Callable[[np.ndarray, float], Garments]
CropRule = Literal["auto", "none"]
DETECTOR = "garments"


@dataclass(frozen=True)
class Crop:
    """The part of a photo that is searched.

    Attributes:
        xyxy: (4,) float64, px of the upright photo in full; None for the whole picture.
        garment: Position of the garment it is the box of, None for a box by hand or the whole picture.
        reason: One sentence for people: why this part.
    """

    xyxy: np.ndarray | None
    garment: int | None
    reason: str

    def __post_init__(self) -> None:
        if self.xyxy is not None and (self.xyxy.shape != (4,) or not np.isfinite(self.xyxy).all()):
            raise ValueError(f"a crop must be four finite numbers x1,y1,x2,y2, but got {self.xyxy}")


@dataclass(frozen=True)
class Answer:
    """What a live query came to. `milliseconds` has the steps that were taken, in their order."""

    garments: Garments
    crop: Crop
    embedding: np.ndarray  # (dim,) float32, unit length
    ranking: Ranking  # of one query
    milliseconds: dict[str, float]


class Stopwatch:
    """Collects the milliseconds of named steps, in their order."""

    def __init__(self) -> None:
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what happens inside; a name used twice adds up."""
        start = time.perf_counter()
        try:
            yield
        finally:
            passed = 1000 * (time.perf_counter() - start)
            self.milliseconds[name] = self.milliseconds.get(name, 0.0) + passed


def open_query(source: bytes, watch: Stopwatch) -> Photo:
    """The query photo, decoded as large as a search needs. Raises ImageError."""
    with watch.step("open"):
        return open_photo(source, max_side=settings.DECODE_SIDE_PX)


def find_garments(photo: Photo, detect: Detect, watch: Stopwatch, min_confidence: float | None = None) -> Garments:
    """The garments of a photo, boxes in px of the photo in full."""
    with watch.step("detect"):
        found = detect(photo.pixels, settings.MIN_CONFIDENCE if min_confidence is None else min_confidence)
    return Garments((found.xyxy * photo.scale).astype(np.float32), found.confidence, found.class_id)


def choose_crop(photo: Photo, garments: Garments, wanted: CropRule | np.ndarray, *, garment: int | None = None) -> Crop:
    """The part of the photo to search.

    Args:
        photo: The query.
        garments: What was found in it.
        wanted: "none" for the whole picture, "auto" for the main garment (the whole picture if none was found),
            or (4,) numbers x1, y1, x2, y2 in px of the upright photo in full.
        garment: With "auto", take this garment (0..n-1) instead of the main one.

    Raises:
        ValueError: The box has no area inside the photo, or there is no such garment.
    """
    size = (photo.full_width, photo.full_height)
    if isinstance(wanted, np.ndarray):
        crop_box(wanted, size, padding=0)  # refuses a box without area inside the photo
        return Crop(np.clip(wanted.astype(np.float64), 0, (*size, *size)), None, "a box drawn by hand")
    if wanted == "none":
        return Crop(None, None, "the whole picture, as asked")
    if garment is not None and not 0 <= garment < len(garments):
        raise ValueError(f"expected a garment of 0..{len(garments) - 1}, but got {garment}")
    chosen = main_garment(garments, size) if garment is None else garment
    if chosen is None:
        return Crop(None, None, "no garment was found, so the whole picture is searched")
    return Crop(garments.xyxy[chosen].astype(np.float64), chosen, f"the {garments.class_names[chosen]}")


def crop_pixels(photo: Photo, crop: Crop) -> np.ndarray:
    """The inside of the crop as decoded, (h, w, 3) uint8 RGB; a garment's box gets a little surrounding."""
    if crop.xyxy is None:
        return photo.pixels
    height, width = photo.pixels.shape[:2]
    padding = 0.0 if crop.garment is None else settings.CROP_PADDING
    x1, y1, x2, y2 = crop_box(crop.xyxy / photo.scale, (width, height), padding=padding)
    return photo.pixels[y1:y2, x1:x2]


def embed_crop(photo: Photo, crop: Crop, encoder: Encoder, watch: Stopwatch) -> np.ndarray:
    """The embedding of the searched part, (1, dim) float32, unit length."""
    with watch.step("encode"):
        return encoder.encode_squares(to_square(crop_pixels(photo, crop), encoder.spec)[None])


def answer(
    photo: Photo,
    garments: Garments,
    crop: Crop,
    encoder: Encoder,
    search_set: SearchSet,
    k: int,
    watch: Stopwatch,
    *,
    words: str = "",
    query_item: str | None = None,
    narrowed_to: np.ndarray | None = None,
) -> Answer:
    """Embed the crop, and the words that were added to it, and search.

    `query_item` and `narrowed_to` as in `retrieval.retrieve`. Raises EncoderError for words to an encoder that reads
    none.
    """
    embedding = embed_crop(photo, crop, encoder, watch)
    with watch.step("encode"):
        embedding = with_words(embedding, words, encoder)
    with watch.step("search"):
        ranking = retrieve(search_set, embedding, k, query_item=query_item, narrowed_to=narrowed_to)
    return Answer(garments, crop, embedding[0], ranking, dict(watch.milliseconds))


def answer_garments(
    photo: Photo,
    garments: Garments,
    encoder: Encoder,
    search_set: SearchSet,
    k: int,
    watch: Stopwatch,
    *,
    query_item: str | None = None,
) -> list[Answer]:
    """The whole outfit: one answer for each garment of the photo, in their order, encoded together.

    The milliseconds of each answer are those of all.
    """
    if len(garments) == 0:
        return []
    crops = [choose_crop(photo, garments, "auto", garment=number) for number in range(len(garments))]
    with watch.step("encode"):
        squares = np.stack([to_square(crop_pixels(photo, crop), encoder.spec) for crop in crops])
        embeddings = encoder.encode_squares(squares)
    with watch.step("search"):
        ranking = retrieve(search_set, embeddings, k, query_item=query_item)
    spent = dict(watch.milliseconds)
    return [
        Answer(garments, crop, embeddings[row], Ranking(ranking.rows[[row]], ranking.scores[[row]]), spent)
        for row, crop in enumerate(crops)
    ]


def live_detector() -> Detect:
    """The shipped garment detector as a function of (pixels, minimum confidence). Raises ArtifactError."""
    from detection.artifact import DetectorError
    from detection.model import detect, load_detector

    try:
        detector = load_detector(threads=settings.threads())
    except DetectorError as error:
        raise ArtifactError(str(error)) from error
    return lambda pixels, min_confidence: detect(detector, pixels, min_confidence=min_confidence)


def detector_digest() -> str | None:
    """What detected boxes depend on, 16 hex digits: the shipped detector's manifest, which names its files."""
    manifest = settings.models_root() / DETECTOR / MANIFEST
    return sha256_of(manifest)[:16] if manifest.is_file() else None


def search_set_of(catalog: Catalog, encoder_name: str) -> SearchSet:
    """A catalogue's built gallery, ready to be searched. Raises ArtifactError, EncoderError."""
    gallery = load_gallery(catalog, encoder_spec(encoder_name))
    splits = CATALOGS[catalog.name].search_splits if catalog.name in CATALOGS else SPLITS
    return open_search_set(catalog, gallery, splits)
