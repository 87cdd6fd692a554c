import numpy as np
import pytest
from sklearn.manifold import trustworthiness

from core.features import to_unit_length
from core.maps import between
from core.maps.between import MEASURES, compare_neighbourhoods
from core.maps.stored import K


def spaces(count: int = 200, noise: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    first = to_unit_length(rng.normal(size=(count, 24)).astype(np.float32))
    return first, to_unit_length((first[:, :20] + noise * rng.normal(size=(count, 20)) / 5).astype(np.float32))


def test_the_means_are_those_of_sklearn() -> None:
    first, second = spaces()
    items = np.arange(200)
    found = compare_neighbourhoods(first, items, second, items)
    assert found.trustworthiness.mean() == pytest.approx(trustworthiness(first, second, n_neighbors=K), abs=1e-6)
    assert found.continuity.mean() == pytest.approx(trustworthiness(second, first, n_neighbors=K), abs=1e-6)
    assert 0.1 < found.overlap.mean() < 0.9


def test_the_other_way_round_the_two_figures_change_places() -> None:
    first, second = spaces()
    items = np.arange(200)
    there, back = (
        compare_neighbourhoods(first, items, second, items),
        compare_neighbourhoods(second, items, first, items),
    )
    np.testing.assert_allclose(there.trustworthiness, back.continuity)
    np.testing.assert_allclose(there.overlap, back.overlap)


def test_items_that_one_gallery_lacks_are_left_out() -> None:
    """Galleries in other orders and with other gaps: as if only the common items were there."""
    first, second = spaces()
    own, theirs = np.arange(0, 180), np.random.default_rng(0).permutation(np.arange(20, 200))
    found = compare_neighbourhoods(first[own], own, second[theirs], theirs)
    common = np.arange(20, 180)
    alone = compare_neighbourhoods(first[common], common, second[common], common)
    for name in MEASURES:
        assert np.isnan(getattr(found, name)[:20]).all()
        np.testing.assert_allclose(getattr(found, name)[20:], getattr(alone, name))


def test_of_many_items_some_are_drawn_and_measured_against_all(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = spaces()
    items = np.arange(200)
    whole = compare_neighbourhoods(first, items, second, items)
    monkeypatch.setattr(between, "MOST_PAIRS", 200 * 30)
    some = compare_neighbourhoods(first, items, second, items)
    drawn = np.isfinite(some.trustworthiness)
    assert drawn.sum() == np.isfinite(some.continuity).sum() == 30
    np.testing.assert_allclose(some.trustworthiness[drawn], whole.trustworthiness[drawn])
    np.testing.assert_allclose(some.overlap, whole.overlap)


@pytest.mark.parametrize("count", [0, 2])
def test_too_few_common_items_are_refused(count: int) -> None:
    first, second = spaces(20)
    with pytest.raises(ValueError, match="3 or more items in common"):
        compare_neighbourhoods(first, np.arange(20), second, np.arange(20) + 20 - count)


def test_three_common_items_are_enough() -> None:
    first, second = spaces(3)
    assert compare_neighbourhoods(first, np.arange(3), second, np.arange(3)).k == 1
