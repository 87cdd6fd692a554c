"""Queries cut three ways: the whole photo, the detected garment that is meant, and the true box."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core import settings
from core.catalogs.catalog import Catalog
from core.catalogs.registry import load_catalog
from core.encoders.preprocess import to_square
from core.encoders.registry import encoder_spec
from core.evaluation import query_embeddings
from core.evaluation.query_embeddings import embed_queries, overlaps_with
from core.gallery import load_gallery
from core.gallery_build import build_gallery
from detection.crops import crop_box
from detection.garments import Garments
from detection.images import open_image
from tests.drawn_evaluation import one_dress, split_catalog
from tests.tiny_catalog import NAME, draw_tiny_catalog, quick_encoder

LITE = "efficientnet-lite0"


@pytest.fixture
def tiny(artifacts: Path, data_root: Path) -> Catalog:
    draw_tiny_catalog(data_root)
    return split_catalog(load_catalog(NAME))


def embedded(catalog: Catalog, item: str, crop: str, detect: Any = one_dress) -> tuple[np.ndarray, bool]:
    rows = np.array([catalog.row_of(item)])
    found = embed_queries(catalog, rows, quick_encoder(), crop, detect, lambda done, total: None)
    return found.embeddings[0], bool(found.has_box[0])


def encoded(catalog: Catalog, item: str, box: tuple[float, ...] | None) -> np.ndarray:
    pixels = open_image(catalog.root / item)
    size = (pixels.shape[1], pixels.shape[0])
    x1, y1, x2, y2 = (0, 0, *size) if box is None else crop_box(box, size, padding=settings.CROP_PADDING)
    return quick_encoder().encode_squares(to_square(pixels[y1:y2, x1:x2], encoder_spec(LITE))[None])[0]


def test_a_whole_photo_as_a_query_is_the_gallery_s_own_embedding(tiny: Catalog) -> None:
    build_gallery(tiny, quick_encoder())
    gallery = load_gallery(tiny, encoder_spec(LITE))
    for item in ("dress/1.png", "top/3.png"):
        found, has_box = embedded(tiny, item, "none")
        np.testing.assert_array_equal(found, gallery.embeddings[gallery.item_ids == item][0])
        assert not has_box


def test_a_true_box_is_cut_with_its_padding_and_an_item_without_is_whole(tiny: Catalog) -> None:
    found, has_box = embedded(tiny, "dress/1.png", "truth")
    assert has_box
    np.testing.assert_array_equal(found, encoded(tiny, "dress/1.png", (10, 10, 90, 115)))
    rows = np.array([tiny.row_of(item) for item in ("dress/1.png", "top/1.png")])
    both = embed_queries(tiny, rows, quick_encoder(), "truth", None, lambda done, total: None)
    assert both.has_box.tolist() == [True, False]
    np.testing.assert_array_equal(both.embeddings[1], encoded(tiny, "top/1.png", None))


def test_no_true_box_at_all_is_refused(tiny: Catalog) -> None:
    with pytest.raises(ValueError, match="no true boxes"):
        embedded(tiny, "top/1.png", "truth")


def test_the_detected_garment_is_the_one_that_the_true_box_means(tiny: Catalog) -> None:
    def two(pixels: np.ndarray, min_confidence: float) -> Garments:
        boxes = np.array([[0.0, 0.0, 30.0, 30.0], [12.0, 12.0, 88.0, 112.0]])
        return Garments.sorted_from(boxes, np.array([0.9, 0.4]), np.array([0, 2]))

    def elsewhere(pixels: np.ndarray, min_confidence: float) -> Garments:
        return Garments.sorted_from(np.array([[0.0, 0.0, 20.0, 20.0]]), np.array([0.9]), np.array([0]))

    found, has_box = embedded(tiny, "dress/1.png", "auto", two)
    assert has_box
    np.testing.assert_array_equal(found, encoded(tiny, "dress/1.png", (12, 12, 88, 112)))
    # Nothing of it was found, so the whole photo is searched.
    found, has_box = embedded(tiny, "dress/1.png", "auto", elsewhere)
    assert not has_box
    np.testing.assert_array_equal(found, encoded(tiny, "dress/1.png", None))
    # Without a true box it is the main garment, as in a live query.
    _, has_box = embedded(tiny, "top/1.png", "auto", elsewhere)
    assert has_box
    with pytest.raises(ValueError, match="expected a detector"):
        embedded(tiny, "top/1.png", "auto", None)


def test_a_photo_of_several_items_is_detected_once(tiny: Catalog) -> None:
    calls = []

    def counted(pixels: np.ndarray, min_confidence: float) -> Garments:
        calls.append(pixels.shape)
        return one_dress(pixels, min_confidence)

    rows = np.array([tiny.row_of(item) for item in ("dress/1.png", "dress/1.png", "top/1.png")])
    steps: list[tuple[int, int]] = []
    embed_queries(tiny, rows, quick_encoder(), "auto", counted, lambda done, total: steps.append((done, total)))
    assert len(calls) == 2
    assert steps == [(1, 3), (2, 3), (3, 3)]


def test_overlap_is_intersection_over_union() -> None:
    box = np.array([0.0, 0.0, 10.0, 10.0])
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30], [2, 2, 4, 4]], np.float32)
    np.testing.assert_allclose(overlaps_with(box, boxes), [1, 1 / 3, 0, 0.04])
    assert overlaps_with(box, np.zeros((0, 4), np.float32)).shape == (0,)
    assert query_embeddings.MIN_OVERLAP < 1
