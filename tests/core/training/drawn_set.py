"""Little drawings with labels as a training set, a network that is quick, and recipes for both."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from PIL import Image, ImageDraw

from core.training.cutout import square_with_mask
from core.training.recipe import Objective, Part, Recipe
from core.training.training_set import COLUMNS, TrainingSet

SOURCE = "drawn"
SIDE = 48
KINDS = ("disc", "box", "roof", "ring", "bars", "cross")
COLOURS = {"red": (200, 30, 40), "green": (40, 150, 60), "blue": (40, 60, 190), "black": (25, 25, 30)}
# A DenseNet of a few thousand weights, in place of `core.encoders.trained.DENSENET_61`.
TINY_DENSENET = (8, (2, 2, 2, 2), 16)

KIND = Objective("cosine-softmax", "kind", "category", 1.0)
LOOK = Objective("sup-con", "look", "item", 0.5)
TINY = Recipe(
    name="tiny",
    title="A tiny DenseNet",
    architecture="densenet61",
    start="random",
    parts=(Part("kind", 16, 0.75), Part("look", 16, 0.25)),
    objectives=(KIND, LOOK),
    side_px=32,
    epochs=3,
    classes_per_batch=4,
    items_per_class=2,
    backbone_rate=5e-3,
    head_rate=5e-3,
    catalogs=((SOURCE, 1.0),),
)


def tiny_recipe(**changes: Any) -> Recipe:
    return replace(TINY, **changes)


def drawing(kind: str, colour: str, chance: np.random.Generator) -> np.ndarray:
    """(60, 50, 3) uint8: a shape on white, its place and size drawn by chance."""
    picture = Image.new("RGB", (50, 60), "white")
    pen, fill = ImageDraw.Draw(picture), COLOURS[colour]
    x, y = (int(value) for value in chance.integers(4, 12, 2))
    size = int(chance.integers(28, 34))
    box = (x, y, x + size, y + size)
    if kind == "disc":
        pen.ellipse(box, fill)
    elif kind == "box":
        pen.rectangle(box, fill)
    elif kind == "roof":
        pen.polygon([(x, y + size), (x + size // 2, y), (x + size, y + size)], fill)
    elif kind == "ring":
        pen.ellipse(box, outline=fill, width=6)
    elif kind == "bars":
        for left in range(x, x + size, 12):
            pen.rectangle((left, y, left + 5, y + size), fill)
    else:
        pen.line((x, y, x + size, y + size), fill, 8)
        pen.line((x, y + size, x + size, y), fill, 8)
    return np.asarray(picture)


def drawn_items(per_class: int, kinds: tuple[str, ...] = KINDS) -> tuple[list[np.ndarray], pd.DataFrame]:
    """Pictures and their items.

    Two pictures of one product follow each other, then two of another in its colour; each fourth product is kept back.
    """
    chance = np.random.default_rng(3)
    pictures, rows = [], []
    for kind in kinds:
        for number in range(per_class):
            product = number // 2
            colour = list(COLOURS)[(KINDS.index(kind) + product // 2) % len(COLOURS)]
            pictures.append(drawing(kind, colour, chance))
            product_id = f"{kind}-{product}"
            title = f"{colour} {kind}" if product % 2 else ""
            rows.append((SOURCE, f"{kind}-{number}", product_id, kind, colour, "Women", title, product % 4 == 3))
    return pictures, pd.DataFrame(rows, columns=list(COLUMNS))


def drawn_set(per_class: int = 8, kinds: tuple[str, ...] = KINDS) -> TrainingSet:
    pictures, items = drawn_items(per_class, kinds)
    return TrainingSet(np.stack([square_with_mask(picture, SIDE) for picture in pictures]), items)


def write_folder(data_root: Path, per_class: int = 8) -> Path:
    """The drawings as a catalogue on disk: a folder of pictures with a table."""
    pictures, items = drawn_items(per_class)
    folder = data_root / SOURCE
    folder.mkdir(parents=True)
    for picture, item in zip(pictures, items["item_id"], strict=True):
        Image.fromarray(picture).save(folder / f"{item}.png")
    table = items[["item_id", "product_id", "category", "colour", "gender", "title"]]
    table.assign(image=items["item_id"] + ".png").to_csv(folder / "items.csv", index=False)
    return folder


def is_finite(state: dict[str, torch.Tensor]) -> bool:
    return all(bool(torch.isfinite(tensor).all()) for tensor in state.values() if tensor.is_floating_point())
