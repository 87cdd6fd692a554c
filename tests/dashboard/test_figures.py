import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.evaluation.confusion import Confusion
from core.evaluation.confusion_figure import confusion_heatmap
from dashboard.figures import category_figure, with_chosen_cell, with_room


def test_bars_hold_every_item_once_and_the_rest_is_summed() -> None:
    categories = pd.Series(["a"] * 5 + ["b"] * 3 + ["c"] * 2 + ["d"] + [""])
    figure = category_figure(categories, n_shown=2)
    bars = dict(zip(figure.data[0].y, figure.data[0].x, strict=True))
    assert bars == {"a": 5, "b": 3, "3 others": 4}
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text


def test_no_items_is_an_empty_figure() -> None:
    assert len(category_figure(pd.Series([], dtype=str)).data[0].x) == 0


def test_a_category_is_shown_letter_by_letter() -> None:
    assert category_figure(pd.Series(["<b>bags</b>"])).data[0].y == ("&lt;b&gt;bags&lt;/b&gt;",)


def test_the_chosen_cell_is_framed() -> None:
    matrix = Confusion(np.array(["bag", "coat", "dress"]), np.array([[3, 0, 1], [0, 2, 0], [0, 0, 5]]))
    figure = with_chosen_cell(confusion_heatmap(matrix, with_points=True), matrix.classes, ("bag", "dress"))
    frame = figure.layout.shapes[0]
    assert (frame.x0, frame.x1, frame.y0, frame.y1) == (1.5, 2.5, -0.5, 0.5)


def test_a_cell_that_is_not_shown_is_not_framed() -> None:
    matrix = Confusion(np.array(["bag"]), np.array([[3]]))
    figure = with_chosen_cell(confusion_heatmap(matrix, with_points=True), matrix.classes, ("bag", "(any other)"))
    assert not figure.layout.shapes


def test_labels_stand_on_the_side_that_has_room() -> None:
    figure = go.Figure([go.Scatter(x=[x], y=[1], text=["a model"]) for x in (10.0, 100.0)])
    assert [trace.textposition for trace in with_room(figure).data] == ["middle right", "middle left"]
