"""One epoch's batches, drawn by seed: which items, which views of them, and all their losses need."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from core.training.batches import balanced_batches, class_draws
from core.training.labels import Labels, captions_of, labels_of
from core.training.recipe import Recipe
from core.training.training_set import TrainingSet
from core.training.views import draw_views, render_views

VIEWS = 2
# The round of `Taught` in which the pictures are as they are.
PICTURE = 0


@dataclass(frozen=True)
class Taught:
    """Views with what the teacher makes of them.

    Attributes:
        features: (rounds, n, n_features) float16, standardised; a round is one view of every item, the first one the
            picture as it is.
        seeds: (rounds,) the seed of `draw_views` of each round.
        scale: (2, n_features) float32, mean and deviation that were taken out.
        parts: (rounds, n, dim) float16, the parts of the teacher's embedding, each of unit length; None where only its
            features are known.
    """

    features: np.ndarray
    seeds: tuple[int, ...]
    scale: np.ndarray
    parts: np.ndarray | None = None

    def raw(self, number: int, rows: np.ndarray) -> Tensor:
        """(r, n_features) float32: features of a round as the backbone gives them."""
        mean, deviation = torch.from_numpy(self.scale)
        return torch.from_numpy(self.features[number][rows]).float() * deviation + mean


@dataclass(frozen=True)
class Material:
    """What a recipe trains on, with its labels as numbers.

    Attributes:
        training_set: The pictures.
        rows: (t,) int64, rows of it to draw from.
        labels: Of all rows.
        captions: Of all rows.
        caption: (n,) int64, equal for equal captions.
        teacher: Taught views, None where nothing is distilled.
        squares: (n, 4, s, s) uint8 that views are cut from, None for the training set's own.
    """

    training_set: TrainingSet
    rows: np.ndarray
    labels: Labels
    captions: list[str]
    caption: np.ndarray
    teacher: Taught | None = None
    squares: np.ndarray | None = None


@dataclass(frozen=True)
class Drawn:
    """A batch before the network: views, one set behind the other, and what is known of them.

    Attributes:
        pixels: (VIEWS * b, 3, side, side) float32 in [0, 255].
        rows: (VIEWS * b,) int64, rows of the training set.
        teacher: (VIEWS * b, n_features) float32 or None.
        teacher_parts: (VIEWS * b, dim) float32 or None.
    """

    pixels: Tensor
    rows: np.ndarray
    teacher: Tensor | None = None
    teacher_parts: Tensor | None = None


def material_of(
    training_set: TrainingSet,
    teacher: Taught | None = None,
    rows: np.ndarray | None = None,
    squares: np.ndarray | None = None,
) -> Material:
    """The material of a training set; `rows` limits what is drawn from, `squares` replaces its pictures."""
    captions = captions_of(training_set.items)
    numbers = {text: number for number, text in enumerate(dict.fromkeys(captions))}
    return Material(
        training_set,
        training_set.train_rows if rows is None else rows,
        labels_of(training_set.items),
        captions,
        np.array([numbers[text] for text in captions], np.int64),
        teacher,
        squares,
    )


def batches_per_epoch(material: Material, recipe: Recipe) -> int:
    """As many as show about as many views as there are items."""
    return max(1, round(len(material.rows) / (VIEWS * recipe.classes_per_batch * recipe.items_per_class)))


def epoch_batches(material: Material, recipe: Recipe, seed: int, epoch: int) -> Iterator[Drawn]:
    """The batches of an epoch, the same for the same seed and epoch, so that a resumed run sees what it would have."""
    rows = material.rows
    sources = material.training_set.items["source"].to_numpy(str)[rows]
    classes = material.labels.category[rows]
    chances = class_draws(sources, classes, dict(recipe.catalogs), recipe.evenness)
    count = batches_per_epoch(material, recipe)
    epoch_seed = 1_000_003 * seed + epoch
    n_classes, per_class = recipe.classes_per_batch, recipe.items_per_class
    chosen = rows[balanced_batches(classes, chances, count, n_classes, per_class, epoch_seed)]
    source = material.training_set.squares if material.squares is None else material.squares
    for number, items in enumerate(chosen):
        draws, drawn = _views_of(material, recipe, items, epoch_seed + 7919 * (number + 1))
        squares = torch.from_numpy(source[np.sort(items)])  # in their order on disk
        squares = squares[torch.from_numpy(np.argsort(np.argsort(items, kind="stable"), kind="stable"))]
        strengths = (recipe.first_strength or recipe.strength, recipe.strength)
        side, each = recipe.side_at(epoch), draws.chunk(VIEWS)
        views = [render_views(squares, draw, side, strength) for draw, strength in zip(each, strengths, strict=True)]
        yield replace(drawn, pixels=torch.cat(views))


def _views_of(material: Material, recipe: Recipe, items: np.ndarray, seed: int) -> tuple[Tensor, Drawn]:
    """Chance of two views of each item, and the batch but for its pixels."""
    twice, teacher = np.concatenate([items] * VIEWS), material.teacher
    if teacher is None:
        return draw_views(len(twice), seed), Drawn(torch.empty(0), twice)
    if recipe.follows_pictures:
        return draw_views(len(twice), seed), _taught(teacher, twice, [PICTURE] * VIEWS)
    rounds = [int(number) for number in np.random.default_rng(seed).choice(len(teacher.seeds), VIEWS, replace=False)]
    n_items = len(material.training_set.items)
    draws = torch.cat([draw_views(n_items, teacher.seeds[number])[torch.from_numpy(items)] for number in rounds])
    return draws, _taught(teacher, twice, rounds)


def _taught(teacher: Taught, rows: np.ndarray, rounds: list[int]) -> Drawn:
    """Rows, one set of views behind the other, with what the teacher makes of each set's round; without pixels."""
    each = list(zip(np.split(rows, len(rounds)), rounds, strict=True))
    features = np.concatenate([teacher.features[number][items] for items, number in each])
    parts = None
    if teacher.parts is not None:
        parts = torch.from_numpy(np.concatenate([teacher.parts[number][items] for items, number in each])).float()
    return Drawn(torch.empty(0), rows, torch.from_numpy(features).float(), parts)
