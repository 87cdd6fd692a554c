"""Fashion Product Images, Clothing, Clothing Co-Parsing and plain folders, as their publishers lay them."""

from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat

from core.catalogs import kept_table, street
from core.catalogs.catalog import CatalogError
from core.catalogs.folder import read_folder
from core.catalogs.protocol import protocol
from core.catalogs.registry import ignore_progress, load_catalog
from core.catalogs.studio import draw_studio

HEADER = "id,gender,masterCategory,subCategory,articleType,baseColour,season,year,usage,productDisplayName"


def _write_styles(root: Path, lines: list[str], header: str = HEADER) -> Path:
    folder = root / "fashion_products"
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "styles.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return folder


def test_fashion_products_reads_titles_with_commas_and_counts_what_is_wrong(data_root: Path, write_picture) -> None:
    folder = _write_styles(
        data_root,
        [
            "1,Men,Apparel,Topwear,Shirts,Navy Blue,Fall,2011,Casual,Turtle Check, Men, Navy Shirt",
            '2,Women,Apparel,Topwear,Tops,NA,Fall,2011,Casual,"Quoted, as others do"',
            "3,Women,Apparel,Topwear,Tops,Red,Fall,2011,Casual,",
            "4,Women,Apparel,Topwear,Tops,Red,Fall,2011,Casual,No picture",
            "5,Women,Apparel",
            "1,Men,Apparel,Topwear,Shirts,Red,Fall,2011,Casual,Again",
        ],
    )
    for name in "123":
        write_picture(folder / "images" / f"{name}.jpg", int(name))
    catalog = load_catalog("fashion-products")
    items = catalog.items.set_index("item_id")
    assert items["title"].to_dict() == {
        "1": "Turtle Check, Men, Navy Shirt",
        "2": "Quoted, as others do",
        "3": "",
    }
    assert items.loc["1", ["category", "colour", "gender"]].tolist() == ["Shirts", "Navy Blue", "Men"]
    assert items.loc["1", ["masterCategory", "season", "year", "usage"]].tolist() == [
        "Apparel",
        "Fall",
        "2011",
        "Casual",
    ]
    assert items.loc["2", "colour"] == ""  # the publisher's NA is no colour
    assert {(problem.kind, problem.item) for problem in catalog.problems} == {
        ("short line", "5"),
        ("missing image", "4"),
        ("duplicate id", "1"),
    }


def test_fashion_products_names_a_missing_column(data_root: Path) -> None:
    _write_styles(data_root, ["1,a"], header="id,gender")
    with pytest.raises(CatalogError, match="articleType"):
        load_catalog("fashion-products")


def test_fashion_products_survives_bytes_that_are_no_text(data_root: Path, write_picture) -> None:
    folder = _write_styles(data_root, [])
    line = b"1,Men,Apparel,Topwear,Shirts,Red,Fall,2011,Casual,Caf\xe9 \xff\n"
    (folder / "styles.csv").write_bytes(HEADER.encode() + b"\n" + line)
    write_picture(folder / "images" / "1.jpg")
    assert load_catalog("fashion-products").items["title"].tolist() == ["Caf� �"]


def test_clothing_takes_class_and_split_from_the_folders(data_root: Path, write_picture) -> None:
    for path in (
        "train/t-shirt/a.jpg",
        "validation/hat/b.jpg",
        "test/longsleeve/c.JPG",
        "train/t-shirt/notes.txt",
    ):
        if path.endswith("txt"):
            (data_root / "clothing" / path).write_text("not a picture")
        else:
            write_picture(data_root / "clothing" / path)
    items = load_catalog("clothing").items
    assert items[["item_id", "category", "split", "part", "title"]].to_numpy().tolist() == [
        ["a", "t-shirt", "gallery", "train", "T-shirt, photographed at home"],
        ["b", "hat", "query", "validation", "Hat, photographed at home"],
        ["c", "longsleeve", "query", "test", "Long-sleeved top, photographed at home"],
    ]


@pytest.fixture
def street_folder(data_root: Path, write_picture) -> Path:
    """Two photos: a shirt and jeans on the first, nothing named on the second; a third mask is no mask."""
    folder = data_root / "street"
    masks = folder / "annotations" / "pixel-level"
    masks.mkdir(parents=True)
    names = np.empty((1, 4), dtype=object)
    for place, name in enumerate(("null", "skin", "shirt", "jeans")):
        names[0, place] = np.array([name])
    savemat(folder / "label_list.mat", {"label_list": names})
    mask = np.zeros((60, 40), np.uint8)
    mask[5:25, 10:30], mask[30:55, 12:28] = 2, 3
    savemat(masks / "0001.mat", {"groundtruth": mask})
    savemat(masks / "0002.mat", {"groundtruth": np.ones((60, 40), np.uint8)})
    (masks / "0003.mat").write_bytes(b"no MATLAB file")
    for name in ("0001", "0002", "0003"):
        write_picture(folder / "photos" / f"{name}.jpg", size=(40, 60))
    return folder


def test_street_makes_an_item_of_each_garment(street_folder: Path) -> None:
    catalog = load_catalog("street")
    columns = ["item_id", "image", "product_id", "category", "x1", "y1", "x2", "y2"]
    assert catalog.items[columns].to_numpy().tolist() == [
        ["0001-top-1", "photos/0001.jpg", "0001", "top", 10, 5, 30, 25],
        ["0001-pants-1", "photos/0001.jpg", "0001", "pants", 12, 30, 28, 55],
    ]
    assert [(problem.kind, problem.item) for problem in catalog.problems] == [("broken mask", "0003")]
    assert [path.stem for path in street.street_photos(street_folder)] == ["0001", "0002", "0003"]


