"""A small shop of drawn pictures, built by the real encoder, and a detector that finds two garments everywhere."""

import io
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.building import build
from core.progress import Reporter
from dashboard import resources
from detection.garments import Garments
from tests.conftest import share_exported_encoders

ENCODER = "efficientnet-lite0"
COLOURS = ("red", "navy", "green", "orange", "purple", "teal")


def draw_garment(kind: str, colour: str) -> Image.Image:
    image = Image.new("RGB", (180, 220), "white")
    draw = ImageDraw.Draw(image)
    if kind == "tops":
        draw.polygon(
            [(20, 60), (60, 30), (120, 30), (160, 60), (140, 95), (125, 80), (125, 190), (55, 190), (55, 80), (40, 95)],
            colour,
        )
    else:
        draw.polygon([(60, 20), (120, 20), (140, 210), (105, 210), (90, 80), (75, 210), (40, 210)], colour)
    return image


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="package")
def shop(tmp_path_factory: pytest.TempPathFactory, session_artifacts: Path) -> Iterator[Path]:
    """A data root with one folder catalogue, `shop`: 6 tops and 6 trousers, built."""
    root = tmp_path_factory.mktemp("shop-data")
    for kind in ("tops", "trousers"):
        (root / "shop" / kind).mkdir(parents=True)
        for colour in COLOURS:
            draw_garment(kind, colour).save(root / "shop" / kind / f"{colour}.png")
    kept = {name: os.environ.get(name) for name in ("DRAPE_DATA", "DRAPE_ARTIFACTS")}
    os.environ["DRAPE_DATA"] = str(root)
    artifacts = tmp_path_factory.mktemp("shop-artifacts")
    os.environ["DRAPE_ARTIFACTS"] = str(artifacts)
    share_exported_encoders(artifacts, session_artifacts)
    build("shop", ENCODER, Reporter("test", None))
    yield root
    for name, value in kept.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture
def two_garments(monkeypatch: pytest.MonkeyPatch) -> None:
    """A detector that finds a top in the upper and pants in the lower half."""

    def detect(pixels: np.ndarray, min_confidence: float) -> Garments:
        height, width = pixels.shape[:2]
        xyxy = np.array([[0, 0, width, height / 2], [0, height / 2, width, height]], np.float32)
        return Garments(xyxy, np.array([0.9, 0.8], np.float32), np.array([0, 3], np.int64))

    monkeypatch.setattr(resources, "detector", lambda: detect)
