"""For tests: stored evaluations of several runs over one drawn catalogue, hostile titles and names among its items."""

from dataclasses import replace
from typing import Any

import numpy as np

from core.catalogs.catalog import Catalog
from core.catalogs.protocol import Protocol
from core.evaluation.per_query import Evaluation, evaluate_embeddings
from core.evaluation.results import publish_evaluation
from core.evaluation.run_spec import RunSpec
from tests.drawn_evaluation import drawn_catalog, drawn_embeddings

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://elsewhere.example";"open")'
RELEVANCE = ("category", "category+colour")
RUNS = ("lite", "lite+crop-auto", "lite@drawn")


def hostile_catalog(count: int = 200) -> Catalog:
    catalog = drawn_catalog(count)
    items = catalog.items.copy()
    items["category"] = items["category"].replace({"bag": HOSTILE, "shirt": FORMULA})
    items["title"] = HOSTILE
    items["product_id"] = [f"product {row // 3}" for row in range(count)]
    return replace(catalog, items=items)


def run_of(name: str, catalog: Catalog, seed: int) -> Evaluation:
    """A run of random embeddings, with the facts that a measured one has."""
    vectors = drawn_embeddings(len(catalog), 8, seed)
    encoder, _, crop = name.partition("+crop-")
    queries, gallery = (np.flatnonzero(catalog.items["split"] == split) for split in ("query", "gallery"))
    who = Protocol(queries, gallery, gallery, RELEVANCE)
    spec = RunSpec(encoder, crop or "none", ks=(1, 5, 10), relevance=RELEVANCE)
    found = evaluate_embeddings(catalog, who, spec, (queries, vectors[queries]), (gallery, vectors[gallery]))
    return replace(found, facts=found.facts | measured_facts(crop == "auto", encoder))


def measured_facts(is_cut: bool, encoder: str) -> dict[str, Any]:
    steps = {"open": 4.0, "encode": 30.0, "search": 1.0} | ({"detect": 60.0} if is_cut else {})
    cost = {"dim": 8, "parameters": 4e6, "weights_bytes": 16e6, "index_bytes": 4096, "gallery_build_s": 9.0}
    return {
        "protocol": "Drawn at random.",
        "queries_left_out": [],
        "queries_with_box": 17 if is_cut else None,
        "trained_on": ["drawn"] if "@" in encoder else [],
        "seen_in_training": "@" in encoder,
        "feature_facts": {"used": "none"},
        "cost": cost | {"query_ms": steps, "query_ms_total": sum(steps.values()), "threads": 2, "runtime": "fake"},
        "unsupervised": {"uniformity": -1.5, "category": {"silhouette": 0.1, "alignment": float("nan")}},
    }


def store_runs(catalog: Catalog | None = None) -> dict[str, Evaluation]:
    """Publish `RUNS` of the hostile catalogue."""
    catalog = catalog or hostile_catalog()
    runs = {name: run_of(name, catalog, seed) for seed, name in enumerate(RUNS)}
    for name, run in runs.items():
        publish_evaluation(name, run)
    return runs
