"""A confusion matrix -> a plotly heat map, for the pages and the report alike."""

import numpy as np
import plotly.graph_objects as go

from core.confusion import Confusion, shares
from core.figure_style import axis_text, finished

# The most classes whose numbers are written into the cells.
MOST_WRITTEN = 20


def confusion_heatmap(
    matrix: Confusion,
    *,
    as_shares: bool = True,
    has_log_colour: bool = False,
    with_points: bool = False,
    title: str = "What is taken for what: the diagonal is right, the rest is confused",
) -> go.Figure:
    """A matrix as coloured cells in the order it is given, the query's category down, the found one across.

    Args:
        matrix: Narrowed and ordered by `core.confusion.top_classes` and `in_block_order`.
        as_shares: Shares of each row instead of counts.
        has_log_colour: Colour by the logarithm of the count, so that rare confusions show.
        with_points: Lay an invisible point over every cell that holds a query, as clicks are told of points only;
            its customdata is (query category, found category, count).
        title: Of the figure.
    """
    names, places = axis_text(matrix.classes), np.arange(len(matrix.classes))
    values = shares(matrix) if as_shares else matrix.counts.astype(np.float64)
    colours = np.log10(1 + matrix.counts) if has_log_colour else values
    texts = np.where(matrix.counts > 0, [[f"{v:.0%}" if as_shares else f"{v:.0f}" for v in row] for row in values], "")
    figure = go.Figure(
        go.Heatmap(
            z=np.where(matrix.counts > 0, colours, np.nan),
            x=places,
            y=places,
            text=texts,
            texttemplate="%{text}" if len(places) <= MOST_WRITTEN else None,
            colorscale="Cividis_r",
            zmin=0,
            zmax=max(float(np.nanmax(colours, initial=0)), 0.01),
            colorbar=_colour_bar(matrix, as_shares, has_log_colour),
            customdata=_cells(matrix),
            hovertemplate="%{customdata[0]} taken for %{customdata[1]}: %{customdata[2]} queries, "
            "%{customdata[3]} of its category<extra></extra>",
            hoverongaps=False,
        )
    )
    if with_points:
        figure.add_trace(_points(matrix))
    side = max(420, 170 + 22 * len(places))
    finished(figure, title, "category of the item found", "category of the query")
    figure.update_xaxes(
        tickvals=places, ticktext=names, tickangle=-60, showgrid=False, zeroline=False, constrain="domain"
    )
    figure.update_yaxes(tickvals=places, ticktext=names, autorange="reversed", showgrid=False, zeroline=False)
    return figure.update_layout(height=side)


def _colour_bar(matrix: Confusion, as_shares: bool, has_log_colour: bool) -> dict[str, object]:
    if has_log_colour:
        marks = [mark for mark in (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000) if mark <= max(1, matrix.counts.max())]
        return {
            "title": "queries",
            "tickvals": np.log10(1 + np.array(marks)),
            "ticktext": [str(mark) for mark in marks],
        }
    return {"title": "share", "tickformat": ".0%"} if as_shares else {"title": "queries"}


def _cells(matrix: Confusion) -> np.ndarray:
    """(c, c, 4) str: query category and found category, safe to show, count and share of each cell."""
    names = np.array(axis_text(matrix.classes), dtype=object)
    cells = np.empty((*matrix.counts.shape, 4), dtype=object)
    cells[..., 0], cells[..., 1], cells[..., 2] = names[:, None], names, matrix.counts
    cells[..., 3] = [[f"{share:.1%}" for share in row] for row in shares(matrix)]
    return cells


def _points(matrix: Confusion) -> go.Scatter:
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
        hoverinfo="skip",
    )  # fmt: skip
