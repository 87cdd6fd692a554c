"""Tables -> plotly figures; no streamlit inside."""

import pandas as pd
import plotly.graph_objects as go

BAR_COLOUR = "#0072B2"


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
