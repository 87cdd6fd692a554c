"""Class centres are mean directions; only parts with two classes or more can answer."""

import numpy as np
import pytest
import torch

from core.training.answering import answerable, answers_of, class_centres
from core.training.labels import labels_of
from core.training.recipe import Part
from core.training.training_set import TrainingSet


def test_centres_are_the_mean_directions_of_the_classes_that_have_members() -> None:
    chance = np.random.default_rng(3)
    rows, classes = chance.normal(size=(40, 5)).astype(np.float32), chance.integers(-1, 4, 40)
    classes[classes == 2] = -1  # nobody is of it
    found = class_centres(rows, classes)
    for number, one in zip((0, 1, 3), found, strict=True):
        mean = rows[classes == number].mean(0)
        np.testing.assert_allclose(one, mean / np.linalg.norm(mean), rtol=1e-5)


def test_a_part_answers_by_its_label_where_there_are_classes(pictures: TrainingSet) -> None:
    labels, rows = labels_of(pictures.items), pictures.train_rows
    chance = np.random.default_rng(4)
    vectors = [chance.normal(size=(len(rows), 8)).astype(np.float32) for _ in range(3)]
    parts = (Part("kind", 8, 0.4, "category"), Part("colour", 8, 0.3, "colour"), Part("look", 8, 0.3))
    found = answerable(parts, labels, rows, vectors)
    assert set(found) == {0, 1}
    assert len(found[0]) == len(set(pictures.items["category"].iloc[rows]))
    of_one = pictures.items.assign(category="shirt")
    assert set(answerable(parts, labels_of(of_one), rows, vectors)) == {1}


def test_sharper_answers_are_surer() -> None:
    centres = {0: np.eye(3, 4, dtype=np.float32)}
    part = torch.nn.functional.normalize(torch.tensor([[1.0, 0.5, 0, 0]]), dim=1)
    largest = [float(answers_of(centres, {0: sharpness})[0](part).max()) for sharpness in (1.0, 5.0, 50.0)]
    assert largest == sorted(largest)
    assert largest[-1] == pytest.approx(1, abs=1e-4)
    assert answers_of(centres, {}) == {}
