"""Every picture of a catalogue decoded once: content, size, look, channel sums, or why it is broken."""

import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import imagehash
import numpy as np
import pandas as pd
from PIL import Image

from core import settings
from core.artifacts import ArtifactError, load_manifest, publish
from core.catalogs.catalog import Catalog, OnProgress
from core.catalogs.pictures import image_photo
from detection.images import ImageError, open_photo

KIND, FILE = "scan", "scan.parquet"
SUMS = ("sum_r", "sum_g", "sum_b")
SQUARES = ("square_r", "square_g", "square_b")
COLUMNS = (
    "image",
    "bytes",
    "mtime_ns",
    "sha256",
    "width",
    "height",
    "phash",
    "tile",
    *SUMS,
    *SQUARES,
    "error",
)
TILE_SIDE_PX = 16
CHUNK = 256
SAVE_EVERY_S = 20.0
Rows = dict[str, tuple[object, ...]]  # picture -> a row of the table


@dataclass(frozen=True)
class Scan:
    """What is known of each distinct picture of a catalogue.

    Attributes:
        catalog_name: Whose pictures.
        table: A row a picture, in the catalogue's order, columns `COLUMNS`: `sha256` of the file's content
            (of the pixels for a picture of an idx file); `width` and `height` in px, upright; `phash` of 64
            bits, hex; `tile`, the picture made 16 x 16 px small, RGB bytes; sums and sums of squares of the
            RGB values 0..255 over all pixels; `error`, "" for a sound picture.
        is_complete: False where the scan was stopped half-way.
    """

    catalog_name: str
    table: pd.DataFrame
    is_complete: bool = True

    @property
    def sound(self) -> pd.DataFrame:
        """The rows of pictures that could be decoded."""
        return self.table[self.table["error"] == ""]

    @property
    def broken(self) -> dict[str, str]:
        """Picture -> why it cannot be used."""
        wrong = self.table[self.table["error"] != ""]
        return {str(image): str(error) for image, error in zip(wrong["image"], wrong["error"], strict=True)}


@dataclass(frozen=True)
class ChannelStats:
    """Mean and standard deviation of R, G and B in [0, 1] over every pixel of every sound picture."""

    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    n_pictures: int
    n_pixels: int


def scan_catalog(catalog: Catalog, *, on_progress: OnProgress | None = None, workers: int | None = None) -> Scan:
    """Decode every distinct picture and keep what was found below the artifacts.

    Pictures of an earlier scan whose size and time have not changed are not read again, so a scan that was
    stopped goes on where it stood.

    Args:
        catalog: Whose pictures.
        on_progress: Called with (pictures done, pictures in all).
        workers: Threads; `settings.threads()` if None.
    """
    images = [str(image) for image in catalog.items["image"].unique()]
    states = _file_states(catalog.root, images)
    rows = _unchanged(catalog.name, images, states)
    waiting = [image for image in images if image not in rows]
    saved = time.monotonic()
    try:
        with ThreadPoolExecutor(workers or settings.threads()) as pool:
            for start in range(0, len(waiting), CHUNK):
                chunk = waiting[start : start + CHUNK]
                found = pool.map(lambda image: _scan_picture(catalog, image, states[image]), chunk)
                rows |= {str(row[0]): row for row in found}
                if on_progress:
                    on_progress(len(rows), len(images))
                if time.monotonic() - saved > SAVE_EVERY_S:
                    _save(catalog, _ordered(images, rows), is_complete=False)
                    saved = time.monotonic()
    except BaseException:
        _save(catalog, _ordered(images, rows), is_complete=False)
        raise
    table = _ordered(images, rows)
    _save(catalog, table, is_complete=True)
    return Scan(catalog.name, table)


