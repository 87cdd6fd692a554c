"""Parts of pages: the photo with its garments, the grid of items, the state of a job, refusals."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from core.artifacts import ArtifactError
from core.progress import Progress
from dashboard.frontend_component import component, forward
from dashboard.jobs import job_progress, start_job, stop_job

_photo_stage = component("photo_stage")
_item_grid = component("item_grid", "tile")
_item_columns = component("item_columns", "tile")
_score_table = component("score_table")
_rankings = component("rankings")


def show_photo_stage(data: dict[str, Any], *, key: str, on_choice: Callable[[dict[str, Any]], None]) -> None:
    """The query photo with its garments; `on_choice` gets {"garment": n or None} or {"box": [x1, y1, x2, y2]}."""
    _photo_stage(data=data, key=key, on_choice_change=lambda: forward(key, "choice", on_choice))


def show_item_grid(
    items: list[dict[str, Any]],
    *,
    key: str,
    label: str,
    action: str,
    on_click: Callable[[str], None],
    tile_px: int = 190,
    is_strip: bool = False,
) -> None:
    """A grid of pictures, or one row that scrolls; `on_click` gets the key of the item that was clicked.

    Each item has `key`, `src`, `alt`, and where text is shown `title` and `facts`, with `rank` and `score`.
    """
    data = {"items": items, "label": label, "action": action, "tile_px": tile_px, "is_strip": is_strip}
    _item_grid(data=data, key=key, on_clicked_change=lambda: forward(key, "clicked", on_click))


def show_item_columns(
    columns: list[dict[str, Any]], *, key: str, label: str, action: str, on_click: Callable[[str], None], is_rows: bool
) -> None:
    """Items of several models beside each other (or a row each), as `dashboard.column_panel` makes them.

    `on_click` gets the key of the item that was clicked.
    """
    data = {"columns": columns, "label": label, "action": action, "is_rows": is_rows}
    _item_columns(data=data, key=key, on_clicked_change=lambda: forward(key, "clicked", on_click))


def show_score_table(
    data: dict[str, Any], *, key: str, on_sort: Callable[[str], None], on_open: Callable[[dict[str, str]], None]
) -> None:
    """Models by numbers, as `dashboard.score_panel` makes them.

    `on_sort` gets a column's key, with a leading "-" where the worst comes first; `on_open` {"row": ..., "column": ...}
    of the number that was clicked.
    """
    _score_table(
        data=data,
        key=key,
        on_sorted_change=lambda: forward(key, "sorted", on_sort),
        on_opened_change=lambda: forward(key, "opened", on_open),
    )


def show_rankings(
    rows: list[dict[str, Any]],
    *,
    key: str,
    label: str,
    action: str,
    on_click: Callable[[str], None],
    open_action: str = "",
    on_open: Callable[[str], None] | None = None,
    tile_px: int = 92,
    query_px: int = 128,
) -> None:
    """Queries with what came back, as `dashboard.ranking_panel` makes them; right and wrong are marked.

    `on_click` gets the key of a result, `on_open` that of a row whose query was clicked.
    """
    data = {
        "rows": rows,
        "label": label,
        "action": action,
        "open_action": open_action,
        "tile_px": tile_px,
        "query_px": query_px,
    }
    _rankings(
        data=data,
        key=key,
        on_clicked_change=lambda: forward(key, "clicked", on_click),
        on_opened_change=lambda: forward(key, "opened", on_open or on_click),
    )


def bound_select(label: str, labels: dict[str, str], default: str, parameter: str, *, width: int | None = None) -> str:
    """A select box whose choice stands in the page's address; what the address has wrong falls back to `default`.

    Args:
        label: What is chosen.
        labels: Value in the address -> text on the page.
        default: Chosen where the address says nothing; not written to it.
        parameter: Name in the address.
        width: In px; None for all there is.
    """
    asked = st.query_params.get(parameter, default)
    options = list(labels)
    key = f"select-{parameter}"
    # The address leads: another page or a link may have changed it since the widget was drawn.
    st.session_state[key] = asked if asked in labels else default

    def remember() -> None:
        st.query_params[parameter] = st.session_state[key]

    return st.selectbox(
        label, options, key=key, format_func=labels.__getitem__, on_change=remember, width=width or "stretch"
    )


def bound_segments(label: str, labels: dict[str, str], default: str, parameter: str, *, is_named: bool = True) -> str:
    """As `bound_select`, for few choices that all stand on the page."""
    asked = st.query_params.get(parameter, default)
    key = f"segments-{parameter}"
    st.session_state[key] = asked if asked in labels else default

    def remember() -> None:
        st.query_params[parameter] = st.session_state[key]

    chosen = st.segmented_control(
        label,
        list(labels),
        key=key,
        format_func=labels.__getitem__,
        on_change=remember,
        required=True,
        label_visibility="visible" if is_named else "collapsed",
    )
    return chosen or default


def show_job(
    name: str, label: str, command: list[str], *, icon: str = ":material/play_arrow:", is_main: bool = True
) -> None:
    """The one click that starts a job, its progress while it runs, and why it ended."""
    progress = job_progress(name)
    if progress is not None and progress.state == "running":
        _running_job(name)
        return
    if progress is not None and progress.state == "failed":
        st.error(f"It did not work: {progress.error}", icon=":material/error:")
    text = "Go on" if progress is not None and progress.state == "stopped" else label
    if st.button(text, icon=icon, type="primary" if is_main else "secondary", key=f"start-{name}"):
        start_job(name, command)
        st.session_state[f"started-{name}"] = True
        st.rerun()
    if st.session_state.get(f"started-{name}") and progress is None:
        _running_job(name)


@st.fragment(run_every=0.7)
def _running_job(name: str) -> None:
    progress = job_progress(name)
    if progress is None:
        st.progress(0.0, text="Starting")
        return
    if progress.state != "running":
        st.session_state.pop(f"started-{name}", None)
        st.rerun()
    st.progress(progress.share, text=progress_line(progress))
    if st.button(
        "Stop", icon=":material/stop:", key=f"stop-{name}", help="What is finished stays; it can be gone on with."
    ):
        stop_job(name)


def progress_line(progress: Progress) -> str:
    """What a job does and how far it is, in one line."""
    if not progress.total:
        return progress.stage
    return f"{progress.stage}: {progress.done:,} of {progress.total:,}"


def show_refusal(error: ValueError | OSError) -> None:
    """One clear sentence about what could not be used, and the app lives on."""
    icon = ":material/build:" if isinstance(error, ArtifactError) else ":material/error:"
    text = str(error)
    st.error(text[:1].upper() + text[1:], icon=icon)


def plain(text: object) -> str:
    """A catalogue's text inside markdown, its signs as they are."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#$~:|" else sign for sign in str(text))
