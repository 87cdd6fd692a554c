"""`query`: JSON alone on standard output, one `error:` line and exit code 2 for whatever is bad."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import settings
from core.artifacts import MANIFEST
from core.cli.query import parse_crop
from core.gallery import gallery_folder
from detection.images import ImageError
from tests.core.cli.commands import LITE, refusal, run
from tests.pictures_in_bytes import encoded, gradient, png
from tests.tiny_catalog import NAME


def test_query_prints_json_alone(tiny: Path) -> None:
    photo = tiny / "dress" / "1.png"
    result = run("query", photo, "--catalog", NAME, "--encoder", LITE, "--k", "3", "--crop", "none", "--json")
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert set(answer) >= {"garments", "crop", "results", "milliseconds"}
    assert answer["garments"] == [{"class": "dress", "confidence": 0.75, "xyxy": [10.0, 12.5, 90.0, 112.5]}]
    assert answer["crop"] is None
    assert "whole picture" in answer["crop_reason"]
    assert len(answer["results"]) == 3
    best = answer["results"][0]
    assert (best["item_id"], best["category"]) == ("dress/1.png", "dress")
    assert best["score"] == pytest.approx(1, abs=1e-5)
    assert Path(best["path"]) == photo
    scores = [item["score"] for item in answer["results"]]
    assert scores == sorted(scores, reverse=True)
    assert list(answer["milliseconds"]) == ["open", "detect", "encode", "search"]


def test_query_crops_by_rule_or_by_hand(tiny: Path) -> None:
    def crop(*options: str) -> object:
        common = ("query", tiny / "dress" / "1.png", "--catalog", NAME, "--encoder", LITE, "--json")
        return json.loads(run(*common, *options).stdout)["crop"]

    assert crop() == [10.0, 12.5, 90.0, 112.5]
    assert crop("--crop", "auto") == [10.0, 12.5, 90.0, 112.5]
    assert crop("--crop", "5,6,50.5,60") == [5.0, 6.0, 50.5, 60.0]
    assert crop("--crop", "-5,-6,500,600") == [0.0, 0.0, 100.0, 125.0]


def test_query_for_people_names_what_was_searched_and_found(tiny: Path) -> None:
    result = run("query", tiny / "dress" / "1.png", "--catalog", NAME, "--encoder", LITE, "--k", "99")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "searched: the dress"
    assert len(lines) == 1 + 11 + 1  # every picture that could be opened, and the times
    assert "search" in lines[-1]


BAD_FILES: dict[str, Callable[[], bytes]] = {
    "empty.jpg": lambda: b"",
    "text.jpg": lambda: b"no picture",
    "cut.jpg": lambda: encoded(gradient(200, 200), "JPEG")[:900],
    "bomb.png": lambda: png(100_000, 100_000, 8, 2, b"\0" * 64),
    "thin.png": lambda: encoded(Image.new("RGB", (1, 50)), "PNG"),
    "large.png": lambda: bytes(20_000_001),
    "moving.webp": lambda: encoded(
        Image.new("RGB", (32, 32)), "WEBP", save_all=True, append_images=[Image.new("RGB", (32, 32), "red")]
    ),
    "still.gif": lambda: encoded(gradient(32, 32), "GIF"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_picture_is_one_line_that_names_it(tiny: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(BAD_FILES[name]())
    assert str(path) in refusal("query", path, "--catalog", NAME, "--encoder", LITE, "--json")
    out = tmp_path / "out.npy"
    assert str(path) in refusal("encode", "--encoder", LITE, "--out", out, tiny / "top" / "0.png", path)
    assert not out.exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--catalog", "no-such"], "no-such"),
        (["--catalog", "../tiny"], "'../tiny'"),
        (["--catalog", NAME, "--encoder", "no-such"], "efficientnet-lite0"),
        (["--catalog", NAME, "--encoder", "resnet50"], f"build --catalog {NAME} --encoder resnet50"),
        (
            ["--catalog", NAME, "--encoder", "efficientnet-lite2"],
            f"build --catalog {NAME} --encoder efficientnet-lite2",
        ),
        (["--catalog", NAME, "--encoder", LITE, "--k", "0"], "k of 1"),
        (["--catalog", NAME, "--encoder", LITE, "--k", "100000"], str(settings.MAX_K)),
        (["--catalog", NAME, "--encoder", LITE, "--crop", "middle"], "'middle'"),
        (["--catalog", NAME, "--encoder", LITE, "--words", "in red"], "encoder that reads text for the words 'in red'"),
        (["--catalog", NAME, "--encoder", LITE, "--words", "x" * 201], "at most 200 characters"),
        (["--catalog", NAME, "--encoder", LITE, "--crop", "1,2,3"], "'1,2,3'"),
        (["--catalog", NAME, "--encoder", LITE, "--crop", "50,50,10,10"], "box"),
        (["--catalog", NAME, "--encoder", LITE, "--crop", "900,900,950,950"], "outside"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_bad_option_is_one_line(tiny: Path, options: list[str], said: str) -> None:
    assert said in refusal("query", tiny / "dress" / "1.png", *options, "--json")


def test_a_missing_picture_and_a_folder_are_one_line(tiny: Path, tmp_path: Path) -> None:
    for path in (tmp_path / "none.jpg", tmp_path):
        assert str(path) in refusal("query", path, "--catalog", NAME, "--encoder", LITE)


def test_a_damaged_gallery_is_one_line_with_the_command_that_mends_it(tiny: Path) -> None:
    (gallery_folder(NAME, LITE) / MANIFEST).write_text("{")
    said = refusal("query", tiny / "dress" / "1.png", "--catalog", NAME, "--encoder", LITE, "--json")
    assert f"python -m core build --catalog {NAME} --encoder {LITE}" in said


def test_the_traceback_is_there_for_who_asks(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAPE_DEBUG", "1")
    assert isinstance(run("query", tiny / "none.png", "--catalog", NAME).exception, ImageError)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("auto", "auto"),
        ("none", "none"),
        ("1,2,3,4", [1, 2, 3, 4]),
        (" 1 , 2.5, 3e2,4 ", [1, 2.5, 300, 4]),
        ("-1,-2,3,4", [-1, -2, 3, 4]),
    ],
)
def test_crops_that_are_understood(text: str, expected: object) -> None:
    found = parse_crop(text)
    assert (found.tolist() if isinstance(found, np.ndarray) else found) == expected


@pytest.mark.parametrize(
    "text",
    ["", "AUTO", "whole", "1,2,3", "1,2,3,4,5", "1,2,3,", "a,b,c,d", "nan,0,1,1", "0,0,inf,1", "1 2 3 4", "1;2;3;4"],
)
def test_crops_that_are_not(text: str) -> None:
    with pytest.raises(ValueError, match="expected --crop"):
        parse_crop(text)
