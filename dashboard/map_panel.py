"""What stands beside the map: the picked item and its neighbours, the drawn area, the photo that was searched."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import streamlit as st

from core.catalogs.catalog import Catalog
from core.encoders.registry import ENCODERS
from core.index import search_index
from core.maps.areas import inside_polygon
from core.maps.columns import catalog_columns
from core.maps.placing import HOW, NEIGHBOURS
from core.retrieval import same_photo
from dashboard import resources
from dashboard.components import plain, show_item_grid, show_refusal
from dashboard.item_tiles import catalog_tile
from dashboard.links import open_search
from dashboard.map_api import asked_colouring
from dashboard.map_placed import PlacedMap
from dashboard.map_query import PlacedQuery, forget_query
from dashboard.map_state import Look

OnPick = Callable[[str], None]
OnClear = Callable[[], None]
N_NEAREST = 12
MOST_SHOWN = 60
PICTURE_PX = 92


def nearest_items(placed: PlacedMap, catalog_row: int) -> tuple[list[int], list[float]] | None:
    """Catalogue rows and cosines of an item's nearest in the original space; None where the map lacks the item.

    Raises:
        ArtifactError: The gallery is not sound any more.
    """
    point = placed.point_of(catalog_row)
    if point is None:
        return None
    search_set = resources.search_set(placed.made.catalog_name, placed.made.encoder_name)
    others = ~same_photo(search_set, str(placed.made.item_ids[point]))
    found = search_index(search_set.index, search_set.gallery.embeddings[[point]], N_NEAREST, allowed=others)
    is_there = found.rows[0] >= 0
    return placed.catalog_rows[found.rows[0][is_there]].tolist(), found.scores[0][is_there].tolist()


def show_picked(
    maps: list[PlacedMap], look: Look, on_pick: OnPick, on_clear: OnClear
) -> list[tuple[int, list[int]] | None]:
    """The picked item and, by each map's encoder, its nearest; returns their rows for the maps."""
    nothing: list[tuple[int, list[int]] | None] = [None] * len(maps)
    if look.picked is None:
        return nothing
    catalog = maps[0].catalog
    try:
        found = [nearest_items(placed, look.picked) for placed in maps]
    except (ValueError, OSError) as error:
        show_refusal(error)
        return nothing
    show_item_line(catalog, look.picked, maps[0].made.encoder_name, on_clear)
    for column, placed, near in zip(st.columns(len(maps)), maps, found, strict=True):
        name, title = placed.made.encoder_name, ENCODERS[placed.made.encoder_name].title
        with column:
            if near is None:
                st.caption(f"{title} has no embedding of this item.")
                continue
            st.caption(f"Nearest by {title} in the original space, not on the map. The score is the cosine.")
            show_scored(catalog, *near, key=f"near-{name}", label=f"Nearest items by {title}", on_pick=on_pick)
    return [None if near is None else (look.picked, near[0]) for near in found]


def show_scored(
    catalog: Catalog, rows: list[int], scores: list[float], *, key: str, label: str, on_pick: OnPick
) -> None:
    """Items with rank and score, best first; a click shows one on the map."""
    items = [
        {**catalog_tile(catalog, row), "rank": rank, "score": round(score, 4)}
        for rank, (row, score) in enumerate(zip(rows, scores, strict=True), 1)
    ]
    show_item_grid(items, key=key, label=label, action="Show on the map", on_click=on_pick, tile_px=104)


def show_item_line(catalog: Catalog, row: int, encoder_name: str, on_clear: OnClear) -> None:
    """One item with what can be done with it."""
    item = catalog.items.iloc[row]
    item_id, shown = str(item["item_id"]), catalog_tile(catalog, row)
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width=PICTURE_PX):
            show_item_grid(
                [{name: shown[name] for name in ("key", "src", "alt", "fill")}],
                key="picked-item", label="Picked item", action="Search from this one", tile_px=PICTURE_PX,
                on_click=lambda reference: open_search(catalog.name, item_id, encoder_name),
            )  # fmt: skip
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{plain(shown['title'])}**")
            st.caption(plain(shown["facts"]))
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Search from this one", icon=":material/search:", key="search-picked",
            on_click=open_search, args=(catalog.name, item_id, encoder_name),
        )  # fmt: skip
        st.button("Clear", key="clear-picked", on_click=on_clear, type="tertiary")


def show_area(maps: list[PlacedMap], look: Look, on_clear: OnClear) -> None:
    """The items inside the drawn area that the legend leaves visible: how many of each kind, and their pictures."""
    rows = area_rows(maps, look)
    if len(rows) == 0:
        return
    catalog, encoder_name = maps[0].catalog, maps[0].made.encoder_name
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{len(rows):,} items selected**")
        st.button("Clear", key="clear-area", on_click=on_clear, type="tertiary")
    counts = Counter(catalog.items["category"].to_numpy(str)[rows]).most_common()
    shares = " · ".join(f"{plain(name or '(none)')} **{count:,}**" for name, count in counts[:8])
    st.markdown(shares + (f" · {len(counts) - 8} other kinds" if len(counts) > 8 else ""))
    if len(rows) > MOST_SHOWN:
        st.caption(f"The {MOST_SHOWN} nearest to the middle are shown.")
    show_item_grid(
        [catalog_tile(catalog, int(row)) for row in rows[:MOST_SHOWN]],
        key="area-items", label="Selected items", action="Search from this one", tile_px=92,
        on_click=lambda reference: open_search(catalog.name, reference.split("/", 2)[2], encoder_name),
    )  # fmt: skip


def area_rows(maps: list[PlacedMap], look: Look) -> np.ndarray:
    """Catalogue rows of the points inside the drawn area, the nearest to its middle first."""
    area = look.area
    if area is None or area.pane >= len(maps):
        return np.zeros(0, np.int64)
    placed = maps[area.pane]
    inside = inside_polygon(placed.made.points, area.polygon)
    if look.only is not None or look.hidden:
        beside = maps[1 - area.pane].made.encoder_name if len(maps) > 1 else ""
        name = look.colour or catalog_columns(placed.catalog)[0]
        with suppress(ValueError):  # an address with a column that is not there: the map shows its first one then
            inside &= look.shows(asked_colouring(placed, name, beside))
    points = np.flatnonzero(inside)
    away = (
        np.linalg.norm(placed.made.points[points] - placed.made.points[points].mean(axis=0), axis=1)
        if len(points)
        else 0
    )
    return placed.catalog_rows[points[np.argsort(away, kind="stable")]] if len(points) else points


def show_placed_query(query: PlacedQuery, maps: list[PlacedMap], on_pick: OnPick) -> None:
    """The photo on the map: how its place was found, and what is near it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(query.picture, width=PICTURE_PX)
        with st.container(width="stretch", gap=None):
            st.markdown(f"**{plain(query.label)}** on the map")
            st.caption(f"Searched for {query.reason}. Its place took {query.milliseconds['place']:.1f} ms.")
    st.caption(HOW.format(count=NEIGHBOURS))
    st.button("Take it off the map", key="forget-query", on_click=forget_query, type="tertiary")
    for number, (column, placed) in enumerate(zip(st.columns(len(maps)), maps, strict=True)):
        name, rows = placed.made.encoder_name, query.catalog_rows[number]
        scores = query.rankings[number].scores[0][: len(rows)].tolist()
        label = f"Items nearest to the photo by {ENCODERS[name].title}"
        with column:
            show_scored(placed.catalog, rows, scores, key=f"query-near-{name}", label=label, on_pick=on_pick)
