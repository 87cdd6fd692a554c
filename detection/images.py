"""Bytes or a file -> an upright 8-bit RGB picture, or one clear sentence why not. Hostile input stops here.

The opener lives in `detection`, the leaf package, so that both command lines and the dashboard share it.
"""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

register_heif_opener()
# Sizes are checked below, before a pixel is decoded; Pillow's own, much higher limit would only add noise.
warnings.simplefilter("ignore", Image.DecompressionBombWarning)
# Damaged metadata does not matter: what was readable of it is used, and the pixels are checked by decoding.
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "HEIF")
EXTENSIONS = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".heic", ".heif")
READABLE = "JPEG, PNG, WebP, AVIF or HEIC"
MAX_BYTES = 20_000_000
MAX_PIXELS = 50_000_000
MIN_SIDE_PX = 8
# Phones store a second picture (depth, burst) in MPO and HEIF; only these formats hold animations.
ANIMATED_FORMATS = ("PNG", "WEBP", "AVIF")


class ImageError(ValueError):
    """A picture cannot be used. The message says what was expected, what came and what to do."""


@dataclass(frozen=True)
class Photo:
    """An opened picture, perhaps decoded at a reduced size, and the size it has in full.

    Attributes:
        pixels: (h, w, 3) uint8, RGB, upright.
        full_width: Width of the upright picture in full, px; at least `pixels.shape[1]`.
        full_height: Height of the upright picture in full, px; at least `pixels.shape[0]`.
    """

    pixels: np.ndarray
    full_width: int
    full_height: int

    def __post_init__(self) -> None:
        if self.pixels.ndim != 3 or self.pixels.shape[2] != 3 or self.pixels.dtype != np.uint8:
            raise ValueError(f"pixels must be (h, w, 3) uint8, but got {self.pixels.shape} {self.pixels.dtype}")
        if self.full_width < self.pixels.shape[1] or self.full_height < self.pixels.shape[0]:
            raise ValueError("the full size must not be smaller than the decoded pixels")

    @property
    def scale(self) -> np.ndarray:
        """(4,) float64: decoded xyxy times this is xyxy in the full picture."""
        height, width = self.pixels.shape[:2]
        return np.array([self.full_width / width, self.full_height / height] * 2)


def open_photo(source: bytes | Path, *, max_side: int | None = None) -> Photo:
    """Open a picture that anybody may have sent.

    Args:
        source: The file's bytes, or its path.
        max_side: Decode so that the longer side is at most twice this, px; JPEG then decodes at a reduced size,
            five times as fast for a 12-megapixel photo. None decodes in full.

    Returns:
        The upright picture (EXIF orientation applied), in sRGB, transparency laid on white, 16 bits scaled to 8.

    Raises:
        ImageError: Missing, empty, too large (20 MB, 50 megapixels), too small, animated, truncated, or no picture.
    """
    data = source if isinstance(source, bytes) else _read(source)
    image = _identify(data)
    full_width, full_height = image.size
    try:
        if max_side is not None and image.format in ("JPEG", "MPO"):
            image.draft(None, _draft_size(image.size, max_side))
        image.load()
        if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):  # the orientations that swap the sides
            full_width, full_height = full_height, full_width
        rgb = _to_srgb(ImageOps.exif_transpose(image))
        if max_side is not None and max(rgb.size) > 2 * max_side:
            # Only now: Pillow does not reduce palette, 1-bit and 16-bit pictures.
            rgb = rgb.reduce(max(rgb.size) // max_side)
    except Exception as error:  # decoders raise anything on damaged input
        why = " ".join(str(error).split())[:120]
        raise ImageError(
            f"expected a whole picture, but the file is damaged or cut short ({why}). Save or send it again."
        ) from error
    return Photo(np.asarray(rgb), full_width, full_height)


def open_image(source: bytes | Path) -> np.ndarray:
    """The picture in full as (h, w, 3) uint8 RGB, upright. Raises ImageError like `open_photo`."""
    return open_photo(source).pixels


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise ImageError(f"expected a picture file, but there is none at {path}. Check the path.")
        if path.stat().st_size > MAX_BYTES:
            raise ImageError(_too_many_bytes(path.stat().st_size))
        return path.read_bytes()
    except OSError as error:
        shown = str(path)[:200]
        raise ImageError(f"expected a readable file, but {shown} cannot be read ({error.strerror}).") from error


def _identify(data: bytes) -> Image.Image:
    """The picture with its header read and its size checked, no pixel decoded."""
    if not data:
        raise ImageError(f"expected a picture ({READABLE}), but the file is empty. Choose another file.")
    if len(data) > MAX_BYTES:
        raise ImageError(_too_many_bytes(len(data)))
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise ImageError(f"expected at most 50 megapixels, but the picture has far more ({error}).") from error
    except Exception as error:
        raise ImageError(
            f"expected a picture ({READABLE}), but this is another kind of file or damaged. "
            "Save it as JPEG or PNG and try again."
        ) from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"expected at most 50 megapixels, but the picture has {width} x {height} "
            f"({width * height / 1e6:.0f} megapixels). Make it smaller and try again."
        )
    if min(width, height) < MIN_SIDE_PX:
        raise ImageError(f"expected at least {MIN_SIDE_PX} px a side, but the picture has {width} x {height} px.")
    if image.format in ANIMATED_FORMATS and getattr(image, "n_frames", 1) > 1:
        raise ImageError("expected a still picture, but this one is animated. Save one frame as JPEG or PNG.")
    return image


def _too_many_bytes(size: int) -> str:
    return f"expected at most 20 MB, but the file has {size / 1e6:.1f} MB. Save it smaller and try again."


def _draft_size(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    share = min(1.0, max_side / max(size))
    return max(1, int(size[0] * share)), max(1, int(size[1] * share))


def _to_srgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):
        image = _sixteen_to_eight_bits(image)
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        return _managed(Image.alpha_composite(white, image).convert("RGB"), image)
    return _managed(image.convert("RGB") if image.mode == "P" else image, image)


def _sixteen_to_eight_bits(image: Image.Image) -> Image.Image:
    # Pillow's own conversion clips at 255 instead of scaling.
    values = np.clip(np.asarray(image, dtype=np.float64) / 65535, 0, 1)
    return Image.fromarray((values * 255 + 0.5).astype(np.uint8), "L")


def _managed(image: Image.Image, origin: Image.Image) -> Image.Image:
    """RGB in sRGB: an embedded profile (a phone's Display P3, a print shop's CMYK) is honoured where it is sound."""
    profile = origin.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            if "sRGB" not in ImageCms.getProfileDescription(embedded):
                converted = ImageCms.profileToProfile(image, embedded, ImageCms.createProfile("sRGB"), outputMode="RGB")
                if converted is not None:
                    return converted
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            pass  # a broken profile must not cost the picture: take the numbers as they are
    return image.convert("RGB")
