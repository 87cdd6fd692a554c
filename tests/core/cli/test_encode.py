"""`encode` and `encoders`: a row for each picture or text, in the order given."""

import json
from pathlib import Path

import numpy as np
import pytest

from core.cli.encoders import expand_paths
from core.encoders.preprocess import to_square
from core.encoders.registry import ENCODERS
from detection.images import ImageError, open_image
from tests.core.cli.commands import LITE, refusal, run
from tests.core.encoders import tiny_clip
from tests.tiny_catalog import quick_encoder


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
