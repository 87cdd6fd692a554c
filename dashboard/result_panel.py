"""What one encoder found: a grid for one garment, a row each for the whole outfit, or what is missing."""

from collections import Counter
from typing import Any

import numpy as np
import streamlit as st

from core.artifacts import ArtifactError
from core.catalogs.catalog import Catalog
from core.catalogs.registry import catalog_spec
from core.encoders.registry import ENCODERS
from core.gallery import build_command
from core.index import Ranking
from core.items import crop_rule
from core.pipeline import Answer
from core.retrieval import SearchSet
from core.side_by_side.columns import Column, Searched
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
    """A facet: catalogue rows (n,) bool of one category, None for all."""
    categories = search_set.catalog.items["category"].to_numpy(str)
    counts = Counter(categories[search_set.catalog_rows[search_set.searched]])
    labels = {ALL: "All categories"} | {name: f"{name} ({count:,})" for name, count in counts.most_common() if name}
    chosen = bound_select("Category", labels, ALL, "category")
    return (None, ALL) if chosen == ALL else (categories == chosen, chosen)


def show_ranking(found: Column, reason: str, search_set: SearchSet, category: str) -> None:
    """One line of facts, then the items, best first."""
    items = grid_items(search_set.catalog, found.ranking)
    st.caption(
        f"Searched for {reason}: the nearest {len(items)} of {int(search_set.searched.sum()):,} items "
        f"in {spent(found.milliseconds)}. The score is the cosine of the embeddings."
    )
    if not items:
        show_nothing(category)
        return
    show_item_grid(
        items,
        key="results",
        label="Results, best first",
        action="Search from this one",
        on_click=choose_photo,
        tile_px=165,
    )


def show_nothing(category: str) -> None:
    """Said where a category holds nothing else."""
    st.info(f"There is no other {category} here. Choose all categories to see results.", icon=":material/search_off:")


def show_outfit(answers: list[Answer], searched: Searched) -> None:
    """The whole outfit: a row of items for each garment."""
    st.caption(
        f"Searched for each of {len(answers)} garments in {spent(answers[0].milliseconds)}. "
        "The score is the cosine of the embeddings."
    )
    for number, found in enumerate(answers):
        name = found.garments.class_names[number]
        show_garment_name(name, float(found.garments.confidence[number]))
        show_item_grid(
            grid_items(searched.search_set.catalog, searched.in_catalog(found.ranking)),
            key=f"outfit-{number}",
            label=f"Items like the {name}, best first",
            action="Search from this one",
            on_click=choose_photo,
            tile_px=118,
            is_strip=True,
        )


def show_garment_name(name: str, confidence: float) -> None:
    """The head of one garment's results."""
    st.markdown(f"**{name.capitalize()}** :small[:gray[found with confidence {confidence:.2f}]]")


def spent(milliseconds: dict[str, float]) -> str:
    """The milliseconds in all and of every step."""
    return f"**{sum(milliseconds.values()):.0f} ms** ({steps_words(milliseconds)})"


def steps_words(milliseconds: dict[str, float]) -> str:
    """The milliseconds of every step."""
    return " · ".join(f"{step} {time:.0f}" for step, time in milliseconds.items())


def grid_items(catalog: Catalog, ranking: Ranking) -> list[dict[str, Any]]:
    """The items of a ranking of one query by catalogue rows, for the grid, best first."""
    ranked = zip(ranking.rows[0], ranking.scores[0], strict=True)
    return [grid_item(catalog, int(row), float(score), rank) for rank, (row, score) in enumerate(ranked, 1) if row >= 0]


def grid_item(catalog: Catalog, row: int, score: float, rank: int) -> dict[str, Any]:
    """One result for the grid."""
    item = catalog.items.iloc[row]
    title = item["title"] or item["item_id"]
    facts = " · ".join(text for text in (item["category"], item["colour"]) if text)
    return {
        "key": item_reference(catalog.name, item["item_id"]),
        "src": item_url(catalog.name, item["item_id"], 240),
        "alt": ", ".join(text for text in (item["category"], item["colour"], title) if text),
        "title": title,
        "facts": facts,
        "rank": rank,
        "score": round(score, 4),
        "fill": crop_rule(catalog) == "truth",
    }
