"""Captions without some of their words, so that the text tower learns what words mean and not captions by heart."""

from collections.abc import Sequence

import numpy as np


def without_some_words(captions: Sequence[str], share: float, chance: np.random.Generator) -> list[str]:
    """The captions, each word left out by the chance `share` in [0, 1); one stays (arXiv:1901.11196)."""
    return [_thinned(caption.split(), share, chance) for caption in captions]


def _thinned(words: list[str], share: float, chance: np.random.Generator) -> str:
    if not words:
        return ""
    luck = chance.random(len(words))
    kept = [word for word, one in zip(words, luck, strict=True) if one >= share]
    return " ".join(kept or [words[int(luck.argmax())]])
