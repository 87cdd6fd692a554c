"""A frozen network by OpenVINO, which looks at pictures several times faster than torch on a processor."""

import copy
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor, nn

from core import settings
from core.encoders.trained import LookedFeatures
from core.training.starting import Trainee
from detection.precision import bfloat16_is_quick
from detection.processor import openvino_core

Compiled = Callable[[Tensor], list[np.ndarray]]


def compiled(network: nn.Module, trainee: Trainee, side: int) -> Compiled:
    """A function: pixels (n, 3, side, side) float32 in [0, 255] -> what the network puts out, float32 arrays.

    Args:
        network: Of normalised pixels; it is copied.
        trainee: Whose normalisation it is.
        side: Of the pixels, px.
    """
    import openvino

    frozen = copy.deepcopy(network).to(memory_format=torch.contiguous_format).eval()
    example = torch.zeros(2, 3, side, side)
    program = torch.export.export(frozen, (example,), dynamic_shapes=({0: torch.export.Dim("n", min=1, max=1024)},))
    precision = "bf16" if bfloat16_is_quick() else "f32"
    options = {"INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": settings.threads()}
    run = openvino_core().compile_model(openvino.convert_model(program), "CPU", options)

    def ask(pixels: Tensor) -> list[np.ndarray]:
        found = run(((pixels - trainee.mean) / trainee.std).numpy())
        return [found[number].copy() for number in range(len(run.outputs))]

    return ask


def compiled_looks(trainee: Trainee, side: int) -> Compiled:
    """What a trainee's model makes of pictures, compiled: pixels -> one array, the mean features of all its looks."""
    return compiled(LookedFeatures(trainee.image), trainee, side)
