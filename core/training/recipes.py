"""The recipes that there are, by name."""

from dataclasses import replace

from core.training.clip_recipes import CLIP_RECIPES
from core.training.recipe import Recipe
from core.training.student_recipes import STUDENT_RECIPES
from core.training.training_set import TrainingError

RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in (*CLIP_RECIPES, *STUDENT_RECIPES)}


def recipe_named(name: str) -> Recipe:
    """A recipe. Raises TrainingError, listing the known ones, for an unknown name."""
    if name not in RECIPES:
        raise TrainingError(f"expected a recipe of {', '.join(RECIPES)}, but got {name!r}.")
    return RECIPES[name]


def started_from(recipe: Recipe, start: str) -> Recipe:
    """The recipe with another start; where it is taught by its own start, by the new one, if that is a recipe's."""
    follows_start = recipe.teacher == recipe.start and start in RECIPES
    return replace(recipe, start=start, teacher=start if follows_start else recipe.teacher)
