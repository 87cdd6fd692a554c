"""For tests: stored evaluations of random embeddings on a catalogue of pictures that are not on this machine."""

from dataclasses import replace

import numpy as np

from core.catalogs.protocol import Protocol
from core.evaluation.per_query import Evaluation, evaluate_embeddings
from core.evaluation.results import publish_evaluation
from core.evaluation.run_spec import RunSpec
from tests.drawn_evaluation import drawn_catalog

# A public data set that is never on a test machine, so that the pages have its numbers and no photos.
CATALOG = "deepfashion-category"
KS = (1, 5, 10)
RELEVANCE = ("category", "category+colour")
COST = {
    "dim": 8, "encoder_dim": 8, "parameters": 3_000_000, "weights_bytes": 12_000_000, "query_ms": {"encode": 9.0},
    "query_ms_total": 12.5, "index_bytes": 1_000_000, "encode_items_per_s": 80.0, "gallery_build_s": 4.0,
}  # fmt: skip
SPACE = {"uniformity": -2.0, "hubness": 1.4, "most_found": 0.03, "never_found": 0.4}
CLUSTERS = {"silhouette": 0.1, "davies_bouldin": 4.5, "alignment": 0.9}
# The first is told from the others, the last two are not from each other.
NOISE = {"efficientnet-lite2": 0.4, "efficientnet-lite2+crop-auto": 1.0, "efficientnet-lite0": 1.02}


def drawn_run(name: str, count: int = 400, catalog_name: str = CATALOG) -> Evaluation:
    """An evaluation whose embeddings are the category's direction with noise, the more the worse."""
    catalog = replace(drawn_catalog(count), name=catalog_name)
    catalog.items["category"] = np.random.default_rng(1).choice(["dress", "shirt", "bag", "coat"], count)
    catalog.items["image"] = [f"{row}.jpg" for row in range(count)]
    catalog.items["product_id"] = catalog.items["item_id"]
    rng = np.random.default_rng(7 if name.endswith("auto") else 8)
    kinds = {kind: np.eye(8)[place] for place, kind in enumerate(("dress", "shirt", "bag", "coat"))}
    vectors = np.stack([kinds[kind] for kind in catalog.items["category"]])
    vectors = vectors + NOISE[name] * rng.standard_normal(vectors.shape)
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    rows = {split: np.flatnonzero(catalog.items["split"] == split) for split in ("query", "gallery")}
    who = Protocol(rows["query"], rows["gallery"], rows["gallery"], RELEVANCE)
    spec = RunSpec(name.partition("+")[0], "auto" if name.endswith("auto") else "none", ks=KS, relevance=RELEVANCE)
    sides = ((rows[split], vectors[rows[split]]) for split in ("query", "gallery"))
    found = evaluate_embeddings(catalog, who, spec, *sides)
    space = SPACE | dict.fromkeys(RELEVANCE, CLUSTERS)
    return replace(found, facts=found.facts | {"protocol": "Half of them ask.", "cost": COST, "unsupervised": space})


def store_runs() -> dict[str, Evaluation]:
    """All of `NOISE`, stored in the artifacts of the test."""
    runs = {name: drawn_run(name) for name in NOISE}
    for name, run in runs.items():
        publish_evaluation(name, run)
    return runs
