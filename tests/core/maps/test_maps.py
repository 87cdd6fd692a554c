"""Built maps: complete, current or refused, gone on with after a stop; and made in passing where nothing is built."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.artifacts import ArtifactError
from core.catalogs.registry import load_catalog
from core.gallery import Gallery
from core.gallery_build import build_gallery
from core.maps import build as map_build
from core.maps.build import build_maps
from core.maps.neighbourhoods import nearest_points, nearest_rows, overlap
from core.maps.projection import MapSpec
from core.maps.stored import K, is_map_built, load_map, load_neighbours, map_command, map_folder, map_line, quick_map
from core.progress import Reporter
from tests.tiny_catalog import NAME, draw_tiny_catalog, quick_encoder

LITE = "efficientnet-lite0"
QUIET = Reporter("test", None)


@pytest.fixture
def gallery(artifacts: Path, data_root: Path) -> Gallery:
    draw_tiny_catalog(data_root)
    return build_gallery(load_catalog(NAME), quick_encoder())


def test_a_map_is_built_measured_and_loaded_again(gallery: Gallery) -> None:
    (made,) = build_maps(gallery, ["pca"], QUIET)
    loaded = load_map(NAME, LITE, "pca")
    assert loaded.spec == MapSpec("pca")
    assert loaded.item_ids.tolist() == gallery.item_ids.tolist()
    assert loaded.points.tolist() == made.points.tolist()
    assert loaded.measured.equals(made.measured)
    k = loaded.facts["k"]
    assert k == 5 < K, "of 11 items at most 5 neighbours are fewer than half"
    expected = overlap(nearest_rows(gallery.embeddings, k), nearest_points(made.points, k))
    assert loaded.measured["overlap"].to_numpy() == pytest.approx(expected)
    assert loaded.facts["overlap"] == pytest.approx(expected.mean(), abs=1e-6)
    assert loaded.facts["library"].startswith("numpy ")
    assert "PCA: 11 items" in map_line(loaded)


def test_neighbours_are_found_once_for_all_maps(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    build_maps(gallery, ["pca"], QUIET)
    stored = load_neighbours(NAME, LITE)
    assert stored.rows.tolist() == nearest_rows(gallery.embeddings, 10).tolist()
    cosines = np.einsum("nd,nkd->nk", gallery.embeddings, gallery.embeddings[stored.rows])
    assert stored.scores == pytest.approx(cosines, abs=1e-6)

    def never(*given: object) -> None:
        raise AssertionError("neighbours were there already")

    monkeypatch.setattr(map_build, "nearest_rows", never)
    build_maps(gallery, ["pca"], QUIET, is_forced=True)


def test_a_current_map_is_not_built_again_unless_forced(gallery: Gallery, monkeypatch: pytest.MonkeyPatch) -> None:
    build_maps(gallery, ["pca"], QUIET)

    def never(*given: object) -> None:
        raise AssertionError("nothing was to be laid out")

    monkeypatch.setattr(map_build, "project", never)
    build_maps(gallery, ["pca"], QUIET)
    with pytest.raises(AssertionError, match="nothing was to be"):
        build_maps(gallery, ["pca"], QUIET, is_forced=True)


def test_a_map_of_another_gallery_is_refused_with_the_command_that_rebuilds(gallery: Gallery) -> None:
    build_maps(gallery, ["pca"], QUIET)
    manifest = map_folder(NAME, LITE, "pca") / "manifest.json"
    facts = json.loads(manifest.read_text())
    facts["settings"]["gallery"] = "0" * 16
    manifest.write_text(json.dumps(facts))
    with pytest.raises(ArtifactError, match=f"built anew since.*{map_command(NAME, LITE, 'pca')}"):
        load_map(NAME, LITE, "pca")


@pytest.mark.parametrize("spoil", ["damaged", "missing", "settings"])
def test_a_spoilt_map_is_refused(gallery: Gallery, spoil: str) -> None:
    build_maps(gallery, ["pca"], QUIET)
    folder = map_folder(NAME, LITE, "pca")
    points = next(folder.glob("points-*.parquet"))
    if spoil == "damaged":
        content = bytearray(points.read_bytes())
        content[len(content) // 2] ^= 1
        points.write_bytes(content)
    elif spoil == "missing":
        points.unlink()
    else:
        facts = json.loads((folder / "manifest.json").read_text())
        facts["settings"]["spec"]["method"] = "magic"
        (folder / "manifest.json").write_text(json.dumps(facts))
    with pytest.raises(ArtifactError, match="--map pca"):
        load_map(NAME, LITE, "pca")


def test_what_is_not_built_says_how(gallery: Gallery, artifacts: Path) -> None:
    assert not is_map_built(NAME, LITE, "umap")
    with pytest.raises(ArtifactError, match="--map umap"):
        load_map(NAME, LITE, "umap")
    with pytest.raises(ArtifactError, match="python -m core build --catalog tiny --encoder efficientnet-lite2"):
        load_map(NAME, "efficientnet-lite2", "umap")


def test_a_map_made_in_passing_is_the_pca_with_nothing_measured(gallery: Gallery) -> None:
    made = quick_map(gallery)
    (built,) = build_maps(gallery, ["pca"], QUIET)
    assert made.points.tolist() == built.points.tolist()
    assert not made.is_measured
    assert built.is_measured


def test_too_few_items_are_refused_and_no_map_is_no_work(gallery: Gallery) -> None:
    few = Gallery(NAME, LITE, gallery.item_ids[:4], gallery.embeddings[:4], gallery.manifest)
    with pytest.raises(ArtifactError, match="at least 5 items"):
        build_maps(few, ["pca"], QUIET)
    assert build_maps(few, [], QUIET) == []
