"""Everything worth knowing of a catalogue in one record, for the command line and the page alike."""

from collections import Counter
from typing import Any

from core.catalogs.catalog import Catalog
from core.catalogs.duplicates import duplicate_groups, near_duplicates
from core.catalogs.registry import catalog_spec
from core.catalogs.scan import Scan, channel_stats, load_scan

MAX_DISTANCE = 4
EXAMPLES = 20
# More near pairs than these are counted, not listed.
LISTED_PAIRS = 200


def summarize_catalog(catalog: Catalog) -> dict[str, Any]:
    """Counts, protocol, problems and, where the pictures have been scanned, what the scan found.

    Returns:
        JSON values: name, title, licence, publisher, page, folder, items, pictures, products, boxes, splits
        and categories (name -> count, most first), protocol, relevance, problems (kind -> count),
        problem_examples, and `scan`: None, or a record with pictures, complete, broken (picture -> reason),
        duplicates (groups), duplicate_pictures, near_duplicates (nearest pairs), near_duplicate_pairs,
        max_distance, mean, std.
    """
    spec = catalog_spec(catalog.name)
    items = catalog.items
    return {
        "name": catalog.name,
        "title": spec.title,
        "about": spec.about,
        "licence": spec.licence,
        "publisher": spec.publisher,
        "page": spec.page,
        "folder": str(catalog.root),
        "items": len(catalog),
        "pictures": int(items["image"].nunique()),
        "products": int(items["product_id"].nunique()),
        "boxes": int(items["x1"].notna().sum()),
        "splits": _counts(items["split"].tolist()),
        "categories": _counts(items["category"].tolist()),
        "protocol": spec.protocol,
        "relevance": list(spec.relevance),
        "problems": _counts([problem.kind for problem in catalog.problems]),
        "problem_examples": [
            {"kind": problem.kind, "item": problem.item, "detail": problem.detail}
            for problem in catalog.problems[:EXAMPLES]
        ],
        "scan": _scan_record(load_scan(catalog.name)),
    }


def _counts(values: list[str]) -> dict[str, int]:
    return dict(Counter(values).most_common())


def _scan_record(scan: Scan | None) -> dict[str, Any] | None:
    if scan is None:
        return None
    groups, pairs, stats = duplicate_groups(scan), near_duplicates(scan, MAX_DISTANCE), channel_stats(scan)
    return {
        "pictures": len(scan.table),
        "complete": scan.is_complete,
        "broken": scan.broken,
        "duplicates": [list(group) for group in groups],
        "duplicate_pictures": sum(len(group) for group in groups),
        "near_duplicates": pairs.head(LISTED_PAIRS).to_dict("records"),
        "near_duplicate_pairs": len(pairs),
        "max_distance": MAX_DISTANCE,
        "mean": list(stats.mean) if stats else None,
        "std": list(stats.std) if stats else None,
    }
