"""Small pictures for the browser: the asked size, upright, and nothing of the file but its pixels."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import settings
from core.catalogs.registry import load_catalog
from core.thumbnails import allowed_side, item_thumbnail, photo_jpeg, to_jpeg
from detection.images import ImageError
from tests.pictures_in_bytes import encoded, exif_of, gradient
from tests.reference import upright
from tests.tiny_catalog import BROKEN, NAME, draw_tiny_catalog


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    assert picture.format == "JPEG"
    return picture


@pytest.mark.parametrize(
    ("size", "expected"),
    [((800, 400), (120, 60)), ((400, 800), (60, 120)), ((120, 120), (120, 120)), ((50, 20), (50, 20))],
)
def test_the_longer_side_is_at_most_what_was_asked(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert opened(to_jpeg(gradient(*size), 120)).size == expected


def test_a_very_long_picture_keeps_a_pixel() -> None:
    assert opened(to_jpeg(gradient(20_000, 8), 120)).size == (120, 1)


def test_a_photo_is_shown_upright_and_its_metadata_stays_behind() -> None:
    stored = gradient(64, 48)
    exif = exif_of(6)
    exif[0x010E] = "where I live"
    picture = opened(photo_jpeg(encoded(stored, "JPEG", exif=exif, quality=95, comment=b"secret"), 240))
    assert np.abs(np.asarray(picture).astype(float) - upright(stored, 6)).mean() < 3
    assert len(picture.getexif()) == 0
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(picture.info)


def test_an_item_is_shown_or_refused(data_root: Path) -> None:
    draw_tiny_catalog(data_root)
    catalog = load_catalog(NAME)
    assert opened(item_thumbnail(catalog, catalog.row_of("top/1.png"), 50)).size == (40, 50)
    with pytest.raises(ImageError):
        item_thumbnail(catalog, catalog.row_of(BROKEN), 50)


def test_only_a_few_sizes_are_ever_made() -> None:
    sides = {allowed_side(side) for side in range(-5, 5000)}
    assert sides == set(settings.THUMBNAIL_SIDES_PX)
    assert all(allowed_side(side) == side for side in settings.THUMBNAIL_SIDES_PX)
    assert allowed_side(settings.THUMBNAIL_SIDES_PX[0] + 1) == settings.THUMBNAIL_SIDES_PX[1]
