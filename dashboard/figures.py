"""Tables -> plotly figures; no streamlit inside."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

BAR_COLOUR = "#0072B2"
FRAME = "#D55E00"
# Without the tools that plotly lays over a title.
PLAIN_CHART = {"displayModeBar": False}


def category_figure(categories: pd.Series, *, n_shown: int = 30) -> go.Figure:
    """Horizontal bars of the items of each category, the largest on top; the rest beyond `n_shown` as one bar."""
    counts = categories.replace("", "(none)").value_counts()
    shown = counts.head(n_shown)
    if len(counts) > n_shown:
        shown = pd.concat([shown, pd.Series({f"{len(counts) - n_shown} others": int(counts[n_shown:].sum())})])
    shown = shown[::-1]
    figure = go.Figure(
        go.Bar(
            x=shown.to_numpy(),
            y=shown.index.astype(str),
            orientation="h",
            marker_color=BAR_COLOUR,
            hovertemplate="%{y}: %{x:,} items<extra></extra>",
        )
    )
    figure.update_layout(
        title={"text": f"Items of each of {len(counts)} categories", "font": {"size": 16}},
        xaxis_title="items",
        yaxis_title="category",
        height=140 + 22 * len(shown),
        margin={"l": 10, "r": 10, "t": 50, "b": 40},
    )
    return figure


def with_chosen_cell(figure: go.Figure, classes: np.ndarray, cell: tuple[str, str]) -> go.Figure:
    """A confusion matrix that tells clicks, with a frame around one cell; changed in place.

    Args:
        figure: By `confusion_heatmap`, with its points.
        classes: Of the matrix, in its order.
        cell: Category of the query and the one it is taken for; one that is not shown is left unmarked.
    """
    # A point that is passed over by the pointer is passed over by clicks too.
    label = "%{customdata[0]} taken for %{customdata[1]}: %{customdata[2]} of its queries<extra></extra>"
    figure.update_traces(hoverinfo=None, hovertemplate=label, selector={"type": "scatter"})
    rows, columns = (np.flatnonzero(classes == name) for name in cell)
    if len(rows) and len(columns):
        x, y = int(columns[0]), int(rows[0])
        figure.add_shape(type="rect", x0=x - 0.5, x1=x + 0.5, y0=y - 0.5, y1=y + 0.5, line={"color": FRAME, "width": 3})
    return figure


def with_room(figure: go.Figure) -> go.Figure:
    """A figure of labelled points, one a trace, with the labels beside them, not cut off; changed in place."""
    widest = max((float(trace.x[0]) for trace in figure.data), default=1.0)
    for trace in figure.data:
        trace.update(textposition=f"middle {'left' if trace.x[0] > 0.6 * widest else 'right'}", cliponaxis=False)
    return figure.update_xaxes(range=[0, 1.1 * widest])
