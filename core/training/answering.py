"""The classes that trained parts answer with: their centres among what was trained on, and how sharp they answer."""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch.nn import functional

from core.encoders.parts import ClassAnswer
from core.training.labels import Labels
from core.training.recipe import Part

# Of the softmax over cosines to class centres: from an answer of several classes to one that is all but sure.
SHARPNESSES = (6.0, 10.0, 15.0, 25.0)


def class_centres(rows: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """(k, dim) float32 unit rows: the mean direction of the members of each class that has any.

    Args:
        rows: (n, dim) float32.
        classes: (n,) int64, -1 where unknown.
    """
    known = classes[classes >= 0]
    present, numbers = np.unique(known, return_inverse=True)
    sums = np.zeros((len(present), rows.shape[1]), np.float32)
    np.add.at(sums, numbers, rows[classes >= 0])
    return functional.normalize(torch.from_numpy(sums), dim=1).numpy()


def answerable(
    parts: Sequence[Part], labels: Labels, train_rows: np.ndarray, rows: Sequence[np.ndarray]
) -> dict[int, np.ndarray]:
    """Place of each part that answers -> its class centres; parts whose label has under two classes are left out.

    Args:
        parts: Of the recipe.
        labels: Of the training set.
        train_rows: (t,) int64, rows of it that were trained on.
        rows: Of each part, (t, dim) float32 unit length, of the training rows.
    """
    found = {}
    for place, part in enumerate(parts):
        if part.answers is None:
            continue
        centres = class_centres(rows[place], getattr(labels, part.answers)[train_rows])
        if len(centres) > 1:
            found[place] = centres
    return found


def answers_of(centres: Mapping[int, np.ndarray], sharpness: Mapping[int, float]) -> dict[int, ClassAnswer]:
    """Place -> the answer with these centres, for places whose sharpness is given."""
    return {place: ClassAnswer(torch.from_numpy(centres[place]), one) for place, one in sharpness.items()}
