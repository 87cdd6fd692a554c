"""How sharp the parts of an embedding answer and how much each counts, tried on validation queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product

import numpy as np
import torch

from core.catalogs.catalog import OnProgress
from core.encoders.nearness import Nearness, frequencies_of
from core.encoders.parts import Parts
from core.training.answering import SHARPNESSES, answerable, answers_of
from core.training.compiled import compiled_looks
from core.training.labels import labels_of
from core.training.portions import measured, portions_of
from core.training.recipe import Part
from core.training.starting import Trainee
from core.training.training_set import TrainingSet
from core.training.validating import embed_rows
from core.training.weight_grids import grids, moved

# How often half a tenth is moved from one part to another at most.
MOST_MOVES = 3
# How many numbers a nearness has: it deviates from what it stands for by up to 1 / sqrt of that.
NEAR_NUMBERS = 512
# Of a part with a nearness, in models that texts ask: words are near to no picture, they meet the part itself.
LEAST_FOR_WORDS = 0.1


# Of each part: (q, n) of who asks with who is searched, and (q, q + n) of hard views with everybody.
Cosines = tuple[list[np.ndarray], list[np.ndarray]]


@dataclass(frozen=True)
class Choice:
    """What was chosen and what validation said of it.

    Attributes:
        weights: Of the parts, and of the nearness where there is one, sum 1.
        metrics: Metric -> value in [0, 1].
        without: The same of the best weights where all parts are directions and there is no nearness.
        sharpness: Place of a part -> how sharp it answers; a part that stays a direction is not in it.
        centres: Place -> (k, dim) float32, the classes it answers with.
        near: What stands for one of the parts once more; None where it would not count.
    """

    weights: tuple[float, ...]
    metrics: dict[str, float]
    without: dict[str, float] = field(default_factory=dict)
    sharpness: Mapping[int, float] = field(default_factory=dict)
    centres: Mapping[int, np.ndarray] = field(default_factory=dict)
    near: Nearness | None = None

    def parts(self, dims: Sequence[int]) -> Parts:
        """The parts of an embedding, of these lengths, as chosen."""
        return Parts(dims, self.weights, answers_of(self.centres, self.sharpness), self.near)


@dataclass(frozen=True)
class Rows:
    """Unit rows of each part, each (n, part dim) float32: who asks, who is searched, and hard views of who asks."""

    asked: list[np.ndarray]
    searched: list[np.ndarray]
    hard: list[np.ndarray]


def choose_weights(
    trainee: Trainee, parts: Sequence[Part], training_set: TrainingSet, side: int, on_progress: OnProgress
) -> Choice:
    """The weights and the sharpness of answers with the highest mean of what is searched for.

    That is mAP by category in each catalogue, mAP by category and colour where colours are known, and the share of
    hard views that find their own picture, as `validating.score_of` has it; validation items ask, all training items
    answer (and the validation items too for the hard views). All weights in tenths are tried where all parts are
    directions; with the nearness in its part's place and all parts that can answering alike sharply; then with the best
    of these every part as sharply as may be, and all weights again. At last half a tenth is moved from one part to
    another as long as that helps.

    Args:
        trainee: Without answers yet.
        parts: Of its recipe.
        training_set: Also says the labels.
        side: Of the views, px.
        on_progress: Called with (tries done, tries in all).
    """
    rows, portions = rows_of(trainee, training_set, side), portions_of(training_set)
    centres = answerable(parts, labels_of(training_set.items), training_set.train_rows, rows.searched)
    near = nearness_of(parts)
    least = LEAST_FOR_WORDS if trainee.clip is not None else 0.0
    directions, coarse, fine = grids(len(parts), near, least)
    alike, single = _sharpnesses(list(centres))
    goes_on = bool(centres) or near is not None
    moves = MOST_MOVES * len(directions[0]) * (len(directions[0]) - 1)
    total = len(directions) + len(alike) * len(coarse) + (len(single) + len(fine) + moves if goes_on else 0)
    done = 0

    def best_of(best: Choice, sharpness: Mapping[int, float], tried: Sequence[tuple[float, ...]]) -> Choice:
        nonlocal done
        cosines = _cosines(rows, centres, sharpness, near)
        for weights in tried:
            found = measured(portions, *(_weighed(each, weights) for each in cosines))
            if found["score"] > best.metrics["score"]:
                best = Choice(weights, found, {}, sharpness)
            done += 1
            on_progress(done, total)
        return best

    plain = best = best_of(Choice(directions[0], {"score": -1.0}), {}, directions)
    for sharpness in alike:
        best = best_of(best, sharpness, coarse)
    if goes_on:
        for sharpness in single:
            best = best_of(best, sharpness, [best.weights])
        best = best_of(best, best.sharpness, fine)
        for _ in range(MOST_MOVES):
            before = best.weights
            best = best_of(best, best.sharpness, moved(before, near, least))
            if best.weights == before:
                break
        on_progress(total, total)
    best = replace(best, without=plain.metrics, centres={place: centres[place] for place in best.sharpness})
    if near is None or best.weights[-1] == 0:
        return replace(best, weights=best.weights[: len(parts)])
    return replace(best, near=near)


def _sharpnesses(places: Sequence[int]) -> tuple[list[Mapping[int, float]], list[Mapping[int, float]]]:
    """How sharply the parts at these places may answer: all alike, and each by itself or not at all."""
    alike: list[Mapping[int, float]] = [dict.fromkeys(places, one) for one in SHARPNESSES] if places else []
    single: list[Mapping[int, float]] = [
        {place: one for place, one in zip(places, chosen, strict=True) if one is not None}
        for chosen in product((None, *SHARPNESSES), repeat=len(places))
    ]
    return alike, single


def nearness_of(parts: Sequence[Part]) -> Nearness | None:
    """The nearness that a recipe's parts ask for; None where they ask for none."""
    for place, part in enumerate(parts):
        if part.near:
            return Nearness(frequencies_of(part.dim, NEAR_NUMBERS, part.near), place)
    return None


