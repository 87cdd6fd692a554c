"""The weights of the parts where a title asks: those that a slow search over all tenths finds."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from core.encoders.parts import Parts
from core.training import text_weights
from core.training.text_weights import choose_text_weights
from core.training.training_set import TrainingSet
from tests.core.training.drawn_set import SOURCE

SIZES = (6, 10)
OF_IMAGES = (0.8, 0.2)

LOOKED = object()


@pytest.fixture
def trainee(pictures: TrainingSet, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Photos and titles of which the second part agrees and the first one hardly does."""
    monkeypatch.setattr(text_weights, "TITLED", SOURCE)
    parts, chance = Parts(SIZES, OF_IMAGES), np.random.default_rng(6)

    def photos(
        _trainee: object, training_set: TrainingSet, rows: np.ndarray, side: int, hard: bool, run: object
    ) -> np.ndarray:
        assert run is LOOKED
        assert side == 32
        assert not hard
        is_titled = training_set.items["title"].to_numpy(str)[rows] != ""
        assert is_titled.all()
        assert set(rows) <= set(training_set.validation_rows)
        raw = chance.normal(size=(len(rows), sum(SIZES))).astype(np.float32)
        noise = chance.normal(size=raw.shape).astype(np.float32)
        noise[:, SIZES[0] :] *= 0.4
        noise[:, : SIZES[0]] *= 3
        texts.append(torch.from_numpy(raw + noise))
        embedded = parts(torch.from_numpy(raw))
        images.append(embedded)
        return embedded.numpy()

    texts: list[torch.Tensor] = []
    images: list[torch.Tensor] = []
    monkeypatch.setattr(text_weights, "embed_rows", photos)
    monkeypatch.setattr(text_weights, "compiled_looks", lambda *_: LOOKED)
    clip = SimpleNamespace(encode_text=lambda _: texts[-1])
    return SimpleNamespace(image=SimpleNamespace(parts=parts), clip=clip, texts=texts, images=images)


def mean_reciprocal_rank(images: torch.Tensor, texts: torch.Tensor) -> float:
    total = 0.0
    for place, text in enumerate(texts):
        nearer = sum(float(text @ image) > float(text @ images[place]) for image in images)
        total += 1 / (1 + nearer)
    return total / len(texts)


def test_the_best_of_all_shares_is_chosen_and_measured_as_it_is_served(trainee: Any, pictures: TrainingSet) -> None:
    choice = choose_text_weights(trainee, pictures, 32, lambda titles: torch.zeros(len(titles), 1))
    images, raw = trainee.images[-1], trainee.texts[-1]
    scores = {}
    for tenth in range(11):
        shares = (tenth / 10, 1 - tenth / 10)
        weights = [share**2 / weight for share, weight in zip(shares, OF_IMAGES, strict=True)]
        scores[shares[1]] = mean_reciprocal_rank(images, Parts(SIZES, weights)(raw))
    assert max(scores.values()) > scores[0.5]
    assert choice.weights is not None
    chosen = [(weight * other) ** 0.5 for weight, other in zip(choice.weights, OF_IMAGES, strict=True)]
    assert scores[round(chosen[1] / sum(chosen), 1)] == pytest.approx(max(scores.values()))
    assert sum(choice.weights) == pytest.approx(1)
    assert choice.weights[1] > OF_IMAGES[1]
    served = Parts(SIZES, choice.weights)(raw) @ images.T
    own = served.diag()[:, None]
    assert choice.metrics["title to photo R@1"] == pytest.approx(float(((served > own).sum(1) < 1).float().mean()))
    assert set(choice.metrics) == set(choice.without)
    assert choice.metrics["title to photo R@1"] > choice.without["title to photo R@1"]


def test_without_titles_texts_weigh_as_pictures_do(
    trainee: Any, pictures: TrainingSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_weights, "TITLED", "another catalogue")
    choice = choose_text_weights(trainee, pictures, 32, lambda titles: torch.zeros(len(titles), 1))
    assert (choice.weights, choice.metrics, choice.without) == (None, {}, {})
