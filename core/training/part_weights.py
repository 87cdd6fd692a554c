"""How sharp the parts of an embedding answer and how much each counts, tried on validation queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, product

import numpy as np
import torch

from core.catalogs.catalog import OnProgress
from core.evaluation.metrics import average_precision, precision_at_k
from core.training.answering import SHARPNESSES, answerable, answers_of
from core.training.compiled import compiled
from core.training.labels import category_and_colour, labels_of
from core.training.recipe import Part
from core.training.starting import Trainee
from core.training.training_set import TrainingSet
from core.training.validating import embed_rows, score_of

STEPS = 10
KS = (1, 10)


# Of each part: (q, n) of who asks with who is searched, and (q, q + n) of hard views with everybody.
Cosines = tuple[list[np.ndarray], list[np.ndarray]]


@dataclass(frozen=True)
class Choice:
    """What was chosen and what validation said of it.

    Attributes:
        weights: Of the parts, sum 1.
        metrics: Metric -> value in [0, 1].
        without: The same of the best weights where no part answers.
        sharpness: Place of a part -> how sharp it answers; a part that stays a direction is not in it.
        centres: Place -> (k, dim) float32, the classes it answers with.
    """

    weights: tuple[float, ...]
    metrics: dict[str, float]
    without: dict[str, float] = field(default_factory=dict)
    sharpness: Mapping[int, float] = field(default_factory=dict)
    centres: Mapping[int, np.ndarray] = field(default_factory=dict)


@dataclass(frozen=True)
class Rows:
    """Unit rows of each part, each (n, part dim) float32: who asks, who is searched, and hard views of who asks."""

    asked: list[np.ndarray]
    searched: list[np.ndarray]
    hard: list[np.ndarray]


def choose_weights(
    trainee: Trainee, parts: Sequence[Part], training_set: TrainingSet, side: int, on_progress: OnProgress
) -> Choice:
    """The weights, in tenths, and the sharpness of answers with the highest mean of what is searched for.

    That is mAP by category in each catalogue, mAP by category and colour where colours are known, and the share of
    hard views that find their own picture, as `validating.score_of` has it; validation items ask, all training items
    answer (and the validation items too for the hard views). All weights are tried without answers, and with all parts
    that can answering alike sharply; then with the best of these weights every part as sharply as may be, and all
    weights again.

    Args:
        trainee: Without answers yet.
        parts: Of its recipe.
        training_set: Also says the labels.
        side: Of the views, px.
        on_progress: Called with (tries done, tries in all).
    """
    rows, portions = rows_of(trainee, training_set, side), _portions(training_set)
    centres = answerable(parts, labels_of(training_set.items), training_set.train_rows, rows.searched)
    grid = divisions(len(parts))
    sharpened: list[Mapping[int, float]] = [
        {place: one for place, one in zip(centres, chosen, strict=True) if one is not None}
        for chosen in product((None, *SHARPNESSES), repeat=len(centres))
    ]
    start = Choice(tuple(part.weight for part in parts), {"score": -1.0})
    alike: list[Mapping[int, float]] = (
        [dict.fromkeys(centres, sharpness) for sharpness in SHARPNESSES] if centres else []
    )
    done, total = 0, (1 + len(alike)) * len(grid) + (len(sharpened) + len(grid) if centres else 0)

    def better(best: Choice, weights: tuple[float, ...], sharpness: Mapping[int, float], cosines: Cosines) -> Choice:
        nonlocal done
        done += 1
        on_progress(done, total)
        found = _measured(portions, *(_weighed(each, weights) for each in cosines))
        return Choice(weights, found, {}, sharpness) if found["score"] > best.metrics["score"] else best

    def best_weights(best: Choice, sharpness: Mapping[int, float]) -> Choice:
        cosines = _cosines(rows, centres, sharpness)
        for weights in grid:
            best = better(best, weights, sharpness, cosines)
        return best

    plain = best = best_weights(start, {})
    for sharpness in alike:
        best = best_weights(best, sharpness)
    if centres:
        for sharpness in sharpened:
            best = better(best, best.weights, sharpness, _cosines(rows, centres, sharpness))
        best = best_weights(best, best.sharpness)
    return replace(best, without=plain.metrics, centres={place: centres[place] for place in best.sharpness})


def rows_of(trainee: Trainee, training_set: TrainingSet, side: int) -> Rows:
    """What a network makes of validation and training items, each part by itself."""
    run, sizes = compiled(trainee.image.backbone, trainee, side), trainee.image.parts.sizes
    queries, gallery = training_set.validation_rows, training_set.train_rows
    asked, searched, hard = (
        unit_parts(embed_rows(trainee, training_set, rows, side, is_hard, run), sizes)
        for rows, is_hard in ((queries, False), (gallery, False), (queries, True))
    )
    return Rows(asked, searched, hard)


def divisions(count: int) -> list[tuple[float, ...]]:
    """All ways to give `count` parts weights in tenths with a sum of 1."""
    grid = [weights for weights in product(range(STEPS + 1), repeat=count) if sum(weights) == STEPS]
    return [tuple(tenth / STEPS for tenth in tenths) for tenths in grid]


def unit_parts(rows: np.ndarray, sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Each part of embeddings; its weight in the embedding is undone."""
    edges = pairwise(np.cumsum((0, *sizes)))
    return [torch.nn.functional.normalize(torch.from_numpy(rows[:, start:end]), dim=1).numpy() for start, end in edges]


def _cosines(rows: Rows, centres: Mapping[int, np.ndarray], sharpness: Mapping[int, float]) -> Cosines:
    answers = answers_of(centres, sharpness)

    def answered(parts: list[np.ndarray]) -> list[np.ndarray]:
        return [
            answers[place](torch.from_numpy(part)).numpy() if place in answers else part
            for place, part in enumerate(parts)
        ]

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


@dataclass(frozen=True)
class _Portion:
    """The queries and the gallery of one catalogue: places among all of them, and what makes two items relevant."""

    source: str
    asks: np.ndarray
    answers: np.ndarray
    keys: Mapping[str, tuple[np.ndarray, np.ndarray]]


def _portions(training_set: TrainingSet) -> list[_Portion]:
    queries, gallery = training_set.validation_rows, training_set.train_rows
    sources, labels = training_set.items["source"].to_numpy(str), category_and_colour(training_set.items)
    found = []
    for source in sorted(set(sources)):
        asks, answers = np.flatnonzero(sources[queries] == source), np.flatnonzero(sources[gallery] == source)
        keys = {name: (values[queries[asks]], values[gallery[answers]]) for name, values in labels.items()}
        # Without a label in common there is nothing to find.
        known = {name: pair for name, pair in keys.items() if np.intersect1d(pair[0][pair[0] >= 0], pair[1]).size}
        found.append(_Portion(source, asks, answers, known))
    return found


def _measured(portions: Sequence[_Portion], scores: np.ndarray, view_scores: np.ndarray) -> dict[str, float]:
    found = {"same item": float((view_scores.argmax(1) == np.arange(len(view_scores))).mean())}
    for portion in portions:
        order = np.argsort(-scores[np.ix_(portion.asks, portion.answers)], axis=1, kind="stable")
        for name, (wanted, given) in portion.keys.items():
            hits = (given[order] == wanted[:, None])[wanted >= 0]
            count, title = hits.sum(1), f"{portion.source} {name}"
            found[f"{title} mAP"] = float(np.nanmean(average_precision(hits, count)))
            found |= {f"{title} P@{k}": float(np.nanmean(precision_at_k(hits, count, k))) for k in KS}
    return found | {"score": score_of(found)}
