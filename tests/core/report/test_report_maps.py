"""Built maps in a report: found, coloured, thinned out."""

from pathlib import Path

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from core.artifacts import ArtifactError
from core.figure_style import axis_text
from core.maps.figure import map_figure
from core.maps.projection import MapSpec, Method
from core.maps.stored import POINT_COLUMNS, EmbeddingMap
from core.report.build import Report
from core.report.looks import space
from core.report.maps import built_maps
from tests.drawn_report import hostile_catalog


def test_a_built_map_is_a_figure_of_the_report(report: Report) -> None:
    maps = [("The map of lite.", go.Figure(go.Scatter(x=[0.123456], y=[1])))]
    chapter = space(report.tables, maps)
    assert chapter is not None
    assert "The map of lite." in chapter.blocks[0]
    assert "0.123456" in chapter.blocks[0]


def test_built_maps_are_found_and_coloured_by_category(artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = hostile_catalog(60)
    ids = catalog.items["item_id"].to_numpy(str)
    points = np.random.default_rng(0).random((60, 2)).astype(np.float32)
    facts = {"trustworthiness": 0.9, "continuity": 0.8, "overlap": 0.5, "k": 15}
    measured = pd.DataFrame(0, index=range(60), columns=list(POINT_COLUMNS))

    def load(catalog_name: str, encoder_name: str, method: Method) -> EmbeddingMap:
        if (encoder_name, method) != ("lite", "tsne"):
            raise ArtifactError("not built")
        return EmbeddingMap(catalog_name, encoder_name, MapSpec(method), ids[::-1], points, measured, facts)

    monkeypatch.setattr("core.report.maps.load_map", load)
    ((caption, figure),) = built_maps(catalog, ["lite", "other", "lite"])
    assert "trustworthiness 0.900" in caption
    assert "t-SNE of lite" in figure.layout.title.text
    shown = {trace.name: len(trace.x) for trace in figure.data}
    counts = catalog.items["category"].value_counts()
    assert shown == {"others": counts[""]} | {axis_text([name])[0]: n for name, n in counts.items() if name}
    at = dict(zip(ids[::-1], points, strict=True))
    dresses = next(trace for trace in figure.data if trace.name == "dress")
    expected = {tuple(at[item]) for item in catalog.items["item_id"][catalog.items["category"] == "dress"]}
    assert set(zip(dresses.x, dresses.y, strict=True)) == expected


def test_a_large_map_is_thinned_out() -> None:
    points, labels = np.random.default_rng(0).random((5000, 2)), np.array([f"kind {n % 9}" for n in range(5000)])
    figure = map_figure(points, labels, "title")
    assert sum(len(trace.x) for trace in figure.data) == 3000
    assert len(figure.data) == 7
