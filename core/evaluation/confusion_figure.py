"""A confusion matrix -> a plotly heat map, for the pages and the report alike."""

import numpy as np
import plotly.graph_objects as go

from core.evaluation.confusion import Confusion, shares
from core.figure_style import FEW_TO_MANY, FEW_TO_MANY_ON_DARK, axis_text, finished

# The most classes whose numbers are written into the cells.
MOST_WRITTEN = 20
# Up to how many classes have rows of a comfortable height; of more, one wants to see the whole.
MOST_TALL, TALL_PX, LOW_PX = 40, 22, 11


def confusion_heatmap(
    matrix: Confusion,
    *,
    as_shares: bool = True,
    has_log_colour: bool = False,
    with_points: bool = False,
    is_on_dark: bool = False,
    title: str = "What is taken for what, the diagonal is right",
) -> go.Figure:
    """A matrix as coloured cells in the order it is given, the query's category down, the found one across.

    Args:
        matrix: Narrowed and ordered by `core.evaluation.confusion.top_classes` and `in_block_order`.
        as_shares: Shares of each row instead of counts.
        has_log_colour: Colour by the logarithm of the count, so that rare confusions show.
        with_points: Lay an invisible point over every cell that holds a query, as clicks are told of points only;
            its customdata is (query category, found category, count).
        is_on_dark: Colours for a dark page; a cell without a query is the page's ground on either.
        title: Of the figure.
    """
    names, places = axis_text(matrix.classes), np.arange(len(matrix.classes))
    labels = _labels(matrix)
    figure = go.Figure(_cells(matrix, labels, as_shares, has_log_colour, is_on_dark))
    if with_points:
        figure.add_trace(_points(matrix, labels))
    finished(figure, title, "category of the item found", "category of the query")
    is_tall = len(places) <= MOST_TALL
    is_roomy = len(places) <= MOST_WRITTEN
    marks = {"tickvals": places, "ticktext": names, "tickfont_size": 12 if is_roomy else 10 if is_tall else 8}
    ends = [-0.5, len(places) - 0.5]
    angle = -60 if is_roomy else -90  # upright names need the least room: columns are narrow on a phone
    figure.update_xaxes(**marks, range=ends, tickangle=angle, showgrid=False, zeroline=False, constrain="domain")
    figure.update_xaxes(showticklabels=is_tall)  # columns are too narrow for names, which are those of the rows
    figure.update_yaxes(**marks, range=ends[::-1], showgrid=False, zeroline=False)
    return figure.update_layout(height=max(420, 170 + (TALL_PX if is_tall else LOW_PX) * len(places)))


def _cells(
    matrix: Confusion, labels: np.ndarray, as_shares: bool, has_log_colour: bool, is_on_dark: bool
) -> go.Heatmap:
    places = np.arange(len(matrix.classes))
    values = shares(matrix) if as_shares else matrix.counts.astype(np.float64)
    colours = np.log10(1 + matrix.counts) if has_log_colour else values
    texts = np.where(matrix.counts > 0, [[f"{v:.0%}" if as_shares else f"{v:.0f}" for v in row] for row in values], "")
    return go.Heatmap(
        z=np.where(matrix.counts > 0, colours, np.nan),
        x=places,
        y=places,
        text=texts,
        texttemplate="%{text}" if len(places) <= MOST_WRITTEN else None,
        colorscale=FEW_TO_MANY_ON_DARK if is_on_dark else FEW_TO_MANY,
        zmin=0,
        zmax=max(float(np.nanmax(colours, initial=0)), 0.01),
        colorbar=_colour_bar(matrix, as_shares, has_log_colour),
        hovertext=labels,
        hoverinfo="text",
        hoverongaps=False,
    )


def _colour_bar(matrix: Confusion, as_shares: bool, has_log_colour: bool) -> dict[str, object]:
    place: dict[str, object] = {"lenmode": "pixels", "len": 260, "y": 1, "yanchor": "top"}
    if has_log_colour:
        marks = [mark for mark in (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000) if mark <= max(1, matrix.counts.max())]
        ticks = {"tickvals": np.log10(1 + np.array(marks)), "ticktext": [str(mark) for mark in marks]}
        return place | {"title": "queries"} | ticks
    return place | ({"title": "share", "tickformat": ".0%"} if as_shares else {"title": "queries"})


def _labels(matrix: Confusion) -> np.ndarray:
    """(c, c) str: what each cell that holds a query says to the pointer, safe to show."""
    names, parts = axis_text(matrix.classes), shares(matrix)
    labels = np.full(matrix.counts.shape, "", dtype=object)
    for row, column in np.argwhere(matrix.counts):
        count, share = matrix.counts[row, column], parts[row, column]
        labels[row, column] = f"{names[row]} taken for {names[column]}: {count} of its queries ({share:.1%})"
    return labels


def _points(matrix: Confusion, labels: np.ndarray) -> go.Scatter:
    rows, columns = np.nonzero(matrix.counts)
    names = matrix.classes.tolist()
    return go.Scatter(
        x=columns,
        y=rows,
        mode="markers",
        marker={"symbol": "square", "size": 16, "opacity": 0},
        customdata=[(names[row], names[column], int(matrix.counts[row, column]))
                    for row, column in zip(rows, columns, strict=True)],
        showlegend=False,
        # Not "skip": a point that the pointer passes over is passed over by clicks too.
        hovertext=labels[rows, columns],
        hoverinfo="text",
    )  # fmt: skip
