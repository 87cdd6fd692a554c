"""A heat map drawn over its picture."""

import numpy as np

# Matplotlib's "inferno" at ten even steps: lighter is always more, in print and to colour-blind people too.
COLOURS = np.array(
    [
        (0, 0, 4), (27, 12, 65), (74, 12, 107), (120, 28, 109), (165, 44, 96),
        (207, 68, 70), (237, 105, 37), (251, 155, 6), (247, 209, 61), (252, 255, 164),
    ]
)  # fmt: skip
OPACITY = 0.65
_LUMINANCE = np.array([0.299, 0.587, 0.114])


def draw_heat(picture: np.ndarray, heat: np.ndarray, opacity: float = OPACITY) -> np.ndarray:
    """A picture under its heat map, (h, w, 3) uint8 RGB.

    Args:
        picture: (h, w, 3) uint8 RGB.
        heat: (h, w) in [0, 1].
        opacity: Of the map, 0 (the picture as it is) to 1 (the map alone).

    Raises:
        ValueError: They are not of one size, or the opacity is none.
    """
    if heat.shape != picture.shape[:2]:
        raise ValueError(f"expected a heat map of {picture.shape[:2]}, the picture's size, but got {heat.shape}")
    if not 0 <= opacity <= 1:
        raise ValueError(f"expected an opacity of 0 to 1, but got {opacity}")
    steps = np.linspace(0, 1, len(COLOURS))
    colours = np.stack([np.interp(heat, steps, channel) for channel in COLOURS.T], axis=-1)
    grey = (picture @ _LUMINANCE)[..., None]
    greyed = min(1.0, 2 * opacity)  # its own colours would be taken for the map's
    under = (1 - greyed) * picture + greyed * grey
    return np.round((1 - opacity) * under + opacity * colours).astype(np.uint8)
