"""Confidence that can be taken at its word: of the boxes said to be 60 % sure, about 60 % are right."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TINY = 1e-7
STEPS = 50


@dataclass(frozen=True)
class Calibration:
    """A straight line through the log-odds (Platt scaling); it never changes the order of boxes.

    Attributes:
        scale: Slope, above 0.
        shift: Added log-odds.
    """

    scale: float = 1.0
    shift: float = 0.0

    def __post_init__(self) -> None:
        if not (np.isfinite([self.scale, self.shift]).all() and self.scale > 0):
            raise ValueError(f"scale must be above 0 and both finite, but got {self.scale} and {self.shift}")

    def apply(self, confidence: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The network's confidence in [0, 1] -> the share of boxes like it that are right, in [0, 1]."""
        odds = _log_odds(confidence) * self.scale + self.shift
        return (1 / (1 + np.exp(-odds))).astype(np.float32)

    def invert(self, share: float) -> float:
        """The network's confidence that `apply` turns into this."""
        odds = (_log_odds(np.array([share]))[0] - self.shift) / self.scale
        return float(1 / (1 + np.exp(-np.clip(odds, -60, 60))))


def fit_calibration(confidence: npt.NDArray[np.float32], hits: npt.NDArray[np.bool_]) -> Calibration:
    """Fit by maximum likelihood (Newton's method).

    Args:
        confidence: (n,) of boxes, as the network says.
        hits: (n,) whether each is right.

    Raises:
        ValueError: All boxes are right or all are wrong, or confidence says nothing about it.
    """
    if hits.all() or not hits.any():
        raise ValueError("some boxes must be right and some wrong, to calibrate the confidence by them")
    inputs = np.stack([_log_odds(confidence), np.ones(len(confidence))], axis=1)  # (n, 2)
    weights = np.array([1.0, 0.0])
    for _ in range(STEPS):
        shares = 1 / (1 + np.exp(-inputs @ weights))
        gradient = inputs.T @ (hits - shares)
        curvature = (inputs * (shares * (1 - shares))[:, None]).T @ inputs + 1e-6 * np.eye(2)
        weights += np.linalg.solve(curvature, gradient)
    return Calibration(float(weights[0]), float(weights[1]))


def _log_odds(confidence: npt.NDArray) -> npt.NDArray[np.float64]:
    bounded = np.clip(np.asarray(confidence, np.float64), TINY, 1 - TINY)
    return np.asarray(np.log(bounded / (1 - bounded)))
