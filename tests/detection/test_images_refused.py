"""Hostile and unusable pictures: one clear ImageError each, never anything else."""

import random
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detection.images import MAX_BYTES, ImageError, Photo, open_photo
from tests.pictures_in_bytes import chunk, encoded, exif_of, gradient, p3_profile, png, png_rows

KINDS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
HEADER_ONLY = b"\0" * 64


def a_file(kind: str) -> bytes:
    exif = {"exif": exif_of(6)} if kind in ("JPEG", "PNG", "WEBP") else {}
    profile = {"icc_profile": p3_profile()} if kind in ("JPEG", "PNG") else {}
    return encoded(gradient(96, 64), kind, **exif, **profile)


def refusal(source: bytes | Path, **options: int) -> str:
    with pytest.raises(ImageError) as caught:
        open_photo(source, **options)
    message = str(caught.value)
    assert message.startswith("expected ")
    assert len(message) < 400
    assert "\n" not in message
    return message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.02, 0.1, 0.3, 0.5, 0.7, 0.85])
@pytest.mark.parametrize("max_side", [None, 16])
def test_a_picture_cut_short_is_refused(kind: str, share: float, max_side: int | None) -> None:
    whole = encoded(np.random.default_rng(1).integers(0, 256, (64, 96, 3), dtype=np.uint8), kind)
    refusal(whole[: int(share * len(whole))], **({} if max_side is None else {"max_side": max_side}))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
@pytest.mark.parametrize("kind", KINDS)
def test_mutated_files_give_a_photo_or_an_image_error(kind: str) -> None:
    whole = a_file(kind)
    chance = random.Random(f"fuzz {kind}")
    refused = 0
    for _ in range(120):
        data = bytearray(whole)
        # Headers decide the most: strike the first bytes as often as the rest.
        reach = chance.choice((64, len(data)))
        for _ in range(chance.choice((1, 1, 3, 10))):
            data[chance.randrange(min(reach, len(data)))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        try:
            photo = open_photo(bytes(data), max_side=chance.choice((None, 24)))
        except ImageError:
            refused += 1
        else:
            assert isinstance(photo, Photo)
    assert 0 < refused < 120  # both ends are reached


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a",
        b"%PDF-1.7 not a picture",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\x10\0\0\0WEBPVP8 ",
        b"8BPS\0\1",
        b"II*\0\x08\0\0\0",
        bytes(999),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    refusal(data)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "PPM", "ICO"])
def test_formats_outside_the_list_are_refused_by_name_of_those_inside(kind: str) -> None:
    assert "JPEG, PNG, WebP, AVIF or HEIC" in refusal(encoded(gradient(32, 32), kind))


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    assert "empty" in refusal(b"")
    assert "empty" in refusal(tmp_path / "empty.jpg")


def test_a_missing_path_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "none at" in refusal(tmp_path / "no such.jpg")
    refusal(tmp_path)
    refusal(tmp_path / ("x" * 5000))


def test_a_path_with_a_null_byte_is_refused() -> None:
    refusal(Path("a\0b.jpg"))


@pytest.mark.parametrize(
    ("width", "height"), [(100_000, 100_000), (7_143, 7_000), (8, 6_250_001), (2**31 - 1, 2**31 - 1)]
)
def test_too_many_pixels_are_refused_by_the_header_alone(width: int, height: int) -> None:
    assert "50 megapixels" in refusal(png(width, height, 8, 2, HEADER_ONLY))


def test_a_jpeg_header_that_claims_too_much_is_refused() -> None:
    data = bytearray(encoded(gradient(64, 64), "JPEG"))
    start = data.index(b"\xff\xc0") + 5
    data[start : start + 4] = b"\xff\xff\xff\xff"
    assert "50 megapixels" in refusal(bytes(data))


def test_exactly_fifty_megapixels_are_opened() -> None:
    photo = open_photo(encoded(Image.new("1", (10_000, 5_000)), "PNG"), max_side=50)
    assert photo.pixels.shape == (50, 100, 3) or max(photo.pixels.shape) <= 100
    assert (photo.full_width, photo.full_height) == (10_000, 5_000)


def test_a_text_chunk_that_unpacks_to_gigabytes_is_refused_or_left_aside() -> None:
    import zlib

    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(200_000_000)))
    try:
        photo = open_photo(png(16, 16, 8, 0, png_rows(np.zeros((16, 16), np.uint8)), bomb))
    except ImageError:
        return
    assert photo.pixels.shape == (16, 16, 3)


def test_more_than_twenty_megabytes_are_refused_unread(tmp_path: Path) -> None:
    assert "20 MB" in refusal(bytes(MAX_BYTES + 1))
    with (tmp_path / "large.png").open("wb") as file:
        file.truncate(2**40)  # sparse: reading it would take all memory
    assert "20 MB" in refusal(tmp_path / "large.png")


@pytest.mark.parametrize("size", [(1, 300), (300, 1), (7, 7), (1, 1)])
def test_too_small_is_refused(size: tuple[int, int]) -> None:
    assert "8 px" in refusal(encoded(Image.new("RGB", size), "PNG"))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF"])
def test_animations_are_refused(kind: str) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green", "blue")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    assert "animated" in refusal(data)


def test_an_animated_gif_is_refused() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "green")]
    refusal(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))


def test_an_unreadable_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.png"
    path.write_bytes(encoded(gradient(16, 16), "PNG"))

    def denied(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert "Permission denied" in refusal(path)
