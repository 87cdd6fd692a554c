"""An embedding of parts: each of unit length, weighted, one behind the other; so its cosine is a weighted mean."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.encoders.nearness import Nearness


class ClassAnswer(nn.Module):
    """A part of unit length -> another that says how probable each class is.

    It is the square roots of the probabilities, each times the code of its class. Codes stand upright on each other,
    so the cosine of two answers is the Bhattacharyya coefficient of their probabilities (1943): 1 where both are sure
    of one class, 0 where they are sure of two, however near these two lie as directions. The directions themselves
    only say that a shirt is nearer to a blouse than to a shoe, which costs a ranking that asks for shirts.

    Attributes:
        centres: (k, dim) unit rows, the direction of each class.
        codes: (k, dim) unit rows, what the answer has for it.
        sharpness: () of the softmax over the cosines to the centres.
    """

    centres: Tensor
    codes: Tensor
    sharpness: Tensor

    def __init__(self, centres: Tensor, sharpness: float) -> None:
        super().__init__()
        if centres.ndim != 2 or len(centres) < 2 or not 0 < sharpness < float("inf"):
            raise ValueError(f"expected two centres or more and a sharpness above 0, got {centres.shape}, {sharpness}")
        self.register_buffer("centres", functional.normalize(centres.float(), dim=1))
        self.register_buffer("codes", class_codes(*centres.shape))
        self.register_buffer("sharpness", torch.tensor(float(sharpness)))

    def forward(self, part: Tensor) -> Tensor:
        """(n, dim) unit length -> (n, dim), unit length."""
        chances = (self.sharpness * part @ self.centres.T.to(part.dtype)).softmax(dim=1)
        return functional.normalize(chances.sqrt() @ self.codes.to(part.dtype), dim=1)

    def directions(self, answers: Tensor) -> Tensor:
        """(n, dim) answers -> (n, dim): the directions of the classes in them, each as far as the answer has it."""
        return answers @ self.codes.T.to(answers.dtype) @ self.centres.to(answers.dtype)


def class_codes(n_classes: int, dim: int) -> Tensor:
    """(n_classes, dim) unit rows: upright on each other where there is room for that, else seeded and nearly so.

    Random directions of many dimensions are nearly upright on each other (Johnson and Lindenstrauss, 1984).
    """
    if n_classes <= dim:
        return torch.eye(n_classes, dim)
    return functional.normalize(torch.randn(n_classes, dim, generator=torch.Generator().manual_seed(0)), dim=1)


class Parts(nn.Module):
    """Raw outputs -> an embedding whose cosine is the weighted mean of the cosines of its parts.

    A part answers one question (what kind, what colour, which product); the weights say how much each counts. They
    are stored with the network, so they can be chosen after training, on validation queries; and so can the classes
    that a part answers with, and a nearness that is put behind the others and stands for one of them once more.

    Attributes:
        dims: Lengths of the parts of the raw outputs.
        weights: Of the parts, and of the nearness where there is one; sum 1.
        sizes: `dims` as numbers.
        lengths: What the embedding has of each part, and of the nearness.
    """

    dims: Tensor
    weights: Tensor

    def __init__(
        self,
        dims: Sequence[int],
        weights: Sequence[float] | None = None,
        answers: Mapping[int, ClassAnswer] | None = None,
        near: Nearness | None = None,
    ) -> None:
        super().__init__()
        if not dims or min(dims) < 1:
            raise ValueError(f"expected the lengths of one part or more, but got {tuple(dims)}")
        self.sizes = tuple(int(dim) for dim in dims)
        self.register_buffer("dims", torch.tensor(self.sizes))
        if near is not None and (near.of >= len(dims) or near.frequencies.shape[1] != self.sizes[near.of]):
            raise ValueError(f"expected a nearness of one of the parts {self.sizes}, but got one of part {near.of}")
        self.near = near
        self.lengths = self.sizes if near is None else (*self.sizes, near.length)
        self.register_buffer("weights", torch.ones(len(self.lengths)) / len(self.lengths))
        self.answers = nn.ModuleDict({str(place): answer for place, answer in (answers or {}).items()})
        wrong = [place for place, answer in (answers or {}).items() if answer.codes.shape[1] != self.sizes[place]]
        if wrong:
            raise ValueError(f"expected answers of the lengths of their parts {self.sizes}, but not at {wrong}")
        if weights is not None:
            self.weigh(weights)

    def weigh(self, weights: Sequence[float]) -> None:
        """Set the weights of what the embedding has; they are scaled to a sum of 1. Raises ValueError."""
        given = torch.tensor(weights, dtype=torch.float32)
        if len(given) != len(self.lengths) or not bool((given >= 0).all()) or not 0 < float(given.sum()) < float("inf"):
            raise ValueError(f"expected {len(self.lengths)} weights of 0 or more, not all 0, but got {tuple(weights)}")
        self.weights.copy_(given / given.sum())

    def split(self, raw: Tensor) -> list[Tensor]:
        """(n, dim) -> each part (n, part dim), unit length, before any answer."""
        return [functional.normalize(part, dim=1) for part in raw.split(list(self.sizes), dim=1)]

    def answered(self, parts: Sequence[Tensor]) -> list[Tensor]:
        """Parts as `split` gives them -> what the embedding has of each: answers, directions, and the nearness."""
        found = [part if (by := self.answer_of(place)) is None else by(part) for place, part in enumerate(parts)]
        return found if self.near is None else [*found, self.near(parts[self.near.of])]

    def answer_of(self, place: int) -> ClassAnswer | None:
        """What the part at a place answers with; None for one that stays a direction."""
        found: Any = dict(self.answers.items()).get(str(place))
        return found

    def forward(self, raw: Tensor) -> Tensor:
        """(n, sum of `dims`) -> (n, sum of `lengths`), unit length."""
        scales = self.weights.sqrt()
        answered = self.answered(self.split(raw))
        return torch.cat([part * scales[place] for place, part in enumerate(answered)], dim=1)
