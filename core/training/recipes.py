"""What is trained, as data: architecture, parts of the embedding, objectives, batches and learning rates."""

from dataclasses import dataclass, replace
from typing import Literal

from core.encoders.spec import HALF, IMAGENET_MEAN, IMAGENET_STD
from core.training.training_set import TrainingError
from core.training.views import FAR, NEAR, ViewStrength

LossName = Literal["cosine-softmax", "triplet", "contrastive", "contrastive-cosine", "sup-con", "caption", "distil"]
LabelName = Literal["category", "colour", "item", "caption", "teacher"]
WHOLE = "whole"


@dataclass(frozen=True)
class Part:
    """A part of the embedding: its length, and how much its cosine counts."""

    name: str
    dim: int
    weight: float


@dataclass(frozen=True)
class Objective:
    """One loss on one part of the embedding (or the whole), by one label, with its weight in the sum."""

    loss: LossName
    part: str
    label: LabelName
    weight: float = 1.0


@dataclass(frozen=True)
class Recipe:
    """All that decides a training but the data and the seed.

    Attributes:
        name: Also the run's and the model's.
        title: One sentence for people.
        architecture: A backbone of `core.encoders.trained`, or one of its open_clip configurations.
        start: Where the weights begin: "random"; a torchvision weights entry (downloaded); "efficientnet-lite2"
            (its package); or the name of another recipe: the best checkpoint of its run, all of it where both read
            captions, else its backbone.
        parts: Of the embedding.
        objectives: What is minimised, summed.
        side_px: Of the views.
        mean: Per channel, RGB, of values in [0, 1].
        std: Likewise.
        frozen_stages: Early stages of the backbone that stay as they are.
        epochs: Of as many views as there are items to train on.
        classes_per_batch: P.
        items_per_class: K.
        backbone_rate: Highest learning rate of the backbone.
        head_rate: Highest learning rate of everything else.
        catalogs: To learn from, with the share of each among what is drawn.
        evenness: As in `class_draws`.
        strength: How far the views go from the pictures.
        teacher: The recipe whose backbone the objective "distil" imitates: its run, or its start where it has none.
        polish_epochs: Of the head alone, afterwards, on kept features (`core.training.polishing`).
        polish_batch: Items in a batch of these.
    """

    name: str
    title: str
    architecture: str
    start: str
    parts: tuple[Part, ...]
    objectives: tuple[Objective, ...]
    side_px: int = 128
    mean: tuple[float, float, float] = IMAGENET_MEAN
    std: tuple[float, float, float] = IMAGENET_STD
    frozen_stages: int = 0
    epochs: int = 10
    classes_per_batch: int = 16
    items_per_class: int = 3
    backbone_rate: float = 1e-3
    head_rate: float = 2e-3
    catalogs: tuple[tuple[str, float], ...] = (("fashion-products", 0.56), ("clothing", 0.26), ("street", 0.18))
    evenness: float = 0.6
    teacher: str = "clip-fashion-160"
    strength: ViewStrength = NEAR
    polish_epochs: int = 0
    polish_batch: int = 512

    def __post_init__(self) -> None:
        names = {part.name for part in self.parts} | {WHOLE}
        wrong = [objective.part for objective in self.objectives if objective.part not in names]
        if wrong or not self.objectives:
            raise TrainingError(
                f"recipe {self.name}: expected objectives on {sorted(names)}, but got {wrong or 'none'}"
            )
        named = [(objective.loss, objective.label) for objective in self.objectives]
        if len(set(named)) < len(named):  # they are told apart by these two where losses are summed
            raise TrainingError(f"recipe {self.name}: expected each loss once a label, but got {named}")
        positive = (self.epochs, self.classes_per_batch, self.items_per_class, self.backbone_rate, self.head_rate)
        if min(positive) <= 0 or self.side_px < 32 or not 0 <= self.evenness <= 1:
            raise TrainingError(f"recipe {self.name}: expected positive numbers and a side of 32 px or more")

    @property
    def reads_text(self) -> bool:
        """Whether a text tower is trained."""
        return any(objective.loss == "caption" for objective in self.objectives)

    @property
    def part_dims(self) -> tuple[int, ...]:
        """Lengths of the parts, in their order."""
        return tuple(part.dim for part in self.parts)


