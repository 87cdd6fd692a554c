import pandas as pd

from dashboard.figures import category_figure


def test_bars_hold_every_item_once_and_the_rest_is_summed() -> None:
    categories = pd.Series(["a"] * 5 + ["b"] * 3 + ["c"] * 2 + ["d"] + [""])
    figure = category_figure(categories, n_shown=2)
    bars = dict(zip(figure.data[0].y, figure.data[0].x, strict=True))
    assert bars == {"a": 5, "b": 3, "3 others": 4}
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text


def test_no_items_is_an_empty_figure() -> None:
    assert len(category_figure(pd.Series([], dtype=str)).data[0].x) == 0
