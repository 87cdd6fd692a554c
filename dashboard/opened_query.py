"""One query opened: what each model brought back, right and wrong marked, and where the first right one stands."""

from typing import Any

import numpy as np
import streamlit as st

from core.artifacts import ArtifactError
from core.evaluation.metric_texts import relevance_title
from core.evaluation.per_query import Evaluation
from dashboard import resources
from dashboard.components import show_item_grid, show_rankings
from dashboard.evaluation_choice import has_photos
from dashboard.item_tiles import item_tile
from dashboard.links import open_search
from dashboard.query_lists import first_right
from dashboard.ranking_panel import answer_line, query_row
from dashboard.run_words import counted, item_words, run_words
from dashboard.why_query import offer_why_of_query

QUERY = "query"
PLACES = 30
# The query stays in sight while the rankings are looked at.
STYLE = """<style>
@media (min-width: 640px) {
  .st-key-opened-query { position: sticky; top: 4.25rem; }
  [data-testid="stColumn"]:has(.st-key-opened-query) > div { height: 100%; }
}
</style>"""


def open_query(item_id: str) -> None:
    """Open a query on the Queries page."""
    st.query_params[QUERY] = item_id


def close_query() -> None:
    """Back to the list."""
    st.query_params.pop(QUERY, None)


def show_opened_query(catalog_name: str, runs: list[str], chosen: Evaluation, relevance: str) -> None:
    """The query in sight beside what every model made of it, the best on top.

    Args:
        catalog_name: Its catalogue.
        runs: All that answered it.
        chosen: The run whose list it was opened from.
        relevance: What counts as right.
    """
    item_id = st.query_params[QUERY]
    st.button("All queries", on_click=close_query, icon=":material/arrow_back:")
    row = row_of(chosen, item_id)
    if row is None:
        st.error(f"There is no query {item_id!r} here. Choose one from the list.", icon=":material/error:")
        return
    st.html(STYLE)
    left, right = st.columns([3, 9], gap="large")
    with left, st.container(key="opened-query"):
        show_query_photo(chosen, row)
        offer_why_of_query(catalog_name, [chosen.facts["run"], *runs], item_id)
    with right:
        st.caption(
            f"Right is {relevance_title(relevance)}: {counted(relevant_items(chosen, relevance, item_id), 'item')} of "
            f"{chosen.facts['n_gallery']:,}. The bars are the first 100 places of each ranking, coloured where the "
            "item is right; the pictures are the first of them."
        )
        show_rankings(
            [query_row(chosen, row, [], lines_of(runs, chosen, relevance, item_id), with_query=False)],
            key="opened",
            label="What each model brought back",
            action="Search from this one",
            on_click=lambda clicked: open_search(catalog_name, clicked, chosen.facts["encoder"]),
            tile_px=104,
        )


def lines_of(runs: list[str], chosen: Evaluation, relevance: str, item_id: str) -> list[dict[str, Any]]:
    """What every run that answered the query brought back, the highest average precision on top."""
    scored = []
    for run in runs:
        try:
            evaluation = resources.evaluation(chosen.facts["catalog"], run)
        except ArtifactError:
            continue  # the others are shown; the Metrics page says what is wrong with this one
        row = row_of(evaluation, item_id)
        if row is None or relevance not in evaluation.facts["relevance"]:
            continue
        numbers = evaluation.values(relevance).iloc[row]
        facts = [f"average precision {numbers['AP']:.3f}", rank_words(first_right(numbers["RR"]))]
        line = answer_line(evaluation, relevance, row, PLACES, name=run_words(run), facts=facts, with_strip=True)
        scored.append((numbers["AP"], line))
    return [line for _, line in sorted(scored, key=lambda pair: -np.nan_to_num(pair[0]))]


def rank_words(rank: int | None) -> str:
    """Where the first right one stands, for people."""
    return "nothing right to find" if rank is None else f"first right at rank {rank:,}"


def row_of(evaluation: Evaluation, item_id: str) -> int | None:
    """The row of the ranking of a query; None where it did not ask."""
    is_asked = evaluation.query_items["item_id"].to_numpy(str) == item_id
    return int(is_asked.argmax()) if is_asked.any() else None


def relevant_items(evaluation: Evaluation, relevance: str, item_id: str) -> int:
    """How many items of the gallery are right for a query."""
    table = evaluation.per_query
    is_meant = (table["relevance"] == relevance) & (table["item_id"] == item_id)
    return int(table.loc[is_meant, "n_relevant"].iloc[0])


def show_query_photo(evaluation: Evaluation, row: int) -> None:
    """The query's picture, what is known of it, and the way to the Search page."""
    catalog_name, encoder = evaluation.facts["catalog"], evaluation.facts["encoder"]
    item = evaluation.query_items.iloc[row]
    show_item_grid(
        [item_tile(catalog_name, item, has_photo=has_photos(catalog_name), side_px=480)],
        key="opened-photo",
        label="The query",
        action="Search from this one",
        on_click=lambda item_id: open_search(catalog_name, item_id, encoder),
        tile_px=240,
        is_strip=True,
    )
    st.markdown(f"**{item_words(item.to_dict())}**")
    st.caption(f"Item {item['item_id']}")
    st.button(
        "Search from this one",
        icon=":material/search:",
        on_click=open_search,
        args=(catalog_name, item["item_id"], encoder),
    )
