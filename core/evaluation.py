"""Labelled queries x gallery -> one row of metrics a query, its ranking, and summaries with counts and intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from core.artifacts import is_plain_name
from core.catalogs.catalog import BOX_COLUMNS, Catalog
from core.catalogs.protocol import Protocol, relevance_keys
from core.features import parse_features
from core.full_ranking import full_rankings, hits_of
from core.index import Ranking
from core.metrics import metric_names, metric_table
from core.significance import bootstrap_intervals

KS = (1, 5, 10, 15, 20, 50)
# Places of each ranking that are kept; the metrics are of the full one.
KEPT_PLACES = 100
OWN_COLUMNS = ("relevance", "n_relevant")

QueryCrop = Literal["none", "auto", "truth"]
CROPS: tuple[QueryCrop, ...] = ("none", "auto", "truth")


@dataclass(frozen=True)
class RunSpec:
    """One way of answering the queries of a catalogue.

    Attributes:
        encoder: Name in the registry.
        crop: What of a query's photo is searched: all of it, the detected garment, or the inside of its true box.
        features: As `parse_features` reads it.
        expand: Search again with the average of the query and its first N; 0 searches once.
        ks: Cut-offs, ascending.
        relevance: What counts as relevant, such as "category+colour"; empty takes what the catalogue names.
    """

    encoder: str
    crop: QueryCrop = "none"
    features: str = "none"
    expand: int = 0
    ks: tuple[int, ...] = KS
    relevance: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.crop not in CROPS:
            raise ValueError(f"expected a crop of {', '.join(CROPS)}, but got {self.crop!r}")
        if not is_plain_name(self.encoder):
            raise ValueError(f"expected the name of an encoder, but got {self.encoder!r}")
        parse_features(self.features)
        if not 0 <= self.expand <= KEPT_PLACES:
            raise ValueError(f"expected to expand by 0 to {KEPT_PLACES} items, but got {self.expand}")
        if not self.ks or list(self.ks) != sorted({k for k in self.ks if k >= 1}):
            raise ValueError(f"expected cut-offs of 1 or more, ascending, each once, but got {self.ks}")

    @property
    def name(self) -> str:
        """The run's name, a plain one: the encoder and what differs from whole photo, no features, one search."""
        parts = [self.encoder]
        parts += [f"crop-{self.crop}"] if self.crop != "none" else []
        parts += [self.features.replace(":", "-")] if self.features != "none" else []
        parts += [f"expand-{self.expand}"] if self.expand else []
        return "+".join(parts)


@dataclass(frozen=True)
class Evaluation:
    """What was measured, down to the single query.

    Attributes:
        per_query: One row a relevance and query, in blocks by relevance, the queries in the same order in each: the
            catalogue's columns of the query, `relevance`, `n_relevant` (int64) and the metrics (float64; NaN where
            nothing is relevant).
        ranking: (q, at most 100): row i belongs to query i, its rows to rows of `gallery_items`.
        gallery_items: The items that were searched: the catalogue's columns.
        facts: How it was measured; JSON values only.
    """

    per_query: pd.DataFrame
    ranking: Ranking
    gallery_items: pd.DataFrame
    facts: dict[str, Any]

    def __post_init__(self) -> None:
        expected = len(self.facts["relevance"]) * len(self.ranking)
        if len(self.per_query) != expected:
            raise ValueError(f"expected {expected} rows, one a relevance and query, but got {len(self.per_query)}")
        if (self.ranking.rows >= len(self.gallery_items)).any():
            raise ValueError(f"expected a ranking of {len(self.gallery_items)} gallery items, but got rows beyond")

    @property
    def query_items(self) -> pd.DataFrame:
        """The queries' columns of the catalogue, in the order of `ranking`, index 0..q-1."""
        names = [name for name in self.per_query.columns if name not in (*OWN_COLUMNS, *self.metrics)]
        return self.per_query[names].iloc[: len(self.ranking)].reset_index(drop=True)

    @property
    def metrics(self) -> list[str]:
        """Names of the metric columns."""
        return metric_names(self.facts["ks"])

    def values(self, relevance: str) -> pd.DataFrame:
        """(q, m) metrics of one relevance, index the query's item id; what `compared_pairs` takes."""
        rows = self.per_query[self.per_query["relevance"] == relevance]
        if rows.empty:
            raise ValueError(f"expected a relevance of {', '.join(self.facts['relevance'])}, but got {relevance!r}")
        return rows.set_index("item_id")[self.metrics]


