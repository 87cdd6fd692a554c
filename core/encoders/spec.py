"""What an encoder is: the record in the registry, and the loaded thing that turns images into embeddings."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
HALF = (0.5, 0.5, 0.5)
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)

MAX_LENGTH_ERROR = 1e-3

Origin = Literal["package", "torchvision", "timm", "open_clip", "trained"]
Fit = Literal["squash", "pad", "crop"]


class EncoderError(ValueError):
    """An encoder cannot be used. The message says what was expected, what came and what to run."""


@dataclass(frozen=True)
class EncoderSpec:
    """All that is known of an encoder before it is loaded; model, preprocessing and licence in one record.

    Attributes:
        name: Key in the registry and in artifacts.
        title: For people.
        origin: Where the weights come from; with `weights` it says which (see `core.encoders.weights`).
        architecture: Name in torchvision, timm or open_clip.
        weights: Distribution name, torchvision weights entry, timm or open_clip tag, or folder of a trained model.
        dim: Length of an embedding.
        side_px: Side of the square input, px.
        mean: Per channel, RGB, of values in [0, 1].
        std: Likewise.
        fit: How a picture becomes a square: "squash" stretches it, "pad" puts it on white, "crop" takes the centre.
        licence: Of the weights.
        paper: Address of the paper.
        reads_text: Whether it encodes texts too.
        trained_on: Catalogues it was trained on, where it was trained here.
        adapted_to: Catalogue whose statistics its batch normalisation has; "" as it was trained.
    """

    name: str
    title: str
    origin: Origin
    architecture: str
    weights: str
    dim: int
    side_px: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    licence: str
    paper: str
    fit: Fit = "pad"
    reads_text: bool = False
    trained_on: tuple[str, ...] = ()
    adapted_to: str = ""


@dataclass(frozen=True)
class Encoder:
    """A loaded encoder; a plain callable inside, so a test can pass three lines of its own.

    Attributes:
        spec: Its record.
        runtime: "openvino" or "torch".
        precision: "f32" or "bf16", of the arithmetic.
        run: (n, 3, side, side) uint8 RGB -> (n, dim) float32, unit length.
        run_texts: Texts -> (n, dim) float32, unit length; None where the encoder reads no text.
    """

    spec: EncoderSpec
    runtime: str
    precision: str
    run: Callable[[np.ndarray], np.ndarray]
    run_texts: Callable[[Sequence[str]], np.ndarray] | None = None

    def encode_squares(self, squares: np.ndarray) -> np.ndarray:
        """Embeddings (n, dim) float32, unit length, of prepared inputs (n, 3, side, side) uint8 RGB."""
        side = self.spec.side_px
        if squares.ndim != 4 or squares.shape[1:] != (3, side, side) or squares.dtype != np.uint8:
            raise ValueError(f"squares must be (n, 3, {side}, {side}) uint8, but got {squares.shape} {squares.dtype}")
        if len(squares) == 0:
            return np.zeros((0, self.spec.dim), np.float32)
        return _checked(self.run(squares), len(squares), self.spec)

    def encode_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Embeddings (n, dim) float32, unit length. Raises EncoderError if the encoder reads no text."""
        if self.run_texts is None:
            raise EncoderError(
                f"encoder {self.spec.name} reads no text. Choose one that does: `python -m core encoders`."
            )
        if len(texts) == 0:
            return np.zeros((0, self.spec.dim), np.float32)
        return _checked(self.run_texts(texts), len(texts), self.spec)


def _checked(embeddings: np.ndarray, count: int, spec: EncoderSpec) -> np.ndarray:
    if embeddings.shape != (count, spec.dim):
        raise EncoderError(
            f"encoder {spec.name}: expected embeddings ({count}, {spec.dim}), but got {embeddings.shape}. "
            f"Build its graph again: python -m core encoders export {spec.name}"
        )
    if not (np.abs(np.linalg.norm(embeddings, axis=1) - 1) < MAX_LENGTH_ERROR).all():  # so NaN is caught too
        raise EncoderError(
            f"encoder {spec.name}: expected embeddings of unit length, but got others. "
            f"Build its graph again: python -m core encoders export {spec.name}"
        )
    return np.ascontiguousarray(embeddings, dtype=np.float32)