def load_scan(name: str) -> Scan | None:
    """The kept scan of a catalogue; None if there is none, or it is damaged and has to be done again."""
    folder = scan_folder(name)
    try:
        manifest = load_manifest(folder, KIND, rebuild=f"python -m core catalogs scan {name}")
        table = pd.read_parquet(folder / manifest.files[FILE])
    except (ArtifactError, KeyError):
        return None
    if tuple(table.columns) != COLUMNS:
        return None  # by an earlier release
    return Scan(name, table, bool(manifest.settings.get("complete")))


def channel_stats(scan: Scan) -> ChannelStats | None:
    """The catalogue's channel mean and standard deviation, exactly; None without a sound picture."""
    sound = scan.sound
    n_pixels = int((sound["width"] * sound["height"]).sum())
    if n_pixels == 0:
        return None
    mean = sound[list(SUMS)].sum().to_numpy(dtype=np.float64) / n_pixels
    variance = sound[list(SQUARES)].sum().to_numpy(dtype=np.float64) / n_pixels - mean**2
    std = np.sqrt(np.maximum(variance, 0))
    return ChannelStats(_triple(mean / 255), _triple(std / 255), len(sound), n_pixels)


def _triple(values: np.ndarray) -> tuple[float, float, float]:
    red, green, blue = (float(value) for value in values)
    return red, green, blue


def scan_folder(name: str) -> Path:
    """Where the scan of a catalogue is kept."""
    return settings.artifacts_root() / "catalogs" / name / KIND


def _file_states(root: Path, images: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Picture -> (bytes, time in ns) of its file; (-1, -1) for one that is missing."""
    of_file: dict[str, tuple[int, int]] = {}
    states = {}
    for image in images:
        file = image.partition("#")[0]
        if file not in of_file:
            try:
                state = (root / file).stat()
                of_file[file] = (state.st_size, state.st_mtime_ns)
            except OSError:
                of_file[file] = (-1, -1)
        states[image] = of_file[file]
    return states


def _unchanged(name: str, images: Sequence[str], states: dict[str, tuple[int, int]]) -> Rows:
    scan = load_scan(name)
    if scan is None:
        return {}
    wanted = set(images)
    return {
        row[0]: row
        for row in scan.table.itertuples(index=False, name=None)
        if row[0] in wanted and states[row[0]] == (row[1], row[2])
    }


def _ordered(images: Sequence[str], rows: Rows) -> pd.DataFrame:
    return pd.DataFrame([rows[image] for image in images if image in rows], columns=list(COLUMNS))


def _scan_picture(catalog: Catalog, image: str, state: tuple[int, int]) -> tuple[object, ...]:
    """One row of the table."""
    digest = ""
    try:
        if "#" in image:
            pixels = image_photo(catalog, image).pixels
            digest = hashlib.sha256(pixels.tobytes()).hexdigest()
        else:
            content = (catalog.root / image).read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            pixels = open_photo(content).pixels
    except (ImageError, OSError) as error:
        return (image, *state, digest, 0, 0, "", b"", 0, 0, 0, 0, 0, 0, str(error))
    picture = Image.fromarray(pixels)
    # (3, 256) counts of each value in each channel: both sums follow exactly, without a float in between.
    counts = np.asarray(picture.histogram(), dtype=np.int64).reshape(3, 256)
    values = np.arange(256, dtype=np.int64)
    sums, squares = counts @ values, counts @ values**2
    phash = str(imagehash.phash(picture))
    tile = picture.resize((TILE_SIDE_PX, TILE_SIDE_PX), Image.Resampling.BOX).tobytes()
    return (image, *state, digest, *picture.size, phash, tile, *sums.tolist(), *squares.tolist(), "")


def _save(catalog: Catalog, table: pd.DataFrame, *, is_complete: bool) -> None:
    scan = Scan(catalog.name, table, is_complete)
    stats = channel_stats(scan)
    publish(
        scan_folder(catalog.name),
        KIND,
        {
            "catalog": catalog.name,
            "complete": is_complete,
            "pictures": len(table),
            "broken": len(scan.broken),
            "mean": stats and list(stats.mean),
            "std": stats and list(stats.std),
        },
        {FILE: lambda path: table.to_parquet(path, index=False)},
    )
