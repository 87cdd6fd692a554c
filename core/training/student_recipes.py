"""The recipes of the two models that clip-fashion teaches, and of those they are compared with, stage by stage."""

from dataclasses import replace

from core.training.clip_recipes import LOOK, MIRRORED, RECOGNISE, THREE_PARTS
from core.training.recipe import WHOLE, Objective, Part, Recipe
from core.training.views import FAR, FARTHER, MILD, NEAR

ONE_PART = (Part("all", 512, 1.0),)
_DISTIL = Objective("distil", WHOLE, "teacher", 1.0)
_IMITATE = Objective("imitate", WHOLE, "teacher", 2.0)
_HINTS = Objective("hints", WHOLE, "teacher", 1.0)
_RECOGNISE = replace(RECOGNISE, weight=1.0)

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
        LOOK,
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
        LOOK,
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
        LOOK,
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
    looks=MIRRORED,
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
        replace(LOOK, weight=1.0),
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
_CLASS_FOURTH = replace(
    _CLASS_THIRD,
    name="densenet-class-fourth",
    title="The fourth stage of densenet-class, at half the rate",
    start="densenet-class-third",
    epochs=6,
    backbone_rate=4e-4,
    head_rate=6e-4,
)
_CLASS = replace(
    _CLASS_FOURTH,
    name="densenet-class",
    title="DenseNet by cosine softmax over category and colour",
    start="densenet-class-fourth",
    objectives=(*_CLASS_FOURTH.objectives, _RECOGNISE),
    epochs=8,
    small_epochs=5,
    backbone_rate=6e-4,
    head_rate=9e-4,
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
_DISTIL_DENSENET = replace(
    _DISTIL_RESNET,
    name="distil-densenet61",
    title="DenseNet taught by clip-fashion: its features, early maps and parts",
    architecture="densenet61",
    objectives=(*_DISTIL_RESNET.objectives, _HINTS),
    epochs=18,
    small_epochs=6,
)
_SIAMESE_CATEGORY = replace(
    _SIAMESE,
    name="siamese-category",
    title="The same with a category loss beside it",
    objectives=(*_SIAMESE.objectives, Objective("cosine-softmax", "all", "category", 1.0)),
)
_SIAMESE_COSINE = replace(
    _SIAMESE,
    name="siamese-cosine",
    title="The same in cosine distance",
    objectives=(Objective("contrastive-cosine", "all", "category", 1.0),),
)

STUDENT_RECIPES = (
    _DISTIL_RESNET,
    _DISTIL_DENSENET,
    _TRIPLET_FIRST,
    _CLASS_FIRST,
    _TRIPLET_SECOND,
    _CLASS_SECOND,
    _CLASS_THIRD,
    _CLASS_FOURTH,
    _TRIPLET,
    _CLASS,
    _SIAMESE,
    _SIAMESE_CATEGORY,
    _SIAMESE_COSINE,
)
