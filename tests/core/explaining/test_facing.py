"""The direction in which a place speaks for the other picture, whatever a part makes of it."""

import numpy as np
import pytest
import torch

from core.encoders.nearness import Nearness, frequencies_of
from core.encoders.parts import ClassAnswer, Parts
from core.explaining.places import facing


def test_a_part_that_answers_with_classes_shows_what_speaks_for_those_of_the_other_picture() -> None:
    # Two classes along the first two axes; the second picture is surely of the second one.
    answer = ClassAnswer(torch.eye(2, 3), 1000.0)
    parts, raw = Parts((3,), None, {0: answer}), torch.tensor([[3.0, 4, 0], [0.0, 2, 1]])
    score, directions = facing(raw, parts, np.zeros(3, np.float32))
    assert score == pytest.approx(float(parts(raw)[0] @ parts(raw)[1]))
    assert torch.allclose(directions[0], torch.tensor([0.0, 1 / 5, 0]), atol=1e-5)
    assert float(raw[0] @ directions[0]) == pytest.approx(0.8, abs=1e-5)


def test_what_a_nearness_brings_lies_in_the_direction_of_the_other_picture_s_part() -> None:
    torch.manual_seed(6)
    near = Nearness(frequencies_of(3, 8, 5.0), 1)
    parts, raw = Parts((2, 3), (0.0, 0.0, 1.0), None, near), torch.randn(2, 5)
    score, directions = facing(raw, parts, np.zeros(13, np.float32))
    rows = near(parts.split(raw)[1])
    kernel = float(rows[0] @ rows[1])
    assert score == pytest.approx(kernel, abs=1e-6)
    assert torch.allclose(directions[:, :2], torch.zeros(2, 2))
    cosine = float(torch.cosine_similarity(raw[:1, 2:], raw[1:, 2:]))
    torch.testing.assert_close((raw * directions).sum(1), torch.full((2,), kernel * cosine), rtol=1e-4, atol=1e-6)
