"""Captions lose words by chance, never all, never their order; the same chance loses the same."""

import numpy as np
import pytest

from core.training.word_dropout import without_some_words

CAPTIONS = ["Puma Men Black T-shirt", "red dress", "x", "", "  two   spaces "]


@pytest.mark.parametrize("share", [0.0, 0.3, 0.999])
def test_words_stay_in_their_order_and_one_at_least(share: float) -> None:
    for seed in range(50):
        for caption, left in zip(
            CAPTIONS, without_some_words(CAPTIONS, share, np.random.default_rng(seed)), strict=True
        ):
            words, kept = caption.split(), left.split()
            places = iter(words)
            assert all(any(word == one for one in places) for word in kept)
            assert len(kept) >= min(1, len(words))
            if share == 0:
                assert kept == words


def test_about_the_share_is_lost_others_each_time() -> None:
    words = [f"w{number}" for number in range(2000)]
    first, second = (
        without_some_words([" ".join(words)], 0.2, np.random.default_rng(seed))[0].split() for seed in (1, 2)
    )
    assert len(first) == pytest.approx(1600, abs=80)
    assert first != second
    assert first == without_some_words([" ".join(words)], 0.2, np.random.default_rng(1))[0].split()
