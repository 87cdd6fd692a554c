"""The groups of a map: its clusters with their purity, and labels that an item's neighbours do not share."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import streamlit as st

from core.maps.clusters import OUTLIER, cluster_table, label_suspects, purity
from core.maps.columns import catalog_columns, cluster_name
from core.maps.export import column_title
from core.maps.stored import K
from dashboard import resources
from dashboard.components import bound_select, show_item_grid
from dashboard.item_tiles import catalog_tile
from dashboard.map_placed import PlacedMap

N_SUSPECTS = 48


def show_clusters(placed: PlacedMap) -> None:
    """What HDBSCAN found on the map, and how pure that is by any column."""
    if not placed.made.is_measured:
        st.caption("Clusters are found when a map is made.")
        return
    column = choose_column(placed, "Purity by", "purity")
    clusters, values = placed.made.clusters, column_values(placed, column)
    table = cluster_table(clusters, values)
    outliers = int((clusters.labels == OUTLIER).sum())
    figures = st.columns(3)
    figures[0].metric(
        "Clusters", f"{clusters.count:,}", help="Found by HDBSCAN on the map: groups by density, any shape."
    )
    figures[1].metric("Outliers", f"{outliers:,}", help="Items in no cluster.")
    figures[2].metric(
        f"Purity by {column_title(column).lower()}", "none" if table.empty else f"{purity(table):.3f}",
        help="The share of clustered items that have the most common value of their cluster.",
    )  # fmt: skip
    table["cluster"] = table["cluster"].map(cluster_name)
    shown = {
        "cluster": "Cluster", "items": "Items", "known": None,
        "main": "Most common", "purity": st.column_config.NumberColumn("Its share", format="%.3f"),
        "second": "Next", "second_share": st.column_config.NumberColumn("Its share ", format="%.3f"),
    }  # fmt: skip
    st.dataframe(table, hide_index=True, column_config=shown)
    st.caption("Colour the map by *Cluster* to see them.")


def show_suspects(placed: PlacedMap, on_pick: Callable[[str], None]) -> None:
    """Items whose neighbours agree on another label, with pictures."""
    column = choose_column(placed, "Label", "label")
    made = placed.made
    try:
        near = resources.neighbours(made.catalog_name, made.encoder_name)
    except (ValueError, OSError):
        st.caption("Neighbours are stored when a map is made; then labels are compared with those of the neighbours.")
        return
    groups = placed.catalog.items["product_id"].to_numpy(str)[placed.catalog_rows]
    table = label_suspects(near.rows[:, :K], near.scores[:, :K], column_values(placed, column), groups)
    if table.empty:
        st.write(f"No item's neighbours agree on another {column_title(column).lower()} than its own.")
        return
    st.write(
        f"**{len(table):,}** items of {len(made):,} have neighbours that agree on another "
        f"{column_title(column).lower()}: probably labelled wrongly, or on the border of two. "
        "Other pictures of the same product have no vote. "
        "The score is the share of votes for the other label less that for its own."
    )
    items = [
        {
            **catalog_tile(placed.catalog, int(placed.catalog_rows[row['row']])),
            "title": f"{row['label']} → {row['suggested']}?", "rank": f"{row['votes']} votes", "score": row["score"],
        }
        for row in table.head(N_SUSPECTS).round({"score": 4}).to_dict("records")
    ]  # fmt: skip
    show_item_grid(
        items, key="suspects", label="Probable label errors", action="Show on the map", on_click=on_pick, tile_px=130
    )


def choose_column(placed: PlacedMap, label: str, parameter: str) -> str:
    """A column of classes of the catalogue."""
    items = placed.catalog.items
    names = [name for name in catalog_columns(placed.catalog) if not pd.api.types.is_numeric_dtype(items[name])]
    return bound_select(label, {name: column_title(name) for name in names}, names[0], parameter, width=260)


def column_values(placed: PlacedMap, column: str) -> np.ndarray:
    """(n,) str of a catalogue's column for the points; "" where unknown."""
    values = placed.catalog.items[column].astype("string").fillna("").to_numpy(str)
    return values[placed.catalog_rows]
