"""Balanced batches: P classes of K items each, so that every batch holds positives and hard negatives."""

from collections.abc import Mapping

import numpy as np

from core.training.training_set import TrainingError


def class_draws(sources: np.ndarray, classes: np.ndarray, shares: Mapping[str, float], evenness: float) -> np.ndarray:
    """(c,) float64, the chance of each class 0..c-1 to be drawn.

    A class's chance grows with its size to the power `evenness`: 0 draws all alike, as `MPerClassSampler` of
    pytorch-metric-learning does, which shows the few items of a rare class in every epoch many times over; 1 keeps
    the natural shares.

    Args:
        sources: (n,) str, the catalogue of each item.
        classes: (n,) int64, class of each item; -1 is never drawn.
        shares: Catalogue -> its share of what is drawn.
        evenness: In [0, 1].
    """
    known = classes >= 0
    if not known.any():
        raise TrainingError("expected items with a category, but none has one.")
    sizes = np.bincount(classes[known])
    source_of = np.empty(len(sizes), object)
    source_of[classes[known]] = sources[known]
    chances = np.where(sizes > 0, sizes.astype(np.float64) ** evenness, 0)
    for source in np.unique(sources[known]):
        mine = source_of == source
        chances[mine] *= shares.get(str(source), 1.0) / chances[mine].sum()
    return chances / chances.sum()


def balanced_batches(
    classes: np.ndarray, chances: np.ndarray, n_batches: int, n_classes: int, per_class: int, seed: int
) -> np.ndarray:
    """(n_batches, n_classes * per_class) int64: places in `classes`, those of a class one behind the other.

    Within a batch no class comes twice, and no item twice unless its class has fewer than `per_class`. Items of a
    class are drawn in turn, so that all are seen before one is seen again.

    Args:
        classes: (n,) int64, class of each item; -1 is never drawn.
        chances: (c,) of `class_draws`.
        n_batches: Of an epoch.
        n_classes: P.
        per_class: K.
        seed: The same batches for the same seed.

    Raises:
        TrainingError: There are fewer classes than a batch needs.
    """
    if np.count_nonzero(chances) < n_classes:
        raise TrainingError(
            f"expected {n_classes} classes or more, but the data has {np.count_nonzero(chances)}. "
            "Give fewer with --classes-per-batch."
        )
    chance = np.random.default_rng(seed)
    members = [np.flatnonzero(classes == number) for number in range(len(chances))]
    queues: list[list[int]] = [[] for _ in members]
    batches = np.empty((n_batches, n_classes * per_class), np.int64)
    for batch in batches:
        drawn = chance.choice(len(chances), n_classes, replace=False, p=chances)
        batch[:] = [
            item for number in drawn for item in _next_items(members[number], queues[number], per_class, chance)
        ]
    return batches


def _next_items(members: np.ndarray, queue: list[int], count: int, chance: np.random.Generator) -> list[int]:
    taken: list[int] = []
    while len(taken) < count:
        if not queue:
            shuffled = chance.permutation(members).tolist()
            # What is taken already goes to the back, so that it does not come twice in a batch.
            queue.extend(sorted(shuffled, key=lambda item: item not in taken))
        taken.append(queue.pop())
    return taken
