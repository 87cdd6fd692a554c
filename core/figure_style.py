"""How figures look: colours that colour-blind people tell apart, never colour alone, and texts that stay texts."""

import html
from collections.abc import Iterable

import plotly.graph_objects as go

# Okabe and Ito 2008, without black and yellow, which one of the two themes would swallow.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C8C8C")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "x", "star", "pentagon", "triangle-down")


def colour_of(number: int) -> str:
    """The colour of the n-th series, hex."""
    return COLOURS[number % len(COLOURS)]


def dash_of(number: int) -> str:
    """The dash of the n-th line."""
    return DASHES[number % len(DASHES)]


def symbol_of(number: int) -> str:
    """The marker of the n-th series."""
    return SYMBOLS[number % len(SYMBOLS)]


def translucent(colour: str, opacity: float = 0.15) -> str:
    """A hex colour as rgba(...)."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def axis_text(texts: Iterable[object]) -> list[str]:
    """Texts as plotly shows them letter by letter: it would read tags and links; "" becomes "(none)"."""
    return [html.escape(str(text), quote=False) or "(none)" for text in texts]


def finished(figure: go.Figure, title: str, x_title: str, y_title: str) -> go.Figure:
    """The figure with its title, axis titles and margins; changed in place."""
    return figure.update_layout(
        title={"text": title, "font": {"size": 15}, "x": 0, "xanchor": "left"},
        xaxis={"title": x_title, "automargin": True},
        yaxis={"title": y_title, "automargin": True},
        margin={"l": 10, "r": 10, "t": 48, "b": 10},
        legend={"orientation": "h", "y": -0.2},
    )
