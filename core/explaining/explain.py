"""Why two pictures match: heat maps over both of what the cosine of their embeddings rests on, for any encoder."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core import settings
from core.encoders.preprocess import to_square
from core.encoders.registry import encoder_spec
from core.encoders.spec import Encoder, EncoderSpec
from core.explaining.attention import attention_contributions, is_readable
from core.explaining.covering import covering_contributions
from core.explaining.grids import Contributions, Method, heat_map, sum_inside
from core.explaining.places import place_contributions
from core.retrieval import SearchSet

if TYPE_CHECKING:
    from core.encoders.networks import Served


@dataclass(frozen=True)
class Explainer:
    """What explains the matches of one encoder; threads may share it.

    Attributes:
        spec: The encoder's record.
        contributions: Squares (2, 3, side, side) uint8 RGB and an average embedding (dim,) float32 -> what their
            places bring to the cosine.
    """

    spec: EncoderSpec
    contributions: Callable[[np.ndarray, np.ndarray], Contributions]


@dataclass(frozen=True)
class Explanation:
    """Why two pictures match.

    The maps say where, not how much: a poor match has its brightest place too. Nor do they say what was seen there.
    A place is coarse (a ninth of a side with EfficientNet-Lite2, say), and a network looks beyond it: what lies just
    outside a bright place may be what counts.

    Attributes:
        score: The cosine of their embeddings.
        maps: Over the first and the second picture, each (h, w) float32 in [0, 1], in the pixels of that picture; 1
            is the place that brings most in it.
        shares: How much of the score (of what it exceeds the average's by, where one was given) the places inside
            either picture bring together, 1 for all. The rest is of the margin that a picture was padded with, or
            of no place. None where the method cannot say, or there is nothing above 0 to share.
        method: How they were found.
    """

    score: float
    maps: tuple[np.ndarray, np.ndarray]
    shares: tuple[float, float] | None
    method: Method


def load_explainer(name: str) -> Explainer:
    """What explains an encoder's matches, by its PyTorch network in float32.

    Raises:
        EncoderError: Unknown name or absent weights.
    """
    import torch

    from core.encoders.networks import build_served

    spec = encoder_spec(name)
    torch.set_num_threads(settings.threads())
    return network_explainer(build_served(spec), spec)


def network_explainer(served: Served, spec: EncoderSpec) -> Explainer:
    """What explains a built network's matches: attention, else the places of its feature map, else covering."""
    import torch

    def run(squares: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return served(torch.from_numpy(squares)).numpy()

    encoder = Encoder(spec, "torch", "f32", run)
    lock = threading.Lock()  # what listens to a network on its way hears all that passes

    def contributions(squares: np.ndarray, average: np.ndarray) -> Contributions:
        with lock:
            if is_readable(served.network):
                return attention_contributions(served, squares, average)
            found = place_contributions(served, squares, average)
            return covering_contributions(encoder, squares, average) if found is None else found

    return Explainer(spec, contributions)


def average_item(search_set: SearchSet) -> np.ndarray:
    """The mean embedding (dim,) float32 of the items that are searched; what `explain` compares a match with."""
    return search_set.gallery.embeddings[search_set.searched].mean(axis=0)


def explain(
    first: np.ndarray, second: np.ndarray, explainer: Explainer, average: np.ndarray | None = None
) -> Explanation:
    """Why two pictures match.

    Args:
        first: (h, w, 3) uint8 RGB, as it is encoded: the crop where a crop is searched.
        second: Likewise, of any other size.
        explainer: Of the encoder.
        average: (dim,) float32, of the items among which the match was found (`average_item`). With it the maps show
            what makes the pictures more like each other than like the average item, which is what a ranking rests
            on; without it also what all pictures have in common.

    Raises:
        ValueError: A picture is empty or of another kind, or the average is of another length.
    """
    spec, pictures = explainer.spec, (first, second)
    average = np.zeros(spec.dim, np.float32) if average is None else average
    if average.shape != (spec.dim,):
        raise ValueError(f"expected an average embedding of ({spec.dim},), but got {average.shape}")
    found = explainer.contributions(np.stack([to_square(picture, spec) for picture in pictures]), average)
    sizes = [picture.shape[:2] for picture in pictures]
    one, other = (heat_map(grid, spec, *size) for grid, size in zip(found.grids, sizes, strict=True))
    shares = None
    if found.method != "covering" and (found.gains > 0).all():
        inside = [sum_inside(grid, spec, *size) for grid, size in zip(found.grids, sizes, strict=True)]
        shares = (float(inside[0] / found.gains[0]), float(inside[1] / found.gains[1]))
    return Explanation(found.score, (one, other), shares, found.method)
