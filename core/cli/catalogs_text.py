"""What `python -m core catalogs` prints for people."""

from collections.abc import Iterator
from typing import Any


def table_lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    """The list of catalogues: a line each, under a heading."""
    width = max(len(row["name"]) for row in rows)
    yield f"{'name':{width}}  {'items':>8}  {'MB':>7}  {'licence':22}  title"
    for row in rows:
        items = "-" if row["items"] is None else str(row["items"])
        size = "-" if row["bytes"] is None else f"{row['bytes'] / 1e6:.1f}"
        yield f"{row['name']:{width}}  {items:>8}  {size:>7}  {row['licence'][:22]:22}  {row['title']}"
        if row["error"] or row["left_out"]:
            yield f"{'':{width}}  {row['error'] or left_out(row['left_out'])}"
    absent = [row["name"] for row in rows if not row["on_disk"] and row["can_download"]]
    if absent:
        yield f"Not on disk, but to be had: python -m core catalogs download {'|'.join(absent)}"


def left_out(problems: str) -> str:
    """A sentence about a summary of problems; "" if there are none."""
    return f"Left out or pointed out: {problems}." if problems else ""


def summary_lines(summary: dict[str, Any]) -> Iterator[str]:
    """A record of `summarize_catalog` for people."""
    yield f"{summary['title']} ({summary['name']}), {summary['licence']}, {summary['publisher']}"
    yield f"{summary['items']} items, {summary['pictures']} pictures in {summary['folder']}"
    yield f"Splits: {_counts(summary['splits'])}. {summary['protocol']}"
    yield f"Relevant: {', '.join(summary['relevance'])}"
    yield f"Categories ({len(summary['categories'])}): {_counts(summary['categories'])}"
    yield left_out(_counts(summary["problems"])) or "Nothing was left out."
    for problem in summary["problem_examples"]:
        yield f"  {problem['kind']}: {problem['item']} {problem['detail']}".rstrip()
    scan = summary["scan"]
    if scan is None:
        yield f"Pictures not looked over yet: python -m core catalogs scan {summary['name']}"
        return
    stopped = "" if scan["complete"] else " (not all: stopped)"
    yield f"Scanned {scan['pictures']} pictures{stopped}, {len(scan['broken'])} broken"
    yield from (f"  {image}: {reason}" for image, reason in list(scan["broken"].items())[:20])
    yield f"Duplicates by content: {scan['duplicate_pictures']} pictures in {len(scan['duplicates'])} groups"
    yield from (f"  {' = '.join(group)}" for group in scan["duplicates"][:10])
    yield f"Near-duplicates: {scan['near_duplicate_pairs']} pairs"
    yield from (
        f"  {pair['image_a']} ~ {pair['image_b']} ({pair['distance']})" for pair in scan["near_duplicates"][:10]
    )
    if scan["mean"]:
        yield f"Channel mean (R, G, B): {_numbers(scan['mean'])}, standard deviation: {_numbers(scan['std'])}"


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name or '(none)'} {count}" for name, count in counts.items())


def _numbers(values: list[float]) -> str:
    return " ".join(f"{value:.4f}" for value in values)
