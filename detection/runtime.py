"""Two ways to run the shipped network, OpenVINO and PyTorch: the same canvases in, the same raw output."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from detection.artifact import GRAPH, REBUILD, WEIGHTS, DetectorError, Manifest
from detection.processor import openvino_core

# (b, 3, h, w) float32 in [0, 1] -> edges (b, 64, a) and logits (b, classes, a), both float32
Network = Callable[[npt.NDArray[np.float32]], tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]]


def openvino_network(folder: Path, threads: int) -> tuple[Network, str]:
    """The exported graph on this machine's processor, and the precision that it computes in.

    Raises:
        DetectorError: The graph cannot be read.
        ImportError: OpenVINO is not installed.
    """
    core = openvino_core()
    settings: dict[str, Any] = {"INFERENCE_NUM_THREADS": threads, "PERFORMANCE_HINT": "LATENCY"}
    try:
        compiled = core.compile_model(core.read_model(folder / GRAPH), "CPU", settings)
    except RuntimeError as error:
        raise DetectorError(f"the detector's graph cannot be loaded ({error}); run `{REBUILD}`") from error
    precision = compiled.get_property("INFERENCE_PRECISION_HINT").to_string()

    def run(canvases: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        # a request of its own for each call: several threads of a server may be here at once
        outputs = compiled.create_infer_request().infer({0: canvases})
        return outputs[0], outputs[1]

    return run, precision


def torch_network(folder: Path, manifest: Manifest, threads: int) -> tuple[Network, str]:
    """The same weights in PyTorch, float32: slower, and nothing of it is unpickled.

    Raises:
        DetectorError: The weights do not fit the description of the model.
    """
    import torch
    from safetensors.torch import load_file

    from detection.graph import RawOutput, build_model

    try:
        model = build_model(manifest.architecture)
        model.load_state_dict(load_file(folder / WEIGHTS))
    except (ValueError, RuntimeError, OSError) as error:
        raise DetectorError(f"the detector's weights cannot be loaded ({error}); run `{REBUILD}`") from error
    torch.set_num_threads(threads)
    network = RawOutput(model.float())

    def run(canvases: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        with torch.inference_mode():
            edges, logits = network(torch.from_numpy(canvases))
        return edges.numpy(), logits.numpy()

    return run, "f32"
