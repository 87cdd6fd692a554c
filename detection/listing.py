"""Many photos at once: those named on the command line, or those of a data set's validation part."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from detection.evaluation import Truth, report_scores
from detection.garments import Garments
from detection.images import EXTENSIONS, ImageError, open_image
from detection.model import DEFAULT_CONFIDENCE, RuntimeChoice, detect, load_detector

EVALUATED_FROM = 0.001  # average precision wants the unlikely boxes, too


@dataclass(frozen=True)
class FoundInPhoto:
    """A photo's path as it was given, and its garments; `problem` says why it could not be looked at."""

    path: Path
    garments: Garments
    problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """`{"path", "garments": [{"class", "confidence", "xyxy"}]}`, most confident first."""
        rows = zip(
            self.garments.class_names,
            self.garments.confidence.tolist(),
            self.garments.xyxy.tolist(),
            strict=True,
        )
        return {
            "path": str(self.path),
            "garments": [
                {
                    "class": name,
                    "confidence": round(confidence, 5),
                    "xyxy": [round(edge, 2) for edge in xyxy],
                }
                for name, confidence, xyxy in rows
            ],
        }


def photo_paths(paths: Iterable[Path]) -> list[Path]:
    """Files as they are; for a folder, the pictures in it and below, by name.

    Raises:
        ValueError: A folder holds no picture.
    """
    listed: list[Path] = []
    for path in paths:
        if not path.is_dir():
            listed.append(path)
            continue
        inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in EXTENSIONS and file.is_file())
        if not inside:
            raise ValueError(f"expected pictures in {path}, but there are none")
        listed += inside
    return listed


def find_garments(
    paths: Iterable[Path], model: Path, runtime: RuntimeChoice, min_confidence: float = DEFAULT_CONFIDENCE
) -> Iterator[FoundInPhoto]:
    """Look at photo after photo; one that cannot be opened is given back with its problem.

    Raises:
        DetectorError: The detector cannot be loaded.
        ValueError: The confidence is out of range.
    """
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence must be between 0 and 1, but got {min_confidence}")
    detector = load_detector(model, runtime=runtime)
    for path in paths:
        try:
            image = open_image(path)
        except ImageError as error:
            yield FoundInPhoto(path, Garments.empty(), str(error))
            continue
        yield FoundInPhoto(path, detect(detector, image, min_confidence))


def look_at_validation(data: Path, model: Path, runtime: RuntimeChoice) -> tuple[list[Garments], list[Truth]]:
    """What a detector finds in the validation photos of a YOLO data set, and what is labelled there.

    Raises:
        ValueError: The data set cannot be used, or a photo of it cannot be opened.
    """
    import numpy as np
    import yaml
    from tqdm import tqdm

    from detection.dataset import label_path, read_labels
    from detection.training import find_config

    config = find_config(data)
    description = yaml.safe_load(config.read_text())
    files = photo_paths([Path(description.get("path", config.parent)) / description["val"]])
    truths, found = [], []
    detector = load_detector(model, runtime=runtime)
    for file in tqdm(files, unit="photo"):
        image = open_image(file)
        height, width = image.shape[:2]
        classes, shares = read_labels(label_path(file))
        corners = np.concatenate([shares[:, :2] - shares[:, 2:] / 2, shares[:, :2] + shares[:, 2:] / 2], axis=1)
        truths.append(Truth((corners * [width, height, width, height]).astype(np.float32), classes))
        found.append(detect(detector, image, EVALUATED_FROM))
    return found, truths


def evaluate_folder(data: Path, model: Path, runtime: RuntimeChoice) -> dict[str, Any]:
    """Scores of a detector on the validation photos of a YOLO data set, as `detection.evaluation` reports them.

    Raises:
        ValueError: The data set cannot be used, or a photo of it cannot be opened.
    """
    return report_scores(*look_at_validation(data, model, runtime))
