"""The scripts of our own components: each thing is made once, and stands before what needs it."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from core.maps.export import VIEWER
from dashboard.frontend_component import component

FRONTEND = Path(__file__).resolve().parents[2] / "dashboard" / "frontend"


def test_no_script_makes_again_what_another_has() -> None:
    scripts = [path.read_text(encoding="utf-8") for folder in (FRONTEND, VIEWER) for path in folder.glob("*.js")]
    made = Counter(name for script in scripts for name in re.findall(r"^(?:function|class|const) (\w+)", script, re.M))
    assert made["element"] == 1
    assert [name for name, count in made.items() if count > 1] == []


def test_a_component_has_its_parts_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: dict[str, Any] = {}
    monkeypatch.setattr(st.components.v2, "component", lambda name, **files: taken.update(files, name=name))
    component("item_grid", "tile")
    places = [taken["js"].index(text) for text in ("function element(", "function drawPicture(", "export default")]
    assert places == sorted(places)
    assert taken["css"].index(".item {") < taken["css"].index(".grid {")
    assert taken["name"] == "drape_item_grid"
