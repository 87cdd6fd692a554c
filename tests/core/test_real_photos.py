"""The core on real photographs: every way of opening agrees, and the served encoder is the trained network."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.catalogs.registry import load_catalog
from core.encoders.preprocess import to_square
from core.encoders.serving import load_encoder
from core.gallery_build import build_gallery
from core.pipeline import Stopwatch, answer, choose_crop, open_query, search_set_of
from detection.garments import Garments
from detection.images import open_image, open_photo
from tests.conftest import PHOTOS_ROOT

pytestmark = pytest.mark.photos
FOLDERS = ("street/photos", "clothing/train", "fashion_products/images")


def some_photos(count: int) -> Iterator[Path]:
    """Evenly spread over each set."""
    assert PHOTOS_ROOT is not None
    for folder in FOLDERS:
        paths = sorted((PHOTOS_ROOT / folder).rglob("*.jpg"))
        yield from paths[:: max(1, len(paths) // count)][:count]


def test_photos_are_opened_as_pillow_opens_them() -> None:
    opened = 0
    for path in some_photos(25):
        expected = np.asarray(ImageOps.exif_transpose(Image.open(path)).convert("RGB")).astype(float)
        found = open_image(path)
        assert found.shape == expected.shape, path
        # Embedded profiles may shift colours a little.
        assert np.abs(found - expected).mean() < 12, path
        small = open_photo(path, max_side=100)
        assert max(small.pixels.shape) <= 200
        assert (small.full_width, small.full_height) == found.shape[1::-1]
        reduced = np.asarray(Image.fromarray(found).resize(small.pixels.shape[1::-1], Image.Resampling.BOX))
        assert np.abs(small.pixels - reduced.astype(float)).mean() < 12, path
        opened += 1
    assert opened > 20


@pytest.mark.parametrize("name", ["efficientnet-lite0", "efficientnet-lite2"])
def test_runtimes_and_precisions_agree_on_photos(name: str, artifacts: Path) -> None:
    served = load_encoder(name)
    squares = np.stack([to_square(open_image(path), served.spec) for path in some_photos(6)])
    expected = load_encoder(name, runtime="torch").encode_squares(squares)
    assert (served.encode_squares(squares) * expected).sum(1).min() > 0.99999
    half = load_encoder(name, precision="bf16").encode_squares(squares)
    assert np.median((half * expected).sum(1)) > 0.99
    assert (half * expected).sum(1).min() > 0.97


def test_a_catalogue_photo_finds_itself_first(artifacts: Path) -> None:
    catalog = load_catalog("clothing")
    catalog = replace(catalog, items=catalog.items.iloc[::60].reset_index(drop=True))
    encoder = load_encoder("efficientnet-lite0")
    build_gallery(catalog, encoder)
    search_set = search_set_of(catalog, "efficientnet-lite0")
    assert len(search_set.gallery) > 40
    for row in range(0, len(search_set.gallery), 5):
        item = catalog.items.iloc[search_set.catalog_rows[row]]
        photo = open_query((catalog.root / item["image"]).read_bytes(), Stopwatch())
        crop = choose_crop(photo, Garments.empty(), "none")
        found = answer(photo, Garments.empty(), crop, encoder, search_set, 1, Stopwatch())
        assert search_set.gallery.item_ids[found.ranking.rows[0, 0]] == item["item_id"]
        assert found.ranking.scores[0, 0] > 0.999
