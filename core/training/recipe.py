"""What a recipe says: architecture, parts of the embedding, objectives, batches and learning rates."""

from dataclasses import dataclass
from typing import Literal

from core.encoders.picture_looks import WHOLE as ONE_LOOK
from core.encoders.picture_looks import Look
from core.encoders.spec import IMAGENET_MEAN, IMAGENET_STD
from core.training.training_set import TrainingError
from core.training.views import NEAR, ViewStrength

LossName = Literal[
    "cosine-softmax",
    "triplet",
    "contrastive",
    "contrastive-cosine",
    "sup-con",
    "caption",
    "distil",
    "imitate",
    "recognise",
    "hints",
]
LabelName = Literal["category", "colour", "item", "caption", "teacher"]
AnswerName = Literal["category", "colour"]
WHOLE = "whole"


@dataclass(frozen=True)
class Part:
    """A part of the embedding.

    Attributes:
        name: What it is about.
        dim: Its length.
        weight: How much its cosine counts.
        answers: The label whose classes it answers with once it is trained (`core.encoders.parts.ClassAnswer`); None
            for a part that stays a direction.
        near: How steeply the nearness falls that stands for it once more behind the embedding
            (`core.encoders.nearness`); 0 for none.
    """

    name: str
    dim: int
    weight: float
    answers: AnswerName | None = None
    near: float = 0.0


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
            (its package); or the name of another recipe: what that one ended with, in its run or else as its published
            model has it; all of it where both read captions, else its backbone, and its head where the parts are the
            same.
        parts: Of the embedding.
        objectives: What is minimised, summed.
        side_px: Of the views.
        small_epochs: The first epochs, on views of two thirds of that side: what is coarse is learnt there at half
            the cost (arXiv:2104.00298).
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
        first_strength: How far the first of the two views of an item goes; None for as far as the other. A view near
            the picture beside a far one is what a search meets: the catalogue's picture and a photo of the garment.
        teacher: The recipe whose features the objective "distil" follows, whose parts "imitate", whose early maps
            "hints", and whose embeddings of all pictures "recognise" tells apart: its run, else its published model,
            else its start (then "imitate" and "recognise" have nothing to follow).
        follows_pictures: Whether "distil" and "imitate" follow what the teacher makes of the picture as it is, whatever
            view of it the student has, so that the views can be fresh ones; else what it makes of the very same view,
            of which there are as many as the teacher has seen.
        polish_epochs: Of the head alone, afterwards, on kept features (`core.training.polishing`).
        polish_batch: Items in a batch of these.
        word_dropout: Share of the words that captions lose, others each time (`core.training.word_dropout`).
        start_share: Share of what it began with in the numbers that are published (`core.training.blending`).
        looks: That the model takes at a picture once it is published; in training it takes one.
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
    small_epochs: int = 0
    classes_per_batch: int = 16
    items_per_class: int = 3
    backbone_rate: float = 1e-3
    head_rate: float = 2e-3
    catalogs: tuple[tuple[str, float], ...] = (("fashion-products", 0.56), ("clothing", 0.26), ("street", 0.18))
    evenness: float = 0.6
    teacher: str = "clip-fashion-192"
    strength: ViewStrength = NEAR
    first_strength: ViewStrength | None = None
    follows_pictures: bool = False
    polish_epochs: int = 0
    polish_batch: int = 512
    word_dropout: float = 0.0
    start_share: float = 0.0
    looks: tuple[Look, ...] = ONE_LOOK

    def __post_init__(self) -> None:
        names = {part.name for part in self.parts} | {WHOLE}
        wrong = [objective.part for objective in self.objectives if objective.part not in names]
        if wrong or not self.objectives:
            raise TrainingError(
                f"recipe {self.name}: expected objectives on {sorted(names)}, but got {wrong or 'none'}"
            )
        if sum(part.near != 0 for part in self.parts) > 1 or any(part.near < 0 for part in self.parts):
            raise TrainingError(f"recipe {self.name}: expected one part with a nearness at most, steeper than 0")
        named = [(objective.loss, objective.part) for objective in self.objectives]
        if len(set(named)) < len(named):  # they are told apart by these two where losses are summed
            raise TrainingError(f"recipe {self.name}: expected each loss once a part, but got {named}")
        positive = (self.epochs, self.classes_per_batch, self.items_per_class, self.backbone_rate, self.head_rate)
        if any(one.loss == "recognise" and one.part == WHOLE for one in self.objectives):
            raise TrainingError(f"recipe {self.name}: expected recognise on one of the parts, but got it on the whole")
        if not (0 <= self.word_dropout < 1 and 0 <= self.start_share < 1):
            raise TrainingError(f"recipe {self.name}: expected a word dropout and a share of the start in [0, 1)")
        if min(positive) <= 0 or self.side_px < 32 or not 0 <= self.evenness <= 1 or self.small_epochs < 0:
            raise TrainingError(f"recipe {self.name}: expected positive numbers and a side of 32 px or more")

    @property
    def reads_text(self) -> bool:
        """Whether a text tower is trained."""
        return any(objective.loss == "caption" for objective in self.objectives)

    @property
    def part_dims(self) -> tuple[int, ...]:
        """Lengths of the parts, in their order."""
        return tuple(part.dim for part in self.parts)

    @property
    def is_taught(self) -> bool:
        """Whether a teacher is needed."""
        return any(objective.label == "teacher" for objective in self.objectives)

    @property
    def is_hinted(self) -> bool:
        """Whether the teacher's early maps are followed."""
        return any(objective.loss == "hints" for objective in self.objectives)

    def side_at(self, epoch: int) -> int:
        """The side of the views of an epoch, the first of which is 1, in px."""
        return max(32, round(self.side_px * 2 / 3 / 8) * 8) if epoch <= self.small_epochs else self.side_px
