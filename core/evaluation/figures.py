"""Tables of evaluations -> plotly figures, for the pages and the report alike."""

from textwrap import wrap

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.evaluation.metric_texts import metric_title
from core.figure_style import axis_text, colour_of, dash_of, finished, symbol_of, translucent

# Of a line of a point's name, in letters: a fusion's name has several.
LABEL_LENGTH = 26


def metric_bars(table: pd.DataFrame, metric: str, *, relevance: str = "") -> go.Figure:
    """One horizontal bar a run with its interval, the best on top.

    Args:
        table: One row a run: `run`, `mean`, `low`, `high`, `count`; as `summaries.summary_table`, narrowed to one
            metric and one relevance.
        metric: Such as "AP"; for axis and title.
        relevance: For people, such as "the same category"; "" leaves it out of the title.
    """
    rows = table.sort_values("mean", na_position="first")
    names = axis_text(rows["run"])
    figure = go.Figure(
        go.Bar(
            x=rows["mean"],
            y=names,
            orientation="h",
            marker_color=colour_of(0),
            error_x=_errors(rows),
            text=[f"{value:.3f}" for value in rows["mean"]],
            textposition="inside",
            insidetextanchor="start",
            customdata=rows[["run", "low", "high", "count"]].to_numpy(object),
            hovertemplate="%{y}: %{x:.3f} [%{customdata[1]:.3f}, %{customdata[2]:.3f}], "
            "%{customdata[3]} queries<extra></extra>",
        )
    )
    title = metric_title(metric)
    about = f", relevant is {relevance}" if relevance else ""
    finished(figure, f"{title} of each run{about}", f"{title}, 0 to 1, with 95 % interval", "run")
    figure.update_xaxes(range=[0, min(1.02, float(np.nanmax([*rows["high"], 0.05])) * 1.08)])
    return figure.update_layout(height=130 + 34 * len(rows), showlegend=False)


def curves_over_k(table: pd.DataFrame, name: str = "P", *, relevance: str = "") -> go.Figure:
    """One line a run over the cut-offs k, its 95 % interval as a band.

    Args:
        table: One row a run and metric: `run`, `metric`, `mean`, `low`, `high`; other metrics are passed over.
        name: "P", "R", "recall" or "nDCG": the metric before its cut-off.
        relevance: As in `metric_bars`.
    """
    chosen = table[table["metric"].str.startswith(f"{name}@")].copy()
    chosen["k"] = chosen["metric"].str.removeprefix(f"{name}@").astype(int)
    figure = go.Figure()
    for number, (run, rows) in enumerate(chosen.sort_values("k").groupby("run", sort=False)):
        figure.add_scatter(
            x=[*rows["k"], *rows["k"][::-1]],
            y=[*rows["high"], *rows["low"][::-1]],
            mode="lines",
            fill="toself",
            fillcolor=translucent(colour_of(number)),
            line={"width": 0},
            hoverinfo="skip",
            showlegend=False,
            legendgroup=str(number),
        )
        figure.add_scatter(
            x=rows["k"],
            y=rows["mean"],
            mode="lines+markers",
            name=axis_text([run])[0],
            line={"color": colour_of(number), "dash": dash_of(number)},
            marker={"symbol": symbol_of(number), "size": 8},
            legendgroup=str(number),
            hovertemplate=f"{name}@%{{x}}: %{{y:.3f}}<extra>%{{fullData.name}}</extra>",
        )
    about = f", relevant is {relevance}" if relevance else ""
    title = metric_title(name)
    finished(figure, f"{title} with 95 % intervals{about}", "k, results", title)
    figure.update_xaxes(tickvals=sorted(set(chosen["k"])))
    return figure.update_yaxes(rangemode="tozero").update_layout(height=420)


def quality_against_ms(table: pd.DataFrame, metric: str = "AP", *, relevance: str = "") -> go.Figure:
    """One point a run: a metric over the milliseconds of one query, with the metric's interval.

    Args:
        table: One row a run: `run`, `mean`, `low`, `high`, `query_ms` and `dim`.
        metric: Such as "AP".
        relevance: As in `metric_bars`.
    """
    figure = go.Figure()
    for number, row in enumerate(table.to_dict("records")):
        figure.add_scatter(
            x=[row["query_ms"]],
            y=[row["mean"]],
            mode="markers+text",
            name=axis_text([row["run"]])[0],
            text=["<br>".join(f"  {line}" for line in wrap(axis_text([row["run"]])[0], LABEL_LENGTH))],
            textposition="middle right",
            marker={"color": colour_of(number), "symbol": symbol_of(number), "size": 13},
            error_y=_errors(pd.DataFrame([row])),
            customdata=[[row["run"], row["dim"]]],
            hovertemplate="%{fullData.name}: %{y:.3f} in %{x:.0f} ms, %{customdata[1]} dimensions<extra></extra>",
        )
    title = metric_title(metric)
    about = f", relevant is {relevance}" if relevance else ""
    finished(figure, f"{title} against time, best at the upper left{about}", "milliseconds a query", title)
    # Room for the name of the slowest at the right.
    figure.update_xaxes(range=[0, 1.4 * float(np.nanmax([*table["query_ms"], 1]))])
    return figure.update_layout(height=440, showlegend=False)


def category_differences(table: pd.DataFrame, metric: str = "AP") -> go.Figure:
    """Horizontal bars of the difference of two runs in each category, the largest gain of the first run on top.

    Args:
        table: One row a category: `category`, `difference` (first minus second), `low`, `high` and `count`.
        metric: Such as "AP".
    """
    rows = table.dropna(subset=["difference"]).sort_values("difference")
    names = [f"{name} ({count})" for name, count in zip(axis_text(rows["category"]), rows["count"], strict=True)]
    figure = go.Figure(
        go.Bar(
            x=rows["difference"],
            y=names,
            orientation="h",
            marker_color=np.where(rows["difference"] >= 0, colour_of(0), colour_of(1)),
            error_x=_errors(rows.rename(columns={"difference": "mean"})),
            customdata=rows[["category"]].astype(str),
            hovertemplate="%{y}: %{x:+.3f}<extra></extra>",
        )
    )
    title = f"difference in {metric_title(metric)}"
    finished(figure, "Where they differ, category by category", title, "category (queries)")
    return figure.update_layout(height=140 + 24 * len(rows), showlegend=False)


def _errors(rows: pd.DataFrame) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": rows["high"] - rows["mean"],
        "arrayminus": rows["mean"] - rows["low"],
        "thickness": 1.5,
        "color": "#666666",
    }
