"""What the detector finds in a photo: boxes, confidences and classes, held together and checked."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# In the order of the class ids. Catalogues that know boxes speak of the same classes.
CLASSES = (
    "top",
    "outerwear",
    "dress",
    "pants",
    "shorts",
    "skirt",
    "footwear",
    "bag",
    "headwear",
    "scarf",
    "belt",
    "eyewear",
    "legwear",
)


@dataclass(frozen=True)
class Garments:
    """Garments found in one photo, the most confident first.

    Attributes:
        xyxy: (n, 4) float32, x1 y1 x2 y2 in pixels of the upright photo, x1 < x2 and y1 < y2.
        confidence: (n,) float32 in [0, 1], never rising.
        class_id: (n,) int64 in (0, len(CLASSES) - 1).
    """

    xyxy: npt.NDArray[np.float32]
    confidence: npt.NDArray[np.float32]
    class_id: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        count = len(self.confidence)
        _check("xyxy", self.xyxy, (count, 4), np.float32)
        _check("confidence", self.confidence, (count,), np.float32)
        _check("class_id", self.class_id, (count,), np.int64)
        if not np.isfinite(self.xyxy).all() or (self.xyxy[:, 2:] <= self.xyxy[:, :2]).any():
            raise ValueError("xyxy must be finite with x1 < x2 and y1 < y2, but a box is empty or not a number")
        if not ((self.confidence >= 0) & (self.confidence <= 1)).all():
            raise ValueError("confidence must be between 0 and 1, but got a value outside")
        if (np.diff(self.confidence) > 0).any():
            raise ValueError("garments must be sorted by confidence, best first, but a later one is higher")
        if count and not (self.class_id.min() >= 0 and self.class_id.max() < len(CLASSES)):
            raise ValueError(f"class_id must be 0 to {len(CLASSES) - 1}, but got a value outside")

    @classmethod
    def empty(cls) -> "Garments":
        """Nothing found."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int64))

    @classmethod
    def sorted_from(cls, xyxy: npt.NDArray, confidence: npt.NDArray, class_id: npt.NDArray) -> "Garments":
        """Garments in any order and number type, put in order; equals keep their order."""
        order = np.argsort(-np.asarray(confidence, np.float32), kind="stable")
        return cls(
            np.asarray(xyxy, np.float32).reshape(-1, 4)[order],
            np.asarray(confidence, np.float32)[order],
            np.asarray(class_id, np.int64)[order],
        )

    def __len__(self) -> int:
        return len(self.confidence)

    def __getitem__(self, rows: npt.NDArray) -> "Garments":
        """Some of the garments.

        Args:
            rows: (n,) bool, or integers in rising order in (0, n - 1).
        """
        rows = np.asarray(rows)
        if rows.ndim != 1:
            raise ValueError(f"rows must be a mask or an array of row numbers, but got shape {rows.shape}")
        if rows.size == 0:
            return Garments.empty()
        return Garments(self.xyxy[rows], self.confidence[rows], self.class_id[rows])

    @property
    def class_names(self) -> tuple[str, ...]:
        """Class of each garment, in words."""
        return tuple(CLASSES[class_id] for class_id in self.class_id)


def _check(name: str, array: npt.NDArray, shape: tuple[int, ...], dtype: type) -> None:
    if not isinstance(array, np.ndarray) or array.shape != shape or array.dtype != dtype:
        got = f"{array.dtype} with shape {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
        raise ValueError(f"{name} must be {np.dtype(dtype)} with shape {shape}, but got {got}")
