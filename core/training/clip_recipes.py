"""The recipes of clip-fashion, stage by stage; each goes on from what the one before ended with."""

from dataclasses import replace

from core.encoders.picture_looks import Look
from core.encoders.spec import HALF
from core.training.recipe import WHOLE, Objective, Part, Recipe
from core.training.views import FAR, FARTHER, MILD

THREE_PARTS = (Part("kind", 192, 0.5, "category"), Part("colour", 64, 0.2, "colour"), Part("look", 256, 0.3, near=5.0))
MIRRORED = (Look(), Look(mirrored=True))
LOOK = Objective("sup-con", "look", "item", 0.5)
RECOGNISE = Objective("recognise", "look", "teacher", 0.5)

_CLIP_SMALL = Recipe(
    name="clip-fashion-160",
    title="The first stage of clip-fashion, on small views",
    architecture="clip-fashion",
    start="efficientnet-lite2",
    parts=THREE_PARTS,
    objectives=(
        Objective("cosine-softmax", "kind", "category", 1.0),
        Objective("cosine-softmax", "colour", "colour", 0.5),
        LOOK,
        Objective("caption", WHOLE, "caption", 0.5),
    ),
    side_px=160,
    mean=HALF,
    std=HALF,
    frozen_stages=3,
    epochs=10,
    classes_per_batch=16,
    items_per_class=3,
    backbone_rate=4e-4,
    head_rate=1.5e-3,
    polish_epochs=10,
)
_CLIP_MIDDLE = replace(
    _CLIP_SMALL,
    name="clip-fashion-192",
    title="The second stage of clip-fashion, on larger views",
    start="clip-fashion-160",
    side_px=192,
    strength=FAR,
    evenness=0.85,
    epochs=4,
    backbone_rate=2e-4,
    head_rate=6e-4,
)
_CLIP_LARGE = replace(
    _CLIP_MIDDLE,
    name="clip-fashion-224",
    title="The third stage of clip-fashion, on views of full size",
    start="clip-fashion-192",
    objectives=(
        Objective("cosine-softmax", "kind", "category", 0.75),
        Objective("cosine-softmax", "colour", "colour", 0.5),
        replace(LOOK, weight=0.75),
        Objective("caption", WHOLE, "caption", 0.75),
    ),
    side_px=224,
    evenness=1.0,
    epochs=2,
    backbone_rate=1.5e-4,
    head_rate=5e-4,
    polish_epochs=12,
)
_CLIP_MAPS = replace(
    _CLIP_LARGE,
    name="clip-fashion-maps",
    title="The fourth stage of clip-fashion, with early maps beside its features",
    architecture="clip-fashion-levels",
    start="clip-fashion-224",
    objectives=(
        Objective("cosine-softmax", "kind", "category", 1.0),
        Objective("cosine-softmax", "colour", "colour", 0.7),
        replace(LOOK, weight=1.0),
        Objective("caption", WHOLE, "caption", 1.0),
    ),
    epochs=1,
    backbone_rate=1e-4,
    head_rate=1e-3,
    polish_epochs=24,
)
_CLIP_WIDER = replace(
    _CLIP_MAPS,
    name="clip-fashion-wider",
    title="The fifth stage of clip-fashion, on views farther from the pictures",
    start="clip-fashion-maps",
    first_strength=MILD,
    strength=FARTHER,
    epochs=12,
    small_epochs=5,
    backbone_rate=3e-4,
    head_rate=8e-4,
    polish_epochs=30,
    looks=(*MIRRORED, Look(0.8)),
)
_CLIP = replace(
    _CLIP_WIDER,
    name="clip-fashion",
    title="EfficientNet-Lite2 with its early maps, and a text tower: category, colour, look and caption",
    start="clip-fashion-wider",
    objectives=(
        Objective("cosine-softmax", "kind", "category", 1.0),
        Objective("cosine-softmax", "colour", "colour", 0.7),
        replace(LOOK, weight=0.5),
        RECOGNISE,
        Objective("caption", WHOLE, "caption", 0.5),
        Objective("caption", "look", "caption", 0.7),
    ),
    teacher="clip-fashion-wider",
    follows_pictures=True,
    word_dropout=0.2,
    start_share=0.5,
    epochs=8,
    small_epochs=3,
    backbone_rate=2e-4,
    head_rate=5e-4,
)

CLIP_RECIPES = (_CLIP_SMALL, _CLIP_MIDDLE, _CLIP_LARGE, _CLIP_MAPS, _CLIP_WIDER, _CLIP)
