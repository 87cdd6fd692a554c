"""Galleries: what is built is what the encoder says of each picture; what no longer fits is refused."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core import artifacts as stored
from core import gallery_build
from core.artifacts import MANIFEST, ArtifactError
from core.catalogs.catalog import Catalog
from core.catalogs.registry import CATALOGS, load_catalog
from core.encoders.preprocess import to_square
from core.encoders.registry import ENCODERS, encoder_spec
from core.gallery import (
    Gallery,
    catalog_digest,
    gallery_facts,
    gallery_folder,
    is_built,
    load_gallery,
)
from core.gallery_build import build_gallery
from core.items import item_pixels
from detection.images import ImageError, open_image
from tests.tiny_catalog import BROKEN, NAME, draw_tiny_catalog, quick_encoder

SPEC = encoder_spec("efficientnet-lite0")
REBUILD = f"python -m core build --catalog {NAME} --encoder {SPEC.name}"


@pytest.fixture
def tiny(artifacts: Path, data_root: Path) -> Catalog:
    draw_tiny_catalog(data_root)
    return load_catalog(NAME)


@pytest.fixture
def built(tiny: Catalog) -> Catalog:
    build_gallery(tiny, quick_encoder())
    return tiny


def refusal(catalog: Catalog) -> str:
    with pytest.raises(ArtifactError) as caught:
        load_gallery(catalog, SPEC)
    assert str(caught.value).endswith(REBUILD)
    return str(caught.value)


def with_boxes(catalog: Catalog, box: tuple[float, float, float, float]) -> Catalog:
    items = catalog.items.copy()
    items[["x1", "y1", "x2", "y2"]] = box
    return replace(catalog, items=items)


def test_every_row_is_the_embedding_of_its_own_picture(tiny: Catalog) -> None:
    encoder = quick_encoder()
    found = build_gallery(tiny, encoder)
    assert found.item_ids.tolist() == [item for item in tiny.items["item_id"] if item != BROKEN]
    assert found.embeddings.dtype == np.float32
    for item_id, embedding in zip(found.item_ids, found.embeddings, strict=True):
        pixels = open_image(tiny.root / tiny.items["image"][tiny.row_of(item_id)])
        alone = encoder.encode_squares(to_square(pixels, SPEC)[None])[0]
        np.testing.assert_array_equal(embedding, alone)


def test_what_was_built_is_what_is_loaded_and_says_how_it_was_made(tiny: Catalog) -> None:
    assert not is_built(NAME, SPEC.name)
    assert gallery_facts(NAME, SPEC.name) is None
    made, loaded = build_gallery(tiny, quick_encoder()), load_gallery(tiny, SPEC)
    assert is_built(NAME, SPEC.name)
    np.testing.assert_array_equal(loaded.embeddings, made.embeddings)
    np.testing.assert_array_equal(loaded.item_ids, made.item_ids)
    facts = loaded.manifest.settings
    assert (facts["runtime"], facts["precision"]) == ("fake", "f32")
    assert (facts["count"], facts["dim"], facts["left_out"]) == (11, SPEC.dim, [BROKEN])
    assert "11 items, 1 left out" in (gallery_facts(NAME, SPEC.name) or "")
    assert len(list(gallery_folder(NAME, SPEC.name).iterdir())) == 3


def test_progress_goes_up_to_the_number_of_items(tiny: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gallery_build, "CHUNK", 5)
    steps: list[tuple[int, int]] = []
    build_gallery(tiny, quick_encoder(), on_progress=lambda done, total: steps.append((done, total)))
    assert steps == [(5, 12), (10, 12), (12, 12)]


@pytest.mark.parametrize(("chunk", "batch"), [(1, 1), (5, 2), (12, 16), (100, 5)])
def test_the_way_it_is_cut_into_pieces_does_not_matter(
    built: Catalog, chunk: int, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = load_gallery(built, SPEC).embeddings
    monkeypatch.setattr(gallery_build, "CHUNK", chunk)
    monkeypatch.setattr(gallery_build, "BATCH", batch)
    np.testing.assert_array_equal(build_gallery(built, quick_encoder()).embeddings, expected)


def test_nothing_that_can_be_opened_is_an_error_and_mending_the_files_mends_it(tiny: Catalog) -> None:
    contents = {path: path.read_bytes() for path in tiny.root.rglob("*.png")}
    for path in contents:
        path.write_bytes(b"broken")
    with pytest.raises(ArtifactError, match="not one of 12 pictures"):
        build_gallery(tiny, quick_encoder())
    assert not is_built(NAME, SPEC.name)
    for path, content in contents.items():
        path.write_bytes(content)
    assert len(build_gallery(tiny, quick_encoder())) == 11


def test_nothing_built_says_how_to_build(tiny: Catalog) -> None:
    assert "there is none" in refusal(tiny)


def test_a_changed_catalogue_makes_a_gallery_out_of_date(built: Catalog) -> None:
    items = built.items
    renamed = items.assign(item_id=["new", *items["item_id"][1:]])
    other_picture = items.assign(image=[items["image"][1], *items["image"][1:]])
    for changed in (items.iloc[::-1].reset_index(drop=True), items.iloc[:-1], renamed, other_picture):
        assert "the catalogue has changed" in refusal(replace(built, items=changed))
    assert "the catalogue has changed" in refusal(with_boxes(built, (0, 0, 50, 50)))
    retitled = items.assign(title="another title")
    assert len(load_gallery(replace(built, items=retitled), SPEC)) == 11


def test_a_new_picture_on_disk_makes_it_out_of_date_too(built: Catalog) -> None:
    (built.root / "top" / "9.png").write_bytes((built.root / "top" / "0.png").read_bytes())
    assert "the catalogue has changed" in refusal(load_catalog(NAME))


def test_other_weights_or_preprocessing_make_it_out_of_date(built: Catalog) -> None:
    for changed in (replace(SPEC, fit="crop"), replace(SPEC, weights=ENCODERS["efficientnet-lite2"].weights)):
        with pytest.raises(ArtifactError, match="weights or preprocessing have changed"):
            load_gallery(built, changed)


@pytest.mark.parametrize("name", ["embeddings.npy", "items.parquet"])
@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: data[:-1] + b"\xff", lambda data: b""])
def test_damage_is_refused(built: Catalog, name: str, damage: Callable[[bytes], bytes]) -> None:
    folder = gallery_folder(NAME, SPEC.name)
    path = folder / stored.load_manifest(folder, "gallery", rebuild="").files[name]
    path.write_bytes(damage(path.read_bytes()))
    assert name in refusal(built)


def foreign_galleries() -> dict[str, tuple[object, object]]:
    rows = np.eye(11, SPEC.dim, dtype=np.float32)
    ids = pd.DataFrame({"item_id": [str(number) for number in range(11)]})
    return {
        "float64": (rows.astype(np.float64), ids),
        "too few": (rows[:5], ids),
        "too narrow": (rows[:, :5], ids),
        "one id less": (rows, ids[:-1]),
        "no ids": (rows, ids.rename(columns={"item_id": "id"})),
        "no table": (rows, None),
        "objects": (np.array([{"pickled": 1}] * 11, dtype=object), ids),
    }


@pytest.mark.parametrize("case", foreign_galleries())
def test_what_another_program_published_is_refused(built: Catalog, case: str) -> None:
    embeddings, ids = foreign_galleries()[case]
    folder = gallery_folder(NAME, SPEC.name)
    facts = stored.load_manifest(folder, "gallery", rebuild="").settings
    stored.publish(folder, "gallery", facts, {
        "embeddings.npy": lambda path: np.save(path, embeddings, allow_pickle=case == "objects"),
        "items.parquet": lambda path: path.write_bytes(b"no table") if ids is None else ids.to_parquet(path),
    })  # fmt: skip
    refusal(built)


@pytest.mark.parametrize("changes", [{"files": {}}, {"settings": {}}, {"kind": "encoder"}, {"format": 99}], ids=str)
def test_a_foreign_manifest_is_refused(built: Catalog, changes: dict[str, object]) -> None:
    path = gallery_folder(NAME, SPEC.name) / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    refusal(built)


def test_boxes_are_cut_out_where_the_catalogue_says_so(
    tiny: Catalog, artifacts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    boxed = with_boxes(tiny, (20, 10, 60, 110))
    whole = open_image(tiny.root / tiny.items["image"][0])
    np.testing.assert_array_equal(item_pixels(boxed, 0, max_side=224), whole)
    plain = catalog_digest(boxed)
    spec = replace(next(iter(CATALOGS.values())), name=NAME, crop="truth")
    monkeypatch.setattr("core.items.CATALOGS", {NAME: spec})
    # 5 % of 40 and of 100 px are added on each side.
    found = item_pixels(boxed, 0, max_side=224)
    assert np.abs(np.array(found.shape) - (110, 44, 3)).max() <= 1
    starts = [(top, left) for top in (4, 5) for left in (17, 18)]  # rounding may take one pixel more
    height, width = found.shape[:2]
    assert any(np.array_equal(found, whole[top : top + height, left : left + width]) for top, left in starts)
    assert catalog_digest(boxed) != plain
    without = with_boxes(tiny, (np.nan,) * 4)
    np.testing.assert_array_equal(item_pixels(without, 0, max_side=224), whole)


def test_a_box_is_cut_out_of_a_large_picture_that_is_decoded_small(
    tiny: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PIL import Image

    pixels = np.zeros((3000, 2000, 3), np.uint8)
    pixels[1000:2000, 500:1500] = 255
    path = tiny.root / tiny.items["image"][0]
    Image.fromarray(pixels).save(path)
    boxed = with_boxes(tiny, (500, 1000, 1500, 2000))
    spec = replace(next(iter(CATALOGS.values())), name=NAME, crop="truth")
    monkeypatch.setattr("core.items.CATALOGS", {NAME: spec})
    found = item_pixels(boxed, 0, max_side=100)
    assert 100 < found.shape[0] < 600  # decoded small, but not too small for the encoder's square
    inner, edge = found.shape[0] // 2, 1
    assert (found[inner, inner] == 255).all()
    assert (found[edge] == 0).all()
    assert (found > 127).mean() == pytest.approx(1 / 1.1**2, abs=0.03)


def test_an_item_whose_box_lies_outside_its_picture_is_left_out(tiny: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    items = tiny.items.copy()
    items.loc[0, ["x1", "y1", "x2", "y2"]] = [5000, 5000, 6000, 6000]
    items.loc[1, ["x1", "y1", "x2", "y2"]] = [50, 50, 40, 40]
    catalog = replace(tiny, items=items)
    spec = replace(next(iter(CATALOGS.values())), name=NAME, crop="truth")
    monkeypatch.setattr("core.items.CATALOGS", {NAME: spec})
    with pytest.raises(ImageError, match="box"):
        item_pixels(catalog, 0, max_side=224)
    found = build_gallery(catalog, quick_encoder())
    assert set(found.manifest.settings["left_out"]) == {*items["item_id"][:2], BROKEN}


def test_a_gallery_refuses_what_contradicts_itself(built: Catalog) -> None:
    sound = load_gallery(built, SPEC)
    with pytest.raises(ValueError, match="one embedding an item"):
        Gallery(NAME, SPEC.name, sound.item_ids[:-1], sound.embeddings, sound.manifest)
