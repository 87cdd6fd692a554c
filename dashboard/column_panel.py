"""What several models found for the same crop: how much they agree, and their items in linked columns."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import streamlit as st

from core.catalogs.catalog import Catalog
from core.evaluation.wording import ABSENT
from core.side_by_side.agreement import PERSISTENCE, link, rank_biased_overlap
from core.side_by_side.columns import Column
from core.side_by_side.fusion_names import is_fusion
from dashboard.components import show_item_columns
from dashboard.query_panel import choose_photo
from dashboard.result_panel import grid_items, steps_words
from dashboard.run_words import model_title

ABOUT = f"""
**Rank-biased overlap** (RBO) says how much two rankings agree, their heads counting most: 1 if they are equal, 0 if
they share no item. With the overlap X(d) of the first d of k places it is X(k)/k · pᵏ + (1 - p)/p · Σ X(d)/d · pᵈ over
d = 1 to k: beyond what is shown they are taken to go on agreeing alike. Here p = {PERSISTENCE}, so that the first ten
places have 86 % of the weight. Webber, Moffat and Zobel, TOIS 2010, equation 30.

**Found alone** are the items that no other encoder has among those shown. Their scores are cosines, which one encoder
spreads otherwise than the next: compare ranks, not scores.

**Fusion** adds 1 / (60 + rank) over the encoders, for every item of the catalogue, and ranks by the sum; its score is
the share of the largest sum that is possible. It takes no part in the agreement, as it is made of the others.
Cormack, Clarke and Büttcher, SIGIR 2009.
"""


def show_definitions() -> None:
    """What the numbers above columns say, a click away."""
    with st.popover("What the numbers say", type="tertiary", icon=":material/help:"):
        st.markdown(ABOUT)


def agreement_words(columns: Sequence[Column]) -> str:
    """How much the two to four encoders of columns agree, in one line of Markdown; they are called by their letters."""
    encoders = [column for column in columns if not is_fusion(column.model)]
    found = [column.ranking.rows[0] for column in encoders]
    links = link(found)
    lettered = list(zip(letters(encoders), found, strict=True))
    pairs = [
        f"{one} and {two} **{rank_biased_overlap(first, second):.2f}**".replace("nan", ABSENT)
        for (one, first), (two, second) in combinations(lettered, 2)
    ]
    alone = [
        f"{letter} **{count / max(of, 1):.0%}** ({count} of {of})"
        for letter, count, of in zip(letters(encoders), links.alone, links.counts, strict=True)
    ]
    by_all = "both" if len(encoders) == 2 else f"all {len(encoders)}"
    return (
        f"Rank-biased overlap: {', '.join(pairs)} · found alone: {', '.join(alone)} · "
        f"found by {by_all}: **{links.by_all}** of {len(links.rows)}"
    )


def show_columns(columns: Sequence[Column], catalog: Catalog, *, key: str, is_rows: bool = False) -> None:
    """The items of each model, those of several marked."""
    show_item_columns(
        column_data(columns, catalog),
        key=key,
        label=f"Results of {len(columns)} models, best first",
        action="Search from this one",
        on_click=choose_photo,
        is_rows=is_rows,
    )


def column_data(columns: Sequence[Column], catalog: Catalog) -> list[dict[str, Any]]:
    """What the component draws: of each model its items, each with its rank in the other columns."""
    links = link([column.ranking.rows[0] for column in columns])
    names, titles = letters(columns), [column_title(column.model) for column in columns]
    is_encoder = [not is_fusion(column.model) for column in columns]
    ranks = dict(zip(links.rows.tolist(), links.ranks.tolist(), strict=True))
    data = []
    for place, column in enumerate(columns):
        items = grid_items(catalog, column.ranking)
        for item, row in zip(items, column.ranking.rows[0].tolist(), strict=False):
            others = [other for other, rank in enumerate(ranks[row]) if rank and other != place]
            item["marks"] = [
                {"place": other, "letter": names[other], "title": titles[other], "rank": ranks[row][other]}
                for other in others
            ]
            item["is_alone"] = is_encoder[place] and not any(is_encoder[other] for other in others)
        data.append(
            {
                "letter": names[place],
                "title": titles[place],
                "time": f"{sum(column.milliseconds.values()):.0f} ms",
                "steps": steps_words(column.milliseconds),
                "items": items,
            }
        )
    return data


def letters(columns: Sequence[Column]) -> list[str]:
    """How columns are called for short: encoders A, B, ..., a fusion F."""
    return ["F" if is_fusion(column.model) else "ABCD"[place] for place, column in enumerate(columns)]


def column_title(model: str) -> str:
    """An encoder's title; a fusion stands beside its members, which need not be named again."""
    return "Fusion" if is_fusion(model) else model_title(model)
