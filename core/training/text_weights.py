"""How much each part of an embedding counts where a text asks, tried with the titles of validation photos."""

from dataclasses import dataclass

import numpy as np
import torch

from core.training.compiled import compiled_looks
from core.training.part_weights import unit_parts
from core.training.starting import Tokenize, Trainee
from core.training.training_set import TrainingSet
from core.training.validating import TITLED, embed_rows
from core.training.weight_grids import divisions

KS = (1, 10)


@dataclass(frozen=True)
class TextChoice:
    """What was chosen for texts.

    Attributes:
        weights: Of the parts, sum 1; None where no photo has a title, so that texts are weighed as pictures are.
        metrics: Metric -> value in [0, 1], with them.
        without: The same where texts are weighed as pictures are.
    """

    weights: tuple[float, ...] | None
    metrics: dict[str, float]
    without: dict[str, float]


def choose_text_weights(trainee: Trainee, training_set: TrainingSet, side: int, tokenize: Tokenize) -> TextChoice:
    """The weights with which titles of validation photos find their own among all of these best.

    A title says other things than a picture shows: brand and print, but little of the light. The weights of pictures
    stay as they are; tried are all ways in which the parts share in the score, in tenths, and what is maximised is the
    mean reciprocal rank.

    Args:
        trainee: With the parts that are served.
        training_set: Its validation photos with titles ask and answer.
        side: Of the photos, px.
        tokenize: Of the text tower.
    """
    titles = training_set.items["title"].to_numpy(str)
    is_titled = (titles != "") & (training_set.items["source"].to_numpy(str) == TITLED)
    rows = np.array([row for row in training_set.validation_rows if is_titled[row]], np.int64)
    if len(rows) == 0:
        return TextChoice(None, {}, {})
    parts = trainee.image.parts
    photos = embed_rows(trainee, training_set, rows, side, hard=False, run=compiled_looks(trainee, side))
    images = unit_parts(photos, parts.lengths)
    with torch.inference_mode():
        raw = trainee.clip.encode_text(tokenize(titles[rows].tolist())).float()
        texts = [part.numpy() for part in parts.answered(parts.split(raw))]
    cosines = [text @ image.T for text, image in zip(texts, images, strict=True)]
    of_images = parts.weights.tolist()
    without = _ranks(cosines, of_images, of_images)
    tried = [(weights, _ranks(cosines, of_images, weights)) for weights in _weights_tried(of_images)]
    weights, ranks = max(tried, key=lambda one: (1 / (1 + one[1])).mean())
    return TextChoice(weights, _found(ranks), _found(without))


def _weights_tried(of_images: list[float]) -> list[tuple[float, ...]]:
    """The weights of texts with which the parts share in the score in tenths, of those that count in pictures.

    A part's share is the square root of its weight in pictures times that in texts.
    """
    given = [
        share
        for share in divisions(len(of_images))
        if not any(s and not w for s, w in zip(share, of_images, strict=True))
    ]
    squares = [[s * s / w if s else 0.0 for s, w in zip(share, of_images, strict=True)] for share in given]
    return [tuple(one / sum(weights) for one in weights) for weights in squares]


def _ranks(cosines: list[np.ndarray], of_images: list[float], weights: tuple[float, ...] | list[float]) -> np.ndarray:
    """(n,) int64: how many photos are nearer to a title than its own."""
    scores = np.zeros_like(cosines[0])
    for cosine, one, other in zip(cosines, of_images, weights, strict=True):
        scores += np.float32((one * other) ** 0.5) * cosine
    return (scores > np.diag(scores)[:, None]).sum(1)


def _found(ranks: np.ndarray) -> dict[str, float]:
    return {f"title to photo R@{k}": float((ranks < k).mean()) for k in KS}
