"""Figures of evaluations: they show the numbers of their table, and no text of a data set becomes markup."""

import json
from itertools import pairwise, product

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.evaluation.confusion import OTHERS, Confusion, confusion, in_block_order, top_classes
from core.evaluation.confusion_figure import confusion_heatmap
from core.evaluation.figures import category_differences, curves_over_k, metric_bars, quality_against_ms
from core.figure_style import COLOURS, FEW_TO_MANY, FEW_TO_MANY_ON_DARK, TITLE_CHARACTERS, axis_text, finished

GROUNDS = {"#FFFFFF": FEW_TO_MANY, "#101514": FEW_TO_MANY_ON_DARK}
# What is left of linear red, green and blue; Machado, Oliveira and Fernandes 2009, severity 1.
SIGHTS = {
    "all colours": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "no red": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
    "no green": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "no blue": [[1.256, -0.077, -0.179], [-0.078, 0.931, 0.148], [0.005, 0.691, 0.304]],
}
HOSTILE = "<b>bold</b><a href='javascript:alert(1)'>"


def run_table(count: int = 9) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"run": [HOSTILE, *(f"run {number}" for number in range(1, count))]})
    table["mean"] = rng.random(count)
    table["low"], table["high"] = table["mean"] - 0.05, table["mean"] + 0.1
    return table.assign(count=40, query_ms=rng.random(count) * 100, dim=512)


def over_k(table: pd.DataFrame) -> pd.DataFrame:
    parts = [table.assign(metric=f"P@{k}", mean=table["mean"] / k) for k in (10, 1, 5)]
    return pd.concat([*parts, table.assign(metric="AP")])


def matrix() -> Confusion:
    rng = np.random.default_rng(1)
    names = np.array([HOSTILE, "boot", "hat", "shirt", ""])
    return confusion(rng.choice(names, 200), rng.choice(names, 200))


def figures() -> list[go.Figure]:
    table = run_table()
    differences = table.rename(columns={"run": "category", "mean": "difference"})
    return [
        metric_bars(table, "AP", relevance="the same category"),
        curves_over_k(over_k(table), "P"),
        quality_against_ms(table),
        confusion_heatmap(matrix(), with_points=True),
        confusion_heatmap(matrix(), as_shares=False, has_log_colour=True),
        category_differences(differences),
    ]


@pytest.mark.parametrize("figure", figures())
def test_every_figure_has_axis_titles_and_a_title_and_shows_text_as_text(figure: go.Figure) -> None:
    assert figure.layout.title.text
    assert figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text
    shown = json.loads(figure.to_json())
    for trace in shown["data"]:
        if trace["type"] != "heatmap":  # the others carry raw names for whoever clicks, and do not show them
            trace.pop("customdata", None)
        assert "<b>" not in json.dumps(trace)
    assert "<b>" not in json.dumps(shown["layout"])


@pytest.mark.parametrize("figure", figures())
def test_a_title_is_no_wider_than_a_phone(figure: go.Figure) -> None:
    assert all(len(line) <= TITLE_CHARACTERS for line in figure.layout.title.text.split("<br>"))


def test_a_long_title_is_whole_and_has_room_above_the_figure() -> None:
    words = " ".join(f"word{number}" for number in range(20))
    short, long = finished(go.Figure(), "word", "x", "y"), finished(go.Figure(), words, "x", "y")
    lines = long.layout.title.text.split("<br>")
    assert " ".join(lines) == words
    assert long.layout.margin.t - short.layout.margin.t == 20 * (len(lines) - 1) > 0


