from pathlib import Path

import numpy as np
import pytest

from core import settings
from core.catalogs import street
from core.catalogs.catalog import SPLITS, CatalogError
from core.catalogs.pictures import item_box, item_photo
from core.catalogs.protocol import Protocol, protocol, relevance_keys
from core.catalogs.registry import (
    CATALOGS,
    add_folder,
    available_catalogs,
    catalog_folder,
    catalog_spec,
    load_catalog,
)
from core.catalogs.splits import hashed_splits
from core.catalogs.street_boxes import GARMENT_CLASSES
from detection.images import ImageError, open_image

FIRST_QUERIES = [0, 19, 22]


def test_every_record_is_filled() -> None:
    for name, spec in CATALOGS.items():
        assert spec.name == name
        assert spec.title
        assert spec.licence
        assert spec.protocol.endswith(".")
        assert spec.relevance
        assert set(spec.search_splits) <= set(SPLITS)
        assert spec.crop in ("none", "truth")
    assert {name for name, spec in CATALOGS.items() if spec.archives} == {"clothing", "street"}


def test_nothing_is_there_on_a_fresh_machine(data_root: Path) -> None:
    # Debian's package may have put Fashion-MNIST outside of the data root.
    assert [spec.name for spec in available_catalogs() if spec.name != "fashion-mnist"] == []
    for name, advice in (
        ("clothing", "python -m core catalogs download clothing"),
        ("studio", "python -m core catalogs download studio"),
        ("fashion-products", "kaggle.com"),
    ):
        with pytest.raises(CatalogError, match=advice) as caught:
            load_catalog(name)
        assert "but it is not there" in str(caught.value)


@pytest.mark.parametrize("name", ["nonsense", "../data", "", "folder", "CLOTHING"])
def test_an_unknown_name_is_refused_with_the_known_ones(data_root: Path, name: str) -> None:
    with pytest.raises(CatalogError, match=r"expected a catalogue of studio, fashion-products, .*but got"):
        load_catalog(name)


def test_other_folders_of_the_data_root_are_catalogues_of_their_own(data_root: Path, write_picture) -> None:
    write_picture(data_root / "My shop" / "coats" / "a.png")
    write_picture(data_root / "clothing-co-parsing" / "photos" / "a.png")  # incomplete `street`, not a folder
    (data_root / "empty").mkdir()
    write_picture(data_root / ".hidden" / "a.png")
    names = [spec.name for spec in available_catalogs()]
    assert [name for name in names if name not in CATALOGS] == ["My shop"]
    catalog = load_catalog("My shop")
    assert (catalog.name, catalog.items["category"].tolist()) == ("My shop", ["coats"])


def test_a_folder_can_be_read_without_being_known(tmp_path: Path, data_root: Path, write_picture) -> None:
    write_picture(tmp_path / "elsewhere" / "a.png")
    assert load_catalog("folder", folder=tmp_path / "elsewhere").name == "elsewhere"
    with pytest.raises(CatalogError, match="not there"):
        load_catalog("folder", folder=tmp_path / "nowhere")


def test_an_added_folder_stays_known(tmp_path: Path, data_root: Path, write_picture) -> None:
    write_picture(tmp_path / "shop" / "a.png")
    (tmp_path / "list.csv").write_text("image,id,category\na.png,x1,coats\n")
    add_folder("mine", tmp_path / "shop", tmp_path / "list.csv")
    spec = catalog_spec("mine")
    assert catalog_folder(spec) == tmp_path / "shop"
    assert load_catalog("mine").items[["item_id", "category"]].to_numpy().tolist() == [["x1", "coats"]]
    (tmp_path / "artifacts" / "catalogs" / "mine" / "folder.json").write_text("{damaged")
    assert "mine" not in [spec.name for spec in available_catalogs()]


@pytest.mark.parametrize("name", ["../escape", "a/b", "", ".", "..", ".hidden", "street", "folder", "a\nb", "a\0b"])
def test_a_folder_needs_a_plain_free_name(tmp_path: Path, data_root: Path, write_picture, name: str) -> None:
    write_picture(tmp_path / "shop" / "a.png")
    with pytest.raises(CatalogError, match=r"plain name|belongs to"):
        add_folder(name, tmp_path / "shop")
    assert not list(tmp_path.rglob("folder.json"))


def test_a_folder_without_pictures_is_not_added(tmp_path: Path, data_root: Path) -> None:
    (tmp_path / "shop").mkdir()
    with pytest.raises(CatalogError, match="no usable item"):
        add_folder("mine", tmp_path / "shop")
    with pytest.raises(CatalogError, match="does not exist"):
        add_folder("mine", tmp_path / "nowhere")
    assert not list(tmp_path.rglob("folder.json"))


