"""Embeddings of parts: their cosine is the weighted mean of the cosines of the parts."""

import math

import pytest
import torch

from core.encoders.parts import ClassAnswer, Parts, class_codes


def test_the_cosine_is_the_weighted_mean_of_the_parts_cosines() -> None:
    torch.manual_seed(0)
    parts, weights, raw = Parts((3, 1, 5), (2.0, 1.0, 1.0)), (0.5, 0.25, 0.25), torch.randn(4, 9).double()
    found = parts(raw)
    assert found.shape == (4, 9)
    assert torch.allclose(found.norm(dim=1), torch.ones(4).double(), atol=1e-6)
    for one in range(4):
        for other in range(4):
            cosines = [
                float(torch.cosine_similarity(raw[one, start:end], raw[other, start:end], dim=0))
                for start, end in ((0, 3), (3, 4), (4, 9))
            ]
            expected = sum(weight * cosine for weight, cosine in zip(weights, cosines, strict=True))
            assert float(found[one] @ found[other]) == pytest.approx(expected, abs=1e-6)


def test_without_weights_all_parts_count_alike_and_weights_can_be_chosen_later() -> None:
    parts, raw = Parts((2, 2)), torch.randn(3, 4)
    assert parts.weights.tolist() == [0.5, 0.5]
    parts.weigh((0, 7))
    assert parts.weights.tolist() == [0, 1]
    assert torch.allclose(parts(raw)[:, :2], torch.zeros(3, 2))
    assert set(parts.state_dict()) == {"dims", "weights"}
    other = Parts((2, 2))
    other.load_state_dict(parts.state_dict())
    assert torch.equal(other(raw), parts(raw))


def test_a_row_of_zeros_gives_no_nan() -> None:
    raw = torch.zeros(2, 4, requires_grad=True)
    found = Parts((2, 2))(raw)
    found.sum().backward()
    assert raw.grad is not None
    assert torch.isfinite(found).all()
    assert torch.isfinite(raw.grad).all()


@pytest.mark.parametrize("dims", [(), (3, 0), (-1,)])
def test_lengths_are_checked(dims: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="one part or more"):
        Parts(dims)


@pytest.mark.parametrize(
    "weights", [(1.0,), (1.0, 1.0, 1.0), (0.0, 0.0), (-1.0, 2.0), (float("nan"), 1.0), (float("inf"), 1.0)]
)
def test_weights_are_checked_and_the_old_ones_stay(weights: tuple[float, ...]) -> None:
    parts = Parts((2, 2), (0.3, 0.7))
    with pytest.raises(ValueError, match="expected 2 weights"):
        parts.weigh(weights)
    assert parts.weights.tolist() == pytest.approx([0.3, 0.7])


def test_an_answer_s_cosine_is_the_bhattacharyya_coefficient_of_the_class_probabilities() -> None:
    torch.manual_seed(1)
    answer, part = ClassAnswer(torch.randn(3, 5), 7.0), torch.nn.functional.normalize(torch.randn(4, 5), dim=1)
    found = answer(part)
    assert found.shape == (4, 5)
    assert torch.allclose(found.norm(dim=1), torch.ones(4), atol=1e-6)
    for one in range(4):
        for other in range(4):
            expected = 0.0
            for number in range(3):
                product = 1.0
                for row in (one, other):
                    powers = [math.exp(7 * float(part[row] @ centre)) for centre in answer.centres]
                    product *= powers[number] / sum(powers)
                expected += math.sqrt(product)
            assert float(found[one] @ found[other]) == pytest.approx(expected, abs=1e-5)


def test_more_classes_than_numbers_have_codes_that_are_nearly_upright_and_always_the_same() -> None:
    codes = class_codes(300, 192)
    assert torch.equal(codes, class_codes(300, 192))
    assert torch.allclose(codes.norm(dim=1), torch.ones(300), atol=1e-6)
    assert float((codes @ codes.T).fill_diagonal_(0).abs().max()) < 0.45
    assert torch.equal(class_codes(3, 5)[:, :3], torch.eye(3))
    found = ClassAnswer(torch.randn(300, 192), 10.0)(torch.nn.functional.normalize(torch.randn(2, 192), dim=1))
    assert torch.allclose(found.norm(dim=1), torch.ones(2), atol=1e-6)


def test_parts_that_answer_take_their_place_in_the_embedding_and_split_stays_as_it_was() -> None:
    torch.manual_seed(2)
    answer, raw = ClassAnswer(torch.randn(2, 3), 5.0), torch.randn(6, 7)
    plain, parts = Parts((3, 4), (0.5, 0.5)), Parts((3, 4), (0.5, 0.5), {0: answer})
    found = parts(raw)
    assert torch.allclose(found[:, :3], answer(plain.split(raw)[0]) * 0.5**0.5)
    assert torch.equal(found[:, 3:], plain(raw)[:, 3:])
    assert all(torch.equal(one, other) for one, other in zip(parts.split(raw), plain.split(raw), strict=True))
    assert parts.answer_of(0) is not None
    assert parts.answer_of(1) is None


def test_an_answer_says_which_directions_its_classes_have() -> None:
    answer = ClassAnswer(torch.tensor([[1.0, 0, 0], [0, 1, 0]]), 1000.0)
    sure = answer(torch.tensor([[0.0, 1, 0]]))
    assert torch.allclose(answer.directions(sure), torch.tensor([[0.0, 1, 0]]), atol=1e-6)


@pytest.mark.parametrize(
    ("centres", "sharpness"),
    [(torch.ones(1, 3), 5.0), (torch.ones(3), 5.0), (torch.ones(2, 3), 0.0), (torch.ones(2, 3), float("inf"))],
)
def test_answers_are_checked(centres: torch.Tensor, sharpness: float) -> None:
    with pytest.raises(ValueError, match="two centres or more"):
        ClassAnswer(centres, sharpness)


def test_answers_of_another_length_than_their_part_are_refused() -> None:
    with pytest.raises(ValueError, match="lengths of their parts"):
        Parts((3, 4), None, {1: ClassAnswer(torch.randn(2, 3), 5.0)})
