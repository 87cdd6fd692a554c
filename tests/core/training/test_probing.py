"""Hard views and titles: what is counted is whether the own picture comes first, by loops over all of them."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.catalogs.catalog import Catalog
from core.catalogs.protocol import protocol
from core.catalogs.registry import load_catalog
from core.gallery import Gallery, load_gallery
from core.gallery_build import build_gallery
from core.items import item_pixels
from core.training.cutout import square_with_mask
from core.training.probing import probe, probe_record
from core.training.views import HARD, draw_views, render_views
from tests.tiny_catalog import NAME, draw_tiny_catalog, quick_encoder


@pytest.fixture
def catalog(artifacts: Path, data_root: Path) -> Catalog:
    draw_tiny_catalog(data_root)
    catalog = load_catalog(NAME)
    build_gallery(catalog, quick_encoder())
    return catalog


def gallery_of(catalog: Catalog) -> Gallery:
    return load_gallery(catalog, quick_encoder().spec)


def asking(catalog: Catalog, gallery: Gallery) -> list[int]:
    there = set(gallery.item_ids)
    return [int(row) for row in protocol(catalog).queries if catalog.items["item_id"].iloc[row] in there]


def test_a_hard_view_is_right_where_no_other_picture_is_nearer(catalog: Catalog) -> None:
    gallery, encoder, told = gallery_of(catalog), quick_encoder(), []
    found = probe(catalog, gallery, encoder, lambda done, total: told.append((done, total)))
    rows = asking(catalog, gallery)
    squares = np.stack([square_with_mask(item_pixels(catalog, row, max_side=224), 224) for row in rows])
    views = render_views(torch.from_numpy(squares), draw_views(len(rows), 12), 224, HARD).round().to(torch.uint8)
    right = 0
    for row, view in zip(rows, encoder.encode_squares(views.numpy()), strict=True):
        scores = {
            str(name): float(view @ other) for name, other in zip(gallery.item_ids, gallery.embeddings, strict=True)
        }
        right += max(scores, key=lambda name: scores[name]) == catalog.items["item_id"].iloc[row]
    assert found.hard_views.mean[0] == pytest.approx(right / len(rows))
    assert (found.hard_views.count[0], found.n_items, found.n_photos) == (len(rows), len(gallery), len(rows))
    assert found.titles is None
    assert told[-1] == (len(rows), len(rows))


def test_titles_are_right_where_their_own_photo_is_first(catalog: Catalog) -> None:
    gallery = gallery_of(catalog)
    rows = asking(catalog, gallery)
    place = {str(name): number for number, name in enumerate(gallery.item_ids)}
    own = gallery.embeddings[[place[str(catalog.items["item_id"].iloc[row])] for row in rows]]
    items = catalog.items.copy()
    items["title"] = ""
    items.loc[items.index[rows], "title"] = [f"photo {number}" for number in range(len(rows))]
    titled = replace(catalog, items=items)

    def by_number(texts: Sequence[str]) -> np.ndarray:
        return own[[int(text.split()[1]) for text in texts]]

    def by_the_next(texts: Sequence[str]) -> np.ndarray:
        return np.roll(own, 1, axis=0)

    record = probe_record(probe(titled, gallery, replace(quick_encoder(), run_texts=by_number), lambda *_: None))
    assert record["title to photo R@1"]["mean"] == 1
    assert record["title to photo R@10"]["among"] == len(rows)
    wrong = probe_record(probe(titled, gallery, replace(quick_encoder(), run_texts=by_the_next), lambda *_: None))
    assert wrong["title to photo R@1"]["mean"] == 0
    assert len(rows) > 1


def test_titles_are_searched_among_others_too_where_more_photos_are_wanted(catalog: Catalog) -> None:
    gallery = gallery_of(catalog)
    rows = asking(catalog, gallery)
    place = {str(name): number for number, name in enumerate(gallery.item_ids)}
    places = [place[str(catalog.items["item_id"].iloc[row])] for row in rows]
    beside = np.setdiff1d(np.arange(len(gallery)), places)
    items = catalog.items.copy()
    items["title"] = ""
    items.loc[items.index[rows], "title"] = "a photo"
    # Every title is nearer to all others than to its own photo, and to the photos that ask as near as to its own.
    embeddings = np.tile(np.eye(1, gallery.embeddings.shape[1], dtype=np.float32), (len(gallery), 1))
    embeddings[beside] = np.eye(2, gallery.embeddings.shape[1], dtype=np.float32)[1]
    moved = replace(gallery, embeddings=embeddings)
    titled = replace(catalog, items=items)

    def told(texts: Sequence[str]) -> np.ndarray:
        return np.repeat(np.eye(2, embeddings.shape[1], dtype=np.float32)[1:], len(texts), axis=0)

    def found(n_photos: int | None) -> dict[str, float]:
        encoder = replace(quick_encoder(), run_texts=told)
        return probe_record(probe(titled, moved, encoder, lambda *_: None, n_photos))["title to photo R@1"]

    assert (found(None)["mean"], found(None)["among"]) == (1, len(rows))
    assert (found(len(rows) + 1)["mean"], found(len(rows) + 1)["among"]) == (0, len(rows) + 1)
    for wrong in (len(rows) - 1, len(gallery) + 1):
        with pytest.raises(ValueError, match="photos to search by titles"):
            found(wrong)
