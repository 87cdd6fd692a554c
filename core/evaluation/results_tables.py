"""The tables of an evaluation as Parquet files that stay small and that any program reads without this one."""

from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.evaluation.hit_ranks import HitRanks
from core.evaluation.per_query import Evaluation
from core.index import Ranking

COMPRESSION_LEVEL = 9


def write_table(table: pd.DataFrame, path: Path | BinaryIO) -> None:
    """A table without its index."""
    table.to_parquet(path, index=False, compression="zstd", compression_level=COMPRESSION_LEVEL)


def write_ranking(evaluation: Evaluation, path: Path) -> None:
    """One row a query: `item_id`, `rows` (list of int32, rows of the gallery's table, best first) and `scores`.

    Scores are kept as 16-bit floats, which holds three digits; where a ranking has ended, both lists end.
    """
    ranking = evaluation.ranking
    is_found = ranking.rows >= 0
    offsets = _offsets(is_found.sum(axis=1))
    table = pa.table(
        {
            "item_id": evaluation.query_items["item_id"].to_numpy(str),
            "rows": pa.LargeListArray.from_arrays(offsets, ranking.rows[is_found].astype(np.int32)),
            "scores": pa.LargeListArray.from_arrays(offsets, ranking.scores[is_found].astype(np.float16)),
        }
    )
    _write(table, path, {"rows.list.element": "BYTE_STREAM_SPLIT", "scores.list.element": "PLAIN"})


def read_ranking(path: Path) -> Ranking:
    """(q, k) as it was written, k being the longest of the rankings; scores as float32."""
    table = pq.read_table(path)
    rows, scores = (table[name].combine_chunks() for name in ("rows", "scores"))
    counts = np.diff(rows.offsets.to_numpy())
    is_found = np.arange(counts.max(initial=0)) < counts[:, None]
    found_rows = np.full(is_found.shape, -1, np.int64)
    found_scores = np.full(is_found.shape, np.nan, np.float32)
    found_rows[is_found] = rows.flatten().to_numpy()
    found_scores[is_found] = scores.flatten().to_numpy()
    return Ranking(found_rows, found_scores)


def write_hits(evaluation: Evaluation, path: Path) -> None:
    """One row a relevance and query, in the order of `per_query`: `relevance`, `item_id`, `ranks` (list of int32).

    `ranks` are those of all relevant items in the full ranking, 1 the nearest, ascending.

    Raises:
        ValueError: The evaluation was loaded without its hits.
    """
    if evaluation.hits is None:
        raise ValueError(
            "expected an evaluation with its hits, but they were not read: see core.evaluation.results.load_hits"
        )
    parts = [evaluation.hits[relevance] for relevance in evaluation.facts["relevance"]]
    offsets = _offsets(np.concatenate([part.n_relevant for part in parts]))
    ranks = np.concatenate([part.ranks for part in parts])
    names = evaluation.per_query[["relevance", "item_id"]].astype(str)
    table = pa.table(
        {
            "relevance": names["relevance"].to_numpy(str),
            "item_id": names["item_id"].to_numpy(str),
            "ranks": pa.LargeListArray.from_arrays(offsets, ranks),
        }
    )
    # Ranks ascend: their differences are small, and pack into a few bits each.
    _write(table, path, {"ranks.list.element": "DELTA_BINARY_PACKED"})


def read_hits(path: Path) -> dict[str, HitRanks]:
    """Relevance -> the ranks of its queries, in the order they were written."""
    table = pq.read_table(path)
    lists = table["ranks"].combine_chunks()
    hits = {}
    relevance = table["relevance"].to_numpy()
    for name in dict.fromkeys(relevance):
        rows = np.flatnonzero(relevance == name)
        part = lists[rows[0] : rows[-1] + 1]  # the rows of a relevance are a block
        hits[str(name)] = HitRanks(part.flatten().to_numpy(), _offsets(np.diff(part.offsets.to_numpy())))
    return hits


def _offsets(counts: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _write(table: pa.Table, path: Path, encodings: dict[str, str]) -> None:
    others = {name: "PLAIN" for name in table.column_names if not any(key.startswith(name) for key in encodings)}
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=COMPRESSION_LEVEL,
        use_dictionary=False,
        column_encoding=encodings | others,
    )
