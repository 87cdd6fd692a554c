"""`python -m core`: JSON alone on standard output, one `error:` line and exit code 2 for whatever is bad."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from core import settings
from core.__main__ import app
from core.artifacts import MANIFEST
from core.catalogs.registry import load_catalog
from core.cli.encoders import expand_paths
from core.cli.query import parse_crop
from core.encoders.preprocess import to_square
from core.encoders.registry import ENCODERS
from core.gallery import gallery_folder, load_gallery
from core.gallery_build import build_gallery
from core.progress import read_progress
from detection.garments import Garments
from detection.images import ImageError, open_image
from tests.conftest import PROJECT
from tests.core.encoders import tiny_clip
from tests.pictures_in_bytes import encoded, gradient, png
from tests.tiny_catalog import BROKEN, NAME, draw_tiny_catalog, quick_encoder

LITE = "efficientnet-lite0"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def refusal(*arguments: str | Path) -> str:
    """The one line that a refused command leaves."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    lines = [line for line in result.stderr.splitlines() if line.strip() and "it/s]" not in line]  # no bar
    assert len(lines) == 1, lines
    assert lines[0].startswith("error: ")
    return lines[0]


@pytest.fixture
def tiny(artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny catalogue's folder, its gallery built; encoder and detector are stand-ins that are quick."""
    folder = draw_tiny_catalog(data_root)
    build_gallery(load_catalog(NAME), quick_encoder())
    for module in ("cli.query", "cli.encoders", "building"):
        monkeypatch.setattr(f"core.{module}.load_encoder", lambda name: quick_encoder())
    for module in ("cli.query", "cli.encoders"):
        monkeypatch.setattr(f"core.{module}.live_detector", lambda: one_dress)
    monkeypatch.setattr("core.cli.build._stop_cleanly", lambda: None)
    return folder


def one_dress(pixels: np.ndarray, min_confidence: float) -> Garments:
    height, width = pixels.shape[:2]
    box = np.array([[width / 10, height / 10, width * 0.9, height * 0.9]])
    return Garments.sorted_from(box, np.array([0.75]), np.array([2]))


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


def test_paths_folders_and_lists_keep_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("b/2.JPG", "b/1.png", "b/deep/3.webp", "b/notes.txt", "a.png", "with space.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(b"")
    Path("b/folder.png").mkdir()
    Path("list.txt").write_text("a.png\n\n  with space.png  \r\nb/2.JPG", encoding="utf-8-sig")
    found = [str(path) for path in expand_paths(["with space.png", "b", "@list.txt", "a.png", "missing.png"])]
    folder = ["b/1.png", "b/2.JPG", "b/deep/3.webp"]
    listed = ["a.png", "with space.png", "b/2.JPG"]
    assert found == ["with space.png", *folder, *listed, "a.png", "missing.png"]
    Path("empty").mkdir()
    for wrong in ("empty", "@none.txt", "@empty"):
        with pytest.raises(ImageError, match="expected"):
            expand_paths([wrong])


def test_encode_writes_rows_in_the_order_given(tiny: Path, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(f"{tiny / 'top' / '3.png'}\n{tiny / 'dress' / '2.png'}\n")
    paths = [tiny / "top" / "1.png", tiny / "dress", f"@{tmp_path / 'list.txt'}", tiny / "top" / "1.png"]
    out = tmp_path / "new folder" / "rows.npy"
    result = run("encode", "--encoder", LITE, "--out", out, *paths)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    rows = np.load(out, allow_pickle=False)
    names = ["top/1", "dress/0", "dress/1", "dress/2", "dress/3", "top/3", "dress/2", "top/1"]
    assert (rows.shape, rows.dtype) == ((8, 1280), np.float32)
    encoder = quick_encoder()
    for name, row in zip(names, rows, strict=True):
        square = to_square(open_image(tiny / f"{name}.png"), encoder.spec)
        np.testing.assert_array_equal(row, encoder.encode_squares(square[None])[0])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    assert [path.name for path in out.parent.iterdir()] == ["rows.npy"]


def test_encode_looks_at_the_whole_picture_unless_told(tiny: Path, tmp_path: Path) -> None:
    picture = tiny / "top" / "1.png"
    for crop in ("none", "auto"):
        assert run("encode", "--encoder", LITE, "--out", tmp_path / crop, "--crop", crop, picture).exit_code == 0
    whole, cropped = np.load(tmp_path / "none"), np.load(tmp_path / "auto")
    encoder, pixels = quick_encoder(), open_image(picture)
    np.testing.assert_array_equal(whole, encoder.encode_squares(to_square(pixels, encoder.spec)[None]))
    assert (whole * cropped).sum() < 0.999
    # 80 x 100 px from (10, 12.5), and 5 % more on every side.
    expected = encoder.encode_squares(to_square(pixels[7:118, 6:94], encoder.spec)[None])
    assert (expected * cropped).sum() > 0.999


@pytest.mark.parametrize("crop", ["1,2,3,4", "all", ""])
def test_encode_knows_two_ways_to_crop(tiny: Path, tmp_path: Path, crop: str) -> None:
    said = refusal("encode", "--encoder", LITE, "--out", tmp_path / "x", "--crop", crop, tiny / "top")
    assert "none or auto" in said


def test_encode_wants_pictures_or_texts(tiny: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text("a red skirt\n")
    for arguments in ([], ["--texts", texts, tiny / "top"]):
        assert "one of the two" in refusal("encode", "--encoder", LITE, "--out", tmp_path / "x.npy", *arguments)
    said = refusal("encode", "--encoder", LITE, "--out", tmp_path / "x.npy", "--texts", texts)
    assert f"{LITE} reads no text" in said
    assert "python -m core encoders" in said
    assert not (tmp_path / "x.npy").exists()


def test_encode_texts_is_one_row_a_line(artifacts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (artifacts / "encoders").unlink()
    spec = tiny_clip.register(tmp_path, monkeypatch)
    lines = ["a red skirt", "", "Bluse\u2028mit Schleife", "form\x0cfeed\x85", "a red skirt"]
    texts, out = tmp_path / "texts.txt", tmp_path / "rows.npy"
    texts.write_text("\r\n".join(lines) + "\r\n", encoding="utf-8-sig", newline="")
    result = run("encode", "--encoder", spec.name, "--out", out, "--texts", texts)
    assert result.exit_code == 0, result.output
    rows = np.load(out)
    assert rows.shape == (5, 16)
    np.testing.assert_allclose(rows[0], rows[4], atol=1e-6)
    texts.write_text("")
    assert run("encode", "--encoder", spec.name, "--out", out, "--texts", texts).exit_code == 0
    assert np.load(out).shape == (0, 16)
    texts.write_bytes(b"\xff\xfe\x00")
    assert str(texts) in refusal("encode", "--encoder", spec.name, "--out", out, "--texts", texts)
    assert "none.txt" in refusal("encode", "--encoder", spec.name, "--out", out, "--texts", tmp_path / "none.txt")


def test_encoders_are_listed_for_people_and_as_json(artifacts: Path) -> None:
    rows = json.loads(run("encoders", "--json").stdout)
    assert [row["encoder"] for row in rows] == list(ENCODERS)
    by_name = {row["encoder"]: row for row in rows}
    assert by_name[LITE]["is_here"]
    assert by_name[LITE]["dim"] == 1280
    assert not by_name["resnet50"]["is_here"]
    assert by_name["resnet50"]["to_do"].endswith("python -m core encoders download resnet50")
    text = run("encoders").stdout
    assert len(text.splitlines()) == len(ENCODERS)
    assert "python -m core encoders download vgg16" in text


def test_encoder_commands_refuse_what_they_cannot_do(artifacts: Path) -> None:
    assert "no download" in refusal("encoders", "download", LITE)
    assert "'no-such'" in refusal("encoders", "download", "no-such")
    assert "encoders download resnet50" in refusal("encoders", "export", "resnet50")


def test_build_encodes_what_is_missing_and_only_that(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr("core.building.load_encoder", lambda name: quick_encoder(calls))
    result = run("build", "--catalog", NAME, "--encoder", LITE)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "11 items" in result.stderr
    assert f"1 left out: {BROKEN}" in result.stderr
    assert calls == []
    assert run("build", "--catalog", NAME, "--encoder", LITE, "--force").exit_code == 0
    assert sum(calls) == 11
    (gallery_folder(NAME, LITE) / MANIFEST).write_text("damaged")
    assert run("build", "--catalog", NAME, "--encoder", LITE).exit_code == 0
    assert sum(calls) == 22
    assert len(load_gallery(load_catalog(NAME), quick_encoder().spec)) == 11


def test_build_tells_a_dashboard_how_far_it_is_and_why_it_failed(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    assert run("build", "--catalog", NAME, "--encoder", LITE, "--force", "--progress", path).exit_code == 0
    progress = read_progress(path)
    assert progress is not None
    assert (progress.state, progress.done, progress.total) == ("done", 12, 12)
    said = refusal("build", "--catalog", NAME, "--encoder", "no-such", "--progress", path)
    failed = read_progress(path)
    assert failed is not None
    assert failed.state == "failed"
    assert said == f"error: {failed.error}"


def test_build_refuses_unknown_catalogues(tiny: Path) -> None:
    assert "'no-such'" in refusal("build", "--catalog", "no-such")


def test_a_terminated_build_is_stopped_without_a_traceback_and_gone_on_with(tiny: Path, tmp_path: Path) -> None:
    code = """
import sys, time
from core import building, gallery_build
from core.__main__ import app
from tests.tiny_catalog import quick_encoder
from dataclasses import replace
gallery_build.CHUNK = 2
def slow(name):
    encoder = quick_encoder()
    return replace(encoder, run=lambda squares: (time.sleep(0.4), encoder.run(squares))[1])
building.load_encoder = slow
options = ["--catalog", "tiny", "--encoder", "efficientnet-lite0", "--force", "--progress", sys.argv[1]]
sys.argv = ["core", "build", *options]
app()
"""
    path = tmp_path / "job.json"
    child = subprocess.Popen([sys.executable, "-c", code, path], cwd=PROJECT, stderr=subprocess.PIPE, text=True)
    while (progress := read_progress(path)) is None or progress.done < 4:
        assert child.poll() is None
        time.sleep(0.02)
    child.send_signal(signal.SIGTERM)
    _, errors = child.communicate(timeout=60)
    assert child.returncode not in (0, None)
    assert "Traceback" not in errors
    progress = read_progress(path)
    assert progress is not None
    assert progress.state == "stopped"
    (partial,) = gallery_folder(NAME, LITE).glob("partial-*")
    assert len(list(partial.glob("*.npy"))) >= 2


@pytest.mark.slow
def test_the_real_command_line_answers_with_json_alone(artifacts: Path, data_root: Path, tmp_path: Path) -> None:
    """Nothing is replaced here: a process of its own, the real encoder and the shipped detector."""
    folder = draw_tiny_catalog(data_root)
    environment = {**os.environ, "PYTHONWARNINGS": "error::DeprecationWarning:core"}

    def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        line = [sys.executable, "-m", "core", *map(str, arguments)]
        return subprocess.run(line, cwd=PROJECT, capture_output=True, text=True, env=environment)

    built = command("build", "--catalog", NAME, "--encoder", LITE)
    assert built.returncode == 0, built.stderr
    assert built.stdout == ""
    for crop in ("auto", "none"):
        found = command(
            "query", folder / "top" / "2.png", "--catalog", NAME, "--encoder", LITE, "--crop", crop, "--json"
        )
        assert found.returncode == 0, found.stderr
        answer = json.loads(found.stdout)
    assert answer["results"][0]["item_id"] == "top/2.png"
    assert answer["results"][0]["score"] > 0.999
    refused = command("query", folder / BROKEN, "--catalog", NAME, "--encoder", LITE, "--json")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("error: ")
    assert len(refused.stderr.splitlines()) == 1
