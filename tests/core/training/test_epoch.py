"""An epoch's batches: drawn by seed and epoch, two views of each item, the views that were taught."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.training.epoch import VIEWS, Drawn, Taught, batches_per_epoch, epoch_batches, material_of
from core.training.training_set import TrainingSet
from core.training.views import NEAR, draw_views, plain_views, render_views
from tests.core.training.drawn_set import tiny_recipe


def all_of(pictures: TrainingSet, seed: int, epoch: int, taught: Taught | None = None) -> list[Drawn]:
    return list(epoch_batches(material_of(pictures, taught), tiny_recipe(), seed, epoch))


def test_an_epoch_shows_about_as_many_views_as_there_are_items(pictures: TrainingSet) -> None:
    material, recipe = material_of(pictures), tiny_recipe()
    found = all_of(pictures, 0, 1)
    assert len(found) == batches_per_epoch(material, recipe) == round(len(pictures.train_rows) / 16)
    assert batches_per_epoch(material, tiny_recipe(classes_per_batch=500)) == 1


def test_batches_hold_two_views_of_training_items_in_the_same_order(pictures: TrainingSet) -> None:
    for drawn in all_of(pictures, 0, 1):
        assert drawn.pixels.shape == (VIEWS * 8, 3, 32, 32)
        assert drawn.teacher is None
        first, second = drawn.rows[:8], drawn.rows[8:]
        np.testing.assert_array_equal(first, second)
        assert set(first.tolist()) <= set(pictures.train_rows.tolist())
        assert not torch.equal(drawn.pixels[:8], drawn.pixels[8:])


def test_the_views_are_of_the_pictures_they_are_said_to_be_of(pictures: TrainingSet) -> None:
    (drawn, *_) = all_of(pictures, 0, 1)
    seen = dict.fromkeys(range(16), 0)
    items = pictures.items
    for number, row in enumerate(drawn.rows):
        colour = {"red": 0, "green": 1, "blue": 2}.get(items["colour"][row])
        if colour is not None:
            # The garment's own channel outweighs the others where it is darkest against the ground.
            pixels = drawn.pixels[number].flatten(1)
            others = [one for one in range(3) if one != colour]
            seen[number] = int((pixels[colour] - pixels[others].max(0).values).max() > 20)
    known = [number for number, row in enumerate(drawn.rows) if items["colour"][row] != "black"]
    assert np.mean([seen[number] for number in known]) > 0.8


def test_the_same_seed_and_epoch_give_the_same_batches(pictures: TrainingSet) -> None:
    one, again = all_of(pictures, 3, 2), all_of(pictures, 3, 2)
    for left, right in zip(one, again, strict=True):
        assert torch.equal(left.pixels, right.pixels)
        np.testing.assert_array_equal(left.rows, right.rows)
    for other in (all_of(pictures, 4, 2), all_of(pictures, 3, 3)):
        assert not all(np.array_equal(left.rows, right.rows) for left, right in zip(one, other, strict=True))


def test_equal_captions_have_equal_numbers(pictures: TrainingSet) -> None:
    material = material_of(pictures)
    for one in range(0, len(material.captions), 5):
        for other in range(0, len(material.captions), 7):
            assert (material.caption[one] == material.caption[other]) == (
                material.captions[one] == material.captions[other]
            )


def test_rows_can_be_limited(pictures: TrainingSet) -> None:
    rows = pictures.train_rows[::2]
    for drawn in epoch_batches(material_of(pictures, rows=rows), tiny_recipe(), 0, 1):
        assert set(drawn.rows.tolist()) <= set(rows.tolist())


def test_a_student_sees_the_draws_that_its_teacher_saw(pictures: TrainingSet) -> None:
    count, seeds = len(pictures.items), (50, 51, 52)
    features = np.random.default_rng(0).normal(size=(3, count, 4)).astype(np.float16)
    taught = Taught(features, seeds, np.stack([np.full(4, 2.0), np.full(4, 3.0)]).astype(np.float32))
    rounds_seen = set()
    for drawn in all_of(pictures, 0, 1, taught):
        assert drawn.teacher is not None
        draws = []
        for row, told in zip(drawn.rows, drawn.teacher, strict=True):
            (number,) = np.flatnonzero((features[:, row] == told.numpy()).all(1))
            draws.append(draw_views(count, seeds[number])[row])
            rounds_seen.add(int(number))
        expected = render_views(
            torch.from_numpy(pictures.squares[drawn.rows]), torch.stack(draws), tiny_recipe().side_px, NEAR
        )
        torch.testing.assert_close(drawn.pixels, expected)
    assert rounds_seen == {0, 1, 2}
    np.testing.assert_allclose(
        taught.raw(1, np.array([4, 2])).numpy(), features[1][[4, 2]].astype(np.float32) * 3 + 2, rtol=1e-5
    )


def test_a_student_that_follows_pictures_has_fresh_views_and_the_first_round(pictures: TrainingSet) -> None:
    count = len(pictures.items)
    features = np.random.default_rng(0).normal(size=(2, count, 4)).astype(np.float16)
    parts = np.random.default_rng(1).normal(size=(2, count, 3)).astype(np.float16)
    taught = Taught(features, (50, 51), np.ones((2, 4), np.float32), parts)
    recipe = tiny_recipe(follows_pictures=True)
    epochs = [list(epoch_batches(material_of(pictures, taught), recipe, 0, epoch)) for epoch in (1, 2)]
    for drawn in epochs[0]:
        assert drawn.teacher is not None
        assert drawn.teacher_parts is not None
        np.testing.assert_array_equal(drawn.teacher.numpy(), features[0][drawn.rows].astype(np.float32))
        np.testing.assert_array_equal(drawn.teacher_parts.numpy(), parts[0][drawn.rows].astype(np.float32))
    seen: dict[int, list[torch.Tensor]] = {}
    for drawn in [*epochs[0], *epochs[1]]:
        for row, view in zip(drawn.rows, drawn.pixels, strict=True):
            assert not any(torch.equal(view, other) for other in seen.get(int(row), []))
            seen.setdefault(int(row), []).append(view)
    assert max(map(len, seen.values())) > 2


def test_the_first_view_goes_as_far_as_the_recipe_says(pictures: TrainingSet) -> None:
    near = replace(NEAR, least_area=1.0, most_area=1.0, perspective=0.0, turn_degrees=0.0, light=0.0, cast=0.0,
                   shade=0.0, other_ground=0.0, patch=0.0, mirror=0.0)  # fmt: skip
    side = pictures.squares.shape[-1]
    for drawn in epoch_batches(material_of(pictures), tiny_recipe(first_strength=near, side_px=side), 0, 1):
        first, second = drawn.pixels.chunk(2)
        plain = plain_views(torch.from_numpy(pictures.squares[drawn.rows[: len(first)]]), side)
        # Crops of the whole square differ in their shape alone, by up to a fifth.
        assert float((first - plain).abs().mean()) < float((second - plain).abs().mean())


def test_the_first_epochs_show_small_views(pictures: TrainingSet) -> None:
    recipe = tiny_recipe(side_px=72, small_epochs=2)
    sides = [next(epoch_batches(material_of(pictures), recipe, 0, epoch)).pixels.shape[-1] for epoch in (1, 2, 3)]
    assert sides == [48, 48, 72]


@pytest.mark.parametrize("shares", [{"drawn": 1.0}, {}])
def test_the_shares_of_the_recipe_reach_the_draw(pictures: TrainingSet, shares: dict[str, float]) -> None:
    recipe = tiny_recipe(catalogs=tuple(shares.items()))
    assert list(epoch_batches(material_of(pictures), recipe, 0, 1))
