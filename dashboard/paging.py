"""A long list a page at a time, the page in the address."""

from collections.abc import Hashable, Sequence
from typing import TypeVar

import streamlit as st

Entry = TypeVar("Entry")


def page_of(entries: Sequence[Entry], per_page: int, parameter: str, list_id: Hashable) -> Sequence[Entry]:
    """The entries of the page that the address names, and the control that turns it where there are more.

    Args:
        entries: All of the list.
        per_page: How many stand on a page.
        parameter: Name in the address.
        list_id: What the list depends on; where it becomes another one, its first page is shown.
    """
    if st.session_state.setdefault(f"list-{parameter}", list_id) != list_id:
        st.session_state[f"list-{parameter}"] = list_id
        st.query_params.pop(parameter, None)
    pages = max(1, -(-len(entries) // per_page))
    asked = st.query_params.get(parameter, "1")
    page = min(pages, max(1, int(asked))) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
    if pages > 1:
        # A key of the list's own: another list has another control, which starts where the address says.
        key = f"{parameter}-of-{hash(list_id)}"

        def remember() -> None:
            st.query_params[parameter] = str(st.session_state[key])

        page = st.pagination(pages, default=page, key=key, on_change=remember)
    return entries[(page - 1) * per_page : page * per_page]
