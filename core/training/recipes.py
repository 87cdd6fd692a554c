"""The recipes that there are, by name."""

from dataclasses import replace

from core.encoders.picture_looks import Look
from core.encoders.spec import HALF
from core.training.recipe import WHOLE, Objective, Part, Recipe
from core.training.training_set import TrainingError
from core.training.views import FAR, FARTHER, MILD, NEAR

THREE_PARTS = (Part("kind", 192, 0.5, "category"), Part("colour", 64, 0.2, "colour"), Part("look", 256, 0.3, near=5.0))
ONE_PART = (Part("all", 512, 1.0),)
MIRRORED = (Look(), Look(mirrored=True))
MIRRORED_AND_MIDDLE = (*MIRRORED, Look(0.8))
_DISTIL = Objective("distil", WHOLE, "teacher", 1.0)
_IMITATE = Objective("imitate", WHOLE, "teacher", 2.0)
_HINTS = Objective("hints", WHOLE, "teacher", 1.0)
_LOOK = Objective("sup-con", "look", "item", 0.5)

_CLIP_SMALL = Recipe(
    name="clip-fashion-160",
    title="The first stage of clip-fashion, on small views",
    architecture="clip-fashion",
    start="efficientnet-lite2",
    parts=THREE_PARTS,
    objectives=(
        Objective("cosine-softmax", "kind", "category", 1.0),
        Objective("cosine-softmax", "colour", "colour", 0.5),
        _LOOK,
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
        replace(_LOOK, weight=0.75),
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
        replace(_LOOK, weight=1.0),
        Objective("caption", WHOLE, "caption", 1.0),
    ),
    epochs=1,
    backbone_rate=1e-4,
    head_rate=1e-3,
    polish_epochs=24,
)
_CLIP = replace(
    _CLIP_MAPS,
    name="clip-fashion",
    title="EfficientNet-Lite2 with its early maps, and a text tower: category, colour, look and caption",
    start="clip-fashion-maps",
    first_strength=MILD,
    strength=FARTHER,
    epochs=12,
    small_epochs=5,
    backbone_rate=3e-4,
    head_rate=8e-4,
    polish_epochs=30,
    looks=MIRRORED_AND_MIDDLE,
)
_TRIPLET_FIRST = Recipe(
    name="resnet-triplet-first",
    title="The first stage of resnet-triplet, on the teacher's maps",
    architecture="resnet18",
    start="distil-resnet18",
    parts=THREE_PARTS,
    objectives=(
        Objective("triplet", "kind", "category", 0.5),
        Objective("triplet", "colour", "colour", 0.25),
        Objective("triplet", "look", "item", 1.0),
        _LOOK,
        replace(_DISTIL, weight=0.5),
        _IMITATE,
        _HINTS,
    ),
    strength=FAR,
    epochs=8,
    backbone_rate=5e-4,
    head_rate=8e-4,
)
_CLASS_FIRST = replace(
    _TRIPLET_FIRST,
    name="densenet-class-first",
    title="The first stage of densenet-class, on the teacher's maps",
    architecture="densenet61",
    start="distil-densenet61",
    objectives=(
        Objective("cosine-softmax", "kind", "category", 1.0),
        Objective("cosine-softmax", "colour", "colour", 0.5),
        _LOOK,
        replace(_DISTIL, weight=0.5),
        _IMITATE,
        _HINTS,
    ),
    frozen_stages=1,
    epochs=4,
)
_TRIPLET_SECOND = replace(
    _TRIPLET_FIRST,
    name="resnet-triplet-second",
    title="The second stage of resnet-triplet, with a softmax beside the triplets",
    start="resnet-triplet-first",
    objectives=(
        Objective("triplet", "kind", "category", 0.5),
        Objective("triplet", "colour", "colour", 0.25),
        Objective("triplet", "look", "item", 1.0),
        Objective("cosine-softmax", "kind", "category", 1.0),
        Objective("cosine-softmax", "colour", "colour", 0.5),
        _LOOK,
        _IMITATE,
    ),
    teacher="clip-fashion",
    evenness=0.85,
    epochs=14,
    small_epochs=5,
    backbone_rate=8e-4,
    head_rate=1.2e-3,
)
_TRIPLET = replace(
    _TRIPLET_SECOND,
    name="resnet-triplet",
    title="ResNet-18 by triplet loss: other views of an item, in-class and out-of-class negatives, mined",
    architecture="resnet18-levels",
    start="resnet-triplet-second",
    side_px=160,
    first_strength=MILD,
    strength=FARTHER,
    follows_pictures=True,
    evenness=1.0,
    epochs=7,
    small_epochs=4,
)
_CLASS_SECOND = replace(
    _TRIPLET_SECOND,
    name="densenet-class-second",
    title="The second stage of densenet-class, taught by the finished clip-fashion",
    architecture="densenet61",
    start="densenet-class-first",
    objectives=(
        Objective("cosine-softmax", "kind", "category", 1.0),
        Objective("cosine-softmax", "colour", "colour", 0.5),
        replace(_LOOK, weight=1.0),
        _IMITATE,
    ),
    frozen_stages=1,
)
_CLASS_THIRD = replace(
    _TRIPLET,
    name="densenet-class-third",
    title="The third stage of densenet-class, on larger views, with its early maps",
    architecture="densenet61-levels",
    start="densenet-class-second",
    objectives=_CLASS_SECOND.objectives,
    frozen_stages=1,
)
_CLASS = replace(
    _CLASS_THIRD,
    name="densenet-class",
    title="DenseNet by cosine softmax over category and colour",
    start="densenet-class-third",
    epochs=6,
    backbone_rate=4e-4,
    head_rate=6e-4,
    looks=MIRRORED,
)
_DISTIL_RESNET = replace(
    _TRIPLET_FIRST,
    name="distil-resnet18",
    title="ResNet-18 taught by clip-fashion: its features, and the parts of its embedding",
    start="random",
    objectives=(_DISTIL, _IMITATE),
    side_px=96,
    strength=NEAR,
    epochs=24,
    small_epochs=8,
    backbone_rate=2e-3,
    head_rate=2e-3,
)
_SIAMESE = replace(
    _TRIPLET_FIRST,
    name="siamese-contrastive",
    title="ResNet-18 by contrastive loss on pairs, Euclidean distance",
    parts=ONE_PART,
    objectives=(Objective("contrastive", "all", "category", 1.0),),
    side_px=96,
    epochs=2,
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        _CLIP_SMALL,
        _CLIP_MIDDLE,
        _CLIP_LARGE,
        _CLIP_MAPS,
        _CLIP,
        _DISTIL_RESNET,
        replace(_DISTIL_RESNET, name="distil-densenet61", architecture="densenet61",
                objectives=(*_DISTIL_RESNET.objectives, _HINTS),
                epochs=18, small_epochs=6,
                title="DenseNet taught by clip-fashion: its features, early maps and parts"),
        _TRIPLET_FIRST,
        _CLASS_FIRST,
        _TRIPLET_SECOND,
        _CLASS_SECOND,
        _TRIPLET,
        _CLASS_THIRD,
        _CLASS,
        _SIAMESE,
        replace(_SIAMESE, name="siamese-category", title="The same with a category loss beside it",
                objectives=(*_SIAMESE.objectives, Objective("cosine-softmax", "all", "category", 1.0))),
        replace(_SIAMESE, name="siamese-cosine", title="The same in cosine distance",
                objectives=(Objective("contrastive-cosine", "all", "category", 1.0),)),
    )
}  # fmt: skip


def recipe_named(name: str) -> Recipe:
    """A recipe. Raises TrainingError, listing the known ones, for an unknown name."""
    if name not in RECIPES:
        raise TrainingError(f"expected a recipe of {', '.join(RECIPES)}, but got {name!r}.")
    return RECIPES[name]