def evaluate_embeddings(
    catalog: Catalog,
    who: Protocol,
    spec: RunSpec,
    queries: tuple[np.ndarray, np.ndarray],
    gallery: tuple[np.ndarray, np.ndarray],
) -> Evaluation:
    """Rank the gallery for every query and measure.

    Args:
        catalog: The items.
        who: What is relevant where `spec` does not say, and which column's equals are taken out.
        spec: Cut-offs, relevance and expansion are taken from here.
        queries: Catalogue rows (q,) int64 that ask and their embeddings (q, dim) float32, unit length.
        gallery: Likewise of the items that are searched.

    Raises:
        CatalogError: A relevance names a column that is not there.
    """
    relevances = tuple(dict.fromkeys(spec.relevance or who.relevance))
    keys = {relevance: relevance_keys(catalog, relevance) for relevance in relevances}
    groups = photo_groups(catalog, who.excluded)
    (asking, asked), (searched, vectors) = queries, gallery
    measured: dict[str, list[pd.DataFrame]] = {relevance: [] for relevance in relevances}
    rows, scores = [], []
    for part, ranking in full_rankings(asked, vectors, groups[asking], groups[searched], expand=spec.expand):
        rows.append(ranking.rows[:, :KEPT_PLACES])
        scores.append(ranking.scores[:, :KEPT_PLACES])
        for relevance in relevances:
            hits = hits_of(ranking, keys[relevance][asking[part]], keys[relevance][searched])
            n_relevant = hits.sum(axis=1)  # a full ranking holds them all
            table = pd.DataFrame({"n_relevant": n_relevant, **metric_table(hits, n_relevant, spec.ks)})
            measured[relevance].append(table)
    items, blocks = _described(catalog, spec.ks), []
    for relevance in relevances:
        block = items.iloc[asking].reset_index(drop=True)
        block["relevance"] = relevance
        blocks.append(pd.concat([block, pd.concat(measured[relevance], ignore_index=True)], axis=1))
    facts = {
        "catalog": catalog.name,
        **{name: getattr(spec, name) for name in ("encoder", "crop", "features", "expand")},
        "ks": list(spec.ks),
        "relevance": list(relevances),
        "excluded": who.excluded,
        "n_queries": len(asking),
        "n_gallery": len(searched),
    }
    found = Ranking(np.concatenate(rows), np.concatenate(scores))
    return Evaluation(pd.concat(blocks, ignore_index=True), found, items.iloc[searched].reset_index(drop=True), facts)


def summarize(per_query: pd.DataFrame, metrics: Sequence[str], by: Sequence[str] = ("relevance",)) -> pd.DataFrame:
    """Means of metrics by any columns, each with its bootstrap interval and count.

    Args:
        per_query: As in `Evaluation`.
        metrics: Columns to average.
        by: Columns whose values make the groups, such as ("relevance", "category").

    Returns:
        One row a group and metric: the `by` columns, `metric`, `mean`, `low`, `high`, `count` (queries that had
        something to find) and `left_out` (those that had not).
    """
    tables = []
    for names, group in per_query.groupby(list(by), sort=True, dropna=False):
        spread = bootstrap_intervals(group[list(metrics)].to_numpy(np.float64))
        table = pd.DataFrame(dict(zip(by, names, strict=True)) | {"metric": list(metrics)})
        table["mean"], table["low"], table["high"] = spread.mean, spread.low, spread.high
        table["count"], table["left_out"] = spread.count, len(group) - spread.count
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def photo_groups(catalog: Catalog, column: str) -> np.ndarray:
    """(n,) int64, equal for items that are equal in a column; an item without a value is a group of its own."""
    values = catalog.items[column].astype(str)
    values = values.where(values != "", "\0" + catalog.items["item_id"])
    return pd.factorize(values)[0].astype(np.int64)


def _described(catalog: Catalog, ks: Sequence[int]) -> pd.DataFrame:
    """The catalogue's columns but for boxes, and but for any that a column of the results would hide."""
    taken = {*OWN_COLUMNS, *metric_names(ks), *BOX_COLUMNS}
    items = catalog.items[[name for name in catalog.items.columns if name not in taken]]
    texts = [name for name in items.columns if not pd.api.types.is_numeric_dtype(items[name])]
    return items.astype(dict.fromkeys(texts, "str"))
