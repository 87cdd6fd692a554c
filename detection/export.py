"""From a trained model to the folder that is shipped: an OpenVINO graph, safetensors and the manifest."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from detection.artifact import GRAPH, GRAPH_WEIGHTS, WEIGHTS, Manifest, file_hash, write_manifest
from detection.calibration import Calibration, fit_calibration
from detection.decode import BINS, STRIDES
from detection.evaluation import all_matches
from detection.garments import CLASSES
from detection.graph import RawOutput, build_model
from detection.listing import look_at_validation

TRACED_CANVAS = (384, 256)  # height and width; the graph takes any multiples of 32
MAX_OVERLAP = 0.55
MIRRORED = True
CANVAS_STEPS = (1.0, 544 / 448)  # sizes of the canvases relative to training: small things need the larger one


def export_run(run: Path, folder: Path, data: Path, image_size: int) -> Manifest:
    """Write the detector that is served from a training run's averaged weights.

    Args:
        run: Folder of `detection.training.train_detector`.
        folder: Written to.
        data: The YOLO data set: on its validation photos the confidence is calibrated.
        image_size: Height of the canvas for an upright 2:3 photo, px; other photos get as many pixels.

    Raises:
        ValueError: The run has no weights yet, its model is of a kind that is not served, or it finds nothing.
    """
    from safetensors.torch import load_file

    from detection.training import DESCRIPTION, LAST_WEIGHTS

    try:
        described = json.loads((run / DESCRIPTION).read_text())
        state = load_file(run / LAST_WEIGHTS)
    except FileNotFoundError:
        raise ValueError(f"expected a training run in {run}, but it has no weights yet") from None
    manifest = export_detector(
        state,
        described["architecture"],
        folder,
        canvas_areas=tuple(round((image_size * step) ** 2 * 2 / 3) for step in CANVAS_STEPS),
        max_overlap=MAX_OVERLAP,
        mirrored=MIRRORED,
        calibration=Calibration(),
        training=described["training"],
    )
    found, truths = look_at_validation(data, folder, "auto")
    confidence, hits = all_matches(found, truths)
    # A detector hardly trained may be right nowhere: then there is nothing to calibrate by.
    calibration = fit_calibration(confidence, hits) if hits.any() else Calibration()
    calibrated = replace(manifest, calibration=(calibration.scale, calibration.shift))
    write_manifest(folder, calibrated)
    return calibrated


def export_detector(
    state: dict[str, Tensor],
    architecture: dict[str, Any],
    folder: Path,
    *,
    canvas_areas: tuple[int, ...],
    max_overlap: float,
    mirrored: bool,
    calibration: Calibration,
    training: dict[str, Any],
) -> Manifest:
    """Write a detector's folder; both runtimes get the same float16 weights.

    Args:
        state: Weights of the model by name, as its `state_dict` has them.
        architecture: Description that the model is rebuilt from.
        folder: Written to; files of an earlier detector are replaced, the manifest last.
        canvas_areas: Pixels of each canvas that a photo is put on.
        max_overlap: Above it, boxes of one class become one.
        mirrored: Whether to look at each photo in a mirror, too.
        calibration: Of the confidence.
        training: What it was trained with, for people.

    Returns:
        The manifest that was written.

    Raises:
        ValueError: The weights do not fit the description.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _write_graph(RawOutput(_halved(state, architecture, folder).float().eval()), folder)
    manifest = Manifest(
        classes=CLASSES,
        architecture=architecture,
        canvas_areas=canvas_areas,
        max_overlap=max_overlap,
        mirrored=mirrored,
        calibration=(calibration.scale, calibration.shift),
        training=training,
        files={name: file_hash(folder / name) for name in (GRAPH, GRAPH_WEIGHTS, WEIGHTS)},
    )
    write_manifest(folder, manifest)
    return manifest


def _halved(state: dict[str, Tensor], architecture: dict[str, Any], folder: Path) -> nn.Module:
    """The model with the float16 weights that were written. Raises ValueError where they do not fit it."""
    from safetensors.torch import load_file, save_file

    halved = {
        name: (value.half() if value.is_floating_point() else value).contiguous() for name, value in state.items()
    }
    save_file(halved, folder / WEIGHTS)
    model = build_model(architecture)
    try:
        model.load_state_dict(load_file(folder / WEIGHTS))
    except RuntimeError as error:
        raise ValueError(f"the weights do not fit the model's description: {error}") from error
    layers: Any = list(model.children())[-1]
    head = layers[-1]
    if getattr(head, "reg_max", None) != BINS or tuple(int(step) for step in head.stride) != STRIDES:
        raise ValueError(f"the model's head must have {BINS} bins an edge and strides {STRIDES}: start from yolo11n.pt")
    return model


def _write_graph(network: RawOutput, folder: Path) -> None:
    import openvino

    with torch.no_grad():
        example = torch.zeros(1, 3, *TRACED_CANVAS)
        network(example)  # ultralytics fixes its grid at the first pass
    graph = openvino.convert_model(network, example_input=example, input=[-1, 3, -1, -1])
    for output, name in zip(graph.outputs, ("edges", "logits"), strict=True):
        output.get_tensor().set_names({name})
    openvino.save_model(graph, folder / GRAPH, compress_to_fp16=True)
