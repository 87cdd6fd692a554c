"""The map as a part of a page: core's viewer in a streamlit component, and what it is given."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import streamlit as st

from core.encoders.registry import ENCODERS
from core.maps.between import MEASURES
from core.maps.columns import catalog_columns, measured_columns
from core.maps.export import HINT, column_title, page_summary, viewer_script, viewer_style
from dashboard.frontend_component import forward
from dashboard.map_api import BETWEEN, map_url
from dashboard.map_placed import PlacedMap
from dashboard.map_query import PlacedQuery
from dashboard.map_state import Look, viewer_state

_GLUE = Path(__file__).with_name("frontend") / "map.js"
_map = st.components.v2.component(
    "drape_map", css=viewer_style(), js=viewer_script() + "\n" + _GLUE.read_text(encoding="utf-8")
)
KEY = "map"


def show_map(data: dict[str, Any], on_look: Callable[[dict[str, Any]], None]) -> None:
    """The map; `on_look` gets the viewer's state whenever the person has changed it."""

    _map(data=data, key=KEY, on_looked_change=lambda: forward(KEY, "looked", on_look))


def map_data(
    maps: list[PlacedMap],
    look: Look,
    near: list[tuple[int, list[int]] | None],
    query: PlacedQuery | None,
    *,
    serial: int,
    focus: int,
) -> dict[str, Any]:
    """What the viewer is given.

    Args:
        maps: One or two, of the same catalogue and by the same method.
        look: What is looked at.
        near: For each map, the picked catalogue row and the rows of its nearest; None without any.
        query: The live query.
        serial: Number of the last state that the viewer told; what is older than that is not taken back.
        focus: Changes when the picked item should be moved to.
    """
    first = maps[0]
    panes: list[dict[str, Any]] = []
    for number, placed in enumerate(maps):
        made = placed.made
        panes.append(
            {
                "title": ENCODERS[made.encoder_name].title if len(maps) > 1 else "",
                "summary": page_summary(made),
                "points": _versioned(placed, "points"),
                "neighbours": None if (known := near[number]) is None else {"of": known[0], "rows": known[1]},
                "query": None if query is None else query.on_pane(number),
            }
        )
    catalog_name = quote(first.made.catalog_name, safe="")
    return {
        "key": "|".join(str(pane["points"]) for pane in panes),
        "serial": serial,
        "focus": focus,
        "panes": panes,
        "items": f"/api/maps/{catalog_name}/items?v={first.version}",
        "pictures": {"url": f"/api/catalogs/{catalog_name}/picture?side=120&item={{item}}"},
        "colours": _colours(maps),
        "state": viewer_state(look),
        "hint": HINT,
    }


def _colours(maps: list[PlacedMap]) -> list[dict[str, Any]]:
    """The columns that can be chosen, with their address on each map."""
    names = [*catalog_columns(maps[0].catalog)]
    names += [name for name in measured_columns(maps[0].made) if all(name in measured_columns(m.made) for m in maps)]
    choices = [
        {
            "name": name,
            "title": column_title(name),
            "urls": [_versioned(placed, f"colours/{quote(name, safe='')}") for placed in maps],
        }
        for name in names
    ]
    if len(maps) > 1:
        pairs = list(zip(maps, reversed(maps), strict=True))
        for measure, title in MEASURES.items():
            part = f"colours/{BETWEEN}{measure}"
            urls = [_versioned(one, part) + f"&beside={two.made.encoder_name}" for one, two in pairs]
            choices.append({"name": f"{BETWEEN}{measure}", "title": title, "urls": urls})
    return choices


def _versioned(placed: PlacedMap, part: str) -> str:
    made = placed.made
    return map_url(made.catalog_name, made.encoder_name, made.spec.method, part) + f"?v={placed.version}"
