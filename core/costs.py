"""What quality costs: size, parameters, milliseconds of each step of a live query, bytes and time of the index."""

import time
from typing import Any

import numpy as np

from core import settings
from core.catalogs.catalog import Catalog
from core.encoders.preprocess import to_square
from core.encoders.spec import Encoder, EncoderSpec
from core.encoders.weights import require_weights
from core.features import FeatureMap
from core.gallery_build import BATCH
from core.index import build_index, search_index
from core.items import item_pixels
from core.pipeline import Detect, Stopwatch, embed_crop
from core.query_embeddings import crop_of_item, open_item
from core.run_spec import QueryCrop

# Photos that are timed; the first is not counted, as it warms up.
TIMED_QUERIES = 24
TIMED_ITEMS = 2 * BATCH


def measured_costs(
    catalog: Catalog,
    encoder: Encoder,
    features: FeatureMap,
    crop: QueryCrop,
    detect: Detect | None,
    asking: np.ndarray,
    searched: np.ndarray,
    vectors: np.ndarray,
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
            search_index(index, features.apply(embedding), min(settings.DEFAULT_K, len(vectors)))
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


def _spread(rows: np.ndarray, count: int) -> np.ndarray:
    """At most `count` of the rows, evenly spread over them."""
    return rows[np.unique(np.linspace(0, len(rows) - 1, min(count, len(rows))).astype(np.int64))]
