"""Colour names of the drawn catalogue, each with the RGB it stands for, and colours that go with them."""

from core.catalogs.studio_fabric import Rgb

COLOURS: dict[str, Rgb] = {
    "black": (38, 38, 42), "white": (244, 243, 240), "grey": (158, 160, 164), "charcoal": (82, 85, 92),
    "navy": (38, 50, 88), "blue": (54, 98, 176), "light blue": (156, 192, 224), "teal": (24, 116, 120),
    "turquoise": (78, 186, 186), "green": (48, 124, 76), "olive": (110, 112, 62), "mint": (176, 218, 196),
    "yellow": (244, 212, 86), "mustard": (204, 152, 44), "orange": (232, 128, 52), "rust": (172, 84, 48),
    "coral": (240, 128, 112), "red": (198, 42, 48), "burgundy": (116, 32, 50), "pink": (240, 176, 192),
    "fuchsia": (206, 54, 124), "purple": (110, 70, 142), "lavender": (188, 176, 220), "brown": (110, 74, 52),
    "tan": (188, 142, 98), "beige": (218, 198, 170), "cream": (242, 232, 208),
}  # fmt: skip

# Drawn evenly: what is named thrice is thrice as common, as in a real shop.
EVERYDAY = (
    *("black", "white", "navy", "grey", "beige", "blue", "cream") * 3,
    *("charcoal", "light blue", "olive", "brown", "burgundy", "red", "pink", "green", "rust", "mustard", "teal", "tan")
    * 2,
    *("mint", "lavender", "coral", "yellow", "orange", "turquoise", "purple", "fuchsia"),
)
LEATHERS = (
    "black",
    "brown",
    "tan",
    "burgundy",
    "navy",
    "white",
    "beige",
    "red",
    "olive",
    "grey",
    "cream",
    "green",
    "rust",
)
DENIMS: dict[str, Rgb] = {
    "navy": (46, 58, 92), "blue": (78, 112, 160), "light blue": (150, 180, 208), "black": (48, 48, 54),
    "grey": (140, 144, 150), "white": (240, 238, 232), "beige": (216, 200, 172), "olive": (108, 110, 72),
}  # fmt: skip
COMPANIONS: dict[str, tuple[str, ...]] = {
    "dark": ("white", "cream", "light blue", "mustard", "pink", "coral", "beige", "mint", "red"),
    "light": ("navy", "black", "teal", "rust", "burgundy", "green", "charcoal", "blue", "red"),
    "middle": ("white", "cream", "navy", "black", "beige"),
}


def tone_of(name: str) -> str:
    """'dark', 'middle' or 'light': how bright a named colour is."""
    red, green, blue = COLOURS[name]
    light = 0.3 * red + 0.59 * green + 0.11 * blue
    return "dark" if light < 95 else "light" if light > 165 else "middle"
