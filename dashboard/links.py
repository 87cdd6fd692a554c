"""From a number to what is behind it: a click that opens another page in the state it should show."""

import streamlit as st

from dashboard.query_photo import item_reference


def open_page(view: str, **asked: str) -> None:
    """Open another page from a callback, where streamlit cannot yet; `follow_link` does it when the script runs."""
    st.session_state["opened-page"] = (view, asked)


def open_search(catalog_name: str, item_id: str, encoder: str | None = None) -> None:
    """Search from an item of a catalogue, by an encoder."""
    asked = {"photo": item_reference(catalog_name, item_id), "catalog": catalog_name}
    open_page("search", **asked, **({"encoder": encoder} if encoder else {}))


def search_from(reference: str) -> None:
    """Search from an item that is named as in an address."""
    open_page("search", photo=reference, catalog=reference.split("/")[1])


def follow_link() -> None:
    """Go where the last click leads, if it leads elsewhere; the first thing a page does."""
    if (target := st.session_state.pop("opened-page", None)) is not None:
        view, asked = target
        st.switch_page(f"views/{view}_view.py", query_params=asked)
