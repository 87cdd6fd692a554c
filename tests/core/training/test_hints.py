"""Hints: the teacher's maps of the very views, followed place by place, by every kind of student."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import torch

from core.training import hints as hints_module
from core.training.compiled import compiled
from core.training.hints import STRIDES, Hints
from core.training.recipes import RECIPES
from core.training.starting import Trainee, build_trainee
from tests.core.training.drawn_set import tiny_recipe

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def teacher() -> Iterator[Trainee]:
    """An EfficientNet with fresh weights: what it shows differs from place to place all the same.

    Its maps are compiled once for each side, as that takes most of these tests' time.
    """
    torch.manual_seed(2)
    with pytest.MonkeyPatch.context() as patch:
        once = lru_cache(lambda trainee, side: compiled(hints_module._EarlyMaps(trainee.image.backbone), trainee, side))
        patch.setattr(hints_module, "compiled", lambda _maps, trainee, side: once(trainee, side))
        yield build_trainee(RECIPES["clip-fashion-160"], Path()).eval()


def views(count: int, side: int) -> torch.Tensor:
    return torch.rand(count, 3, side, side, generator=torch.Generator().manual_seed(side)) * 255


@pytest.mark.parametrize("architecture", ["resnet18", "densenet61"])
def test_the_loss_compares_maps_of_the_same_strides(architecture: str, teacher: Trainee) -> None:
    student = build_trainee(tiny_recipe(architecture=architecture), Path())
    hints: Any = Hints(student, teacher)
    pixels = views(3, 64)
    student.features(pixels)
    for stride, own, wanted in zip(STRIDES, hints._maps.values(), hints._ask(pixels), strict=True):
        assert own.shape[2:] == wanted.shape[2:] == (64 // stride, 64 // stride)
    loss = hints(pixels)
    assert 0.5 < float(loss.detach()) < 1.5
    loss.backward()
    first = next(student.image.backbone.parameters())
    assert first.grad is not None
    assert float(first.grad.abs().sum()) > 0
    assert all(one.weight.grad is not None for one in hints.projections)
    assert not any(one.grad is not None for one in teacher.parameters())


def test_the_teacher_s_maps_are_those_of_its_own_network(teacher: Trainee) -> None:
    hints: Any = Hints(build_trainee(tiny_recipe(), Path()), teacher)
    pixels = views(2, 64)
    found: list[torch.Tensor] = []
    blocks: Any = teacher.image.backbone.blocks
    handles = [
        blocks[number].register_forward_hook(lambda _module, _inputs, output: found.append(output))
        for number in (1, 2, 4)
    ]
    with torch.inference_mode():
        teacher.image.backbone((pixels - teacher.mean) / teacher.std)
    for handle in handles:
        handle.remove()
    for wanted, given in zip(found, hints._ask(pixels), strict=True):
        assert torch.corrcoef(torch.stack([wanted.float().ravel(), given.ravel()]))[0, 1] > 0.99  # bfloat16


def test_a_student_whose_maps_are_the_teacher_s_has_nothing_to_learn(teacher: Trainee) -> None:
    hints: Any = Hints(build_trainee(tiny_recipe(), Path()), teacher)
    pixels = views(4, 64)
    wanted = hints._ask(pixels)
    hints._maps = {number: one - one.mean((0, 2, 3), keepdim=True) for number, one in enumerate(wanted)}
    hints.projections = torch.nn.ModuleList(torch.nn.Identity() for _ in wanted)
    assert float(hints(pixels)) == pytest.approx(0, abs=1e-5)
    hints._maps = {number: -one for number, one in hints._maps.items()}
    assert float(hints(pixels)) == pytest.approx(2, abs=1e-5)


def test_sides_that_strides_do_not_divide_are_compared_too(teacher: Trainee) -> None:
    student = build_trainee(tiny_recipe(architecture="resnet18"), Path())
    hints = Hints(student, teacher)
    student.features(views(2, 88))
    assert torch.isfinite(hints(views(2, 88)))
