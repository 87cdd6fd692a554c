"""The shipped detector: files, their manifest with a SHA-256 of each, and the check at load."""

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from detection.calibration import Calibration
from detection.garments import CLASSES

FORMAT = 1
MANIFEST = "manifest.json"
GRAPH = "garments.xml"
GRAPH_WEIGHTS = "garments.bin"
WEIGHTS = "garments.safetensors"
DEFAULT_FOLDER = Path(__file__).resolve().parents[1] / "artifacts" / "models" / "garments"
REBUILD = "python -m detection train --data DATA_SET --export"


class DetectorError(ValueError):
    """The detector's files cannot be used. The message says what was expected, what came and what to run."""


@dataclass(frozen=True)
class Manifest:
    """What a detector's folder holds.

    Attributes:
        classes: Class names by class id.
        architecture: Description of the model that ultralytics rebuilds it from.
        canvas_areas: Pixels of each canvas that a photo is put on; what is seen on all of them is fused.
        max_overlap: Intersection over union above which boxes of one class become one.
        mirrored: Whether each canvas is also looked at in a mirror.
        calibration: Scale and shift of `detection.calibration.Calibration`.
        training: What it was trained with, for people.
        files: SHA-256 of each file, by name.
    """

    classes: tuple[str, ...]
    architecture: dict[str, Any]
    canvas_areas: tuple[int, ...]
    max_overlap: float
    mirrored: bool
    calibration: tuple[float, float]
    training: dict[str, Any]
    files: dict[str, str]

    def __post_init__(self) -> None:
        if self.classes != CLASSES:
            raise ValueError(f"classes must be {', '.join(CLASSES)}, but got {', '.join(self.classes)}")
        if set(self.files) != {GRAPH, GRAPH_WEIGHTS, WEIGHTS}:
            raise ValueError(f"files must be {GRAPH}, {GRAPH_WEIGHTS} and {WEIGHTS}, but got {sorted(self.files)}")
        if not self.canvas_areas or not all(32 * 32 <= area <= 2048 * 2048 for area in self.canvas_areas):
            raise ValueError(f"canvas_areas must be 1,024 to 4,194,304 px each, but got {self.canvas_areas}")
        if not 0 < self.max_overlap < 1:
            raise ValueError(f"max_overlap must be between 0 and 1, but got {self.max_overlap}")
        scale, shift = self.calibration
        Calibration(scale, shift)


def read_manifest(folder: Path) -> Manifest:
    """Read a detector's manifest and compare every file with it.

    Raises:
        DetectorError: The folder, the manifest or a file is missing, damaged or of another format.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_bytes())
        if content.pop("format", None) != FORMAT:
            raise ValueError(f"its format must be {FORMAT}")
        manifest = Manifest(**{**content, "classes": tuple(content.get("classes", ()))})
    except FileNotFoundError:
        raise DetectorError(f"no detector in {folder.name}/: {MANIFEST} is missing; run `{REBUILD}`") from None
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise DetectorError(f"the detector's {MANIFEST} is not usable ({error}); run `{REBUILD}`") from error
    for name, expected in manifest.files.items():
        file = folder / name
        if not file.is_file():
            raise DetectorError(f"the detector's file {name} is missing; run `{REBUILD}`")
        if file_hash(file) != expected:
            raise DetectorError(f"the detector's file {name} is not what its manifest says; run `{REBUILD}`")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest last and at once, so that a folder is never half described."""
    temporary = folder / f".{MANIFEST}.tmp"
    with temporary.open("w", encoding="utf-8") as stream:
        json.dump({"format": FORMAT, **asdict(manifest)}, stream, indent=1)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    temporary.replace(folder / MANIFEST)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
