"""The default detector as data: an EfficientNet-Lite pyramid, a path-aggregation neck and ultralytics' head."""

from typing import Any

from detection.backbone import LITE_SPECS, register_backbones

NECK_CHANNELS = (96, 160, 256)  # at strides 8, 16 and 32
DEFAULT_BACKBONE = "efficientnet_lite0"


def pyramid_config(backbone: str, classes: int, pretrained: bool) -> dict[str, Any]:
    """Model description that ultralytics' `DetectionModel` builds, in place of a YAML file.

    Args:
        backbone: A name in `LITE_SPECS`.
        classes: Number of classes.
        pretrained: Start the backbone from the ImageNet weights of its package; False leaves it to be filled.

    Raises:
        ValueError: The backbone is not known.
    """
    if backbone not in LITE_SPECS:
        raise ValueError(f"backbone must be one of {', '.join(LITE_SPECS)}, but got {backbone!r}")
    register_backbones()
    small, middle, large = NECK_CHANNELS
    pyramid = LITE_SPECS[backbone].pyramid_channels
    weights = "DEFAULT" if pretrained else None
    return {
        "nc": classes,
        "backbone": [
            [
                -1,
                1,
                "TorchVision",
                [pyramid[2], backbone, weights, True, 0, True],
            ],  # 0: image, stem, 7 stages
            [0, 1, "Index", [pyramid[0], 4]],  # 1: stride 8
            [0, 1, "Index", [pyramid[1], 6]],  # 2: stride 16
            [0, 1, "Index", [pyramid[2], 8]],  # 3: stride 32
        ],
        "head": [
            [3, 1, "SPPF", [large, 5]],  # 4
            [-1, 1, "nn.Upsample", [None, 2, "nearest"]],
            [[-1, 2], 1, "Concat", [1]],
            [-1, 1, "C2f", [middle]],  # 7
            [-1, 1, "nn.Upsample", [None, 2, "nearest"]],
            [[-1, 1], 1, "Concat", [1]],
            [-1, 1, "C2f", [small]],  # 10: stride 8
            [-1, 1, "Conv", [small, 3, 2]],
            [[-1, 7], 1, "Concat", [1]],
            [-1, 1, "C2f", [middle]],  # 13: stride 16
            [-1, 1, "Conv", [middle, 3, 2]],
            [[-1, 4], 1, "Concat", [1]],
            [-1, 1, "C2f", [large]],  # 16: stride 32
            [[10, 13, 16], 1, "Detect", [classes]],
        ],
    }
