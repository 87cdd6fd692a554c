"""Building maps: neighbours once a gallery, then each map, its clusters and how well it keeps neighbourhoods."""

from collections.abc import Sequence
from dataclasses import asdict
from importlib import metadata

import numpy as np
import pandas as pd

from core import artifacts
from core.artifacts import ArtifactError
from core.gallery import Gallery
from core.maps.clusters import find_clusters
from core.maps.neighbourhoods import kept_nearness, nearest_points, nearest_rows, overlap
from core.maps.projection import FEWEST, LIBRARIES, TITLES, MapSpec, Method, project
from core.maps.stored import (
    POINT_COLUMNS,
    EmbeddingMap,
    K,
    Neighbours,
    gallery_key,
    load_map,
    load_neighbours,
    map_folder,
)
from core.one_builder import locked
from core.progress import Reporter

# As many as the hungriest method asks for: t-SNE, three times its perplexity.
STORED_NEIGHBOURS = 90


def build_maps(
    gallery: Gallery, methods: Sequence[Method], reporter: Reporter, *, is_forced: bool = False
) -> list[EmbeddingMap]:
    """Current maps: loaded where they are there and sound, else built.

    A build that was stopped goes on with the neighbours and the maps that were finished.

    Raises:
        ArtifactError: Too few items, or another process builds the same.
    """
    catalog_name, encoder_name = gallery.catalog_name, gallery.encoder_name
    if methods and len(gallery) < FEWEST:
        raise ArtifactError(
            f"expected at least {FEWEST} items to make a map of, but {catalog_name} has {len(gallery)}."
        )
    maps = []
    for method in methods:
        if not is_forced:
            try:
                maps.append(load_map(catalog_name, encoder_name, method))
                continue
            except ArtifactError:
                pass  # absent, damaged or out of date: that is what building is for
        with locked(
            map_folder(catalog_name, encoder_name, method), f"the {TITLES[method]} of {catalog_name} by {encoder_name}"
        ):
            maps.append(_build_map(gallery, MapSpec(method), _ready_neighbours(gallery, reporter), reporter))
    return maps


def _ready_neighbours(gallery: Gallery, reporter: Reporter) -> Neighbours:
    try:
        return load_neighbours(gallery.catalog_name, gallery.encoder_name)
    except ArtifactError:
        pass
    k = min(STORED_NEIGHBOURS, len(gallery) - 1)
    rows = nearest_rows(gallery.embeddings, k, reporter.stage("Find the neighbours of each item"))
    scores = np.empty(rows.shape, np.float32)
    for column in range(k):
        scores[:, column] = np.einsum("nd,nd->n", gallery.embeddings, gallery.embeddings[rows[:, column]])
    artifacts.publish(
        map_folder(gallery.catalog_name, gallery.encoder_name, "neighbours"),
        "neighbours",
        {"gallery": gallery_key(gallery.manifest), "k": k},
        {
            "rows.npy": lambda path: np.save(path, rows.astype(np.int32), allow_pickle=False),
            "scores.npy": lambda path: np.save(path, scores, allow_pickle=False),
        },
    )
    return Neighbours(rows, scores)


def _build_map(gallery: Gallery, spec: MapSpec, neighbours: Neighbours, reporter: Reporter) -> EmbeddingMap:
    title = TITLES[spec.method]
    points = project(gallery.embeddings, spec, neighbours.rows, reporter.stage(f"Lay out the map by {title}"))
    measured = _measure(gallery.embeddings, points, neighbours.rows, reporter)
    library = LIBRARIES[spec.method]
    facts = {
        "k": _compared(len(gallery)),
        **{name: round(float(measured[name].mean()), 6) for name in ("trustworthiness", "continuity", "overlap")},
        "library": f"{library} {metadata.version(library)}",
    }
    table = pd.DataFrame({"item_id": gallery.item_ids, "x": points[:, 0], "y": points[:, 1]}).join(measured)
    artifacts.publish(
        map_folder(gallery.catalog_name, gallery.encoder_name, spec.method),
        "map",
        {"gallery": gallery_key(gallery.manifest), "spec": asdict(spec), "facts": facts, "count": len(gallery)},
        {"points.parquet": lambda path: table.to_parquet(path)},
    )
    return EmbeddingMap(gallery.catalog_name, gallery.encoder_name, spec, gallery.item_ids, points, measured, facts)


def _measure(embeddings: np.ndarray, points: np.ndarray, rows: np.ndarray, reporter: Reporter) -> pd.DataFrame:
    """n rows of `POINT_COLUMNS`."""
    k = _compared(len(points))
    on_map, in_space = nearest_points(points, k), rows[:, :k]
    trust = kept_nearness(embeddings, on_map, reporter.stage("Measure whether neighbours on the map are true ones"))
    continuity = kept_nearness(points, in_space, reporter.stage("Measure whether true neighbours are near on the map"))
    reporter.stage("Find clusters")
    clusters = find_clusters(points)
    columns = (trust, continuity, overlap(in_space, on_map), clusters.labels, clusters.strength)
    return pd.DataFrame(dict(zip(POINT_COLUMNS, columns, strict=True))).astype(
        {name: "float32" for name in POINT_COLUMNS if name != "cluster"}
    )


def _compared(count: int) -> int:
    """Over how many neighbours: trustworthiness is defined for fewer than half of the items."""
    return min(K, (count - 1) // 2)
