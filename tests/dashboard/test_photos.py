from pathlib import Path

import pytest
from PIL import Image

from dashboard import photos
from detection.images import ImageError
from tests.dashboard.conftest import png


def picture(shade: int) -> bytes:
    return png(Image.new("RGB", (16, 16), (shade, shade, shade)))


def test_a_kept_photo_comes_back_byte_for_byte(artifacts: Path) -> None:
    data = picture(10)
    assert photos.kept_photo(photos.keep_photo(data)) == data


def test_what_is_no_picture_is_not_kept(artifacts: Path) -> None:
    with pytest.raises(ImageError):
        photos.keep_photo(b"<script>")
    assert not (artifacts / "photos").exists()


def test_the_oldest_go_when_there_are_too_many(artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "KEPT", 2)
    first, second, third = (photos.keep_photo(picture(shade)) for shade in (1, 2, 3))
    with pytest.raises(ImageError, match="Upload it again"):
        photos.kept_photo(first)
    assert photos.kept_photo(second)
    assert photos.kept_photo(third)


@pytest.mark.parametrize("name", ["", "..", "../photos", "a" * 64 + "/..", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_only_a_digest_names_a_photo(artifacts: Path, name: str) -> None:
    with pytest.raises(ImageError):
        photos.kept_photo(name)
