from dataclasses import replace

import numpy as np
import pytest

from core.encoders.spec import Encoder, EncoderError
from core.words import MOST_CHARACTERS, checked_words, with_words
from tests.core.explaining.fitted import spec_of

DIM = 6


def encoder(reads_text: bool = True) -> Encoder:
    """Its texts are the axes: "0" is the first one."""
    spec = replace(spec_of(32, 2), dim=DIM, name="axes")
    return Encoder(
        spec, "fake", "f32",
        lambda squares: np.tile(np.eye(DIM, dtype=np.float32)[:1], (len(squares), 1)),
        (lambda texts: np.eye(DIM, dtype=np.float32)[[int(text) for text in texts]]) if reads_text else None,
    )  # fmt: skip


def picture() -> np.ndarray:
    return np.eye(DIM, dtype=np.float32)[:1]


def test_a_query_with_words_lies_between_picture_and_words() -> None:
    mixed = with_words(picture(), "3", encoder(), share=0.5)
    assert mixed.shape == (1, DIM)
    assert mixed.dtype == np.float32
    np.testing.assert_allclose(mixed[0], np.array([1, 0, 0, 1, 0, 0]) / np.sqrt(2), atol=1e-6)
    mostly_words = with_words(picture(), "3", encoder(), share=0.75)
    assert mostly_words[0, 3] > mostly_words[0, 0] > 0


def test_without_words_nothing_changes_whoever_encodes() -> None:
    assert with_words(picture(), "", encoder(reads_text=False)) is not None
    np.testing.assert_array_equal(with_words(picture(), "", encoder(reads_text=False)), picture())


def test_opposite_words_leave_a_direction() -> None:
    other = replace(encoder(), run_texts=lambda texts: -np.eye(DIM, dtype=np.float32)[:1])
    assert np.linalg.norm(with_words(picture(), "not this", other)) == pytest.approx(1)


def test_an_encoder_that_reads_no_text_is_refused_by_name() -> None:
    with pytest.raises(EncoderError, match=r"expected an encoder that reads text for the words 'red', but axes reads"):
        with_words(picture(), "red", encoder(reads_text=False))


def test_words_are_trimmed_and_too_many_refused() -> None:
    assert checked_words("  in \n red ") == "in red"
    assert checked_words("\t ") == ""
    assert len(checked_words("x" * MOST_CHARACTERS)) == MOST_CHARACTERS
    with pytest.raises(ValueError, match="at most 200 characters, but got 201"):
        checked_words("x" * 201)
