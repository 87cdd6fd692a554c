"""The losses of a recipe on a batch: pytorch-metric-learning's, applied to the part and the label each is about."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.encoders.parts import Parts
from core.training.labels import Labels
from core.training.recipe import WHOLE, Recipe
from core.training.recognition import Recognition
from core.training.terms import CosineSoftmax, PairTerm
from core.training.training_set import TrainingError


@dataclass(frozen=True)
class Batch:
    """What losses see of a batch of n views. `labels` has (n,) int64 by name, -1 where unknown; `source` likewise.

    Attributes:
        features: (n, n_features), of the backbone.
        raw: (n, dim), of the head.
        labels: "category", "colour", "item".
        source: The catalogue of each view.
        teacher: (n, teacher's features) or None.
        teacher_parts: (n, dim) or None, each part of unit length.
        hints: () the loss of `core.training.hints`, which needs the pixels; None where nobody gives any.
        captions: (n, dim) of the text tower, None without one.
        caption: (n,) int64, equal for equal captions.
        scale: Of the logits of images against captions.
    """

    features: Tensor
    raw: Tensor
    labels: Mapping[str, Tensor]
    source: Tensor
    teacher: Tensor | None = None
    teacher_parts: Tensor | None = None
    hints: Tensor | None = None
    captions: Tensor | None = None
    caption: Tensor | None = None
    scale: Tensor | None = None


@dataclass(frozen=True)
class Known:
    """The training pictures as a teacher embeds them.

    Attributes:
        parts: (m, dim) float32, each part of unit length.
        items: (m,) int64, the product of each.
    """

    parts: Tensor
    items: Tensor


class Objectives(nn.Module):
    """The sum of a recipe's losses; holds what they learn themselves (class centres, the distillation's projection)."""

    def __init__(
        self, recipe: Recipe, labels: Labels, n_features: int, n_teacher: int, known: Known | None = None
    ) -> None:
        super().__init__()
        dims = {part.name: part.dim for part in recipe.parts} | {WHOLE: sum(recipe.part_dims)}
        self.recipe = recipe
        self.terms = nn.ModuleList()
        for objective in recipe.objectives:
            if objective.loss == "distil":
                self.terms.append(nn.Linear(n_features, n_teacher))
            elif objective.loss in ("caption", "imitate", "hints"):
                self.terms.append(nn.Identity())
            elif objective.loss == "cosine-softmax":
                count = labels.n_categories if objective.label == "category" else labels.n_colours
                self.terms.append(CosineSoftmax(dims[objective.part], count, _source_of(labels, objective.label)))
            elif objective.loss == "recognise":
                self.terms.append(_recognition(recipe, objective.part, known))
            else:
                self.terms.append(PairTerm(objective))

    def forward(self, batch: Batch, parts: Parts) -> dict[str, Tensor]:
        """Name of each objective -> its loss, () float32, already weighted; their sum is minimised."""
        split = dict(zip((part.name for part in self.recipe.parts), parts.split(batch.raw), strict=True))
        split[WHOLE] = parts(batch.raw)
        found = {}
        for objective, term in zip(self.recipe.objectives, self.terms, strict=True):
            if objective.loss == "distil":
                loss = distillation(term(batch.features), batch.teacher)
            elif objective.loss == "hints":
                assert batch.hints is not None
                loss = batch.hints
            elif objective.loss == "imitate":
                loss = imitation(parts.split(batch.raw), batch.teacher_parts)
            elif objective.loss == "caption":
                assert batch.captions is not None
                captions = dict(zip(split, (*parts.split(batch.captions), parts(batch.captions)), strict=True))
                loss = caption_loss(split[objective.part], captions[objective.part], batch.caption, batch.scale)
            elif objective.loss == "recognise":
                loss = term(split[objective.part], batch.labels["item"])
            else:
                loss = term(split[objective.part], batch.labels[objective.label], batch.source)
            found[f"{objective.loss} {objective.part}"] = objective.weight * loss
        return found


def distillation(guess: Tensor, teacher: Tensor | None) -> Tensor:
    """1 minus the mean cosine between the student's guess and the teacher's features of the same view."""
    assert teacher is not None
    return 1 - functional.cosine_similarity(guess, teacher, dim=1).mean()


def imitation(parts: list[Tensor], teacher_parts: Tensor | None) -> Tensor:
    """1 minus the cosine between each part and the teacher's, of the same view; the mean over views and parts.

    Args:
        parts: Each (n, part dim) of unit length.
        teacher_parts: (n, dim), the teacher's parts one behind the other.

    Raises:
        TrainingError: The teacher's embedding is unknown, or has other parts.
    """
    dims = [part.shape[1] for part in parts]
    if teacher_parts is None or teacher_parts.shape[1] != sum(dims):
        raise TrainingError(f"expected a trained teacher whose parts have the lengths {dims}. Train it first.")
    pairs = zip(parts, teacher_parts.split(dims, dim=1), strict=True)
    return torch.stack([1 - functional.cosine_similarity(one, other, dim=1).mean() for one, other in pairs]).mean()


def caption_loss(images: Tensor, captions: Tensor, caption: Tensor | None, scale: Tensor | None) -> Tensor:
    """The contrastive loss of CLIP (arXiv:2103.00020) in both directions; equal captions count as right, all of them.

    Args:
        images: (n, dim) unit length.
        captions: (n, dim) unit length.
        caption: (n,) int64, equal for equal captions.
        scale: () of the logits.
    """
    assert caption is not None
    assert scale is not None
    logits = scale * images @ captions.T
    right = (caption[:, None] == caption[None]).float()
    right = right / right.sum(1, keepdim=True)
    return (functional.cross_entropy(logits, right) + functional.cross_entropy(logits.T, right)) / 2


def _recognition(recipe: Recipe, part: str, known: Known | None) -> Recognition:
    if known is None or known.parts.shape[1] != sum(recipe.part_dims):
        raise TrainingError(
            f"{recipe.name}: expected a trained teacher with parts of the lengths {recipe.part_dims}. Train it first."
        )
    names = [one.name for one in recipe.parts]
    return Recognition(known.parts.split(recipe.part_dims, dim=1)[names.index(part)], known.items)


def _source_of(labels: Labels, label: str) -> Tensor:
    """(classes,) int64: the catalogue that each class is of."""
    numbers = labels.category if label == "category" else labels.colour
    source = torch.zeros(int(numbers.max()) + 1, dtype=torch.int64)
    known = numbers >= 0
    source[torch.from_numpy(numbers[known])] = torch.from_numpy(labels.source[known])
    return source
