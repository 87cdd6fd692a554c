"""How much each part of an embedding counts: every division on a grid, tried on validation queries."""

from dataclasses import dataclass
from itertools import pairwise, product

import numpy as np
import torch

from core.catalogs.catalog import OnProgress
from core.evaluation.metrics import metric_table
from core.training.labels import category_and_colour
from core.training.starting import Trainee
from core.training.training_set import TrainingSet
from core.training.validating import embed_rows

STEPS = 10
KS = (1, 10)
SHOWN = (("AP", "mAP"), ("P@1", "P@1"), ("P@10", "P@10"))


@dataclass(frozen=True)
class Choice:
    """The chosen weights and what validation said of them: metric -> value in [0, 1]."""

    weights: tuple[float, ...]
    metrics: dict[str, float]


def choose_weights(trainee: Trainee, training_set: TrainingSet, side: int, on_progress: OnProgress) -> Choice:
    """The weights, in tenths, with the highest mean of what is searched for.

    That is mAP by category in each catalogue, mAP by category and colour where colours are known, and the share of
    hard views that find their own picture; validation items ask, all training items answer (and the validation items
    too for the hard views).
    """
    queries, gallery = training_set.validation_rows, training_set.train_rows
    asked = embed_rows(trainee, training_set, queries, side, hard=False)
    searched = embed_rows(trainee, training_set, gallery, side, hard=False)
    hard = embed_rows(trainee, training_set, queries, side, hard=True)
    sizes = trainee.image.parts.sizes
    plain, views = _cosines(asked, searched, sizes), _cosines(hard, np.concatenate([asked, searched]), sizes)
    best = Choice(tuple(1 / len(sizes) for _ in sizes), {"score": -1.0})
    grid = [weights for weights in product(range(STEPS + 1), repeat=len(sizes)) if sum(weights) == STEPS]
    for done, tenths in enumerate(grid, start=1):
        weights = tuple(tenth / STEPS for tenth in tenths)
        found = _measured(training_set, _weighed(plain, weights), _weighed(views, weights))
        if found["score"] > best.metrics["score"]:
            best = Choice(weights, found)
        on_progress(done, len(grid))
    return best


def _cosines(asked: np.ndarray, searched: np.ndarray, sizes: tuple[int, ...]) -> list[np.ndarray]:
    """The cosines (q, n) of each part; a part's length in the embedding is undone."""
    edges = np.cumsum((0, *sizes))
    found = []
    for start, end in pairwise(edges):
        first, second = (
            torch.nn.functional.normalize(torch.from_numpy(rows[:, start:end]), dim=1) for rows in (asked, searched)
        )
        found.append((first @ second.T).numpy())
    return found


def _weighed(cosines: list[np.ndarray], weights: tuple[float, ...]) -> np.ndarray:
    total = np.zeros_like(cosines[0])
    for cosine, weight in zip(cosines, weights, strict=True):
        if weight:
            total += np.float32(weight) * cosine
    return total


def _measured(training_set: TrainingSet, scores: np.ndarray, view_scores: np.ndarray) -> dict[str, float]:
    queries, gallery = training_set.validation_rows, training_set.train_rows
    sources = training_set.items["source"].to_numpy(str)
    found = {"same item": float((view_scores.argmax(1) == np.arange(len(queries))).mean())}
    chosen = list(found.values())
    labels = category_and_colour(training_set.items)
    for source in sorted(set(sources)):
        asks, answers = sources[queries] == source, sources[gallery] == source
        if not asks.any() or not answers.any():
            continue
        ranked = gallery[answers][np.argsort(-scores[np.ix_(asks, answers)], axis=1, kind="stable")]
        for name, keys in labels.items():
            wanted = keys[queries[asks]]
            hits = (keys[ranked] == wanted[:, None])[wanted >= 0]
            if not hits.any():
                continue
            table = metric_table(hits, hits.sum(1), KS)
            found |= {f"{source} {name} {title}": float(np.nanmean(table[metric])) for metric, title in SHOWN}
            chosen.append(found[f"{source} {name} mAP"])
    return found | {"score": float(np.mean(chosen))}
