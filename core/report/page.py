"""Blocks of a self-contained HTML document: text, tables, figures and pictures, every text escaped."""

import base64
import html
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go

STYLE = Path(__file__).with_name("report.css")
# Fits a printed page; on a narrow screen the figure scrolls.
FIGURE_WIDTH_PX = 700


@dataclass(frozen=True)
class Section:
    """A chapter of the document: its anchor and title, and its blocks as HTML."""

    anchor: str
    title: str
    blocks: tuple[str, ...]


@dataclass(frozen=True)
class Tile:
    """A picture in a row. `mark` is "right", "wrong" or "" (the query); `jpeg` is None where there is no picture."""

    jpeg: bytes | None
    caption: str
    mark: str = ""


def paragraph(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{html.escape(text)}</p>"


def note(text: str) -> str:
    """A remark in small print."""
    return f'<p class="note">{html.escape(text)}</p>'


def heading(text: str) -> str:
    """A heading inside a section."""
    return f"<h3>{html.escape(text)}</h3>"


def table_html(
    table: pd.DataFrame,
    *,
    texts: Collection[str] = (),
    runs: Collection[str] = (),
    best: Collection[tuple[int, str]] = (),
) -> str:
    """A table.

    Args:
        table: Its cells as they are shown.
        texts: Columns that are set to the left; all others are numbers.
        runs: Columns headed by the name of a run, which on paper may be broken at any letter.
        best: (row, column) of the cells that are marked as the best.
    """
    head = "".join(f"<th{_kind(name, texts, runs)}>{html.escape(str(name))}</th>" for name in table.columns)
    lines = []
    for row, record in enumerate(table.itertuples(index=False)):
        cells = "".join(
            f"<td{_kind(name, texts)}>{_marked(html.escape(str(value)), (row, name) in best)}</td>"
            for name, value in zip(table.columns, record, strict=True)
        )
        lines.append(f"<tr>{cells}</tr>")
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table></div>'


def figure_html(figure: go.Figure) -> str:
    """A figure that draws itself by the plotly.js of the document."""
    title = (figure.layout.title.text or "").replace("<br>", " ")  # the page has room for it in one line
    drawn = go.Figure(figure).update_layout(
        template="plotly_white", width=FIGURE_WIDTH_PX, autosize=False, title_text=title
    )
    settings = {"displaylogo": False, "plotlyServerURL": "", "displayModeBar": False}
    return f'<div class="wide figure">{drawn.to_html(full_html=False, include_plotlyjs=False, config=settings)}</div>'


def picture_row(title: str, tiles: Iterable[Tile]) -> str:
    """Pictures side by side under a line of text, hits and misses told by sign, word and border."""
    shown = "".join(_tile(tile) for tile in tiles)
    return f'<div class="row"><p>{html.escape(title)}</p><div class="tiles">{shown}</div></div>'


def document(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """The whole file: contents, sections, style and plotly.js inside, so that it opens without a network."""
    from plotly.offline import get_plotlyjs

    contents = "".join(f'<li><a href="#{part.anchor}">{html.escape(part.title)}</a></li>' for part in sections)
    body = "".join(
        f'<section id="{part.anchor}"><h2>{html.escape(part.title)}</h2>{"".join(part.blocks)}</section>'
        for part in sections
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style>"
        f"<script>{get_plotlyjs()}</script></head><body><main>"
        f'<header><h1>{html.escape(title)}</h1><p class="subtitle">{html.escape(subtitle)}</p></header>'
        f'<nav aria-label="Contents"><h2>Contents</h2><ol>{contents}</ol></nav>{body}</main></body></html>\n'
    )


def _kind(name: object, texts: Collection[str], runs: Collection[str] = ()) -> str:
    return ' class="text"' if name in texts else ' class="run"' if name in runs else ""


def _marked(text: str, is_best: bool) -> str:
    return f'<strong title="the best">{text}</strong>' if is_best else text


def _tile(tile: Tile) -> str:
    caption = html.escape(tile.caption)
    if tile.jpeg is None:
        picture = '<span class="none">no picture here</span>'
    else:
        data = base64.b64encode(tile.jpeg).decode("ascii")
        picture = f'<img src="data:image/jpeg;base64,{data}" alt="{caption}">'
    sign = {"right": "✓ right", "wrong": "✗ wrong"}.get(tile.mark, "query")
    return f'<figure class="{tile.mark or "query"}">{picture}<figcaption>{sign}<br>{caption}</figcaption></figure>'