def rows_of(trainee: Trainee, training_set: TrainingSet, side: int) -> Rows:
    """What a network makes of validation and training items, each part by itself."""
    run, sizes = compiled_looks(trainee, side), trainee.image.parts.sizes
    queries, gallery = training_set.validation_rows, training_set.train_rows
    asked, searched, hard = (
        unit_parts(embed_rows(trainee, training_set, rows, side, is_hard, run), sizes)
        for rows, is_hard in ((queries, False), (gallery, False), (queries, True))
    )
    return Rows(asked, searched, hard)


def unit_parts(rows: np.ndarray, sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Each part of embeddings; its weight in the embedding is undone."""
    edges = pairwise(np.cumsum((0, *sizes)))
    return [torch.nn.functional.normalize(torch.from_numpy(rows[:, start:end]), dim=1).numpy() for start, end in edges]


def _cosines(
    rows: Rows, centres: Mapping[int, np.ndarray], sharpness: Mapping[int, float], near: Nearness | None
) -> Cosines:
    parts = Parts([part.shape[1] for part in rows.asked], None, answers_of(centres, sharpness), near)

    def answered(each: list[np.ndarray]) -> list[np.ndarray]:
        return [part.numpy() for part in parts.answered([torch.from_numpy(part) for part in each])]

    asked, searched, hard = answered(rows.asked), answered(rows.searched), answered(rows.hard)
    plain = [one @ other.T for one, other in zip(asked, searched, strict=True)]
    views = [one @ np.concatenate(others).T for one, *others in zip(hard, asked, searched, strict=True)]
    return plain, views


def _weighed(cosines: list[np.ndarray], weights: tuple[float, ...]) -> np.ndarray:
    total = np.zeros_like(cosines[0])
    for cosine, weight in zip(cosines, weights, strict=True):
        if weight:
            total += np.float32(weight) * cosine
    return total