def test_street_works_the_boxes_out_once_and_again_when_a_mask_changes(street_folder: Path, monkeypatch) -> None:
    seen: list[str] = []
    rule = street._boxes_of_mask
    monkeypatch.setattr(street, "_boxes_of_mask", lambda path, labels: seen.append(path.stem) or rule(path, labels))
    progress: list[tuple[int, int]] = []
    first = load_catalog("street", on_progress=lambda done, total: progress.append((done, total)))
    assert progress == [(1, 3), (2, 3), (3, 3)]
    seen.clear()
    again = load_catalog("street")
    assert seen == []
    assert again.items.equals(first.items)
    mask = np.zeros((60, 40), np.uint8)
    mask[0:20, 0:20] = 3
    savemat(street_folder / "annotations" / "pixel-level" / "0002.mat", {"groundtruth": mask})
    assert load_catalog("street").items["item_id"].tolist() == ["0001-top-1", "0001-pants-1", "0002-pants-1"]
    assert seen == ["0001", "0002", "0003"]


def test_street_makes_a_damaged_kept_table_anew(street_folder: Path, tmp_path: Path) -> None:
    first = load_catalog("street")
    kept = tmp_path / "artifacts" / "catalogs" / "street" / "boxes"
    (table,) = kept.glob("*.parquet")
    table.write_bytes(table.read_bytes()[:-20])
    assert load_catalog("street").items.equals(first.items)
    assert kept_table.FILE == "table.parquet"


def test_folder_without_a_list_takes_the_category_from_the_folder(tmp_path: Path, write_picture) -> None:
    for path in ("red/a_b.PNG", "blue/sub/c.jpg", "d.webp", ".hidden/e.png", "red/.f.png"):
        write_picture(tmp_path / "shop" / path)
    (tmp_path / "shop" / "readme.txt").write_text("not a picture")
    catalog = read_folder(tmp_path / "shop", ignore_progress)
    assert catalog.name == "shop"
    assert catalog.items[["item_id", "category", "title"]].to_numpy().tolist() == [
        ["blue/sub/c.jpg", "sub", "c"],
        ["d.webp", "", "d"],
        ["red/a_b.PNG", "red", "a b"],
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_folder_reads_a_list_with_the_columns_of_a_shop(tmp_path: Path, write_picture, separator: str) -> None:
    write_picture(tmp_path / "shop" / "x" / "a.png")
    write_picture(tmp_path / "shop" / "b.png")
    lines = [
        ["SKU", "File Name", "Product_Name", "Color", "Class", "Price", "Split"],
        ["10", "a", "Coat", "red", "coats", "5", "TEST"],
        ["11", "./b.png", "Hat", "", "hats", "6", "train"],
        ["12", "../../etc/passwd", "", "", "", "", ""],
    ]
    (tmp_path / "shop" / "items.csv").write_text("\n".join(separator.join(line) for line in lines), "utf-8-sig")
    catalog = read_folder(tmp_path / "shop", ignore_progress, name="mine")
    columns = ["item_id", "image", "title", "colour", "category", "Price", "split"]
    assert catalog.items[columns].to_numpy().tolist() == [
        ["10", "x/a.png", "Coat", "red", "coats", "5", "query"],
        ["11", "b.png", "Hat", "", "hats", "6", "train"],
    ]
    assert catalog.problem_summary() == "1 path outside"


def test_folder_finds_pictures_by_id_where_the_list_names_no_file(tmp_path: Path, write_picture) -> None:
    write_picture(tmp_path / "shop" / "images" / "7.png")
    (tmp_path / "shop" / "items.csv").write_text("id,title\n7,Coat\n8,Hat\n")
    catalog = read_folder(tmp_path / "shop", ignore_progress)
    assert catalog.items[["item_id", "image"]].to_numpy().tolist() == [["7", "images/7.png"]]
    assert catalog.problem_summary() == "1 missing image"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("title,price\nCoat,5\n", "expected a column with the picture's file"),
        ("", "expected a column with the picture's file"),
        ('image\n"a.png', "expected a CSV file with a header"),
        ("image,id\na.png,1,2,3\nb\n", "no usable item .*2 line of another length"),
    ],
)
def test_folder_refuses_a_list_it_cannot_use(tmp_path: Path, write_picture, text: str, message: str) -> None:
    write_picture(tmp_path / "a.png")
    (tmp_path / "items.csv").write_text(text)
    with pytest.raises(CatalogError, match=message):
        read_folder(tmp_path, ignore_progress)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no usable item"):
        read_folder(tmp_path, ignore_progress)


def test_studio_asks_with_worn_pictures_and_answers_with_the_shops(data_root: Path, tmp_path: Path) -> None:
    draw_studio(tmp_path / "artifacts" / "catalogs" / "studio", n_products=2, workers=1)
    catalog = load_catalog("studio")
    assert len(catalog) == 6
    asked = protocol(catalog)
    assert catalog.items["view"].iloc[asked.gallery].unique().tolist() == ["shop"]
    assert sorted(catalog.items["view"].iloc[asked.queries].unique()) == ["flat", "worn"]
    products = catalog.items["product_id"]
    assert set(products.iloc[asked.queries]) == set(products.iloc[asked.gallery])
    assert catalog.items[["x1", "y1", "x2", "y2"]].notna().all(axis=None)
