"""One run of `evaluate`: gallery, queries, features, ranking, metrics, costs; everything measured together."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np

from core import artifacts, settings
from core.building import build
from core.catalogs.catalog import Catalog, CatalogError
from core.catalogs.protocol import Protocol, protocol, relevance_keys
from core.catalogs.registry import catalog_spec, load_catalog
from core.costs import measured_costs
from core.encoders.serving import load_encoder
from core.encoders.spec import Encoder
from core.evaluation import Evaluation, evaluate_embeddings, photo_groups
from core.feature_sweep import sweep_pca
from core.features import FeatureMap, FeatureSpec, fit_features, parse_features
from core.gallery import Gallery
from core.pipeline import Detect, live_detector
from core.progress import Reporter
from core.query_embeddings import built_crop, embed_queries
from core.run_spec import RunSpec
from core.unsupervised import alignment, cluster_scores, hubness, uniformity

HUB_PLACES = 10
DETECTOR = "garments"


def evaluate(catalog_name: str, spec: RunSpec, reporter: Reporter) -> Evaluation:
    """Measure one run; the gallery is built first where it is missing or out of date.

    Args:
        catalog_name: Of the registry.
        spec: The run.
        reporter: Of progress.

    Raises:
        CatalogError, EncoderError, ArtifactError, ImageError, ValueError: It cannot be measured; the message says why.
    """
    gallery = build(catalog_name, spec.encoder, reporter)
    catalog = load_catalog(catalog_name)
    who, place = protocol(catalog), _gallery_places(catalog, gallery)
    asking, searched = (rows[place[rows] >= 0] for rows in (who.queries, who.gallery))
    if len(asking) == 0 or len(searched) == 0:
        raise CatalogError(f"catalogue {catalog_name}: no picture of those that ask or of those that answer opens.")
    reporter.stage(f"Load {spec.encoder}")
    encoder = load_encoder(spec.encoder)
    # Read before the detector is: one that is trained meanwhile must not lend its name to these boxes.
    detector = _detector_digest() if spec.crop == "auto" else None
    detect = live_detector() if spec.crop == "auto" else None
    embeddings, boxes = _query_vectors(catalog, gallery, place, asking, encoder, spec, detect, reporter)
    reporter.stage(f"Rank {catalog_name} by {spec.name}")
    features, feature_facts = _fitted_features(catalog, who, gallery, place, spec)
    vectors = features.apply(gallery.embeddings[place[searched]])
    found = evaluate_embeddings(catalog, who, spec, (asking, features.apply(embeddings)), (searched, vectors))
    reporter.stage(f"Time {spec.name}")
    costs = measured_costs(catalog, encoder, features, spec.crop, detect, asking, searched, vectors)
    facts = {
        **found.facts,
        "protocol": catalog_spec(catalog_name).protocol,
        "trained_on": list(encoder.spec.trained_on),
        "seen_in_training": catalog_name in encoder.spec.trained_on,
        "queries_left_out": catalog.items["item_id"].iloc[who.queries[place[who.queries] < 0]].tolist(),
        "queries_with_box": boxes,
        "detector": detector,
        **{name: gallery.manifest.settings[name] for name in ("catalog_digest", "weights")},
        "feature_facts": feature_facts,
        "cost": costs,
        "unsupervised": unsupervised_facts(catalog, found, searched, vectors),
    }
    return replace(found, facts=facts)


def unsupervised_facts(
    catalog: Catalog, found: Evaluation, searched: np.ndarray, vectors: np.ndarray
) -> dict[str, Any]:
    """The unsupervised measures of what is searched: clusters and alignment by each relevance, spread and hubs."""
    facts: dict[str, Any] = {"uniformity": uniformity(vectors)}
    facts |= hubness(found.ranking.rows[:, :HUB_PLACES], len(vectors))
    for relevance in found.facts["relevance"]:
        keys = relevance_keys(catalog, relevance)[searched]
        facts[relevance] = {**cluster_scores(vectors, keys), "alignment": alignment(vectors, keys)}
    return facts


def _detector_digest() -> str | None:
    """What detected boxes depend on, 16 hex digits: the shipped detector's manifest, which names its files."""
    manifest = settings.models_root() / DETECTOR / artifacts.MANIFEST
    return artifacts.sha256_of(manifest)[:16] if manifest.is_file() else None


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
