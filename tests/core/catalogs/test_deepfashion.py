"""Both DeepFashion adapters on fixtures with the blanks, headers and padded numbers of the real lists."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.catalogs.catalog import CatalogError
from core.catalogs.deepfashion_category import attribute_matrix, attribute_names
from core.catalogs.protocol import protocol
from core.catalogs.registry import load_catalog

SHIRT = "img/MEN/Shirts_Polos/id_00000007"
DRESS = "img/WOMEN/Dresses/id_00000002"
INSHOP = {
    f"{DRESS}/02_1_front.jpg": ("id_00000002", "train", "3 1 050 049 208 256"),
    f"{SHIRT}/01_1_front.jpg": ("id_00000007", "query", "1 1 065 050 192 230"),
    f"{SHIRT}/01_2_side.jpg": ("id_00000007", "gallery", "1 2 060 051 190 231"),
    f"{SHIRT}/02_3_back.jpg": ("id_00000007", "gallery", "1 3 061 052 191 232"),
}


def _write_list(path: Path, header: str, lines: list[str], count: int | None = None) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([str(len(lines) if count is None else count), header, *lines]) + "\n")


@pytest.fixture
def inshop(data_root: Path, write_picture) -> Path:
    root = data_root / "In-shop Clothes Retrieval Benchmark"
    lines = [f"{image:72} {product} {split}   " for image, (product, split, _) in INSHOP.items()]
    _write_list(root / "Eval/list_eval_partition.txt", "image_name item_id evaluation_status", lines)
    boxes = [f"{image:72} {box} " for image, (_, _, box) in INSHOP.items()]
    _write_list(root / "Anno/list_bbox_inshop.txt", "image_name clothes_type pose_type x_1 y_1 x_2 y_2", boxes)
    # The publisher's list of products has no header.
    (root / "Anno/list_item_inshop.txt").write_text("2\nid_00000002\nid_00000007\n")
    for image in INSHOP:
        write_picture(root / "Img" / image)
    return root


def test_inshop_reads_partition_products_and_boxes(inshop: Path) -> None:
    catalog = load_catalog("deepfashion-inshop")
    assert catalog.problems == ()
    assert catalog.root == inshop
    columns = ["product_id", "gender", "category", "split", "view", "x1", "y1", "x2", "y2"]
    assert catalog.items[columns].to_numpy().tolist() == [
        ["id_00000002", "Women", "Dresses", "train", "front", 50, 49, 208, 256],
        ["id_00000007", "Men", "Shirts Polos", "query", "front", 65, 50, 192, 230],
        ["id_00000007", "Men", "Shirts Polos", "gallery", "side", 60, 51, 190, 231],
        ["id_00000007", "Men", "Shirts Polos", "gallery", "back", 61, 52, 191, 232],
    ]
    assert catalog.items["item_id"].iat[0] == "WOMEN/Dresses/id_00000002/02_1_front"
    asked = protocol(catalog)
    assert (asked.train.tolist(), asked.queries.tolist(), asked.gallery.tolist()) == ([0], [1], [2, 3])
    assert asked.relevance[0] == "product_id"


def test_inshop_finds_pictures_unpacked_beside_the_lists(inshop: Path) -> None:
    (inshop / "Img" / "img").rename(inshop / "img")
    assert load_catalog("deepfashion-inshop").items["image"].str.startswith("img/").all()


def test_inshop_takes_the_colour_only_where_a_product_has_one(inshop: Path) -> None:
    entries = [
        {"item": "id_00000002", "color": "Black ", "description": ["A dress"]},
        {"item": "id_00000007", "color": "Red", "description": []},
        {"item": "id_00000007", "color": "Blue", "description": []},
    ]
    (inshop / "Anno/list_description_inshop.json").write_text(json.dumps(entries))
    assert load_catalog("deepfashion-inshop").items["colour"].tolist() == ["Black", "", "", ""]
    (inshop / "Anno/list_description_inshop.json").write_text("{damaged")
    assert set(load_catalog("deepfashion-inshop").items["colour"]) == {""}


def test_inshop_points_out_what_the_lists_disagree_about(inshop: Path) -> None:
    (inshop / "Anno/list_item_inshop.txt").write_text("3\nid_00000002\n")
    first = next(iter(INSHOP))
    boxes = [f"{image} {box}" for image, (_, _, box) in INSHOP.items() if image != first]
    _write_list(inshop / "Anno/list_bbox_inshop.txt", "image_name clothes_type pose_type x_1 y_1 x_2 y_2", boxes)
    catalog = load_catalog("deepfashion-inshop")
    assert {(problem.kind, problem.item) for problem in catalog.problems} == {
        ("list of another length", "list_item_inshop.txt"),
        ("product not listed", "id_00000007"),
        ("no box", first),
    }
    assert len(catalog) == 4
    assert np.isnan(catalog.items["x1"].iat[0])


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("Eval/list_eval_partition.txt", "1\nheader\nimg/a.jpg id_1 holdout\n", "but got holdout"),
        (
            "Eval/list_eval_partition.txt",
            "1\nheader\nimg/a.jpg id_1 query\n",
            "expected paths like img/WOMEN",
        ),
        ("Eval/list_eval_partition.txt", "1\nheader\nimg/a.jpg query\n", "expected the columns image_name"),
        ("Eval/list_eval_partition.txt", "image_name item_id\n", "expected a number of lines"),
        ("Eval/list_eval_partition.txt", "", "expected a number of lines"),
        ("Anno/list_item_inshop.txt", None, "cannot be read"),
    ],
)
def test_inshop_refuses_lists_of_another_form(inshop: Path, file: str, text: str | None, message: str) -> None:
    if text is None:
        (inshop / file).unlink()
    else:
        (inshop / file).write_text(text)
    with pytest.raises(CatalogError, match=message):
        load_catalog("deepfashion-inshop")


ATTRIBUTES = ("a-line", "abstract chevron print", "zip")
PHOTOS = {
    "img/Sheer_Pleated-Front_Blouse/img_00000001.jpg": ("val", 1, "072 079 232 273", "-1  1 -1"),
    "img/Sheer_Pleated-Front_Blouse/img_00000002.jpg": ("train", 1, "001 001 100 100", "-1 -1 -1"),
    "img/Denim_Jacket/img_00000001.jpg": ("test", 2, "010 020 030 040", " 1  0  1"),
}


@pytest.fixture(params=["Anno", "Anno_coarse"])
def benchmark(request: pytest.FixtureRequest, data_root: Path, write_picture) -> Path:
    root = data_root / "deepfashion-category"
    notes = root / request.param
    _write_list(notes / "list_category_cloth.txt", "category_name category_type", ["Blouse    1", "Jacket    1"])
    names = [f"{name}               {kind}" for name, kind in zip(ATTRIBUTES, (3, 1, 5), strict=True)]
    _write_list(notes / "list_attr_cloth.txt", "attribute_name  attribute_type", names)
    parts, labels, boxes, marks = zip(*PHOTOS.values(), strict=True)
    for file, header, values in (
        ("list_category_img.txt", "image_name  category_label", labels),
        ("list_bbox.txt", "image_name  x_1  y_1  x_2  y_2", boxes),
        ("list_attr_img.txt", "image_name  attribute_labels", marks),
    ):
        _write_list(notes / file, header, [f"{image:70} {value}" for image, value in zip(PHOTOS, values, strict=True)])
    lines = [f"{image:70} {part}" for image, part in zip(PHOTOS, parts, strict=True)]
    _write_list(root / "Eval/list_eval_partition.txt", "image_name  evaluation_status", lines)
    for image in PHOTOS:
        write_picture(root / "Img" / image)
    return root


def test_category_reads_kinds_boxes_and_attributes(benchmark: Path) -> None:
    catalog = load_catalog("deepfashion-category")
    assert catalog.problems == ()
    columns = ["category", "title", "split", "part", "attributes", "x1", "y2"]
    assert catalog.items[columns].to_numpy().tolist() == [
        ["Blouse", "Sheer Pleated-Front Blouse", "gallery", "val", "abstract chevron print", 72, 273],
        ["Blouse", "Sheer Pleated-Front Blouse", "train", "train", "", 1, 100],
        ["Jacket", "Denim Jacket", "query", "test", "a-line|zip", 10, 40],
    ]
    assert catalog.items["item_id"].iat[2] == "Denim_Jacket/img_00000001"
    assert attribute_names(benchmark) == ATTRIBUTES
    matrix = attribute_matrix(catalog, ATTRIBUTES)
    assert matrix.dtype == np.uint8
    assert matrix.tolist() == [[0, 1, 0], [0, 0, 0], [1, 0, 1]]  # -1 and 0 are made 0
    assert load_catalog("deepfashion-category").items.equals(catalog.items)  # from the kept table


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("img/x.jpg 1 1", "expected 3 values of -1, 0 or 1 a line, but got 2"),
        ("img/x.jpg 1 1 2", "expected 3 values of -1, 0 or 1"),
        ("", "expected a list of attributes"),
    ],
)
def test_category_refuses_a_damaged_list_of_attributes(benchmark: Path, line: str, message: str) -> None:
    (file,) = benchmark.glob("Anno*/list_attr_img.txt")
    file.write_text(f"1\nimage_name attribute_labels\n{line}\n")
    with pytest.raises(CatalogError, match=message):
        load_catalog("deepfashion-category")
    file.unlink()
    with pytest.raises(CatalogError, match=r"list_attr_img\.txt is not there"):
        load_catalog("deepfashion-category")