THREE_PARTS = (Part("kind", 192, 0.5), Part("colour", 64, 0.2), Part("look", 256, 0.3))
ONE_PART = (Part("all", 512, 1.0),)
_DISTIL = Objective("distil", WHOLE, "teacher", 1.0)
_LOOK = Objective("sup-con", "look", "item", 0.5)

_CLIP_SMALL = Recipe(
    name="clip-fashion-160",
    title="The first half of clip-fashion, on small views",
    architecture="clip-fashion",
    start="efficientnet-lite2",
    parts=THREE_PARTS,
    objectives=(
        Objective("cosine-softmax", "kind", "category", 1.0),
        Objective("cosine-softmax", "colour", "colour", 0.5),
        _LOOK,
        Objective("caption", WHOLE, "caption", 0.5),
    ),
    side_px=160,
    mean=HALF,
    std=HALF,
    frozen_stages=3,
    epochs=10,
    classes_per_batch=16,
    items_per_class=3,
    backbone_rate=4e-4,
    head_rate=1.5e-3,
    polish_epochs=10,
)
_CLIP = replace(
    _CLIP_SMALL,
    name="clip-fashion",
    title="EfficientNet-Lite2 and a small text tower: category, colour, look and caption",
    start="clip-fashion-160",
    side_px=192,
    strength=FAR,
    evenness=0.85,
    epochs=4,
    backbone_rate=2e-4,
    head_rate=6e-4,
)
_TRIPLET = Recipe(
    name="resnet-triplet",
    title="ResNet-18 by triplet loss: other views of an item, in-class and out-of-class negatives, mined",
    architecture="resnet18",
    start="distil-resnet18",
    parts=THREE_PARTS,
    objectives=(
        Objective("triplet", "kind", "category", 1.0),
        Objective("triplet", "colour", "colour", 0.5),
        Objective("triplet", "look", "item", 0.5),
        Objective("distil", WHOLE, "teacher", 0.5),
    ),
    epochs=5,
    backbone_rate=6e-4,
)
_CLASS = replace(
    _TRIPLET,
    name="densenet-class",
    title="DenseNet by cosine softmax over category and colour",
    architecture="densenet61",
    start="distil-densenet61",
    objectives=(
        Objective("cosine-softmax", "kind", "category", 1.0),
        Objective("cosine-softmax", "colour", "colour", 0.5),
        _LOOK,
        Objective("distil", WHOLE, "teacher", 0.5),
    ),
    frozen_stages=1,
)
_DISTIL_RESNET = replace(
    _TRIPLET,
    name="distil-resnet18",
    title="ResNet-18 taught by clip-fashion's image tower; labels are not used",
    start="random",
    objectives=(_DISTIL,),
    side_px=96,
    epochs=6,
    backbone_rate=2e-3,
)
_SIAMESE = replace(
    _TRIPLET,
    name="siamese-contrastive",
    title="ResNet-18 by contrastive loss on pairs, Euclidean distance",
    parts=ONE_PART,
    objectives=(Objective("contrastive", "all", "category", 1.0),),
    side_px=96,
    epochs=2,
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        _CLIP_SMALL,
        _CLIP,
        _DISTIL_RESNET,
        replace(_DISTIL_RESNET, name="distil-densenet61", architecture="densenet61",
                title="DenseNet taught by clip-fashion's image tower; labels are not used"),
        _TRIPLET,
        _CLASS,
        _SIAMESE,
        replace(_SIAMESE, name="siamese-category", title="The same with a category loss beside it",
                objectives=(*_SIAMESE.objectives, Objective("cosine-softmax", "all", "category", 1.0))),
        replace(_SIAMESE, name="siamese-cosine", title="The same in cosine distance",
                objectives=(Objective("contrastive-cosine", "all", "category", 1.0),)),
    )
}  # fmt: skip


def recipe_named(name: str) -> Recipe:
    """A recipe. Raises TrainingError, listing the known ones, for an unknown name."""
    if name not in RECIPES:
        raise TrainingError(f"expected a recipe of {', '.join(RECIPES)}, but got {name!r}.")
    return RECIPES[name]
