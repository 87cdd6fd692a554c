"""The results' side of the Search page: a grid for one garment, a row each for the whole outfit, or what is missing."""

from collections import Counter
from typing import Any

import numpy as np
import streamlit as st

from core.artifacts import ArtifactError
from core.catalogs.registry import catalog_spec
from core.encoders.registry import ENCODERS
from core.gallery import build_command
from core.items import crop_rule
from core.pipeline import Answer
from core.retrieval import SearchSet
from dashboard.components import bound_select, show_item_grid, show_job
from dashboard.query_panel import choose_photo
from dashboard.query_photo import item_reference, item_url

ALL = "all"


def show_unbuilt(catalog_name: str, encoder_name: str, error: ArtifactError) -> None:
    """The empty state: what would be here, and the click that fills it."""
    title = catalog_spec(catalog_name).title
    st.subheader(f"{title} is not ready for {ENCODERS[encoder_name].title}", anchor=False)
    st.write("Its pictures have to be encoded once; then a search takes milliseconds. The other pages work meanwhile.")
    show_job(f"build-{catalog_name}-{encoder_name}", "Build it", build_command(catalog_name, encoder_name).split()[3:])
    with st.expander("Why"):
        st.write(str(error))


def show_category(search_set: SearchSet) -> tuple[np.ndarray | None, str]:
    """A facet: gallery rows (n,) bool of one category, None for all."""
    categories = search_set.catalog.items["category"].to_numpy(str)[search_set.catalog_rows]
    counts = Counter(categories[search_set.searched])
    labels = {ALL: "All categories"} | {name: f"{name} ({count:,})" for name, count in counts.most_common() if name}
    chosen = bound_select("Category", labels, ALL, "category")
    return (None, ALL) if chosen == ALL else (categories == chosen, chosen)


def show_ranking(found: Answer, search_set: SearchSet, category: str) -> None:
    """One line of facts, then the items, best first."""
    items = grid_items(found, search_set)
    st.caption(
        f"Searched for {found.crop.reason}: the nearest {len(items)} of {int(search_set.searched.sum()):,} items "
        f"in {spent(found)}. The score is the cosine of the embeddings."
    )
    if not items:
        st.info(
            f"There is no other {category} here. Choose all categories to see results.", icon=":material/search_off:"
        )
        return
    show_item_grid(
        items,
        key="results",
        label="Results, best first",
        action="Search from this one",
        on_click=choose_photo,
        tile_px=165,
    )


def show_outfit(answers: list[Answer], search_set: SearchSet) -> None:
    """The whole outfit: a row of items for each garment."""
    st.caption(
        f"Searched for each of {len(answers)} garments in {spent(answers[0])}. "
        "The score is the cosine of the embeddings."
    )
    for number, found in enumerate(answers):
        name, confidence = found.garments.class_names[number], found.garments.confidence[number]
        st.markdown(f"**{name.capitalize()}** :small[:gray[found with confidence {confidence:.2f}]]")
        show_item_grid(
            grid_items(found, search_set),
            key=f"outfit-{number}",
            label=f"Items like the {name}, best first",
            action="Search from this one",
            on_click=choose_photo,
            tile_px=118,
            is_strip=True,
        )


def spent(found: Answer) -> str:
    """The milliseconds in all and of every step."""
    steps = " · ".join(f"{step} {time:.0f}" for step, time in found.milliseconds.items())
    return f"**{sum(found.milliseconds.values()):.0f} ms** ({steps})"


def grid_items(found: Answer, search_set: SearchSet) -> list[dict[str, Any]]:
    """The items of an answer for the grid, best first."""
    ranked = zip(found.ranking.rows[0], found.ranking.scores[0], strict=True)
    return [
        grid_item(search_set, int(row), float(score), rank) for rank, (row, score) in enumerate(ranked, 1) if row >= 0
    ]


def grid_item(search_set: SearchSet, row: int, score: float, rank: int) -> dict[str, Any]:
    """One result for the grid."""
    item = search_set.catalog.items.iloc[search_set.catalog_rows[row]]
    title = item["title"] or item["item_id"]
    facts = " · ".join(text for text in (item["category"], item["colour"]) if text)
    return {
        "key": item_reference(search_set.catalog.name, item["item_id"]),
        "src": item_url(search_set.catalog.name, item["item_id"], 240),
        "alt": ", ".join(text for text in (item["category"], item["colour"], title) if text),
        "title": title,
        "facts": facts,
        "rank": rank,
        "score": round(score, 4),
        "fill": crop_rule(search_set.catalog) == "truth",
    }
