"""What leaves the program: packed points, colours and files, read back by other means than they were written."""

import base64
import io
import json
import re
import struct
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from typer.testing import CliRunner

from core.__main__ import app
from core.catalogs.catalog import Catalog
from core.catalogs.registry import load_catalog
from core.encoders.registry import encoder_spec
from core.gallery import load_gallery
from core.gallery_build import build_gallery
from core.maps.areas import inside_polygon
from core.maps.build import build_maps
from core.maps.columns import (
    NAMED_CLASSES,
    catalog_columns,
    cluster_name,
    colouring,
    item_colouring,
    measured_columns,
    point_colouring,
)
from core.maps.export import EXPORTS, VIEWER, export_bytes, viewer_script
from core.maps.payload import pack, pack_colouring, pack_points
from core.maps.projection import MapSpec
from core.maps.projector import projector_files
from core.maps.sheet import MOST_SIDE_PX, picture_sheet, sheet_columns, tile_side
from core.maps.stored import EmbeddingMap
from core.progress import Reporter
from tests.tiny_catalog import BROKEN, NAME, draw_tiny_catalog, quick_encoder


@pytest.fixture
def tiny(artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[EmbeddingMap, Catalog]:
    draw_tiny_catalog(data_root)
    catalog = load_catalog(NAME)
    (made,) = build_maps(build_gallery(catalog, quick_encoder()), ["pca"], Reporter("test", None))
    return made, catalog


def unpack(content: bytes) -> dict:
    """As the browser reads it (core/maps/viewer/payload.js)."""
    (length,) = struct.unpack("<I", content[:4])
    head = json.loads(content[4 : 4 + length])
    for entry in head["arrays"]:
        assert entry["start"] % 4 == 0
        kind = {"float32": "<f4", "uint32": "<u4", "uint16": "<u2"}[entry["kind"]]
        head[entry["name"]] = np.frombuffer(content, kind, entry["count"], entry["start"])
    return head


@pytest.mark.parametrize("count", [0, 1, 3, 1000])
@pytest.mark.parametrize("words", ["", "é", "x" * 1001])
def test_what_is_packed_is_read_back(count: int, words: str) -> None:
    arrays = {
        "a": np.arange(count, dtype=np.uint16),
        "b": np.linspace(0, 1, 2 * count, dtype=np.float32).reshape(-1, 2),
        "c": np.arange(count, dtype=np.uint32),
    }
    head = unpack(pack({"words": words}, arrays))
    assert head["words"] == words
    for name, array in arrays.items():
        assert head[name].tolist() == array.ravel().tolist()


def test_other_types_are_refused() -> None:
    with pytest.raises(ValueError, match="float64"):
        pack({}, {"a": np.zeros(3)})


def test_fifty_thousand_points_are_small() -> None:
    count = 50_000
    spec, ids = MapSpec("pca"), np.array([str(number) for number in range(count)])
    made = EmbeddingMap("c", "e", spec, ids, np.zeros((count, 2), np.float32), pd.DataFrame(index=range(count)), {})
    classes = colouring(pd.Series(np.arange(count) % 300).astype(str))
    assert len(pack_points(made, np.arange(count))) + len(pack_colouring(classes)) < 800_000


def test_classes_are_numbered_by_how_common_they_are_then_by_name() -> None:
    made = colouring(pd.Series(["b", "a", "", None, "b", "c", "a"]))
    assert made.labels == ("(none)", "a", "b", "c")
    assert made.values.tolist() == [2, 1, 0, 0, 2, 3, 1]


def test_numbers_have_a_scale_and_gaps() -> None:
    made = colouring(pd.Series([3.0, np.nan, -1.0]))
    assert made.labels is None
    assert (made.low, made.high) == (-1.0, 3.0)
    assert np.isnan(made.values[1])
    assert unpack(pack_colouring(colouring(pd.Series([np.nan, np.nan]))))["low"] == 0


def test_every_column_that_tells_items_apart_is_a_colour(tiny: tuple[EmbeddingMap, Catalog]) -> None:
    made, catalog = tiny
    assert catalog_columns(catalog)[0] == "category"
    assert not {"item_id", "image", "title", "x1", "gender"} & set(catalog_columns(catalog))
    rows = np.array([catalog.row_of(item_id) for item_id in made.item_ids])
    for name in catalog_columns(catalog):
        column = item_colouring(catalog, name, rows)
        assert [column.labels[code] for code in column.values] == catalog.items[name].iloc[rows].tolist()
    for name in measured_columns(made):
        assert len(point_colouring(made, name).values) == len(made)
    clusters = point_colouring(made, "cluster")
    assert [clusters.labels[code] for code in clusters.values] == [cluster_name(n) for n in made.measured["cluster"]]
    with pytest.raises(ValueError, match="expected a column"):
        item_colouring(catalog, "image", rows)
    with pytest.raises(ValueError, match="expected a column"):
        point_colouring(made, "category")


def test_the_viewer_names_as_many_classes_as_the_server_thinks() -> None:
    assert f"const NAMED = {NAMED_CLASSES};" in viewer_script()
    assert 'const OTHERS = "~others"' in viewer_script()


@pytest.mark.parametrize(
    ("polygon", "inside"),
    [
        ([(0, 0), (4, 0), (4, 4), (0, 4)], {(1, 1), (3, 3)}),
        ([(0, 0), (4, 0), (0, 4)], {(1, 1)}),
        ([(0, 0), (0, 4), (4, 4), (4, 0)], {(1, 1), (3, 3)}),
        ([(0.5, 0), (4.5, 4), (4.5, 0), (0.5, 4)], {(1, 1)}),  # a bow tie holds what is in its wings
        ([(0, 0), (4, 4)], set()),
        ([], set()),
    ],
)
def test_points_inside_a_polygon(polygon: list[tuple[int, int]], inside: set[tuple[int, int]]) -> None:
    points = np.array([(1, 1), (3, 3), (5, 1), (-1, 2)], np.float32)
    corners = np.array(polygon, np.float64).reshape(-1, 2)
    found = {tuple(point) for point in points[inside_polygon(points, corners)].astype(int)}
    assert found == inside


def test_the_table_has_a_row_a_point(tiny: tuple[EmbeddingMap, Catalog]) -> None:
    made, catalog = tiny
    for kind, read in (("csv", pd.read_csv), ("parquet", pd.read_parquet)):
        table = read(io.BytesIO(export_bytes(kind, made, catalog)))
        assert table["item_id"].tolist() == made.item_ids.tolist()
        assert table[["x", "y"]].to_numpy() == pytest.approx(made.points, abs=1e-6)
        assert table["category"].tolist() == [item_id.split("/")[0] for item_id in made.item_ids]
        assert {"trustworthiness", "continuity", "overlap", "cluster"} <= set(table.columns)


def test_the_projector_gets_tensors_labels_and_a_sprite(tiny: tuple[EmbeddingMap, Catalog]) -> None:
    made, catalog = tiny
    archive = zipfile.ZipFile(io.BytesIO(export_bytes("projector", made, catalog)))
    (entry,) = json.loads(archive.read("projector_config.json"))["embeddings"]
    tensors = np.loadtxt(io.BytesIO(archive.read(entry["tensorPath"])), delimiter="\t")
    assert tensors.shape == (11, 1280)
    assert np.linalg.norm(tensors, axis=1) == pytest.approx(1, abs=1e-3)
    lines = archive.read(entry["metadataPath"]).decode().splitlines()
    assert len(lines) == 12, "a header and one line a point"
    assert len({line.count("\t") for line in lines}) == 1
    assert [line.split("\t")[0] for line in lines[1:]] == made.item_ids.tolist()
    sprite = Image.open(io.BytesIO(archive.read(entry["sprite"]["imagePath"])))
    assert sprite.width == 4 * entry["sprite"]["singleImageDim"][0]


def test_the_projector_folder_is_what_tensorboard_opens(tiny: tuple[EmbeddingMap, Catalog], tmp_path: Path) -> None:
    made, catalog = tiny
    folder = tmp_path / "new" / "logs"
    export = ["map", "export", "--catalog", NAME, "--encoder", made.encoder_name, "--map", "pca"]
    result = CliRunner().invoke(app, [*export, "--projector", str(folder)])
    assert result.exit_code == 0, result.output
    files = projector_files(made, catalog)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files
    archive = zipfile.ZipFile(io.BytesIO(export_bytes("projector", made, catalog)))
    assert {name: archive.read(name) for name in archive.namelist()} == files
    config = (folder / "projector_config.pbtxt").read_text(encoding="utf-8")
    # The fields of tensorboard/plugins/projector/projector_config.proto, one embedding and its sprite.
    assert " ".join(re.sub(r'"[^"]*"|\d+', "?", config).split()) == (
        "embeddings { tensor_name: ? tensor_path: ? metadata_path: ? "
        "sprite { image_path: ? single_image_dim: ? single_image_dim: ? } }"
    )
    said = dict(re.findall(r'(\w+): "?([^"\s]+)', config))
    # As TensorBoard reads it: no quotes, a value a column, paths from the config's folder.
    lines = (folder / said["tensor_path"]).read_text(encoding="utf-8").splitlines()
    tensors = np.array([[float(value) for value in line.split("\t")] for line in lines])
    np.testing.assert_allclose(tensors, load_gallery(catalog, encoder_spec(made.encoder_name)).embeddings, atol=1e-5)
    assert len((folder / said["metadata_path"]).read_text(encoding="utf-8").splitlines()) == 1 + len(tensors)
    side, sprite = int(said["single_image_dim"]), Image.open(folder / said["image_path"])
    assert (sprite.width // side) * (sprite.height // side) >= len(tensors)


def test_a_map_without_room_for_pictures_names_none(
    tiny: tuple[EmbeddingMap, Catalog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.maps.projector.tile_side", lambda count: 0)
    files = projector_files(*tiny)
    assert sorted(files) == ["metadata.tsv", "projector_config.json", "projector_config.pbtxt", "tensors.tsv"]
    assert b"sprite" not in files["projector_config.pbtxt"] + files["projector_config.json"]


def test_the_page_stands_alone(tiny: tuple[EmbeddingMap, Catalog]) -> None:
    made, catalog = tiny
    page = export_bytes("page", made, catalog).decode()
    assert "/*" not in re.sub(r"(?s)<style>.*?</style>", "", page).replace("/* ", "")
    # Nothing is fetched: every address is a data address, or a namespace.
    assert set(re.findall(r"https?://[^\"'\s]+", page)) <= {"http://www.w3.org/2000/svg"}
    data = json.loads(re.search(r"setData\((\{.*\})\);", page)[1])
    packed = unpack(base64.b64decode(data["panes"][0]["points"].partition(",")[2]))
    assert packed["place"].reshape(-1, 2).tolist() == made.points.tolist()
    near = unpack(base64.b64decode(data["panes"][0]["near"].partition(",")[2]))
    assert near["rows"].size == near["k"] * len(made)
    items = json.loads(base64.b64decode(data["items"].partition(",")[2]))
    assert items["ids"] == made.item_ids.tolist()
    assert BROKEN not in items["ids"]


def test_a_hostile_title_stays_text(tiny: tuple[EmbeddingMap, Catalog]) -> None:
    made, catalog = tiny
    catalog.items["colour"] = ["</script><script>alert(1)</script>", "red\tgreen\nblue"] * 6
    page = export_bytes("page", made, catalog).decode()
    assert page.count("</script>") == 1
    lines = zipfile.ZipFile(io.BytesIO(export_bytes("projector", made, catalog))).read("metadata.tsv").decode()
    assert len({line.count("\t") for line in lines.splitlines()}) == 1


@pytest.mark.parametrize(("count", "side"), [(1, 64), (3600, 64), (50_000, 36), (262_144, 16), (300_000, 0)])
def test_a_sheet_stays_within_what_browsers_take(count: int, side: int) -> None:
    assert tile_side(count) == side
    assert sheet_columns(count) * side <= MOST_SIDE_PX


def test_the_sheet_shows_each_picture_in_its_tile(tiny: tuple[EmbeddingMap, Catalog]) -> None:
    _, catalog = tiny
    rows = np.array([catalog.row_of("dress/0.png"), catalog.row_of(BROKEN), catalog.row_of("dress/1.png")])
    sheet = np.asarray(picture_sheet(catalog, rows, 40)).astype(int)
    assert sheet.shape == (80, 80, 3)
    assert np.abs(sheet[25, 20] - (190, 40, 50)).max() < 20
    assert (sheet[:40, 40:] == 255).all(), "a picture that cannot be opened stays white"
    assert np.abs(sheet[65, 20] - (40, 90, 180)).max() < 20


def test_every_script_of_the_viewer_is_in_it() -> None:
    script = viewer_script()
    for path in VIEWER.glob("*.js"):
        assert path.read_text(encoding="utf-8") in script


def test_the_command_line_writes_files_and_refuses_clearly(tiny: tuple[EmbeddingMap, Catalog], tmp_path: Path) -> None:
    run = CliRunner().invoke
    encoder = ["--catalog", NAME, "--encoder", "efficientnet-lite0"]
    out = tmp_path / "map.csv"
    assert run(app, ["map", "export", *encoder, "--map", "pca", "--as", "csv", "--out", str(out)]).exit_code == 0
    assert len(pd.read_csv(out)) == 11
    for wrong, words in (
        (["--map", "pca", "--as", "gif"], ", ".join(EXPORTS)),
        (["--map", "flat"], "umap, tsne, pca"),
        (["--map", "umap"], "--map umap"),
        (["--map", "pca", "--out", str(out), "--projector", str(tmp_path / "logs")], "but got both"),
    ):
        result = run(app, ["map", "export", *encoder, *wrong])
        assert result.exit_code != 0
        assert words in result.output
