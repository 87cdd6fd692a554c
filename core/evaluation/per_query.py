"""Labelled queries x gallery -> one row of metrics a query, its ranking, and summaries with counts and intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.catalogs.catalog import BOX_COLUMNS, Catalog
from core.catalogs.protocol import Protocol, relevance_keys
from core.evaluation.full_ranking import full_rankings
from core.evaluation.hit_ranks import HitRanks
from core.evaluation.measured_rankings import measured_rankings
from core.evaluation.metrics import metric_names
from core.evaluation.query_groups import query_groups
from core.evaluation.run_spec import RunSpec
from core.evaluation.significance import bootstrap_intervals, compared_pairs
from core.index import Ranking
from core.side_by_side.fusion import fused_portions

OWN_COLUMNS = ("relevance", "n_relevant", "group")


@dataclass(frozen=True)
class Evaluation:
    """What was measured, down to the single query.

    Attributes:
        per_query: One row a relevance and query, in blocks by relevance, the queries in the same order in each: the
            catalogue's columns of the query, `group` (int64, equal for queries of one photo or product), `relevance`,
            `n_relevant` (int64) and the metrics (float64; NaN where nothing is relevant).
        ranking: (q, at most 100): row i belongs to query i, its rows to rows of `gallery_items`.
        gallery_items: The items that were searched: the catalogue's columns.
        facts: How it was measured; JSON values only.
        hits: Relevance -> ranks of all relevant items in the full rankings, queries in the order of `ranking`; None
            where they were not read (`core.evaluation.results.load_hits` reads them).
    """

    per_query: pd.DataFrame
    ranking: Ranking
    gallery_items: pd.DataFrame
    facts: dict[str, Any]
    hits: Mapping[str, HitRanks] | None = None

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
    def groups(self) -> pd.Series:
        """The group of each query, int64, index the item id; what `compared_pairs` takes."""
        return self.per_query.iloc[: len(self.ranking)].set_index("item_id")["group"]

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
    queries: tuple[np.ndarray, ...],
    gallery: tuple[np.ndarray, ...],
) -> Evaluation:
    """Rank the gallery for every query and measure.

    Args:
        catalog: The items.
        who: What is relevant where `spec` does not say, and which column's equals are taken out.
        spec: Cut-offs, relevance and expansion are taken from here.
        queries: Catalogue rows (q,) int64 that ask and their embeddings (q, dim) float32, unit length; by several
            encoders, one after the other, where their rankings are to be fused.
        gallery: Likewise of the items that are searched.

    Raises:
        CatalogError: A relevance names a column that is not there.
    """
    relevances = tuple(dict.fromkeys(spec.relevance or who.relevance))
    (asking, *asked), (searched, *vectors) = queries, gallery
    groups = photo_groups(catalog, who.excluded)
    members = [
        full_rankings(*one, groups[asking], groups[searched], expand=spec.expand)
        for one in zip(asked, vectors, strict=True)
    ]
    keys = {name: relevance_keys(catalog, name) for name in relevances}
    found, tables, hits = measured_rankings(
        fused_portions(members, len(searched)),
        {name: (values[asking], values[searched]) for name, values in keys.items()},
        spec.ks,
    )
    items = _described(catalog, spec.ks)
    described = items.iloc[asking].reset_index(drop=True)
    # What is taken out of each other's rankings, a photo and a product tie queries together.
    together = list(dict.fromkeys((who.excluded, "image", "product_id")))
    described["group"] = query_groups(described, together)
    blocks = [pd.concat([described.assign(relevance=name), table], axis=1) for name, table in tables.items()]
    facts = {
        **_facts(catalog, who, spec, relevances),
        "grouped_by": together,
        "n_groups": int(described["group"].nunique()),
        "n_photos": int(described["image"].nunique()),
        "n_queries": len(asking),
        "n_gallery": len(searched),
    }
    answered = items.iloc[searched].reset_index(drop=True)
    return Evaluation(pd.concat(blocks, ignore_index=True), found, answered, facts, hits)


def _facts(catalog: Catalog, who: Protocol, spec: RunSpec, relevances: Sequence[str]) -> dict[str, Any]:
    return {
        "catalog": catalog.name,
        **{name: getattr(spec, name) for name in ("encoder", "crop", "features", "expand")},
        "ks": list(spec.ks),
        "relevance": list(relevances),
        "excluded": who.excluded,
    }


def summarize(per_query: pd.DataFrame, metrics: Sequence[str], by: Sequence[str] = ("relevance",)) -> pd.DataFrame:
    """Means of metrics by any columns, each with its interval (over groups of queries) and count.

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
        spread = bootstrap_intervals(group[list(metrics)].to_numpy(np.float64), group["group"].to_numpy())
        table = pd.DataFrame(dict(zip(by, names, strict=True)) | {"metric": list(metrics)})
        table["mean"], table["low"], table["high"] = spread.mean, spread.low, spread.high
        table["count"], table["left_out"] = spread.count, len(group) - spread.count
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def compared_runs(runs: Mapping[str, Evaluation], relevance: str, metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """Every pair of runs of one catalogue; the table of `core.evaluation.significance.compared_pairs`.

    Args:
        runs: Name -> evaluation; queries that only one of a pair has answered are left out.
        relevance: One of theirs.
        metrics: Which to compare; None for all. Fewer are quicker; each is corrected for the pairs on its own.
    """
    first = next(iter(runs.values()))
    names = first.metrics if metrics is None else list(metrics)
    asked = pd.concat([run.query_items for run in runs.values()]).drop_duplicates("item_id")
    groups = pd.Series(query_groups(asked, first.facts["grouped_by"]), index=asked["item_id"])
    return compared_pairs({name: run.values(relevance)[names] for name, run in runs.items()}, groups)


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
