"""A built map of embeddings -> a still figure for documents; the pages have one to walk in."""

import numpy as np
import plotly.graph_objects as go

from core.figure_style import COLOURS, axis_text, finished, symbol_of

MOST_POINTS = 3000
GREY = "#C4C9CF"


def map_figure(points: np.ndarray, labels: np.ndarray, title: str) -> go.Figure:
    """Points coloured by the most frequent labels, the others grey; at most 3,000, drawn with a fixed seed.

    Args:
        points: (n, 2) float.
        labels: (n,) str, such as categories; "" is unknown, grey.
        title: Of the figure.
    """
    if len(points) > MOST_POINTS:
        rows = np.sort(np.random.default_rng(0).choice(len(points), MOST_POINTS, replace=False))
        points, labels = points[rows], labels[rows]
    names, counts = np.unique(labels[labels != ""], return_counts=True)
    shown = names[np.argsort(-counts, kind="stable")][: len(COLOURS) - 1]  # the last colour is a grey too
    figure = go.Figure()
    _add(figure, points[~np.isin(labels, shown)], "others", GREY, "circle")
    for number, name in enumerate(shown):
        _add(figure, points[labels == name], axis_text([name])[0], COLOURS[number], symbol_of(number))
    finished(figure, title, "", "")
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure.update_layout(height=560)


def _add(figure: go.Figure, points: np.ndarray, name: str, colour: str, symbol: str) -> None:
    marker = {"color": colour, "symbol": symbol, "size": 5}
    figure.add_scatter(x=points[:, 0], y=points[:, 1], mode="markers", name=name, marker=marker, hoverinfo="name")
