import io
from pathlib import Path

import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from core import settings
from dashboard.api import ROUTES
from dashboard.photos import keep_photo
from tests.dashboard.conftest import ENCODER, draw_garment, png


@pytest.fixture
def client(shop: Path, two_garments: None) -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


def search(client: TestClient, body: bytes, **asked: str | int) -> tuple[int, dict]:
    answer = client.post("/api/search", params={"catalog": "shop", "encoder": ENCODER, **asked}, content=body)
    return answer.status_code, answer.json()


def test_health(client: TestClient) -> None:
    assert client.get("/api/health").json() == {"status": "ok"}


def test_catalogs_lists_what_is_built(client: TestClient) -> None:
    row = next(row for row in client.get("/api/catalogs").json() if row["catalog"] == "shop")
    assert row["encoders"] == [ENCODER]


def test_search_finds_the_very_picture_first(client: TestClient) -> None:
    status, record = search(client, png(draw_garment("trousers", "green")), crop="none", k=3)
    assert status == 200
    assert record["results"][0]["item_id"] == "trousers/green.png"
    assert record["results"][0]["score"] == pytest.approx(1, abs=1e-3)
    assert record["crop"] is None
    assert set(record["milliseconds"]) == {"open", "detect", "encode", "search"}


def test_search_crops_to_a_box(client: TestClient) -> None:
    status, record = search(client, png(draw_garment("tops", "red")), crop="10,10,170,200")
    assert status == 200
    assert record["crop"] == [10, 10, 170, 200]


def test_search_says_nothing_of_the_servers_files(client: TestClient, shop: Path) -> None:
    _, record = search(client, png(draw_garment("tops", "red")))
    assert str(shop) not in str(record)


def test_pictures_of_results_are_small_jpegs_that_may_be_kept(client: TestClient) -> None:
    _, record = search(client, png(draw_garment("tops", "red")))
    answer = client.get(record["results"][0]["picture"])
    assert answer.headers["content-type"] == "image/jpeg"
    assert "max-age" in answer.headers["cache-control"]
    assert max(Image.open(io.BytesIO(answer.content)).size) <= 240


def test_fifty_results_weigh_less_than_a_megabyte(client: TestClient) -> None:
    _, record = search(client, png(draw_garment("tops", "red")), k=12)
    total = sum(len(client.get(result["picture"]).content) for result in record["results"])
    assert total / len(record["results"]) * 50 < 1_000_000


@pytest.mark.parametrize(
    ("asked", "body", "words"),
    [
        ({}, b"", "empty"),
        ({}, b"no picture", "another kind of file"),
        ({"catalog": "nowhere"}, None, "nowhere"),
        ({"encoder": "nobody"}, None, "nobody"),
        ({"encoder": "efficientnet-lite2"}, None, "python -m core build --catalog shop"),
        ({"encoder": "resnet50"}, None, "python -m core"),
        ({"words": "in red"}, None, "reads text for the words"),
        ({"words": "x" * 300}, None, "at most 200 characters"),
        ({"k": "0"}, None, "k to be a whole number"),
        ({"k": "9" * 30}, None, "k to be a whole number"),
        ({"k": "²"}, None, "k to be a whole number"),
        ({"crop": "1,2,3"}, None, "--crop"),
        ({"crop": "nan,0,1,1"}, None, "--crop"),
        ({"crop": "500,500,900,900"}, None, "outside"),
        ({"surprise": "1"}, None, "surprise"),
    ],
)
def test_refusals_are_one_sentence(client: TestClient, asked: dict, body: bytes | None, words: str) -> None:
    status, record = search(client, png(draw_garment("tops", "red")) if body is None else body, **asked)
    assert status in (400, 404)
    assert words in record["error"]
    assert "Traceback" not in record["error"]


def test_more_than_20_megabytes_are_refused_while_they_arrive(client: TestClient) -> None:
    status, record = search(client, b"x" * 20_000_001)
    assert status == 400
    assert "20 MB" in record["error"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/catalogs/shop/picture?item=../../etc/passwd",
        "/api/catalogs/shop/picture?item=",
        "/api/catalogs/shop/picture",
        "/api/catalogs/..%2f..%2fetc/picture?item=passwd",
        "/api/photos/upload/..%2f..%2fsecret",
        "/api/photos/upload/" + "0" * 64,
        "/api/photos/sample/nothing",
        "/api/photos/file/etc",
        "/api/catalogs/shop/picture?item=tops/red.png&side=-1",
        "/api/catalogs/shop/picture?item=tops/red.png&side=huge",
    ],
)
def test_names_are_never_paths(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code in (400, 404)
    assert not answer.headers["content-type"].startswith("image/")


def test_an_upload_is_served_upright_without_its_metadata(client: TestClient) -> None:
    image = Image.new("RGB", (60, 40), "red")
    exif = image.getexif()
    exif[0x0112], exif[0x010E] = 6, "a secret place"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif)
    name = keep_photo(out.getvalue())
    assert (settings.artifacts_root() / "photos" / name).is_file()
    served = client.get(f"/api/photos/upload/{name}").content
    assert Image.open(io.BytesIO(served)).size == (40, 60)
    assert b"secret" not in served
