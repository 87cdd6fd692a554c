"""The live query: which part is searched, in which pixels, and that it agrees with the gallery."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import settings
from core.artifacts import ArtifactError
from core.catalogs.catalog import CatalogError
from core.catalogs.registry import load_catalog
from core.encoders.preprocess import to_square
from core.encoders.serving import load_encoder
from core.gallery_build import build_gallery
from core.pipeline import (
    Crop,
    Stopwatch,
    answer,
    answer_garments,
    choose_crop,
    crop_pixels,
    embed_crop,
    find_garments,
    open_query,
    search_set_of,
)
from core.retrieval import SearchSet
from detection.garments import CLASSES, Garments
from detection.images import ImageError, Photo
from tests.pictures_in_bytes import encoded, gradient
from tests.tiny_catalog import BROKEN, NAME, draw_tiny_catalog, quick_encoder

LITE = "efficientnet-lite0"


def garments(*found: tuple[str, float, tuple[float, float, float, float]]) -> Garments:
    xyxy = np.array([box for _, _, box in found], np.float32).reshape(-1, 4)
    confidence = np.array([confidence for _, confidence, _ in found], np.float32)
    return Garments.sorted_from(xyxy, confidence, np.array([CLASSES.index(name) for name, _, _ in found], np.int64))


def large_photo() -> Photo:
    """3000 x 4000 px in full, half of that decoded; a white square from (1000, 2000) to (2000, 3000)."""
    pixels = np.zeros((4000, 3000, 3), np.uint8)
    pixels[2000:3000, 1000:2000] = 255
    photo = open_query(encoded(pixels, "JPEG"), Stopwatch())
    assert photo.pixels.shape[0] == 2000
    return photo


@pytest.fixture
def tiny_set(artifacts: Path, data_root: Path) -> SearchSet:
    draw_tiny_catalog(data_root)
    catalog = load_catalog(NAME)
    build_gallery(catalog, quick_encoder())
    return search_set_of(catalog, LITE)


def test_boxes_are_those_of_the_photo_in_full_though_less_is_decoded() -> None:
    photo, watch = large_photo(), Stopwatch()
    asked: list[float] = []

    def detect(pixels: np.ndarray, min_confidence: float) -> Garments:
        asked.append(min_confidence)
        ys, xs = np.nonzero(pixels.mean(2) > 127)
        return garments(("top", 0.9, (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1)))

    found = find_garments(photo, detect, watch)
    np.testing.assert_allclose(found.xyxy, [[1000, 2000, 2000, 3000]], atol=4)
    assert found.xyxy.dtype == np.float32
    find_garments(photo, detect, watch, 0.6)
    assert asked == [settings.MIN_CONFIDENCE, 0.6]
    assert list(watch.milliseconds) == ["detect"]


def test_the_searched_pixels_are_the_inside_of_the_box() -> None:
    photo = large_photo()
    by_hand = choose_crop(photo, Garments.empty(), np.array([1000.0, 2000.0, 2000.0, 3000.0]))
    found = crop_pixels(photo, by_hand)
    assert found.shape == (500, 500, 3)
    assert found.mean() > 250
    garment = choose_crop(photo, garments(("top", 0.9, (1000, 2000, 2000, 3000))), "auto")
    padded = crop_pixels(photo, garment)
    assert np.abs(np.array(padded.shape[:2]) - 550).max() <= 2  # 5 % on every side
    assert padded[5:-5, :20].mean() < 10
    np.testing.assert_array_equal(crop_pixels(photo, Crop(None, None, "all")), photo.pixels)


def test_auto_takes_the_main_garment_or_the_one_that_was_chosen() -> None:
    photo = Photo(gradient(300, 400), 300, 400)
    found = garments(("footwear", 0.9, (10, 350, 60, 390)), ("dress", 0.8, (80, 60, 220, 330)))
    crop = choose_crop(photo, found, "auto")
    assert (crop.garment, crop.reason) == (1, "the dress")
    np.testing.assert_array_equal(crop.xyxy, [80, 60, 220, 330])
    chosen = choose_crop(photo, found, "auto", garment=0)
    assert (chosen.garment, chosen.reason) == (0, "the footwear")
    assert crop.xyxy is not None
    assert crop.xyxy.dtype == np.float64


def test_nothing_found_means_the_whole_picture_and_says_so() -> None:
    crop = choose_crop(Photo(gradient(30, 40), 30, 40), Garments.empty(), "auto")
    assert (crop.xyxy, crop.garment) == (None, None)
    assert "no garment was found" in crop.reason
    assert "whole picture" in crop.reason


def test_none_is_the_whole_picture_whatever_was_found() -> None:
    crop = choose_crop(Photo(gradient(30, 40), 30, 40), garments(("top", 0.9, (1, 1, 20, 20))), "none")
    assert crop.xyxy is None
    assert "as asked" in crop.reason


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((10, 20, 200, 300), (10, 20, 200, 300)),
        ((-50, -60, 100, 100), (0, 0, 100, 100)),
        ((250, 350, 9999, 9999), (250, 350, 300, 400)),
        ((-1e9, -1e9, 1e9, 1e9), (0, 0, 300, 400)),
        ((0.25, 0.5, 0.75, 0.9), (0.25, 0.5, 0.75, 0.9)),
    ],
)
def test_a_box_by_hand_is_taken_as_far_as_it_lies_in_the_photo(box: tuple, expected: tuple) -> None:
    photo = Photo(gradient(150, 200), 300, 400)
    crop = choose_crop(photo, Garments.empty(), np.array(box, np.float64))
    assert crop.xyxy is not None
    np.testing.assert_allclose(crop.xyxy, expected)
    assert crop.garment is None
    assert min(crop_pixels(photo, crop).shape[:2]) >= 1


@pytest.mark.parametrize(
    "box",
    [(10, 10, 10, 50), (50, 50, 10, 10), (300, 0, 310, 10), (0, 400, 10, 410), (-20, -20, 0, 0), (0, 0, np.nan, 9),
     (0, 0, np.inf, 9)],
)  # fmt: skip
def test_a_box_without_area_in_the_photo_is_refused(box: tuple) -> None:
    with pytest.raises(ValueError, match="box"):
        choose_crop(Photo(gradient(150, 200), 300, 400), Garments.empty(), np.array(box, np.float64))


def test_every_thin_box_at_every_edge_has_pixels() -> None:
    photo = Photo(gradient(37, 53), 300, 430)  # decoded at an eighth
    for x in (0.0, 0.1, 150.0, 299.0, 299.9):
        for y in (0.0, 0.1, 200.0, 429.0, 429.9):
            crop = choose_crop(photo, Garments.empty(), np.array([x, y, x + 0.1, y + 0.1]))
            assert min(crop_pixels(photo, crop).shape[:2]) >= 1


@pytest.mark.parametrize("garment", [-1, 1, 99])
def test_a_garment_that_is_not_there_is_refused(garment: int) -> None:
    found = garments(("top", 0.9, (1, 1, 20, 20)))
    with pytest.raises(ValueError, match="garment"):
        choose_crop(Photo(gradient(30, 40), 30, 40), found, "auto", garment=garment)


def test_a_crop_refuses_what_is_no_box() -> None:
    for wrong in (np.zeros(3), np.zeros((1, 4)), np.array([0, 0, np.nan, 1])):
        with pytest.raises(ValueError, match="four finite numbers"):
            Crop(wrong, None, "")


def test_the_steps_are_timed_in_their_order_and_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 0.010, 1.0, 1.002, 2.0, 2.005, 3.0, 3.001])
    monkeypatch.setattr("core.pipeline.time.perf_counter", lambda: next(clock))
    watch = Stopwatch()
    for name in ("open", "detect", "open"):
        with watch.step(name):
            pass
    with pytest.raises(KeyError), watch.step("encode"):
        raise KeyError
    assert list(watch.milliseconds) == ["open", "detect", "encode"]
    assert list(watch.milliseconds.values()) == pytest.approx([15, 2, 1])


def test_a_whole_query_has_all_its_parts(tiny_set: SearchSet) -> None:
    watch, encoder = Stopwatch(), quick_encoder()
    source = (tiny_set.catalog.root / "dress" / "1.png").read_bytes()
    photo = open_query(source, watch)
    found = find_garments(photo, lambda pixels, least: Garments.empty(), watch)
    crop = choose_crop(photo, found, "auto")
    result = answer(photo, found, crop, encoder, tiny_set, 4, watch)
    assert list(result.milliseconds) == ["open", "detect", "encode", "search"]
    assert all(spent > 0 for spent in result.milliseconds.values())
    assert result.embedding.shape == (encoder.spec.dim,)
    assert result.ranking.rows.shape == (1, 4)
    assert tiny_set.gallery.item_ids[result.ranking.rows[0, 0]] == "dress/1.png"
    again = answer(photo, found, crop, encoder, tiny_set, 4, watch, query_item="dress/1.png")
    assert "dress/1.png" not in tiny_set.gallery.item_ids[again.ranking.rows[0]]
    facet = np.array([item.startswith("pants") for item in tiny_set.gallery.item_ids])
    narrow = answer(photo, found, crop, encoder, tiny_set, 4, watch, narrowed_to=facet)
    assert {item.partition("/")[0] for item in tiny_set.gallery.item_ids[narrow.ranking.rows[0, :3]]} == {"pants"}
    assert narrow.ranking.rows[0, 3] == -1  # three trousers could be opened


def test_a_catalogue_s_own_picture_finds_itself_with_the_real_encoder(artifacts: Path, data_root: Path) -> None:
    draw_tiny_catalog(data_root)
    catalog, encoder = load_catalog(NAME), load_encoder(LITE)
    build_gallery(catalog, encoder)
    search_set = search_set_of(catalog, LITE)
    for item_id, embedding in zip(search_set.gallery.item_ids, search_set.gallery.embeddings, strict=True):
        photo = open_query((catalog.root / item_id).read_bytes(), Stopwatch())
        crop = choose_crop(photo, Garments.empty(), "none")
        live = embed_crop(photo, crop, encoder, Stopwatch())
        np.testing.assert_allclose(live[0], embedding, atol=1e-5)
        result = answer(photo, Garments.empty(), crop, encoder, search_set, 1, Stopwatch())
        assert search_set.gallery.item_ids[result.ranking.rows[0, 0]] == item_id
        assert result.ranking.scores[0, 0] == pytest.approx(1, abs=1e-4)


def test_a_large_picture_still_finds_itself_though_it_is_decoded_at_two_sizes(artifacts: Path, data_root: Path) -> None:
    # The gallery decodes for the encoder's square, the live query for the detector.
    folder = draw_tiny_catalog(data_root)
    from PIL import Image

    for path in folder.rglob("*.png"):
        if path != folder / BROKEN:
            Image.open(path).resize((2000, 2500)).save(path.with_suffix(".jpg"), quality=95)
        path.unlink()
    catalog, encoder = load_catalog(NAME), load_encoder(LITE)
    build_gallery(catalog, encoder)
    search_set = search_set_of(catalog, LITE)
    for item_id in search_set.gallery.item_ids:
        photo = open_query((catalog.root / item_id).read_bytes(), Stopwatch())
        crop = choose_crop(photo, Garments.empty(), "none")
        result = answer(photo, Garments.empty(), crop, encoder, search_set, 2, Stopwatch())
        assert search_set.gallery.item_ids[result.ranking.rows[0, 0]] == item_id
        assert result.ranking.scores[0, 0] > 0.97


def test_the_whole_outfit_is_answered_like_each_garment_alone(tiny_set: SearchSet) -> None:
    encoder, watch = quick_encoder(), Stopwatch()
    photo = Photo(gradient(300, 400), 300, 400)
    found = garments(
        ("top", 0.9, (40, 20, 260, 200)), ("pants", 0.8, (60, 190, 240, 380)), ("bag", 0.4, (0, 150, 50, 260))
    )
    together = answer_garments(photo, found, encoder, tiny_set, 4, watch, query_item="dress/0.png")
    assert [result.crop.garment for result in together] == [0, 1, 2]
    for number, result in enumerate(together):
        crop = choose_crop(photo, found, "auto", garment=number)
        alone = answer(photo, found, crop, encoder, tiny_set, 4, Stopwatch(), query_item="dress/0.png")
        np.testing.assert_array_equal(result.crop.xyxy, alone.crop.xyxy)
        np.testing.assert_allclose(result.embedding, alone.embedding, atol=1e-6)
        np.testing.assert_array_equal(result.ranking.rows, alone.ranking.rows)
        np.testing.assert_allclose(result.ranking.scores, alone.ranking.scores, atol=1e-6)
        assert list(result.milliseconds) == ["encode", "search"]
    assert answer_garments(photo, Garments.empty(), encoder, tiny_set, 4, watch) == []


def test_embedding_a_crop_is_embedding_its_pixels() -> None:
    photo, encoder = Photo(gradient(300, 400), 300, 400), quick_encoder()
    crop = choose_crop(photo, Garments.empty(), np.array([40.0, 50.0, 240.0, 300.0]))
    expected = encoder.encode_squares(to_square(photo.pixels[50:300, 40:240], encoder.spec)[None])
    np.testing.assert_array_equal(embed_crop(photo, crop, encoder, Stopwatch()), expected)


def test_what_cannot_be_opened_or_searched_is_said(artifacts: Path, data_root: Path) -> None:
    with pytest.raises(ImageError):
        open_query(b"no picture", Stopwatch())
    draw_tiny_catalog(data_root)
    with pytest.raises(ArtifactError, match="python -m core build --catalog tiny"):
        search_set_of(load_catalog(NAME), LITE)
    with pytest.raises(CatalogError, match="no-such"):
        load_catalog("no-such")


def test_a_photo_of_a_catalogue_with_search_splits_finds_only_those(
    artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import pipeline

    draw_tiny_catalog(data_root)
    catalog = load_catalog(NAME)
    items = catalog.items.assign(split=["gallery", "query", "train"] * 4)
    catalog = replace(catalog, items=items)
    build_gallery(catalog, quick_encoder())
    assert search_set_of(catalog, LITE).searched.all()
    spec = replace(next(iter(pipeline.CATALOGS.values())), name=NAME, search_splits=("gallery",))
    monkeypatch.setattr(pipeline, "CATALOGS", {NAME: spec})
    monkeypatch.setattr("core.items.CATALOGS", {NAME: replace(spec, crop="none")})
    found = search_set_of(catalog, LITE)
    gallery_items = set(items["item_id"][items["split"] == "gallery"])
    assert set(found.gallery.item_ids[found.searched]) == gallery_items - {BROKEN}


def test_words_draw_the_query_towards_what_they_say(tiny_set: SearchSet) -> None:
    """Words that an encoder puts where one item lies bring that item up; its own is nearer than by words alone."""
    goal = len(tiny_set.gallery) - 1
    embeddings = np.asarray(tiny_set.gallery.embeddings)
    encoder = replace(quick_encoder(), run_texts=lambda texts: embeddings[[goal] * len(texts)])
    photo = open_query((tiny_set.catalog.root / str(tiny_set.gallery.item_ids[0])).read_bytes(), Stopwatch())
    crop = choose_crop(photo, Garments.empty(), "none")
    count = len(tiny_set.gallery)
    without, with_them = (
        answer(photo, Garments.empty(), crop, encoder, tiny_set, count, Stopwatch(), words=words).ranking.rows[0]
        for words in ("", "like the last one")
    )
    assert without[0] == 0
    assert list(with_them).index(goal) < list(without).index(goal)
    assert goal in with_them[:3]
    alone = np.argsort(-embeddings @ embeddings[goal])
    assert list(with_them).index(0) < list(alone).index(0)
