"""A build that is stopped goes on where it stood, to the same bytes; two builds at once do not harm each other."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core import gallery_build
from core.artifacts import ArtifactError
from core.catalogs.catalog import Catalog
from core.catalogs.registry import load_catalog
from core.gallery import gallery_folder, load_gallery
from core.gallery_build import build_gallery
from tests.conftest import PROJECT
from tests.tiny_catalog import NAME, draw_tiny_catalog, quick_encoder

SPEC = quick_encoder().spec


@pytest.fixture
def tiny(artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    draw_tiny_catalog(data_root)
    monkeypatch.setattr(gallery_build, "CHUNK", 3)
    return load_catalog(NAME)


def embeddings_file() -> bytes:
    (path,) = gallery_folder(NAME, SPEC.name).glob("embeddings-*.npy")
    return path.read_bytes()


def stopped_after(catalog: Catalog, items: int) -> None:
    def stop(done: int, total: int) -> None:
        if done >= items:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_gallery(catalog, quick_encoder(), on_progress=stop)


def partial_folders() -> list[Path]:
    return sorted(gallery_folder(NAME, SPEC.name).glob("partial-*"))


@pytest.mark.parametrize("done", [3, 6, 12])
def test_a_stopped_build_is_gone_on_with_to_the_same_bytes(tiny: Catalog, done: int) -> None:
    build_gallery(tiny, quick_encoder())
    uninterrupted = embeddings_file()
    stopped_after(tiny, done)
    assert load_gallery(tiny, SPEC)  # the old one serves meanwhile
    calls: list[int] = []
    build_gallery(tiny, quick_encoder(calls))
    assert embeddings_file() == uninterrupted
    # Of the 12 pictures one is broken (number 7, in the third chunk): it never reaches the encoder.
    assert sum(calls) == 12 - done - (1 if done < 9 else 0)
    assert partial_folders() == []


def test_a_build_that_was_killed_is_gone_on_with(tiny: Catalog, artifacts: Path, data_root: Path) -> None:
    code = """
import os, signal
from core import gallery_build
from core.catalogs.registry import load_catalog
from tests.tiny_catalog import quick_encoder
gallery_build.CHUNK = 3
die = lambda done, total: os.kill(os.getpid(), signal.SIGKILL) if done >= 6 else None
gallery_build.build_gallery(load_catalog("tiny"), quick_encoder(), on_progress=die)
"""
    child = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True)
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()
    calls: list[int] = []
    assert len(build_gallery(tiny, quick_encoder(calls))) == 11
    assert sum(calls) == 5


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-20]),
        lambda path: path.write_bytes(b"nothing that NumPy wrote"),
        lambda path: np.save(path, np.zeros((2, SPEC.dim), np.float32)),
        lambda path: np.save(path, np.zeros((3, SPEC.dim), np.float64)),
        lambda path: np.save(path, np.array([{}, {}, {}], dtype=object), allow_pickle=True),
    ],
    ids=["empty", "cut", "foreign", "short", "float64", "objects"],
)
def test_a_spoilt_chunk_is_encoded_again(tiny: Catalog, damage: Callable[[Path], None]) -> None:
    build_gallery(tiny, quick_encoder())
    uninterrupted = embeddings_file()
    stopped_after(tiny, 6)
    (partial,) = partial_folders()
    damage(partial / "000000003.npy")
    calls: list[int] = []
    build_gallery(tiny, quick_encoder(calls))
    assert embeddings_file() == uninterrupted
    assert sum(calls) == 3 + 5


def test_chunks_of_another_catalogue_or_encoder_are_not_used(tiny: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped_after(tiny, 6)
    (tiny.root / "dress" / "9.png").write_bytes((tiny.root / "top" / "0.png").read_bytes())
    calls: list[int] = []
    build_gallery(load_catalog(NAME), quick_encoder(calls))
    assert sum(calls) == 12
    assert partial_folders() == []


def test_a_second_builder_is_told_to_wait_and_harms_nothing(tiny: Catalog) -> None:
    refused: list[str] = []

    def meanwhile(done: int, total: int) -> None:
        if done == 6:
            try:
                build_gallery(tiny, quick_encoder())
            except ArtifactError as error:
                refused.append(str(error))

    found = build_gallery(tiny, quick_encoder(), on_progress=meanwhile)
    assert len(refused) == 1
    assert "being built already" in refused[0]
    assert len(found) == 11
    assert len(build_gallery(tiny, quick_encoder())) == 11  # the lock is gone with its holder


def test_readers_beside_a_rebuild_see_a_whole_gallery(tiny: Catalog) -> None:
    build_gallery(tiny, quick_encoder())
    expected = load_gallery(tiny, SPEC).embeddings
    rebuilding = threading.Thread(target=lambda: [build_gallery(tiny, quick_encoder()) for _ in range(8)])
    rebuilding.start()
    loads = 0
    while rebuilding.is_alive():
        np.testing.assert_array_equal(load_gallery(tiny, SPEC).embeddings, expected)
        loads += 1
        time.sleep(0.001)
    rebuilding.join()
    assert loads > 3
