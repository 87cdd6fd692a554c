"""How figures look: colours that colour-blind people tell apart, never colour alone, and texts that stay texts."""

import html
import textwrap
from collections.abc import Iterable

import plotly.graph_objects as go

# Okabe and Ito 2008, without black and yellow, which one of the two themes would swallow.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C8C8C")
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
# From few to many, each begins near the ground of its page and stands out more with every step.
FEW_TO_MANY = ("#DDEAF2", "#A3CBE1", "#4A98C5", "#155F96", "#08264A")
FEW_TO_MANY_ON_DARK = ("#1B2D36", "#1D5673", "#2F8DB4", "#86C9D3", "#F4F8D8")
# Of a line of a title: what a phone has room for.
TITLE_CHARACTERS = 46
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
    """The figure with its title, in as many lines as it needs, axis titles and margins; changed in place."""
    lines = textwrap.wrap(title, TITLE_CHARACTERS, break_long_words=False, break_on_hyphens=False)
    above = 28 + 20 * len(lines)
    # The base of the first line is set, 20 px from the top: plotly forgets the anchor of all further ones.
    place = {"x": 0, "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom", "pad": {"b": above - 20}}
    return figure.update_layout(
        title={"text": "<br>".join(lines), "font": {"size": 15}, **place},
        xaxis={"title": x_title, "automargin": True},
        yaxis={"title": y_title, "automargin": True},
        margin={"l": 10, "r": 10, "t": above, "b": 10},
        legend={"orientation": "h", "y": -0.2},
    )
