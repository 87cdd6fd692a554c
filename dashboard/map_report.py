"""Below the map: how well it keeps neighbourhoods, what groups it has, files to keep."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.encoders.registry import ENCODERS
from core.maps.export import EXPORTS, column_title, page_summary
from core.maps.projection import TITLES
from dashboard import resources
from dashboard.components import plain, show_refusal
from dashboard.links import open_page
from dashboard.map_api import map_url
from dashboard.map_groups import show_clusters, show_suspects
from dashboard.map_placed import PlacedMap

PICKED_BELOW = "map-picked-below"
FIGURES = {
    "trustworthiness": "Of an item's nearest on the map, how near they truly are: 1 if all of them are its nearest.",
    "continuity": "Of an item's true nearest, how near they are on the map: 1 if none was torn away.",
    "overlap": "The share of an item's true nearest that are also its nearest on the map.",
}


def show_about(maps: list[PlacedMap]) -> None:
    """What is seen, before anything is picked."""
    made = maps[0].made
    st.markdown(f"**{plain(page_summary(made))}**")
    st.write("Items that the encoder finds alike lie close together. Click one, or draw around some.")
    if made.is_measured:
        for name, about in FIGURES.items():
            st.metric(
                column_title(name),
                f"{made.facts[name]:.3f}",
                help=f"{about} Over {made.facts['k']} neighbours, mean of {len(made):,} items.",
            )
    st.button("Search with a photo", icon=":material/search:", key="to-search", on_click=open_page, args=("search",))
    st.caption("Then choose *Show on the map* there: the photo appears at its place, with lines to its neighbours.")


@st.fragment
def show_reports(maps: list[PlacedMap], on_pick: Callable[[str], None]) -> None:
    """The tabs; only the open one is worked out. `on_pick` gets the reference of an item to show on the map."""
    if st.session_state.pop(PICKED_BELOW, False):
        st.rerun()  # the map is not part of this fragment

    def pick(reference: str) -> None:
        st.session_state[PICKED_BELOW] = True
        on_pick(reference)

    kept, groups, suspects, files = st.tabs(
        ["Neighbourhoods", "Clusters", "Probable label errors", "Export"], key="report", bind="query-params"
    )
    if kept.open:
        with kept:
            show_figures(maps)
    if groups.open:
        with groups:
            show_clusters(maps[0])
    if suspects.open:
        with suspects:
            show_suspects(maps[0], pick)
    if files.open:
        with files:
            show_exports(maps)


def show_figures(maps: list[PlacedMap]) -> None:
    """How well each map keeps neighbourhoods, and how far two encoders agree."""
    if len(maps) == 2:
        show_agreement(maps)
    measured = [placed for placed in maps if placed.made.is_measured]
    if not measured:
        st.caption("What a map keeps is measured when it is made.")
        return
    rows = [
        {
            "encoder": ENCODERS[placed.made.encoder_name].title,
            "map": TITLES[placed.made.spec.method],
            "items": len(placed.made),
            **{name: placed.made.facts[name] for name in FIGURES},
            "clusters": placed.made.clusters.count,
            "library": placed.made.facts["library"],
        }
        for placed in measured
    ]
    st.write("Every flat map tears some neighbours apart and pushes strangers together. This is how much.")
    columns: dict[str, Any] = {
        name: st.column_config.NumberColumn(column_title(name), help=about, format="%.3f")
        for name, about in FIGURES.items()
    }
    st.dataframe(pd.DataFrame(rows), hide_index=True, column_config=columns)
    st.caption(
        f"Over the {measured[0].made.facts['k']} nearest; means of all items. "
        "Each item's own figure can be chosen as a colour."
    )


def show_agreement(maps: list[PlacedMap]) -> None:
    """How far two encoders agree on neighbourhoods, in their original spaces."""
    one, two = (placed.made.encoder_name for placed in maps)
    try:
        with st.spinner("Comparing the neighbourhoods of both encoders"):
            between = resources.between_encoders(maps[0].made.catalog_name, one, two)
    except (ValueError, OSError) as error:
        show_refusal(error)
        return
    first, second = ENCODERS[one].title, ENCODERS[two].title
    shared, trust, kept = (
        values[np.isfinite(values)] for values in (between.overlap, between.trustworthiness, between.continuity)
    )
    st.write("**The two encoders in their own spaces**, whatever the maps do to them:")
    figures = st.columns(3)
    figures[0].metric(
        "Neighbours shared by both", f"{shared.mean():.3f}",
        help=f"The share of an item's {between.k} nearest by {first} that are also among its {between.k} nearest by "
        f"{second}; by chance {between.k / max(len(shared) - 1, 1):.3f}.",
    )  # fmt: skip
    figures[1].metric("Trustworthiness", f"{trust.mean():.3f}", help=_kept_words(second, first))
    figures[2].metric("Continuity", f"{kept.mean():.3f}", help=_kept_words(first, second))
    drawn = f", the last two of {len(trust):,} drawn from them" if len(trust) < len(shared) else ""
    st.caption(
        f"Means of {len(shared):,} items{drawn}. {(shared == 0).mean():.0%} of the items share no neighbour. "
        "Each item's own figures can be chosen as a colour."
    )


def _kept_words(encoder: str, other: str) -> str:
    return f"Of an item's nearest by {encoder}: how near they are by {other}. 1 if all of them are its nearest."


def show_exports(maps: list[PlacedMap]) -> None:
    """Files to keep, made when they are asked for."""
    for placed in maps:
        made = placed.made
        st.markdown(f"**{plain(page_summary(made))}**")
        for kind, export in EXPORTS.items():
            act, text = st.columns([2, 7], vertical_alignment="center")
            address = map_url(made.catalog_name, made.encoder_name, made.spec.method, f"export/{kind}")
            act.link_button(
                f"Download {export.suffix.lstrip('-.')}", address, icon=":material/download:", width="stretch"
            )
            text.caption(export.about)
