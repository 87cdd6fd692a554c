"""What a ranking by labels does not show: whether a picture is found from a hard view of it, and from its title."""

from dataclasses import dataclass

import numpy as np
import torch

from core.catalogs.catalog import Catalog, OnProgress
from core.catalogs.protocol import protocol
from core.encoders.spec import Encoder
from core.evaluation.query_groups import query_groups
from core.evaluation.significance import Intervals, bootstrap_intervals
from core.gallery import Gallery
from core.items import item_pixels
from core.training.cutout import square_with_mask
from core.training.training_set import SIDE_PX
from core.training.validating import VIEW_SEED
from core.training.views import HARD, draw_views, render_views

BATCH = 64
TITLE_KS = (1, 10)
OTHERS_SEED = 13


@dataclass(frozen=True)
class Probes:
    """Shares in [0, 1] of queries, each (1,) or (2,) with intervals and counts.

    Attributes:
        hard_views: Of hard views whose nearest neighbour, among all items, is the picture they are of.
        n_items: Among how many.
        titles: Of titles whose own photo is the first, or among the first 10, of the photos searched; None where the
            encoder reads no text or no query has a title.
        n_photos: Among how many.
    """

    hard_views: Intervals
    n_items: int
    titles: Intervals | None
    n_photos: int


def probe(
    catalog: Catalog, gallery: Gallery, encoder: Encoder, on_progress: OnProgress, n_photos: int | None = None
) -> Probes:
    """Ask with a hard view of each query (`core.training.views.HARD`) and with each query's title.

    Queries are never trained on. For the views all items of the catalogue answer, the query's own picture among them;
    for the titles the queries' photos, and others drawn by a seed where more are wanted.

    Args:
        catalog: With a protocol.
        gallery: The catalogue's, by the same encoder.
        encoder: Loaded.
        on_progress: Called with (views done, views in all).
        n_photos: Among how many photos titles are searched; None for those that ask alone.

    Raises:
        ValueError: There are fewer photos than that, or more that ask.
    """
    rows = [catalog.row_of(item_id) for item_id in gallery.item_ids]
    place_of = {row: place for place, row in enumerate(rows)}
    asking = np.array([row for row in protocol(catalog).queries if int(row) in place_of], np.int64)
    places = np.array([place_of[int(row)] for row in asking], np.int64)
    others = _others(len(gallery), places, len(asking) if n_photos is None else n_photos)
    groups = query_groups(catalog.items.iloc[asking], ["image", "product_id"])
    found = np.empty(len(asking))
    draws = draw_views(len(asking), VIEW_SEED)
    for start in range(0, len(asking), BATCH):
        part = slice(start, start + BATCH)
        views = encoder.encode_squares(_hard_views(catalog, asking[part], draws[part], encoder.spec.side_px))
        found[part] = (views @ gallery.embeddings.T).argmax(axis=1) == places[part]
        on_progress(min(start + BATCH, len(asking)), len(asking))
    searched = gallery.embeddings[np.concatenate([places, others])]
    titles = _titles(catalog, asking, searched, encoder, groups)
    return Probes(bootstrap_intervals(found[:, None], groups), len(gallery), titles, len(searched))


def _others(count: int, places: np.ndarray, n_photos: int) -> np.ndarray:
    """Places of photos beside those that ask, so that there are `n_photos` in all; the same at every call."""
    if not len(places) <= n_photos <= count:
        raise ValueError(f"expected {len(places):,} to {count:,} photos to search by titles, but got {n_photos:,}")
    beside = np.setdiff1d(np.arange(count), places)
    return np.random.default_rng(OTHERS_SEED).choice(beside, n_photos - len(places), replace=False)


def probe_record(probes: Probes) -> dict[str, dict[str, float]]:
    """What was found -> mean, low, high and count of each share, and among how many pictures: JSON values."""
    named = [("hard view to its picture", probes.hard_views, 0, probes.n_items)]
    if probes.titles is not None:
        named += [(f"title to photo R@{k}", probes.titles, place, probes.n_photos) for place, k in enumerate(TITLE_KS)]
    return {
        name: {
            "mean": float(found.mean[place]),
            "low": float(found.low[place]),
            "high": float(found.high[place]),
            "count": int(found.count[place]),
            "among": among,
        }
        for name, found, place, among in named
    }


def _hard_views(catalog: Catalog, rows: np.ndarray, draws: torch.Tensor, side: int) -> np.ndarray:
    squares = [square_with_mask(item_pixels(catalog, int(row), max_side=SIDE_PX), SIDE_PX) for row in rows]
    views = render_views(torch.from_numpy(np.stack(squares)), draws, side, HARD)
    return views.round().to(torch.uint8).numpy()


def _titles(
    catalog: Catalog, asking: np.ndarray, photos: np.ndarray, encoder: Encoder, groups: np.ndarray
) -> Intervals | None:
    titles = catalog.items["title"].to_numpy(str)[asking]
    titled = np.flatnonzero(titles != "")
    if encoder.run_texts is None or len(titled) == 0:
        return None
    scores = encoder.encode_texts(titles[titled].tolist()) @ photos.T
    ranks = (scores > scores[np.arange(len(titled)), titled][:, None]).sum(axis=1)
    return bootstrap_intervals(np.stack([ranks < k for k in TITLE_KS], axis=1).astype(float), groups[titled])
