"""The trained network as a bare graph: a batch of canvases in, raw edges and class scores out."""

from typing import Any

import torch
from torch import Tensor, nn


class RawOutput(nn.Module):
    """A detection model without its decoding, which `detection.decode` does: that keeps the sizes free."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, canvases: Tensor) -> tuple[Tensor, Tensor]:
        """(b, 3, h, w) RGB in [0, 1] -> (b, 64, a) edge distributions and (b, classes, a) logits, raw."""
        output = self.model(canvases)
        if isinstance(output, tuple):
            output = output[1]
        return output["boxes"], output["scores"]


def build_model(architecture: dict[str, Any]) -> nn.Module:
    """The untrained network of a description, ready for evaluation; no file is unpickled.

    Raises:
        ValueError: ultralytics cannot build the description.
    """
    from detection.backbone import register_backbones
    from detection.quiet import quiet_ultralytics

    quiet_ultralytics()
    register_backbones()
    from ultralytics.nn.tasks import DetectionModel

    threads = torch.get_num_threads()
    try:
        model: nn.Module = DetectionModel(architecture, verbose=False)
    except Exception as error:  # a wrong description fails in many ways inside ultralytics
        raise ValueError(f"the model description cannot be built: {error}") from error
    finally:
        torch.set_num_threads(threads)
    return model.eval().requires_grad_(False)
