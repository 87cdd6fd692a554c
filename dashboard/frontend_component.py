"""Our own pieces of a page: a component of a script and a style, and what it tells the page."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from core.maps.export import VIEWER

_FRONTEND = Path(__file__).with_name("frontend")


def component(name: str, *parts: str) -> Any:
    """The component of `frontend/NAME.js` and `.css`, those of `parts` before it: a component can import nothing.

    `element`, `shape` and `icon` are those of the map's viewer.
    """
    files = [_FRONTEND / part for part in (*parts, name)]
    styles, scripts = ([file.with_suffix(suffix) for file in files] for suffix in (".css", ".js"))
    return st.components.v2.component(f"drape_{name}", css=_joined(styles), js=_joined([VIEWER / "dom.js", *scripts]))


def _joined(files: list[Path]) -> str:
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def forward(key: str, trigger: str, receive: Callable[[Any], None]) -> None:
    """Hand on what the component of a key has just told by a trigger, if it has."""
    value = st.session_state[key].get(trigger)
    if value is not None:
        receive(value)
