"""Every loss against a slow version, pair by pair; unknown labels take no part."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from pytorch_metric_learning import losses
from torch import Tensor
from torch.nn import functional

from core.encoders.parts import Parts
from core.training.labels import Labels
from core.training.objectives import (
    Batch,
    Known,
    Objectives,
    caption_loss,
    distillation,
    imitation,
)
from core.training.recipe import WHOLE, LossName, Objective
from core.training.recognition import Recognition
from core.training.terms import CosineSoftmax, PairTerm
from core.training.training_set import TrainingError
from tests.core.training.drawn_set import tiny_recipe
from tests.core.training.slow_losses import slow_pairs, slow_sup_con

PAIRS: tuple[LossName, ...] = ("triplet", "contrastive", "contrastive-cosine", "sup-con")
LABELS = torch.tensor([0, 0, 1, 1, 2, 0, 1, 5, 5, 5, 6, 6, -1, -1])
SOURCE = torch.tensor([0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0])


def unit_rows(count: int, dim: int = 6, seed: int = 0) -> Tensor:
    return functional.normalize(torch.randn(count, dim, generator=torch.Generator().manual_seed(seed)), dim=1)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("loss", PAIRS)
def test_pair_losses_are_the_mean_over_the_catalogues(loss: LossName, seed: int) -> None:
    rows = unit_rows(len(LABELS), seed=seed)
    found = PairTerm(Objective(loss, "kind", "category"))(rows, LABELS, SOURCE)
    total, count = 0.0, 0
    for source in (0, 1):
        mine = [row for row in range(len(LABELS)) if SOURCE[row] == source and LABELS[row] >= 0]
        total += len(mine) * slow_pairs(loss, rows[mine].double().numpy(), [int(LABELS[row]) for row in mine])
        count += len(mine)
    assert total > 0
    assert float(found) == pytest.approx(total / count, rel=1e-4)


@pytest.mark.parametrize("loss", PAIRS)
def test_items_are_told_apart_across_catalogues(loss: LossName) -> None:
    rows = unit_rows(len(LABELS), seed=4)
    found = PairTerm(Objective(loss, "look", "item"))(rows, LABELS, SOURCE)
    known = [row for row in range(len(LABELS)) if LABELS[row] >= 0]
    expected = slow_pairs(loss, rows[known].double().numpy(), [int(LABELS[row]) for row in known])
    assert float(found) == pytest.approx(expected, rel=1e-4)


def test_nt_xent_is_the_library_s_where_an_item_has_one_other_view() -> None:
    rows, labels = unit_rows(12), torch.arange(12) % 6
    found = PairTerm(Objective("sup-con", "look", "item"))(rows, labels, torch.zeros(12, dtype=torch.int64))
    assert float(found) == pytest.approx(float(losses.NTXentLoss(0.1)(rows, labels)), rel=1e-5)


def softmax_term(dim: int = 6) -> CosineSoftmax:
    torch.manual_seed(1)
    return CosineSoftmax(dim, 7, torch.tensor([0, 0, 0, 0, 0, 1, 1]))


def test_cosine_softmax_lets_classes_compete_within_their_catalogue_only() -> None:
    term, rows = softmax_term(), unit_rows(len(LABELS))
    centres = functional.normalize(term.centres.detach().double(), dim=1)
    terms = []
    for row, label in enumerate(LABELS.tolist()):
        if label < 0:
            continue
        rivals = [number for number in range(7) if int(term.class_source[number]) == int(SOURCE[row])]
        logits = {
            number: 20 * (float(rows[row].double() @ centres[number]) - (0.15 if number == label else 0))
            for number in rivals
        }
        terms.append(math.log(sum(math.exp(value) for value in logits.values())) - logits[label])
    assert float(term(rows, LABELS, SOURCE).detach()) == pytest.approx(sum(terms) / len(terms), rel=1e-5)


@pytest.mark.parametrize("loss", [*PAIRS, "cosine-softmax"])
def test_unknown_labels_take_no_part(loss: LossName) -> None:
    def term() -> torch.nn.Module:
        return softmax_term() if loss == "cosine-softmax" else PairTerm(Objective(loss, "kind", "category"))

    rows = unit_rows(len(LABELS)).requires_grad_()
    whole = term()(rows, LABELS, SOURCE)
    known = LABELS >= 0
    assert float(whole.detach()) == pytest.approx(
        float(term()(rows[known].detach(), LABELS[known], SOURCE[known])), rel=1e-6
    )
    whole.backward()
    assert rows.grad is not None
    assert (rows.grad[~known] == 0).all()
    assert (rows.grad[known] != 0).any()


@pytest.mark.parametrize("labels", [[-1, -1, -1], [-1, 3, -1], [0, 1, 2], [4, 4, 4]])
@pytest.mark.parametrize("loss", [*PAIRS, "cosine-softmax"])
def test_a_batch_without_pairs_or_labels_gives_no_nan(loss: LossName, labels: list[int]) -> None:
    raw = torch.randn(3, 6, requires_grad=True)
    term = softmax_term() if loss == "cosine-softmax" else PairTerm(Objective(loss, "kind", "category"))
    found = term(functional.normalize(raw, dim=1), torch.tensor(labels), torch.zeros(3, dtype=torch.int64))
    found.backward()
    assert raw.grad is not None
    assert torch.isfinite(raw.grad).all()
    assert math.isfinite(float(found.detach()))
    if max(labels) < 0:
        assert float(found.detach()) == 0
        assert (raw.grad == 0).all()


def test_embeddings_that_are_all_the_same_give_no_nan() -> None:
    for loss in PAIRS:
        raw = torch.ones(8, 6, requires_grad=True)
        labels = torch.arange(8) // 2
        PairTerm(Objective(loss, "kind", "category"))(
            functional.normalize(raw, dim=1), labels, torch.zeros(8, dtype=torch.int64)
        ).backward()
        assert raw.grad is not None
        assert torch.isfinite(raw.grad).all(), loss


def test_the_caption_loss_counts_all_equal_captions_as_right() -> None:
    images, captions = unit_rows(5), unit_rows(5, seed=1)
    captions[3] = captions[0]
    caption, scale = torch.tensor([0, 1, 2, 0, 4]), torch.tensor(7.0)
    logits = (7 * images.double() @ captions.double().T).tolist()
    terms = []
    for table in (logits, [list(column) for column in zip(*logits, strict=True)]):
        for row, values in enumerate(table):
            total = math.log(sum(math.exp(value) for value in values))
            right = [other for other in range(5) if caption[other] == caption[row]]
            terms.append(-sum(values[other] - total for other in right) / len(right))
    assert float(caption_loss(images, captions, caption, scale)) == pytest.approx(sum(terms) / 10, rel=1e-5)


def test_with_captions_all_different_it_is_the_loss_of_clip() -> None:
    from open_clip.loss import ClipLoss

    images, captions, scale = unit_rows(6), unit_rows(6, seed=2), torch.tensor(11.0)
    expected = ClipLoss()(images, captions, scale)
    assert float(caption_loss(images, captions, torch.arange(6), scale)) == pytest.approx(float(expected), rel=1e-5)


def test_distillation_is_one_minus_the_mean_cosine() -> None:
    guess, teacher = torch.randn(4, 9), torch.randn(4, 9)
    cosines = [float(one @ other / (one.norm() * other.norm())) for one, other in zip(guess, teacher, strict=True)]
    assert float(distillation(guess, teacher)) == pytest.approx(1 - sum(cosines) / 4, rel=1e-5)
    assert float(distillation(2 * teacher, teacher)) == pytest.approx(0, abs=1e-6)


def test_imitation_counts_each_part_alike_and_refuses_other_parts() -> None:
    kind, look, teacher = unit_rows(3, 6, 1), unit_rows(3, 2, 2), unit_rows(3, 8, 3)
    cosines = []
    for row in range(3):
        for own, wanted in ((kind[row], teacher[row, :6]), (look[row], teacher[row, 6:])):
            cosines.append(float(own @ wanted / wanted.norm()))
    assert float(imitation([kind, look], teacher)) == pytest.approx(1 - sum(cosines) / 6, rel=1e-5)
    assert float(imitation([kind, look], torch.cat([kind, look], 1))) == pytest.approx(0, abs=1e-6)
    for other in (None, teacher[:, :7]):
        with pytest.raises(TrainingError, match=r"parts have the lengths \[6, 2\]"):
            imitation([kind, look], other)


def labels_for_objectives() -> Labels:
    category, colour = np.array([0, 0, 1, 1, 2, 2]), np.array([0, 1, -1, 1, 0, 1])
    source = np.array([0, 0, 0, 0, 1, 1])
    return Labels(source, category, colour, np.arange(6), 3, 2)


def test_each_objective_is_about_its_part_and_label_and_weighted() -> None:
    labels = labels_for_objectives()
    recipe = tiny_recipe(
        objectives=(
            Objective("cosine-softmax", "kind", "category", 2.0),
            Objective("sup-con", "look", "item", 0.5),
            Objective("caption", WHOLE, "caption", 0.25),
            Objective("caption", "look", "caption", 0.75),
            Objective("distil", WHOLE, "teacher", 3.0),
            Objective("imitate", WHOLE, "teacher", 5.0),
            Objective("hints", WHOLE, "teacher", 4.0),
            Objective("recognise", "look", "teacher", 1.5),
        )
    )
    torch.manual_seed(0)
    parts = Parts(recipe.part_dims, [0.7, 0.3])
    known = Known(torch.cat([unit_rows(6, 16, 1), unit_rows(6, 16, 2)], 1), torch.from_numpy(labels.item))
    objectives: Any = Objectives(recipe, labels, 10, 4, known)
    named = {name: torch.from_numpy(np.tile(getattr(labels, name), 2)) for name in ("category", "colour", "item")}
    source = torch.from_numpy(np.tile(labels.source, 2))
    batch = Batch(
        torch.randn(12, 10), torch.randn(12, 32), named, source, torch.randn(12, 4), torch.randn(12, 32),
        torch.tensor(0.75), torch.randn(12, 32), torch.arange(12) % 6, torch.tensor(5.0),
    )  # fmt: skip
    found = {name: float(value.detach()) for name, value in objectives(batch, parts).items()}
    assert tuple(found) == (
        "cosine-softmax kind", "sup-con look", "caption whole", "caption look", "distil whole", "imitate whole",
        "hints whole", "recognise look",
    )  # fmt: skip
    kind, look = (functional.normalize(part, dim=1) for part in batch.raw.split([16, 16], 1))
    assert objectives.terms[0].centres.shape == (3, 16)
    assert objectives.terms[0].class_source.tolist() == [0, 0, 1]
    with torch.no_grad():
        assert found["cosine-softmax kind"] == pytest.approx(
            2 * float(objectives.terms[0](kind, named["category"], source)), rel=1e-5
        )
        assert found["sup-con look"] == pytest.approx(
            0.5 * slow_sup_con(look.double().numpy(), named["item"].tolist()), rel=1e-4
        )
        whole, captions = parts(batch.raw), parts(batch.captions)
        assert found["caption whole"] == pytest.approx(
            0.25 * float(caption_loss(whole, captions, batch.caption, batch.scale)), rel=1e-5
        )
        assert batch.captions is not None
        look_of_captions = functional.normalize(batch.captions.split([16, 16], 1)[1], dim=1)
        assert found["caption look"] == pytest.approx(
            0.75 * float(caption_loss(look, look_of_captions, batch.caption, batch.scale)), rel=1e-5
        )
        guess = objectives.terms[4](batch.features)
        assert found["distil whole"] == pytest.approx(3 * float(distillation(guess, batch.teacher)), rel=1e-5)
        wanted = 5 * float(imitation([kind, look], batch.teacher_parts))
        assert found["imitate whole"] == pytest.approx(wanted, rel=1e-5)
        assert found["hints whole"] == pytest.approx(4 * 0.75)
        of_looks = Recognition(unit_rows(6, 16, 2), known.items)
        assert found["recognise look"] == pytest.approx(1.5 * float(of_looks(look, named["item"])), rel=1e-5)


@pytest.mark.parametrize("known", [None, Known(torch.ones(2, 7), torch.arange(2))])
def test_pictures_are_told_apart_only_with_a_teacher_of_the_same_parts(known: Known | None) -> None:
    recipe = tiny_recipe(objectives=(Objective("recognise", "look", "teacher"),))
    with pytest.raises(TrainingError, match="trained teacher"):
        Objectives(recipe, labels_for_objectives(), 10, 4, known)


def test_colours_that_nobody_knows_do_no_harm() -> None:
    labels = replace(labels_for_objectives(), colour=np.full(6, -1), n_colours=0)
    recipe = tiny_recipe(objectives=(Objective("cosine-softmax", "look", "colour"),))
    named = {name: torch.from_numpy(getattr(labels, name)) for name in ("category", "colour", "item")}
    raw = torch.randn(6, 32, requires_grad=True)
    batch = Batch(torch.randn(6, 10), raw, named, torch.from_numpy(labels.source))
    (loss,) = Objectives(recipe, labels, 10, 1)(batch, Parts(recipe.part_dims)).values()
    loss.backward()
    assert float(loss.detach()) == 0
    assert raw.grad is not None
    assert (raw.grad == 0).all()
