"""What quality costs: size, parameters, milliseconds of each step of a live query, bytes and time of the index."""

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from core import settings
from core.catalogs.catalog import Catalog
from core.encoders.preprocess import to_square
from core.encoders.spec import Encoder, EncoderSpec
from core.encoders.weights import require_weights
from core.evaluation.query_embeddings import crop_of_item, open_item
from core.evaluation.run_spec import QueryCrop
from core.features import FeatureMap
from core.gallery_build import BATCH
from core.index import Ranking, build_index, search_index
from core.items import item_pixels
from core.pipeline import Detect, Stopwatch, embed_crop
from core.side_by_side.fusion import fuse

# Photos that are timed; the first is not counted, as it warms up.
TIMED_QUERIES = 24
TIMED_ITEMS = 2 * BATCH
TIMED_FUSIONS = 5
# Of the steps of a query, those that several encoders take once; and what a fusion has of each of them.
SHARED_STEPS = ("open", "detect")
SUMMED = ("dim", "encoder_dim", "parameters", "weights_bytes", "index_bytes", "index_build_s")


def measured_costs(
    catalog: Catalog,
    encoder: Encoder,
    features: FeatureMap,
    crop: QueryCrop,
    detect: Detect | None,
    asking: np.ndarray,
    searched: np.ndarray,
    vectors: np.ndarray,
    *,
    depth: int = settings.DEFAULT_K,
) -> dict[str, Any]:
    """Costs of one run, measured now on this machine; JSON values.

    Args:
        catalog: The items.
        encoder: Loaded, as served.
        features: Fitted.
        crop: Of the queries.
        detect: The detector, for the crop "auto".
        asking: (q,) int64, catalogue rows of the queries; some are timed.
        searched: (n,) int64, catalogue rows of the gallery; some are timed.
        vectors: (n, D) float32, unit length, their features.
        depth: How many items a search finds; a fusion needs all of its members'.

    Returns:
        `dim` (of the index), `encoder_dim`, `parameters`, `weights_bytes`, `runtime`, `precision`, `threads`,
        `query_ms` (step -> median ms of one query), `query_ms_total`, `index_bytes`, `index_build_s`,
        `encode_items_per_s` and `gallery_build_s` (the gallery's items at that pace).
    """
    started = time.perf_counter()
    index = build_index(vectors)
    index_build_s = time.perf_counter() - started
    steps = []
    for row in _spread(asking, TIMED_QUERIES + 1):
        watch = Stopwatch()
        photo, garments = open_item(catalog, int(row), crop, detect, watch)
        embedding = embed_crop(photo, crop_of_item(catalog, int(row), photo, garments, crop), encoder, watch)
        with watch.step("search"):
            search_index(index, features.apply(embedding), min(depth, len(vectors)))
        steps.append(watch.milliseconds)
    counted = steps[1:] or steps
    query_ms = {step: float(np.median([one[step] for one in counted])) for step in counted[0]}
    items_per_s = _items_per_second(catalog, encoder, _spread(searched, TIMED_ITEMS))
    return {
        "dim": vectors.shape[1],
        "encoder_dim": encoder.spec.dim,
        "parameters": parameter_count(encoder.spec),
        "weights_bytes": require_weights(encoder.spec).stat().st_size,
        "runtime": encoder.runtime,
        "precision": encoder.precision,
        "threads": settings.threads(),
        "query_ms": query_ms,
        "query_ms_total": sum(query_ms.values()),
        "index_bytes": int(vectors.nbytes),  # a flat index holds the vectors and nothing else
        "index_build_s": index_build_s,
        "encode_items_per_s": items_per_s,
        "gallery_build_s": len(vectors) / items_per_s,
    }


def fused_costs(members: Sequence[dict[str, Any]], n_gallery: int) -> dict[str, Any]:
    """Costs of a fusion: the sum of its members', but that a photo is opened and looked at once for all.

    Args:
        members: Of each encoder what `measured_costs` tells, of searches that find all items.
        n_gallery: Items that are ranked; joining the rankings is timed and belongs to the search.

    Returns:
        As `measured_costs`.
    """
    steps = members[0]["query_ms"]
    query_ms = {
        step: steps[step] if step in SHARED_STEPS else sum(one["query_ms"][step] for one in members) for step in steps
    }
    query_ms["search"] += _fusing_ms(len(members), n_gallery)
    items_per_s = 1 / sum(1 / one["encode_items_per_s"] for one in members)
    return {
        **{name: sum(one[name] for one in members) for name in SUMMED},
        **{name: ", ".join(dict.fromkeys(one[name] for one in members)) for name in ("runtime", "precision")},
        "threads": members[0]["threads"],
        "query_ms": query_ms,
        "query_ms_total": sum(query_ms.values()),
        "encode_items_per_s": items_per_s,
        "gallery_build_s": n_gallery / items_per_s,
    }


def parameter_count(spec: EncoderSpec) -> int:
    """Trainable numbers of the network as it is served, without the classifier that is cut off."""
    from core.encoders.networks import build_served

    return sum(parameter.numel() for parameter in build_served(spec).network.parameters())


def _items_per_second(catalog: Catalog, encoder: Encoder, rows: np.ndarray) -> float:
    """How fast items are opened and encoded in batches, as the gallery's build does."""
    started = time.perf_counter()
    squares = [to_square(item_pixels(catalog, int(row), max_side=encoder.spec.side_px), encoder.spec) for row in rows]
    for start in range(0, len(squares), BATCH):
        encoder.encode_squares(np.stack(squares[start : start + BATCH]))
    return len(rows) / (time.perf_counter() - started)


def _fusing_ms(n_members: int, n_gallery: int) -> float:
    """Median milliseconds of joining full rankings of one query."""
    rows = np.random.default_rng(0).permuted(np.tile(np.arange(n_gallery), (n_members, 1)), axis=1)
    rankings = [Ranking(row[None], np.zeros((1, n_gallery), np.float32)) for row in rows]
    spent = []
    for _ in range(TIMED_FUSIONS):
        started = time.perf_counter()
        fuse(rankings, n_gallery, settings.DEFAULT_K)
        spent.append(1000 * (time.perf_counter() - started))
    return float(np.median(spent))


def _spread(rows: np.ndarray, count: int) -> np.ndarray:
    """At most `count` of the rows, evenly spread over them."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(np.int64))]
