"""What importing ultralytics must not change for the rest of the process."""

import io

import pytest
from PIL import Image, UnidentifiedImageError

from detection.quiet import quiet_ultralytics


def test_pillows_own_opener_stays_in_place() -> None:
    quiet_ultralytics()
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(b"half a picture"))