def contrast(colour: str, ground: str, sight: list[list[float]]) -> float:
    """The contrast of two hex colours as WCAG 2 has it, seen with some of the colours."""

    def luminance(text: str) -> float:
        share = np.array([int(text[start : start + 2], 16) for start in (1, 3, 5)]) / 255
        linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
        return float(np.clip(np.array(sight) @ linear, 0, 1) @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(colour), luminance(ground)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("ground", GROUNDS)
def test_a_scale_begins_near_its_ground_and_every_step_stands_out_more(ground: str, sight: str) -> None:
    seen = [contrast(colour, ground, SIGHTS[sight]) for colour in GROUNDS[ground]]
    assert 1.1 < seen[0] < 1.5
    assert all(after > 1.3 * before for before, after in pairwise(seen))


@pytest.mark.parametrize("is_on_dark", [False, True])
def test_cells_without_a_query_are_the_ground_and_the_others_are_seen_by_the_pointer(is_on_dark: bool) -> None:
    drawn = matrix()
    cells, points = confusion_heatmap(drawn, with_points=True, is_on_dark=is_on_dark).data
    assert [colour for _, colour in cells.colorscale] == list(FEW_TO_MANY_ON_DARK if is_on_dark else FEW_TO_MANY)
    np.testing.assert_array_equal(np.isnan(np.array(cells.z, dtype=float)), drawn.counts == 0)
    # What is passed over by the pointer is passed over by clicks too.
    assert points.hoverinfo == "text"
    shares_of = drawn.counts / np.maximum(drawn.counts.sum(axis=1, keepdims=True), 1)
    for (true, found, count), label in zip(points.customdata, points.hovertext, strict=True):
        row, column = drawn.classes.tolist().index(true), drawn.classes.tolist().index(found)
        assert label.startswith(" taken for ".join(axis_text([true, found])))
        assert f": {count} of its queries ({shares_of[row, column]:.1%})" in label
        assert cells.hovertext[row][column] == label


def test_bars_are_the_means_with_their_intervals_the_best_on_top() -> None:
    table = run_table()
    bars = metric_bars(table, "RR").data[0]
    assert bars.y[-1] == axis_text([table.loc[table["mean"].idxmax(), "run"]])[0]
    np.testing.assert_allclose(bars.x, np.sort(table["mean"]))
    np.testing.assert_allclose(bars.error_x.array, 0.1)
    np.testing.assert_allclose(bars.error_x.arrayminus, 0.05)


def test_curves_ascend_in_k_and_no_two_runs_look_alike() -> None:
    figure = curves_over_k(over_k(run_table(7)), "P")
    lines = [trace for trace in figure.data if trace.name]
    assert [list(line.x) for line in lines] == [[1, 5, 10]] * 7
    looks = {(line.line.color, line.line.dash, line.marker.symbol) for line in lines}
    assert len(looks) == 7
    assert len(set(COLOURS)) == len(COLOURS)
    assert not curves_over_k(over_k(run_table()), "nDCG").data


def test_a_metric_without_queries_is_drawn_as_nothing() -> None:
    table = run_table(1).assign(mean=np.nan, low=np.nan, high=np.nan)
    assert np.isnan(metric_bars(table, "AP").data[0].x).all()
    assert len(quality_against_ms(table.iloc[:0]).data) == 0


def test_the_heat_map_has_every_count_and_its_points_the_names() -> None:
    drawn = matrix()
    figure = confusion_heatmap(drawn, as_shares=False, with_points=True)
    cells = np.array(figure.data[0].z, dtype=float)
    np.testing.assert_array_equal(np.nan_to_num(cells), drawn.counts)
    told = {(true, found): count for true, found, count in figure.data[1].customdata}
    names = drawn.classes.tolist()
    for (row, true), (column, found) in product(enumerate(names), enumerate(names)):
        assert told.get((true, found), 0) == drawn.counts[row, column]


def test_a_hundred_classes_are_seen_as_a_whole_and_named_once() -> None:
    many = Confusion(np.array([f"kind {number}" for number in range(143)]), np.eye(143, dtype=np.int64))
    figure = confusion_heatmap(many)
    assert 143 * 8 < figure.layout.height < 2000
    assert not figure.layout.xaxis.showticklabels
    assert figure.layout.yaxis.range == (142.5, -0.5)
    assert confusion_heatmap(matrix()).layout.xaxis.showticklabels


def test_the_most_frequent_classes_stay_and_the_others_are_one() -> None:
    drawn = matrix()
    few = top_classes(drawn, 2)
    assert few.counts.sum() == drawn.counts.sum()
    assert few.classes[-1] == OTHERS
    kept = [drawn.classes.tolist().index(name) for name in few.classes[:-1]]
    assert set(drawn.counts.sum(axis=1)[kept]) == set(np.sort(drawn.counts.sum(axis=1))[-2:])
    np.testing.assert_array_equal(few.counts[:-1, :-1], drawn.counts[np.ix_(kept, kept)])
    assert top_classes(drawn, 50) is drawn
    with pytest.raises(ValueError, match="1 class"):
        top_classes(drawn, 0)


def test_classes_that_are_taken_for_each_other_stand_side_by_side() -> None:
    groups = {"a": 0, "b": 1, "c": 2, "d": 0, "e": 1, "f": 2, "g": 0}
    counts = np.array([[20 if groups[x] == groups[y] else 1 for y in groups] for x in groups])
    ordered = in_block_order(Confusion(np.array(list(groups)), counts))
    seen = [groups[name] for name in ordered.classes]
    assert sum(one != other for one, other in pairwise(seen)) == 2
    assert ordered.counts.sum() == counts.sum()
    for row, name in enumerate(ordered.classes):
        for column, other in enumerate(ordered.classes):
            assert ordered.counts[row, column] == (20 if groups[name] == groups[other] else 1)
    two = Confusion(np.array(["a", "b"]), counts[:2, :2])
    assert in_block_order(two) is two
