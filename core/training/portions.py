"""The validation queries of each catalogue with what they search, and what a ranking of them is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.evaluation.metrics import average_precision, precision_at_k
from core.training.labels import category_and_colour
from core.training.training_set import TrainingSet
from core.training.validating import score_of

KS = (1, 10)


@dataclass(frozen=True)
class Portion:
    """The queries and the gallery of one catalogue: places among all of them, and what makes two items relevant."""

    source: str
    asks: np.ndarray
    answers: np.ndarray
    keys: Mapping[str, tuple[np.ndarray, np.ndarray]]


def portions_of(training_set: TrainingSet) -> list[Portion]:
    """One of each catalogue: its validation items ask, its training items answer."""
    queries, gallery = training_set.validation_rows, training_set.train_rows
    sources, labels = training_set.items["source"].to_numpy(str), category_and_colour(training_set.items)
    found = []
    for source in sorted(set(sources)):
        asks, answers = np.flatnonzero(sources[queries] == source), np.flatnonzero(sources[gallery] == source)
        keys = {name: (values[queries[asks]], values[gallery[answers]]) for name, values in labels.items()}
        # Without a label in common there is nothing to find.
        known = {name: pair for name, pair in keys.items() if np.intersect1d(pair[0][pair[0] >= 0], pair[1]).size}
        found.append(Portion(source, asks, answers, known))
    return found


def measured(portions: Sequence[Portion], scores: np.ndarray, view_scores: np.ndarray) -> dict[str, float]:
    """Metric -> value in [0, 1], of the scores of all who ask, (q, n), and of their hard views, (q, q + n)."""
    found = {"same item": float((view_scores.argmax(1) == np.arange(len(view_scores))).mean())}
    for portion in portions:
        order = np.argsort(-scores[np.ix_(portion.asks, portion.answers)], axis=1, kind="stable")
        for name, (wanted, given) in portion.keys.items():
            hits = (given[order] == wanted[:, None])[wanted >= 0]
            count, title = hits.sum(1), f"{portion.source} {name}"
            found[f"{title} mAP"] = float(np.nanmean(average_precision(hits, count)))
            found |= {f"{title} P@{k}": float(np.nanmean(precision_at_k(hits, count, k))) for k in KS}
    return found | {"score": score_of(found)}
