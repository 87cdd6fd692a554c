"""The garment detector: load the shipped network, look at a photo, say what is worn and where."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from detection.artifact import DEFAULT_FOLDER, DetectorError, Manifest, read_manifest
from detection.calibration import Calibration
from detection.decode import Candidates, decode
from detection.garments import Garments
from detection.letterbox import Letterboxed, letterbox
from detection.merge import fuse, suppress
from detection.runtime import Network, openvino_network, torch_network

Runtime = Literal["openvino", "torch"]
RuntimeChoice = Literal["auto", "openvino", "torch"]
DEFAULT_CONFIDENCE = 0.25
MAX_CANDIDATES = 1000  # of one view, before merging
MAX_GARMENTS = 100
MIN_RAW_CONFIDENCE = 0.002  # of the network, before calibration: below it nothing is worth a look
MIN_SIDE_PX = 1.0


@dataclass(frozen=True)
class Detector:
    """A loaded detector; may be used from several threads.

    Attributes:
        network: Canvases to raw output.
        manifest: What was loaded and how its output is to be merged.
        runtime: What runs the network.
        precision: What it computes in: `f32`, `bf16` or `f16`.
    """

    network: Network
    manifest: Manifest
    runtime: Runtime
    precision: str

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names by class id."""
        return self.manifest.classes


def load_detector(
    folder: Path | None = None,
    *,
    runtime: RuntimeChoice = "auto",
    threads: int | None = None,
) -> Detector:
    """Load a detector and check its files.

    Args:
        folder: Where it lies; None for the shipped one.
        runtime: `auto` is OpenVINO where it is installed, else PyTorch.
        threads: Of the network; None for one a core.

    Raises:
        DetectorError: Files are missing, damaged or foreign; the message names the command that rebuilds.
        ValueError: The runtime is not known.
    """
    if runtime not in ("auto", "openvino", "torch"):
        raise ValueError(f"runtime must be auto, openvino or torch, but got {runtime!r}")
    folder = DEFAULT_FOLDER if folder is None else folder
    manifest = read_manifest(folder)
    count = threads or os.cpu_count() or 1
    if runtime != "torch":
        try:
            network, precision = openvino_network(folder, count)
            return Detector(network, manifest, "openvino", precision)
        except ImportError:
            if runtime == "openvino":
                raise DetectorError("OpenVINO is not installed: install requirements.txt, or use torch") from None
    network, precision = torch_network(folder, manifest, count)
    return Detector(network, manifest, "torch", precision)


def detect(detector: Detector, image: npt.NDArray[np.uint8], min_confidence: float = DEFAULT_CONFIDENCE) -> Garments:
    """Find the garments in a photo.

    Args:
        detector: From `load_detector`.
        image: (h, w, 3) uint8 RGB, upright.
        min_confidence: In [0, 1]; less confident garments are left out.

    Returns:
        Garments in pixels of `image`, inside it, the best 100 at most; empty if there are none.

    Raises:
        ValueError: The image is not RGB uint8, or the confidence is out of range.
    """
    if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8 or image.size == 0:
        raise ValueError(f"image must be uint8 with shape (h, w, 3), but got {image.dtype} {image.shape}")
    if not 0 <= min_confidence <= 1:
        raise ValueError(f"min_confidence must be between 0 and 1, but got {min_confidence}")
    manifest = detector.manifest
    calibration = Calibration(*manifest.calibration)
    floor = max(MIN_RAW_CONFIDENCE, calibration.invert(min_confidence))
    views = [
        suppress(view, manifest.max_overlap)
        for area in manifest.canvas_areas
        for view in _look(detector, letterbox(image, area), floor)
    ]
    found = views[0] if len(views) == 1 else fuse(views, manifest.max_overlap)
    xyxy, confidence = found.xyxy, calibration.apply(found.confidence)
    good = (xyxy[:, 2:] - xyxy[:, :2] >= MIN_SIDE_PX).all(axis=1) & (confidence >= min_confidence)
    rows = np.flatnonzero(good)[:MAX_GARMENTS]
    return Garments.sorted_from(xyxy[rows], confidence[rows], found.class_id[rows])


def _look(detector: Detector, boxed: Letterboxed, floor: float) -> list[Candidates]:
    """Candidates of each view of one canvas, in the pixels of the photo."""
    upright = np.ascontiguousarray(boxed.canvas.transpose(2, 0, 1)).astype(np.float32) / 255
    mirrored = detector.manifest.mirrored
    canvases = np.stack([upright, upright[:, :, ::-1]]) if mirrored else upright[None]
    edges, logits = detector.network(np.ascontiguousarray(canvases))
    height, width = boxed.canvas.shape[:2]
    # A garment that one view alone sees must reach the bar after the mean over all views is taken.
    floor /= len(canvases) * len(detector.manifest.canvas_areas)
    views = []
    for view in range(len(canvases)):
        seen = decode(edges[view], logits[view], (width, height), floor).best(MAX_CANDIDATES)
        xyxy = seen.xyxy.copy()
        if view == 1:
            xyxy[:, [0, 2]] = width - seen.xyxy[:, [2, 0]]
        views.append(Candidates(boxed.to_photo(xyxy), seen.confidence, seen.class_id))
    return views
