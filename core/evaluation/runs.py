"""One run of `evaluate`: gallery, queries, features, ranking, metrics, costs; everything measured together."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from core import settings
from core.building import build
from core.catalogs.catalog import Catalog, CatalogError
from core.catalogs.protocol import Protocol, protocol, relevance_keys
from core.catalogs.registry import catalog_spec, load_catalog
from core.encoders.serving import load_encoder
from core.encoders.spec import Encoder
from core.evaluation.costs import fused_costs, measured_costs
from core.evaluation.feature_sweep import sweep_pca
from core.evaluation.per_query import Evaluation, evaluate_embeddings, photo_groups
from core.evaluation.query_embeddings import built_crop, embed_queries
from core.evaluation.run_spec import RunSpec
from core.evaluation.unsupervised import alignment, cluster_scores, hubness, uniformity
from core.features import FeatureMap, FeatureSpec, fit_features, parse_features
from core.gallery import Gallery
from core.pipeline import Detect, detector_digest, live_detector
from core.progress import Reporter
from core.side_by_side.fusion_names import member_names

HUB_PLACES = 10


@dataclass(frozen=True)
class _Member:
    """One encoder that takes part in a run: `asked` (q, D) and `vectors` (n, D) are features, unit length."""

    encoder: Encoder
    features: FeatureMap
    feature_facts: dict[str, Any]
    asked: np.ndarray
    vectors: np.ndarray
    boxes: int | None


def evaluate(catalog_name: str, spec: RunSpec, reporter: Reporter) -> Evaluation:
    """Measure one run; the gallery is built first where it is missing or out of date.

    Args:
        catalog_name: Of the registry.
        spec: The run.
        reporter: Of progress.

    Raises:
        CatalogError, EncoderError, ArtifactError, ImageError, ValueError: It cannot be measured; the message says why.
    """
    galleries = [build(catalog_name, name, reporter) for name in member_names(spec.encoder)]
    catalog = load_catalog(catalog_name)
    who, places = protocol(catalog), [_gallery_places(catalog, gallery) for gallery in galleries]
    is_there = np.all([place >= 0 for place in places], axis=0)
    asking, searched = (rows[is_there[rows]] for rows in (who.queries, who.gallery))
    if len(asking) == 0 or len(searched) == 0:
        raise CatalogError(f"catalogue {catalog_name}: no picture of those that ask or of those that answer opens.")
    # Read before the detector is: one that is trained meanwhile must not lend its name to these boxes.
    detector = detector_digest() if spec.crop == "auto" else None
    detect = live_detector() if spec.crop == "auto" else None
    members = [
        _member(catalog, who, gallery, place, asking, searched, spec, detect, reporter)
        for gallery, place in zip(galleries, places, strict=True)
    ]
    reporter.stage(f"Rank {catalog_name} by {spec.name}")
    queries, answers = (asking, *(one.asked for one in members)), (searched, *(one.vectors for one in members))
    found = evaluate_embeddings(catalog, who, spec, queries, answers)
    reporter.stage(f"Time {spec.name}")
    trained_on = list(dict.fromkeys(name for one in members for name in one.encoder.spec.trained_on))
    facts = {
        **found.facts,
        "protocol": catalog_spec(catalog_name).protocol,
        "trained_on": trained_on,
        "seen_in_training": catalog_name in trained_on,
        "queries_left_out": catalog.items["item_id"].iloc[who.queries[~is_there[who.queries]]].tolist(),
        "queries_with_box": members[0].boxes,
        "detector": detector,
        "catalog_digest": galleries[0].manifest.settings["catalog_digest"],
        "weights": "+".join(gallery.manifest.settings["weights"] for gallery in galleries),
        "feature_facts": _feature_facts(members),
        "cost": _costs(catalog, members, spec, detect, asking, searched),
        "unsupervised": unsupervised_facts(catalog, found, searched, members[0].vectors if len(members) == 1 else None),
    }
    return replace(found, facts=facts)


def unsupervised_facts(
    catalog: Catalog, found: Evaluation, searched: np.ndarray, vectors: np.ndarray | None
) -> dict[str, Any]:
    """The unsupervised measures of what is searched: clusters and alignment by each relevance, spread and hubs.

    Hubs alone without vectors: a fusion has ranks, but no embedding.
    """
    facts: dict[str, Any] = {} if vectors is None else {"uniformity": uniformity(vectors)}
    facts |= hubness(found.ranking.rows[:, :HUB_PLACES], len(searched))
    if vectors is None:
        return facts
    for relevance in found.facts["relevance"]:
        keys = relevance_keys(catalog, relevance)[searched]
        facts[relevance] = {**cluster_scores(vectors, keys), "alignment": alignment(vectors, keys)}
    return facts


def _member(
    catalog: Catalog,
    who: Protocol,
    gallery: Gallery,
    place: np.ndarray,
    asking: np.ndarray,
    searched: np.ndarray,
    spec: RunSpec,
    detect: Detect | None,
    reporter: Reporter,
) -> _Member:
    reporter.stage(f"Load {gallery.encoder_name}")
    encoder = load_encoder(gallery.encoder_name)
    embeddings, boxes = _query_vectors(catalog, gallery, place, asking, encoder, spec, detect, reporter)
    features, facts = _fitted_features(catalog, who, gallery, place, spec)
    vectors = features.apply(gallery.embeddings[place[searched]])
    return _Member(encoder, features, facts, features.apply(embeddings), vectors, boxes)


def _feature_facts(members: Sequence[_Member]) -> dict[str, Any]:
    if len(members) == 1:
        return members[0].feature_facts
    used = ", ".join(dict.fromkeys(one.feature_facts["used"] for one in members))
    return {"used": used, "members": {one.encoder.spec.name: one.feature_facts for one in members}}


def _costs(
    catalog: Catalog,
    members: Sequence[_Member],
    spec: RunSpec,
    detect: Detect | None,
    asking: np.ndarray,
    searched: np.ndarray,
) -> dict[str, Any]:
    depth = settings.DEFAULT_K if len(members) == 1 else len(searched)
    costs = [
        measured_costs(
            catalog, one.encoder, one.features, spec.crop, detect, asking, searched, one.vectors, depth=depth
        )
        for one in members
    ]
    return costs[0] if len(members) == 1 else fused_costs(costs, len(searched))


def _gallery_places(catalog: Catalog, gallery: Gallery) -> np.ndarray:
    """(n,) int64: the gallery row of each catalogue row, -1 where its picture could not be opened."""
    place = np.full(len(catalog), -1, np.int64)
    place[[catalog.row_of(item_id) for item_id in gallery.item_ids]] = np.arange(len(gallery))
    return place


def _query_vectors(
    catalog: Catalog,
    gallery: Gallery,
    place: np.ndarray,
    asking: np.ndarray,
    encoder: Encoder,
    spec: RunSpec,
    detect: Detect | None,
    reporter: Reporter,
) -> tuple[np.ndarray, int | None]:
    """Embeddings of the queries, and how many had a box; None where they are the gallery's own."""
    if spec.crop == built_crop(catalog.name):
        return gallery.embeddings[place[asking]], None
    report = reporter.stage(f"Encode queries of {catalog.name}, crop {spec.crop}")
    cut = embed_queries(catalog, asking, encoder, spec.crop, detect, report)
    return cut.embeddings, int(cut.has_box.sum())


def _fitted_features(
    catalog: Catalog, who: Protocol, gallery: Gallery, place: np.ndarray, spec: RunSpec
) -> tuple[FeatureMap, dict[str, Any]]:
    """Features fitted on the training items, and what was found on the way."""
    wanted = parse_features(spec.features)
    if wanted.kind == "none":
        return FeatureMap(), {"used": "none"}
    training_rows = who.train[place[who.train] >= 0]
    training = gallery.embeddings[place[training_rows]]
    facts: dict[str, Any] = {"training_items": len(training)}
    if wanted.is_auto:
        keys = relevance_keys(catalog, (spec.relevance or who.relevance)[0])[training_rows]
        sweep = sweep_pca(training, keys, photo_groups(catalog, who.excluded)[training_rows])
        wanted = FeatureSpec("pca", sweep.dim)
        facts["sweep"] = asdict(sweep)
    features = fit_features(wanted, training)
    kept = None if features.variance_share is None else float(features.variance_share.sum())
    return features, {"used": str(wanted), "variance_share": kept, **facts}
