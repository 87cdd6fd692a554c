"""The tiny catalogue, built, for the commands that search it."""

from pathlib import Path

import pytest

from core.catalogs.registry import load_catalog
from core.gallery_build import build_gallery
from tests.core.cli.commands import one_dress
from tests.tiny_catalog import NAME, draw_tiny_catalog, quick_encoder


@pytest.fixture
def tiny(artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny catalogue's folder, its gallery built; encoder and detector are stand-ins that are quick."""
    folder = draw_tiny_catalog(data_root)
    build_gallery(load_catalog(NAME), quick_encoder())
    for module in ("cli.query", "cli.encoders", "building"):
        monkeypatch.setattr(f"core.{module}.load_encoder", lambda name: quick_encoder())
    for module in ("cli.query", "cli.encoders"):
        monkeypatch.setattr(f"core.{module}.live_detector", lambda: one_dress)
    monkeypatch.setattr("core.cli.build._stop_cleanly", lambda: None)
    return folder
