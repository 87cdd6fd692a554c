"""What one or several models answered to a crop as JSON values, for the command line and the HTTP API alike."""

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from core.catalogs.catalog import Catalog
from core.pipeline import Crop
from core.side_by_side.agreement import PERSISTENCE, link, rank_biased_overlap
from core.side_by_side.columns import Column
from core.side_by_side.fusion_names import is_fusion
from detection.garments import Garments

SHOWN = ("title", "category", "colour", "gender", "product_id")


def answer_record(garments: Garments, crop: Crop, columns: Sequence[Column], catalog: Catalog) -> dict[str, Any]:
    """An answer as JSON values: garments, crop, and of one model results and milliseconds.

    Of several models `models` has those of each, with its name, and `agreement` tells how much the encoders agree.
    """
    record = {
        "garments": [
            {"class": name, "confidence": round(float(confidence), 4), "xyxy": [round(float(v), 1) for v in xyxy]}
            for name, confidence, xyxy in zip(garments.class_names, garments.confidence, garments.xyxy, strict=True)
        ],
        "crop": None if crop.xyxy is None else [round(float(v), 1) for v in crop.xyxy],
        "crop_reason": crop.reason,
    }
    answered = [_column_record(column, catalog) for column in columns]
    if len(answered) == 1:
        return record | answered[0]
    named = [{"model": column.model} | one for column, one in zip(columns, answered, strict=True)]
    return record | {"models": named, "agreement": agreement_record(columns)}


def agreement_record(columns: Sequence[Column]) -> dict[str, Any] | None:
    """How much the encoders' columns agree, as JSON values; None of a single encoder, as a fusion is made of others."""
    found = {column.model: column.ranking.rows[0] for column in columns if not is_fusion(column.model)}
    if len(found) < 2:
        return None
    links = link(list(found.values()))
    alone = zip(found, links.alone.tolist(), links.counts.tolist(), strict=True)
    pairs = [(one, two, rank_biased_overlap(found[one], found[two])) for one, two in combinations(found, 2)]
    return {
        "p": PERSISTENCE,
        "rank_biased_overlap": [
            {"first": one, "second": two, "value": None if math.isnan(value) else round(value, 6)}
            for one, two, value in pairs
        ],
        "found_alone": [{"model": model, "count": count, "of": of} for model, count, of in alone],
        "found_by_all": links.by_all,
        "found": len(links.rows),
    }


def _column_record(column: Column, catalog: Catalog) -> dict[str, Any]:
    results = []
    for row, score in zip(column.ranking.rows[0], column.ranking.scores[0], strict=True):
        if row < 0:
            continue
        item = catalog.items.iloc[row]
        results.append(
            {
                "item_id": item["item_id"],
                "score": round(float(score), 6),
                "path": str(catalog.root / item["image"]),
                **{name: item[name] for name in SHOWN},
            }
        )
    return {
        "results": results,
        "milliseconds": {step: round(spent, 2) for step, spent in column.milliseconds.items()},
    }
