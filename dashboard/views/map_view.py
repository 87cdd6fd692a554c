"""Map: the items of a catalogue where an encoder puts them, one or two encoders beside each other."""

from typing import Any

import streamlit as st

from core.artifacts import ArtifactError
from core.encoders.registry import ENCODERS
from core.encoders.weights import how_to_get, weights_path
from dashboard import resources
from dashboard.components import show_refusal
from dashboard.links import follow_link
from dashboard.map_component import map_data, show_map
from dashboard.map_controls import Choice, open_maps, show_choices, show_unmade
from dashboard.map_panel import show_area, show_picked, show_placed_query
from dashboard.map_placed import PlacedMap
from dashboard.map_query import PlacedQuery, place_query, recall_search
from dashboard.map_report import show_about, show_reports
from dashboard.map_state import KEYS, Look, address_of_look, look_of_address, look_of_viewer
from dashboard.result_panel import show_unbuilt


def main() -> None:
    follow_link()
    recall_search()
    choice = show_choices()
    if weights_path(ENCODERS[choice.encoder]) is None:
        st.info(f"{ENCODERS[choice.encoder].title} is not on this machine. {how_to_get(ENCODERS[choice.encoder])}")
        return
    try:
        with st.spinner("Opening the map"):
            maps = open_maps(choice)
    except ArtifactError as error:
        show_unbuilt(choice.catalog, choice.encoder, error)
        return
    except (ValueError, OSError) as error:
        show_refusal(error)
        return
    show_unmade(choice, maps)
    query = None
    try:
        query = place_query(maps)
    except (ValueError, OSError) as error:
        show_refusal(error)
    explore(choice, maps, query)
    show_reports(maps, pick)


@st.fragment
def explore(choice: Choice, maps: list[PlacedMap], query: PlacedQuery | None) -> None:
    """The map and what is said of the item, the area and the photo on it; moving about runs only this again."""
    follow_link()
    look = current_look(maps)
    if len(maps) == 1:
        stage, panel = st.columns([8, 4], gap="medium")
    else:
        stage, panel = st.container(), st.container()
    with panel, st.container(key="map-panel"):
        near = show_picked(maps, look, pick, clear_item)
        show_area(maps, look, clear_area)
        if query is not None:
            show_placed_query(query, maps, pick)
        elif look.picked is None and look.area is None:
            show_about(maps)
    with stage:
        serial, focus = st.session_state.get("map-serial", 0), st.session_state.get("map-focus", 0)
        show_map(map_data(maps, look, near, query, serial=serial, focus=focus), remember_look)


def current_look(maps: list[PlacedMap]) -> Look:
    """What the address asks for."""
    return look_of_address({name: st.query_params.get_all(name) for name in KEYS}, maps[0].catalog)


def remember_look(told: dict[str, Any]) -> None:
    """Write to the address what the viewer tells."""
    catalog = resources.catalog(st.session_state["map-catalog"])
    try:
        parameters = address_of_look(look_of_viewer(told, catalog), catalog)
    except (ValueError, TypeError, KeyError):
        return
    st.session_state["map-serial"] = told.get("serial", 0)
    for name in KEYS:
        if name in parameters:
            st.query_params[name] = parameters[name]
        else:
            st.query_params.pop(name, None)


def pick(reference: str) -> None:
    """Show an item on the map."""
    st.query_params["item"] = reference.split("/", 2)[2]
    st.session_state["map-focus"] = st.session_state.get("map-focus", 0) + 1


def clear_item() -> None:
    st.query_params.pop("item", None)


def clear_area() -> None:
    st.query_params.pop("area", None)


main()
