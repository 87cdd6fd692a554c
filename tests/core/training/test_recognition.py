"""Telling a view from all pictures: against a slow sum over them, and towards the right one."""

import math

import pytest
import torch
from torch.nn import functional

from core.training.recognition import TEMPERATURE, Recognition


def unit_rows(count: int, seed: int) -> torch.Tensor:
    return functional.normalize(torch.randn(count, 5, generator=torch.Generator().manual_seed(seed)), dim=1)


def test_it_is_minus_the_log_of_the_share_of_all_pictures_of_the_product() -> None:
    known, items = unit_rows(7, 0), torch.tensor([4, 4, 5, 6, 7, 8, 9])
    views, of_views = unit_rows(3, 1), torch.tensor([4, 6, 9])
    wanted = []
    for view, item in zip(views.double(), of_views.tolist(), strict=True):
        shares = [math.exp(float(view @ one) / TEMPERATURE) for one in known.double()]
        own = sum(share for share, other in zip(shares, items.tolist(), strict=True) if other == item)
        wanted.append(-math.log(own / sum(shares)))
    assert float(Recognition(known, items)(views, of_views)) == pytest.approx(sum(wanted) / 3, rel=1e-5)


def test_its_gradient_leads_to_the_own_picture() -> None:
    known, items = unit_rows(20, 2), torch.arange(20)
    views = unit_rows(4, 3).requires_grad_()
    of_views, loss = torch.tensor([0, 5, 10, 15]), Recognition(known, items)
    for _ in range(60):
        (gradient,) = torch.autograd.grad(loss(functional.normalize(views, dim=1), of_views), views)
        views = (views - 0.1 * gradient).detach().requires_grad_()
    assert (views @ known.T).argmax(1).tolist() == of_views.tolist()


def test_a_checkpoint_does_not_hold_the_teachers_pictures() -> None:
    assert Recognition(unit_rows(4, 0), torch.arange(4)).state_dict() == {}
