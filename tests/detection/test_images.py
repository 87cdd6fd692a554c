"""Opening pictures: formats, orientation, colour, reduced decoding (refusals: test_images_refused.py)."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from detection.images import Photo, open_image, open_photo
from tests.pictures_in_bytes import chunk, encoded, exif_of, gradient, p3_in_srgb, p3_profile, png, png_rows
from tests.reference import on_white, upright

LOSSLESS = {"PNG": {}, "WEBP": {"lossless": True}}
LOSSY = {
    "JPEG": {"quality": 95, "subsampling": 0},
    "WEBP": {"quality": 95},
    "AVIF": {"quality": 95},
    "HEIF": {"quality": 95},
}


def mean_difference(one: np.ndarray, other: np.ndarray) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(float) - other.astype(float)).mean())


@pytest.mark.parametrize("kind", LOSSLESS)
def test_lossless_formats_come_back_exactly(kind: str) -> None:
    pixels = gradient(61, 43)
    found = open_image(encoded(pixels, kind, **LOSSLESS[kind]))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, pixels)


@pytest.mark.parametrize("kind", LOSSY)
def test_lossy_formats_come_back_nearly(kind: str) -> None:
    pixels = gradient(64, 48)
    assert mean_difference(open_image(encoded(pixels, kind, **LOSSY[kind])), pixels) < 3


def test_a_path_is_opened_like_its_bytes_whatever_its_name_says(tmp_path: Path) -> None:
    path = tmp_path / "really a png.jpg"
    path.write_bytes(encoded(gradient(40, 30), "PNG"))
    np.testing.assert_array_equal(open_image(path), gradient(40, 30))


def test_the_first_picture_of_a_phone_s_mpo_is_taken_at_full_and_at_reduced_size() -> None:
    first, second = Image.fromarray(gradient(640, 480)), Image.new("RGB", (640, 480), "red")
    data = encoded(first, "MPO", save_all=True, append_images=[second], quality=95)
    assert mean_difference(open_image(data), gradient(640, 480)) < 3
    photo = open_photo(data, max_side=100)
    assert max(photo.pixels.shape) <= 200
    assert (photo.full_width, photo.full_height) == (640, 480)


def test_the_primary_picture_of_a_heic_with_several_is_taken() -> None:
    import pillow_heif

    file = pillow_heif.from_pillow(Image.fromarray(gradient(64, 48)))
    file.add_from_pillow(Image.new("RGB", (64, 48), "red"))
    data = io.BytesIO()
    file.save(data, quality=95)
    assert mean_difference(open_image(data.getvalue()), gradient(64, 48)) < 3


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_upright(kind: str, orientation: int) -> None:
    stored = gradient(48, 32)
    options = {**LOSSY, "PNG": {}}[kind]
    found = open_image(encoded(stored, kind, exif=exif_of(orientation), **options))
    assert mean_difference(found, upright(stored, orientation)) < 3


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_formats_that_turn_pictures_themselves_are_turned_once(kind: str, orientation: int) -> None:
    # Both write it into the container, where such files have it; HEIF takes it from an opened picture.
    stored = gradient(64, 32)
    opened = Image.open(io.BytesIO(encoded(stored, "PNG", exif=exif_of(orientation))))
    exif = {"exif": opened.getexif()} if kind == "AVIF" else {}
    data = encoded(opened, kind, quality=95, **exif)
    photo = open_photo(data)
    assert mean_difference(photo.pixels, upright(stored, orientation)) < 3
    assert (photo.full_width, photo.full_height) == photo.pixels.shape[1::-1]


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", [1, 3, 5, 6, 8])
def test_reduced_decoding_stays_upright_and_tells_the_full_size(kind: str, orientation: int) -> None:
    small = gradient(40, 28)
    stored = small.repeat(16, 0).repeat(16, 1)  # 640 x 448
    photo = open_photo(encoded(stored, kind, exif=exif_of(orientation)), max_side=64)
    expected = upright(small, orientation)
    full_height, full_width = 16 * expected.shape[0], 16 * expected.shape[1]
    assert (photo.full_width, photo.full_height) == (full_width, full_height)
    assert 64 <= max(photo.pixels.shape) <= 128
    # The decoded picture, sampled at the middle of each original block, shows that block's colour.
    height, width = photo.pixels.shape[:2]
    x = ((np.arange(expected.shape[1]) + 0.5) * width / expected.shape[1]).astype(int)
    y = ((np.arange(expected.shape[0]) + 0.5) * height / expected.shape[0]).astype(int)
    assert mean_difference(photo.pixels[y][:, x], expected) < 6


def test_scale_maps_a_decoded_box_to_the_full_picture() -> None:
    stored = np.zeros((1200, 900, 3), np.uint8)
    stored[300:600, 450:750] = 255
    photo = open_photo(encoded(stored, "JPEG"), max_side=200)
    assert photo.pixels.shape[0] < 1200
    ys, xs = np.nonzero(photo.pixels.mean(2) > 127)
    box = np.array([xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]) * photo.scale
    np.testing.assert_allclose(box, [450, 300, 750, 600], atol=2 * photo.scale.max())


def test_a_picture_is_not_reduced_below_what_was_asked_nor_made_larger() -> None:
    for side in (90, 128, 200, 255, 256, 257, 300, 511, 513, 1000):
        pixels = open_photo(encoded(gradient(side, 40), "JPEG"), max_side=128).pixels
        assert min(side, 128) <= max(pixels.shape) <= 256, side


@pytest.mark.parametrize("size", [(8, 20_000), (20_000, 8), (8, 6_001)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_very_long_picture_keeps_at_least_one_pixel_a_side(size: tuple[int, int], kind: str) -> None:
    photo = open_photo(encoded(Image.new("RGB", size, (9, 99, 200)), kind), max_side=64)
    assert min(photo.pixels.shape[:2]) >= 1
    assert max(photo.pixels.shape) <= 128
    assert (photo.full_width, photo.full_height) == size
    assert mean_difference(photo.pixels, np.full(photo.pixels.shape, (9, 99, 200))) < 4


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16"])
def test_every_mode_is_reduced(mode: str) -> None:
    grey = Image.new("L", (1000, 600), 128)
    if mode == "I;16":
        picture = Image.fromarray(np.full((600, 1000), 128 * 257, np.uint16))
    elif mode == "PA":
        picture = Image.new("RGBA", (1000, 600), (128, 128, 128, 255)).quantize(4)
    else:
        picture = grey.convert(mode)
    photo = open_photo(encoded(picture, "PNG"), max_side=100)
    assert photo.pixels.shape == (60, 100, 3)
    assert abs(float(photo.pixels.mean()) - 128) < (3 if mode != "1" else 20)


def test_cmyk_is_not_inverted() -> None:
    inks = [(255, 0, 0, 0), (0, 255, 0, 0), (0, 0, 255, 0), (0, 0, 0, 255), (0, 0, 0, 0), (120, 40, 0, 60)]
    for cyan, magenta, yellow, black in inks:
        picture = Image.new("CMYK", (32, 32), (cyan, magenta, yellow, black))
        found = open_image(encoded(picture, "JPEG", quality=100))[16, 16].astype(float)
        expected = [(255 - ink) * (255 - black) / 255 for ink in (cyan, magenta, yellow)]
        np.testing.assert_allclose(found, expected, atol=4)


def test_sixteen_bit_grey_is_scaled_not_clipped() -> None:
    values = np.arange(0, 65536, 64, dtype=np.uint16).reshape(32, 32)
    found = open_image(png(32, 32, 16, 0, png_rows(values.astype(">u2"))))
    np.testing.assert_allclose(found[..., 0], values / 257, atol=0.51)
    np.testing.assert_array_equal(found[..., 0], found[..., 2])


def test_sixteen_bit_colour_and_grey_with_alpha() -> None:
    values = (gradient(40, 30).astype(np.uint16) * 257).astype(">u2")
    np.testing.assert_array_equal(open_image(png(40, 30, 16, 2, png_rows(values))), gradient(40, 30))
    grey_alpha = np.stack([np.full((30, 40), 20_000), np.full((30, 40), 30_000)], 2).astype(">u2")
    found = open_image(png(40, 30, 16, 4, png_rows(grey_alpha)))
    expected = on_white(np.array([20_000 / 257] * 3), np.array(30_000 / 257))
    np.testing.assert_allclose(found[0, 0], expected, atol=1.5)


def test_alpha_is_laid_on_white_and_hidden_colours_stay_hidden() -> None:
    colour, alpha = gradient(32, 16), np.tile(np.arange(0, 256, 8, dtype=np.uint8), (16, 1))
    found = open_image(encoded(np.dstack([colour, alpha]), "PNG"))
    np.testing.assert_allclose(found, on_white(colour, alpha), atol=1)
    np.testing.assert_array_equal(found[:, 0], 255)  # wholly transparent
    grey = Image.merge("LA", (Image.fromarray(colour[..., 0]), Image.fromarray(alpha)))
    expected = on_white(colour[..., :1].repeat(3, 2), alpha)
    np.testing.assert_allclose(open_image(encoded(grey, "PNG")), expected, atol=1)


@pytest.mark.parametrize("kind", ["WEBP", "AVIF", "HEIF"])
def test_alpha_in_the_newer_formats(kind: str) -> None:
    picture = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    picture.paste((0, 0, 255, 255), (16, 0, 32, 32))
    found = open_image(encoded(picture, kind, quality=95)).astype(int)
    np.testing.assert_allclose(found[16, 4], [255, 255, 255], atol=6)
    np.testing.assert_allclose(found[16, 28], [0, 0, 255], atol=12)


def test_palette_with_and_without_transparency() -> None:
    colours = Image.fromarray(np.tile(np.array([[[200, 30, 30], [30, 30, 200]]], np.uint8), (8, 8, 1)))
    palette = colours.quantize(2)
    np.testing.assert_array_equal(open_image(encoded(palette, "PNG")), np.asarray(colours))
    transparent = np.asarray(palette)[0, 0]
    found = open_image(encoded(palette, "PNG", transparency=int(transparent)))
    np.testing.assert_array_equal(found[:, ::2], 255)
    np.testing.assert_array_equal(found[:, 1::2], np.asarray(colours)[:, 1::2])


@pytest.mark.parametrize(("colour_type", "key"), [(2, b"\0\xc8\0\x1e\0\x1e"), (0, b"\0\xc8")])
def test_a_colour_declared_transparent_becomes_white(colour_type: int, key: bytes) -> None:
    shape = (8, 8, 3) if colour_type == 2 else (8, 8, 1)
    values = np.full(shape, 40, np.uint8)
    values[:, :4] = (200, 30, 30) if colour_type == 2 else 200
    found = open_image(png(8, 8, 8, colour_type, png_rows(values), chunk(b"tRNS", key)))
    np.testing.assert_array_equal(found[:, :4], 255)
    np.testing.assert_array_equal(found[:, 4:], 40)


def test_one_bit_is_black_and_white() -> None:
    board = np.indices((16, 16)).sum(0) % 2 == 0
    found = open_image(encoded(Image.fromarray(board), "PNG"))
    np.testing.assert_array_equal(found[..., 1], np.where(board, 255, 0))


@pytest.mark.parametrize("colour", [(180, 90, 60), (60, 160, 90), (120, 120, 200), (128,) * 3, (255, 0, 0)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_phone_s_wide_colours_become_srgb(colour: tuple[int, int, int], kind: str) -> None:
    picture = Image.new("RGB", (32, 32), colour)
    found = open_image(encoded(picture, kind, icc_profile=p3_profile()))[16, 16]
    np.testing.assert_allclose(found, p3_in_srgb(np.array(colour)), atol=4)


def test_a_profile_is_honoured_under_alpha_and_in_a_palette() -> None:
    expected = p3_in_srgb(np.array([180, 90, 60]))
    assert np.abs(expected - (180, 90, 60)).max() > 10  # else this test could not fail
    picture = Image.new("RGBA", (16, 16), (180, 90, 60, 255))
    palette = Image.new("RGB", (16, 16), (180, 90, 60)).quantize(2)
    for each in (picture, palette):
        found = open_image(encoded(each, "PNG", icc_profile=p3_profile()))[0, 0]
        np.testing.assert_allclose(found, expected, atol=3)


@pytest.mark.parametrize("profile", [b"no profile at all", p3_profile()[:150], bytes(3000)])
@pytest.mark.parametrize("mode", ["RGB", "CMYK", "L"])
def test_a_broken_or_foreign_profile_does_not_cost_the_picture(profile: bytes, mode: str) -> None:
    picture = Image.new("RGB", (32, 32), (90, 120, 150)).convert(mode)
    found = open_image(encoded(picture, "JPEG", icc_profile=profile))
    assert mean_difference(found, open_image(encoded(picture, "JPEG"))) == 0


def test_an_rgb_profile_on_a_cmyk_picture_does_not_cost_the_picture() -> None:
    picture = Image.new("CMYK", (32, 32), (10, 200, 30, 0))
    found = open_image(encoded(picture, "JPEG", icc_profile=p3_profile()))
    assert mean_difference(found, open_image(encoded(picture, "JPEG"))) == 0


def test_a_photo_refuses_what_contradicts_itself() -> None:
    with pytest.raises(ValueError, match="uint8"):
        Photo(np.zeros((4, 4, 3), np.float32), 4, 4)
    with pytest.raises(ValueError, match="full size"):
        Photo(np.zeros((4, 4, 3), np.uint8), 3, 4)
