"""Queries as pictures with what came back, right and wrong marked: the rows that `show_rankings` draws."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.evaluation.per_query import Evaluation
from dashboard.evaluation_choice import has_photos
from dashboard.item_tiles import item_tile
from dashboard.run_words import item_words


def right_places(evaluation: Evaluation, relevance: str, queries: np.ndarray) -> np.ndarray:
    """(len(queries), at most 100) bool: whether what came back is relevant.

    Args:
        evaluation: The run.
        relevance: Column names joined by +; an item of which one is unknown is relevant to nothing.
        queries: (n,) int64, rows of the ranking.
    """
    rows = evaluation.ranking.rows[queries]
    is_right = rows >= 0
    for column in relevance.split("+"):
        asked = evaluation.query_items[column].to_numpy(str)[queries]
        found = evaluation.gallery_items[column].to_numpy(str)[rows]
        is_right &= (asked[:, None] == found) & (found != "")
    return is_right


def query_row(
    evaluation: Evaluation,
    query: int,
    facts: Sequence[str],
    lines: Sequence[dict[str, Any]],
    *,
    with_query: bool = True,
) -> dict[str, Any]:
    """One query, its row of the ranking given, with what came back in one or more runs; its item id is the key."""
    item = evaluation.query_items.iloc[query]
    catalog_name = evaluation.facts["catalog"]
    asked = item_tile(catalog_name, item, has_photo=has_photos(catalog_name))
    return {
        "key": item["item_id"],
        "name": item_words(item.to_dict()) if with_query else "",
        "facts": list(facts),
        "query": asked if with_query else None,
        "lines": list(lines),
    }


def answer_line(
    evaluation: Evaluation,
    relevance: str,
    query: int,
    places: int,
    *,
    name: str = "",
    facts: Sequence[str] = (),
    with_strip: bool = False,
) -> dict[str, Any]:
    """What came back for one query, right and wrong marked.

    Args:
        evaluation: The run.
        relevance: What marks a result as right.
        query: Row of the ranking.
        places: How many results are shown as pictures.
        name: Of the run, where several answer.
        facts: Short texts beside the name.
        with_strip: Whether every kept place is marked above the pictures.
    """
    is_right = right_places(evaluation, relevance, np.array([query]))[0]
    rows = evaluation.ranking.rows[query]
    catalog_name = evaluation.facts["catalog"]
    has_photo = has_photos(catalog_name)
    ranked = zip(rows[:places], evaluation.ranking.scores[query], is_right, strict=False)
    results = [
        {
            **item_tile(catalog_name, evaluation.gallery_items.iloc[row], has_photo=has_photo),
            "kind": evaluation.gallery_items["category"].iat[row] or "unknown",
            "rank": rank,
            "score": round(float(score), 4),
            "is_right": bool(right),
        }
        for rank, (row, score, right) in enumerate(ranked, 1)
        if row >= 0
    ]
    strip = "".join("1" if right else "0" for right in is_right[rows >= 0]) if with_strip else ""
    return {"name": name, "facts": list(facts), "results": results, "strip": strip}
