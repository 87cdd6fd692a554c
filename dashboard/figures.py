"""Tables -> plotly figures; no streamlit inside."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.figure_style import axis_text, colour_of, finished

# Without the tools that plotly lays over a title.
PLAIN_CHART = {"displayModeBar": False}


def category_figure(categories: pd.Series, *, n_shown: int = 30) -> go.Figure:
    """Horizontal bars of the items of each category, the largest on top; the rest beyond `n_shown` as one bar."""
    counts = categories.value_counts()
    shown = counts.head(n_shown)
    if len(counts) > n_shown:
        shown = pd.concat([shown, pd.Series({f"{len(counts) - n_shown} others": int(counts[n_shown:].sum())})])
    shown = shown[::-1]
    figure = go.Figure(
        go.Bar(
            x=shown.to_numpy(),
            y=axis_text(shown.index),
            orientation="h",
            marker_color=colour_of(0),
            hovertemplate="%{y}: %{x:,} items<extra></extra>",
        )
    )
    finished(figure, f"Items of each of {len(counts)} categories", "items", "category")
    return figure.update_layout(height=120 + 22 * len(shown))


def with_chosen_cell(figure: go.Figure, classes: np.ndarray, cell: tuple[str, str]) -> go.Figure:
    """A confusion matrix with a frame around one cell; changed in place.

    Args:
        figure: By `confusion_heatmap`.
        classes: Of the matrix, in its order.
        cell: Category of the query and the one it is taken for; one that is not shown is left unmarked.
    """
    rows, columns = (np.flatnonzero(classes == name) for name in cell)
    if len(rows) and len(columns):
        x, y = int(columns[0]), int(rows[0])
        frame = {"color": colour_of(1), "width": 3}
        figure.add_shape(type="rect", x0=x - 0.5, x1=x + 0.5, y0=y - 0.5, y1=y + 0.5, line=frame)
    return figure


def with_room(figure: go.Figure) -> go.Figure:
    """A figure of labelled points, one a trace, with the labels beside them, not cut off; changed in place."""
    widest = max((float(trace.x[0]) for trace in figure.data), default=1.0)
    for trace in figure.data:
        trace.update(textposition=f"middle {'left' if trace.x[0] > 0.6 * widest else 'right'}", cliponaxis=False)
    return figure.update_xaxes(range=[0, 1.1 * widest])
