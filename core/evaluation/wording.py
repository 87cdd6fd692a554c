"""Numbers of an evaluation as text, with the same number of digits in a column."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

ABSENT = "-"


def chosen_rows(table: pd.DataFrame, relevance: str, metric: str) -> pd.DataFrame:
    """The rows of a table of results of one relevance and metric."""
    return table[(table["relevance"] == relevance) & (table["metric"] == metric)]


def interval(row: Mapping[Hashable, Any]) -> str:
    """A mean with its interval: "0.588 [0.561, 0.613]"; "no query" where there is none."""
    if pd.isna(row["mean"]):
        return "no query"
    return f"{row['mean']:.3f} [{row['low']:.3f}, {row['high']:.3f}]"


def signed_interval(pair: Mapping[Hashable, Any]) -> str:
    """A difference with its interval: "+0.050 [+0.031, +0.068]"."""
    return f"{pair['difference']:+.3f} [{pair['low']:+.3f}, {pair['high']:+.3f}]"


def sentence(pair: Mapping[Hashable, Any], run: str) -> str:
    """What a comparison says of one of its two runs, as a sentence."""
    is_first = run == pair["first"]
    other, sign = (pair["second"], 1) if is_first else (pair["first"], -1)
    turned = {"better": "worse", "worse": "better"}
    verdict = pair["verdict"] if is_first else turned.get(pair["verdict"], pair["verdict"])
    ends = sorted((sign * pair["low"], sign * pair["high"]))
    difference = signed_interval({"difference": sign * pair["difference"], "low": ends[0], "high": ends[1]})
    if verdict == "cannot tell":
        return f"Whether it is better than {other} these queries cannot tell: {difference}, p {pair['p_holm']:.4f}."
    return f"It is {verdict} than {other} by {difference}, p {pair['p_holm']:.4f}."


def three(value: float | None) -> str:
    """Three digits after the point; a dash for what is not known."""
    return ABSENT if value is None or pd.isna(value) else f"{value:.3f}"


def digits(value: float) -> str:
    """One digit after the point; a dash for what was not measured."""
    return ABSENT if pd.isna(value) else f"{value:,.1f}"


def whole(value: float) -> str:
    """A whole number; a dash for what was not measured."""
    return ABSENT if pd.isna(value) else f"{value:,.0f}"
