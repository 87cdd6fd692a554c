"""The loaded encoder as a plain callable: what goes in and comes out is checked at its border."""

import numpy as np
import pytest

from core.encoders.registry import encoder_spec
from core.encoders.spec import Encoder, EncoderError

SPEC = encoder_spec("efficientnet-lite0")
SQUARES = np.zeros((3, 3, SPEC.side_px, SPEC.side_px), np.uint8)


def encoder_giving(embeddings: np.ndarray) -> Encoder:
    return Encoder(SPEC, "fake", "f32", lambda squares: embeddings, lambda texts: embeddings)


def unit_rows(count: int) -> np.ndarray:
    return np.eye(count, SPEC.dim, dtype=np.float32)


def test_embeddings_come_as_float32_in_one_piece() -> None:
    found = encoder_giving(np.asfortranarray(unit_rows(3).astype(np.float64))).encode_squares(SQUARES)
    assert found.dtype == np.float32
    assert found.flags.c_contiguous
    np.testing.assert_array_equal(found, unit_rows(3))


def test_no_pictures_and_no_texts_are_no_rows() -> None:
    def never(_: object) -> np.ndarray:
        raise AssertionError("an empty batch must not reach the runtime")

    encoder = Encoder(SPEC, "fake", "f32", never, never)
    assert encoder.encode_squares(SQUARES[:0]).shape == (0, SPEC.dim)
    assert encoder.encode_texts([]).shape == (0, SPEC.dim)


@pytest.mark.parametrize(
    "squares",
    [
        SQUARES[0],
        SQUARES.astype(np.float32),
        SQUARES[:, :, :-1],
        SQUARES.transpose(0, 2, 3, 1),
        SQUARES[:, :1],
    ],
)
def test_wrong_squares_are_refused(squares: np.ndarray) -> None:
    with pytest.raises(ValueError, match="squares must be"):
        encoder_giving(unit_rows(3)).encode_squares(squares)


@pytest.mark.parametrize("rows", [unit_rows(2), unit_rows(3)[:, :-1], unit_rows(3)[None]])
def test_a_runtime_that_gives_another_shape_is_an_error_with_advice(rows: np.ndarray) -> None:
    with pytest.raises(EncoderError, match="encoders export"):
        encoder_giving(rows).encode_squares(SQUARES)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 2.0])
def test_a_runtime_that_gives_no_unit_vector_is_an_error(value: float) -> None:
    rows = unit_rows(3)
    rows[1, 1] = value
    with pytest.raises(EncoderError, match="unit length"):
        encoder_giving(rows).encode_squares(SQUARES)


def test_an_encoder_without_text_says_so() -> None:
    with pytest.raises(EncoderError, match="reads no text"):
        Encoder(SPEC, "fake", "f32", lambda squares: squares).encode_texts(["a red skirt"])
