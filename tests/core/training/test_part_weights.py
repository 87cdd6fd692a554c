"""The weights of the parts: those that a brute-force search with slow metrics finds."""

from pathlib import Path

import numpy as np
import pytest
import torch

from core.training import part_weights
from core.training.part_weights import choose_weights
from core.training.recipe import Part
from core.training.starting import Trainee, build_trainee
from core.training.training_set import TrainingSet
from core.training.validating import embed_rows
from tests import reference_metrics as slow
from tests.core.training.drawn_set import tiny_recipe

RECIPE = tiny_recipe()
NEAR = (Part("kind", 16, 0.75), Part("look", 16, 0.25, near=5.0))
ANSWERING = (Part("kind", 16, 0.75, "category"), Part("look", 16, 0.25))


@pytest.fixture(autouse=True)
def by_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The backbone by torch, as the slow way goes: a fresh network's ranks change with the last bits."""
    monkeypatch.setattr(
        part_weights, "compiled_looks", lambda trainee, side: lambda pixels: [trainee.features(pixels).numpy()]
    )


def slow_score(pictures: TrainingSet, first: np.ndarray, second: np.ndarray, hard: list[np.ndarray]) -> float:
    """Mean of mAP by category, mAP by category and colour, and the share of views that find their picture."""
    items, found = pictures.items, []
    queries, gallery = pictures.validation_rows, pictures.train_rows
    for columns in (["category"], ["category", "colour"]):
        precisions = []
        for place, query in enumerate(queries):
            order = sorted(range(len(gallery)), key=lambda row: -first[place] @ second[row])
            hits = [all(items[one][gallery[row]] == items[one][query] for one in columns) for row in order]
            if any(hits):
                precisions.append(slow.average_precision(hits, sum(hits)))
        assert precisions
        found.append(np.mean(precisions))
    everyone = np.concatenate([first, second])
    right = [int(np.argmax(everyone @ view)) == place for place, view in enumerate(hard)]
    return float(np.mean([*found, np.mean(right)]))


def served_score(pictures: TrainingSet, trainee: Trainee) -> float:
    """The slow score of the embeddings as the trainee's parts give them."""
    queries, gallery = pictures.validation_rows, pictures.train_rows
    first, second, hard = (
        embed_rows(trainee, pictures, rows, 32, hard=is_hard).astype(np.float64)
        for rows, is_hard in ((queries, False), (gallery, False), (queries, True))
    )
    return slow_score(pictures, first, second, list(hard))


def test_the_chosen_weights_are_the_best_of_all_tenths(pictures: TrainingSet, tmp_path: Path) -> None:
    torch.manual_seed(2)
    trainee = build_trainee(RECIPE, tmp_path)
    told: list[tuple[int, int]] = []
    choice = choose_weights(trainee, RECIPE.parts, pictures, 32, lambda done, total: told.append((done, total)))
    scores = {}
    for tenth in range(11):
        weights = (tenth / 10, 1 - tenth / 10)
        trainee.image.parts.weigh(weights)
        scores[weights] = served_score(pictures, trainee)
    assert told[-1] == (11, 11)
    assert choice.metrics["score"] == pytest.approx(max(scores.values()), abs=2e-3)
    assert scores[min(scores, key=lambda one: abs(one[0] - choice.weights[0]))] >= max(scores.values()) - 2e-3
    assert max(scores.values()) - min(scores.values()) > 5e-3  # there is something to choose
    assert {"same item", "drawn category mAP", "drawn category+colour P@1"} <= set(choice.metrics)


def test_the_weights_the_network_has_do_not_matter(pictures: TrainingSet, tmp_path: Path) -> None:
    trainee = build_trainee(RECIPE, tmp_path)
    found = []
    for weights in ((0.5, 0.5), (0.9, 0.1)):
        trainee.image.parts.weigh(weights)
        found.append(choose_weights(trainee, RECIPE.parts, pictures, 32, lambda done, total: None))
    assert found[0].weights == found[1].weights
    assert found[0].metrics["score"] == pytest.approx(found[1].metrics["score"], abs=1e-3)


def test_answers_are_chosen_only_where_they_raise_the_score_and_measured_as_they_are_served(
    pictures: TrainingSet, tmp_path: Path
) -> None:
    torch.manual_seed(2)
    trainee = build_trainee(RECIPE, tmp_path)
    told: list[tuple[int, int]] = []
    choice = choose_weights(trainee, ANSWERING, pictures, 32, lambda done, total: told.append((done, total)))
    without = choose_weights(trainee, RECIPE.parts, pictures, 32, lambda done, total: None)
    assert choice.metrics["score"] >= without.metrics["score"] - 1e-6
    assert choice.without == without.without == without.metrics
    assert set(choice.sharpness) == set(choice.centres) <= {0}
    assert told[-1][0] == told[-1][1]
    trainee.image.parts = choice.parts(RECIPE.part_dims)
    assert choice.metrics["score"] == pytest.approx(served_score(pictures, trainee), abs=5e-3)


def test_a_nearness_is_chosen_only_where_it_raises_the_score_and_measured_as_it_is_served(
    pictures: TrainingSet, tmp_path: Path
) -> None:
    torch.manual_seed(2)
    trainee = build_trainee(RECIPE, tmp_path)
    told: list[tuple[int, int]] = []
    choice = choose_weights(trainee, NEAR, pictures, 32, lambda done, total: told.append((done, total)))
    without = choose_weights(trainee, RECIPE.parts, pictures, 32, lambda done, total: None)
    assert choice.without == without.metrics
    assert choice.metrics["score"] >= without.metrics["score"]
    assert told[-1] == (11 + 1 + 66 + 18, 11 + 1 + 66 + 18)
    assert (choice.near is None) == (len(choice.weights) == 2)
    trainee.image.parts = choice.parts(RECIPE.part_dims)
    assert choice.metrics["score"] == pytest.approx(served_score(pictures, trainee), abs=5e-3)


def test_no_nearness_is_asked_for_by_parts_without_one() -> None:
    assert part_weights.nearness_of(RECIPE.parts) is None
    found = part_weights.nearness_of(NEAR)
    assert found is not None
    assert (found.of, found.length) == (1, part_weights.NEAR_NUMBERS)
