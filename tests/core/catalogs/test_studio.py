"""The drawn catalogue: the same bytes whoever draws it, true boxes and colours, runs that are cut off."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from core.catalogs import studio
from core.catalogs.studio import draw_studio, read_studio, studio_table
from core.catalogs.studio_drawers import DRAW
from core.catalogs.studio_figures import draw_figure_photo
from core.catalogs.studio_kinds import CYCLE, KINDS
from core.catalogs.studio_palette import COLOURS, DENIMS
from core.catalogs.studio_products import VIEWS, Product, products
from core.catalogs.studio_stage import SIZE
from core.catalogs.studio_views import draw_item, draw_view

CLASSES = {kind.garment for kind in KINDS.values()}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("studio")
    draw_studio(folder, n_products=5, workers=1)
    return folder


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return studio_table(1200)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def colour_of(product: Product, view: str) -> np.ndarray:
    """Median colour (RGB) of what is seen of a product, its border left out."""
    picture = draw_view(product, view)
    return np.median(picture.image[picture.owner == 1], axis=0)


def test_the_table_has_the_kinds_classes_and_rows_it_promises(table: pd.DataFrame) -> None:
    assert list(table.columns) == list(studio.TEXT_COLUMNS)
    assert len(table) == 3600
    assert table["item_id"].is_unique
    assert table["item_id"].tolist()[:4] == ["P0001-shop", "P0001-worn", "P0001-flat", "P0002-shop"]
    assert table["category"].nunique() >= 20
    assert set(table["garment"]) == CLASSES
    assert len(CLASSES) == 13  # the detector's
    assert set(table["colour"]) <= set(COLOURS)
    assert set(table["gender"]) == {"women", "men", "unisex"}
    assert table.groupby("category")["product_id"].nunique().min() >= 15


def test_titles_are_distinct_and_name_the_colour(table: pd.DataFrame) -> None:
    shop = table[table["view"] == "shop"]
    assert shop["title"].is_unique
    assert all(title.lower().startswith(colour) for title, colour in zip(shop["title"], shop["colour"], strict=True))


def test_a_product_does_not_depend_on_how_many_there_are(table: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(studio_table(40), table.head(120))
    assert not studio_table(40, seed=21).equals(studio_table(40))


def test_products_have_near_misses() -> None:
    some = products(3 * len(CYCLE), 20)
    base, recoloured, recut = some[0], some[len(CYCLE)], some[2 * len(CYCLE)]
    assert base.kind == recoloured.kind == recut.kind
    assert base.cut == recoloured.cut
    assert base.colour != recoloured.colour
    assert base.colour == recut.colour
    assert base.cut != recut.cut


def test_no_two_products_are_alike_to_a_person() -> None:
    looks = [
        (
            product.kind,
            product.colour,
            product.pattern,
            *(str(option) for option in product.cut.values() if isinstance(option, str)),
        )
        for product in products(1200, 20)
    ]
    assert len(set(looks)) > 0.98 * len(looks)


def test_every_kind_can_be_drawn() -> None:
    assert set(DRAW) == set(KINDS)


def test_drawing_twice_and_with_other_workers_gives_the_same_bytes(drawn: Path, tmp_path: Path) -> None:
    draw_studio(tmp_path, n_products=5, workers=2)
    assert contents(tmp_path) == contents(drawn)


@pytest.mark.parametrize("number", range(0, len(KINDS), 4))
def test_boxes_are_tight_around_the_seen_product(number: int) -> None:
    for view in VIEWS:
        picture = draw_view(products(61, 20)[number], view)
        assert picture.image.shape == (SIZE[1], SIZE[0], 3)
        rows, columns = np.nonzero(picture.owner == 1)
        seen = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1])
        box = np.array(picture.boxes[0][1])
        assert (box == seen).all()
        assert (picture.owner == 1).sum() > 0.1 * np.prod(box[2:] - box[:2])  # no stray pixels make it large
        assert (box >= 0).all()
        assert box[2] <= SIZE[0]
        assert box[3] <= SIZE[1]


def test_the_colour_named_is_the_colour_drawn() -> None:
    apart = []
    for number in range(0, 60, 4):
        product = products(61, 20)[number]
        names = DENIMS if product.fabric.grain == "denim" else COLOURS
        named = np.array(names.get(product.colour, COLOURS[product.colour]))
        if product.garment != "eyewear":  # named after the rim, seen through the lenses
            apart.append(np.abs(colour_of(product, "shop") - named).max())
    assert np.median(apart) < 25
    assert np.mean(np.array(apart) < 70) > 0.9  # stripes, soles and shade move a few


def test_views_of_a_product_are_nearer_in_colour_than_strangers() -> None:
    chosen = [products(61, 20)[number] for number in range(0, 30, 4)]
    shop = np.array([colour_of(product, "shop") for product in chosen])
    for view in ("worn", "flat"):
        other = np.array([colour_of(product, view) for product in chosen])
        apart = np.linalg.norm(shop[:, None] - other[None], axis=2)
        own, strangers = np.diag(apart), apart[~np.eye(len(chosen), dtype=bool)]
        assert np.median(own) < 0.6 * np.median(strangers)


def test_views_differ_in_background_and_place() -> None:
    product = products(61, 20)[3]
    pictures = [draw_item(product, view) for view in VIEWS]
    assert pictures[0][0][:20, :20].mean() > 225  # a shop picture is light at its edge
    boxes = np.array([box for _, box in pictures])
    assert np.ptp(boxes, axis=0).max() > 20
    with pytest.raises(ValueError, match="shop, worn, flat"):
        draw_item(product, "back")


def test_a_figure_wears_several_known_garments() -> None:
    image, boxes = draw_figure_photo(4)
    again, same = draw_figure_photo(4)
    assert (image == again).all()
    assert boxes == same
    assert len(boxes) >= 3
    assert {name for name, _ in boxes} <= CLASSES
    for _, (x1, y1, x2, y2) in boxes:
        assert 0 <= x1 < x2 <= SIZE[0]
        assert 0 <= y1 < y2 <= SIZE[1]


class CutOffError(Exception):
    """Stands for the power going off."""


def test_an_interrupted_run_keeps_what_it_has_and_ends_the_same(
    drawn: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop_after_two_products(done: int, total: int) -> None:
        if done >= 6:
            raise CutOffError

    with pytest.raises(CutOffError):
        draw_studio(tmp_path, n_products=5, workers=1, on_progress=stop_after_two_products)
    with pytest.raises(ValueError, match="python -m core build"):
        read_studio(tmp_path)
    kept = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "images").iterdir()}
    assert len(kept) >= 6
    damaged = tmp_path / "images" / "P0001-worn.jpg"
    damaged.write_bytes(b"half a picture")
    steps: list[tuple[int, int]] = []
    draw_studio(tmp_path, n_products=5, workers=1, on_progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (15, 15)
    assert contents(tmp_path) == contents(drawn)
    assert (tmp_path / "images" / "P0001-shop.jpg").stat().st_mtime_ns == kept["P0001-shop.jpg"]


def test_another_seed_replaces_the_pictures(tmp_path: Path) -> None:
    draw_studio(tmp_path, n_products=1, workers=1)
    before = contents(tmp_path)
    draw_studio(tmp_path, n_products=1, seed=21, workers=1)
    after = contents(tmp_path)
    assert before.keys() == after.keys()
    assert before["P0001-flat.jpg"] != after["P0001-flat.jpg"]


def test_what_is_read_is_what_was_drawn(drawn: Path) -> None:
    items = read_studio(drawn)
    assert items[list(studio.TEXT_COLUMNS)].equals(studio_table(5).astype(items.dtypes[list(studio.TEXT_COLUMNS)]))
    for row in items.itertuples():
        with Image.open(drawn / row.image) as picture:
            assert picture.size == SIZE
            assert json.loads(picture.info["comment"])["box"] == [row.x1, row.y1, row.x2, row.y2]


@pytest.fixture
def copy(drawn: Path, tmp_path: Path) -> Iterator[Path]:
    for name, content in contents(drawn).items():
        path = tmp_path / ("images" if name.endswith(".jpg") else ".") / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    assert len(read_studio(tmp_path)) == 15
    return tmp_path


def test_a_missing_picture_is_named(copy: Path) -> None:
    (copy / "images" / "P0002-flat.jpg").unlink()
    with pytest.raises(ValueError, match=r"1 pictures are missing.*P0002-flat.jpg"):
        read_studio(copy)


def test_a_short_table_is_refused(copy: Path) -> None:
    table = copy / "items.csv"
    table.write_text("".join(table.read_text().splitlines(keepends=True)[:-2]))
    with pytest.raises(ValueError, match="expected 15 rows"):
        read_studio(copy)


def test_a_table_without_its_columns_is_refused(copy: Path) -> None:
    table = copy / "items.csv"
    table.write_text(table.read_text().replace("garment", "garmnet", 1))
    with pytest.raises(ValueError, match="expected the columns garment"):
        read_studio(copy)


def test_another_version_is_refused(copy: Path) -> None:
    (copy / "studio.json").write_text(json.dumps({"version": 0, "n_products": 5, "seed": 20}))
    with pytest.raises(ValueError, match="expected version"):
        read_studio(copy)


@pytest.mark.parametrize(("n_products", "seed"), [(0, 20), (-3, 20), (5, -1)])
def test_senseless_settings_are_refused(tmp_path: Path, n_products: int, seed: int) -> None:
    with pytest.raises(ValueError, match="at least 1 product"):
        draw_studio(tmp_path, n_products=n_products, seed=seed)
    assert not list(tmp_path.iterdir())
