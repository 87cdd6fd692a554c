"""A data root and an artifacts root of the test's own, and small pictures to put there."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

WritePicture = Callable[..., Path]


@pytest.fixture
def data_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data root; artifacts go beside it."""
    root = tmp_path / "data"
    root.mkdir()
    monkeypatch.setenv("DRAPE_DATA", str(root))
    monkeypatch.setenv("DRAPE_ARTIFACTS", str(tmp_path / "artifacts"))
    return root


@pytest.fixture
def write_picture() -> WritePicture:
    """(path, seed=0, size=(20, 16)) -> path of a small picture of noise, its folders made."""

    def write(path: Path, seed: int = 0, size: tuple[int, int] = (20, 16)) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
        Image.fromarray(pixels).save(path)
        return path

    return write