def test_hashed_splits_depend_on_the_key_alone() -> None:
    keys = [f"product {number}" for number in range(4000)]
    splits = dict(zip(keys, hashed_splits(keys), strict=True))
    backwards = dict(zip(keys[::-1], hashed_splits(keys[::-1]), strict=True))
    assert splits == backwards
    share = sum(split == "query" for split in splits.values()) / len(keys)
    assert abs(share - 0.15) < 0.02  # three standard deviations
    assert hashed_splits(["a", "b", "a"])[0] == hashed_splits(["a"])[0]
    # A released split must never move: this is what the seed "drape-1" draws.
    drawn = hashed_splits([str(number) for number in range(30)])
    assert [number for number, split in enumerate(drawn) if split == "query"] == FIRST_QUERIES
    assert set(hashed_splits(keys, query_share=0)) == {"gallery"}
    assert set(hashed_splits(keys, query_share=1)) == {"query"}


def test_relevance_keys_join_columns_and_leave_the_unknown_out(tmp_path: Path, write_picture) -> None:
    rows = [("red", "coat"), ("red", "hat"), ("red", "coat"), ("", "coat"), ("", "coat")]
    (tmp_path / "items.csv").write_text(
        "image,colour,category\n" + "".join(f"{n}.png,{colour},{kind}\n" for n, (colour, kind) in enumerate(rows))
    )
    for number in range(len(rows)):
        write_picture(tmp_path / f"{number}.png")
    catalog = load_catalog("folder", folder=tmp_path)
    keys = relevance_keys(catalog, "category+colour")
    assert keys[0] == keys[2] != keys[1]
    assert keys[3:].tolist() == [-1, -1]
    assert len(set(relevance_keys(catalog, "category"))) == 2
    with pytest.raises(CatalogError, match="needs the columns brand"):
        relevance_keys(catalog, "category+brand")


@pytest.mark.parametrize(("queries", "gallery"), [([], [1]), ([1], []), ([1, 2], [2, 3])])
def test_a_protocol_needs_two_sides_apart(queries: list[int], gallery: list[int]) -> None:
    rows = (np.array(queries, np.int64), np.array(gallery, np.int64))
    with pytest.raises(CatalogError, match="expected"):
        Protocol(*rows, train=rows[1], relevance=("category",))


def test_a_broken_picture_is_an_image_error(tmp_path: Path, write_picture) -> None:
    write_picture(tmp_path / "a.jpg", size=(64, 48))
    (tmp_path / "b.jpg").write_bytes(b"no picture")
    catalog = load_catalog("folder", folder=tmp_path)
    assert item_photo(catalog, 0).pixels.shape == (48, 64, 3)
    with pytest.raises(ImageError):
        item_photo(catalog, 1)


@pytest.fixture
def photos_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The real data root, but with only the first 40 masks of `street`, whose boxes take long to work out."""
    real, root = settings.data_root(), tmp_path / "photos"
    root.mkdir()
    for folder in real.iterdir():
        if folder.is_dir() and folder.name != "street":
            (root / folder.name).symlink_to(folder)
    masks = sorted((real / "street" / street.MASKS).glob("*.mat"))[:40]
    (root / "street" / street.MASKS).mkdir(parents=True)
    for path in masks:
        (root / "street" / street.MASKS / path.name).symlink_to(path)
    for name in (street.LABELS, street.PHOTOS):
        (root / "street" / name).symlink_to(real / "street" / name)
    monkeypatch.setenv("DRAPE_DATA", str(root))
    monkeypatch.setenv("DRAPE_ARTIFACTS", str(tmp_path / "artifacts"))
    return root


@pytest.mark.photos
@pytest.mark.parametrize(("name", "n_items"), [("fashion-products", 1000), ("clothing", 1000), ("street", 100)])
def test_the_real_catalogues_are_sound(photos_root: Path, name: str, n_items: int) -> None:
    if name not in [spec.name for spec in available_catalogs()]:
        pytest.skip(f"{name} is not under the data root")
    catalog = load_catalog(name)
    asked = protocol(catalog)
    assert len(catalog) > n_items
    assert len(asked.queries) + len(asked.gallery) == len(catalog)
    assert 0.05 < len(asked.queries) / len(catalog) < 0.3
    assert catalog.items["category"].ne("").all()
    # Photo and garments stay together: no query has its own picture in the gallery.
    images = catalog.items["image"]
    assert not set(images.iloc[asked.queries]) & set(images.iloc[asked.gallery])
    if name == "street":
        assert set(catalog.items["category"]) <= set(GARMENT_CLASSES)
        for row in range(0, len(catalog), 10):
            height, width = open_image(catalog.root / images.iat[row]).shape[:2]
            box = item_box(catalog, row)
            assert box is not None
            assert (box >= 0).all()
            assert box[2] <= width
            assert box[3] <= height
