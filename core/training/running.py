"""One training from its recipe: data, start, teacher, loop; in a run folder that a killed run goes on from."""

from pathlib import Path

import torch

from core import settings
from core.catalogs.registry import catalog_folder, catalog_spec, load_catalog
from core.encoders.trained import register_configs
from core.one_builder import locked
from core.progress import Reporter
from core.training.epoch import Taught, material_of
from core.training.hints import Hints
from core.training.polishing import polish
from core.training.recipe import Recipe
from core.training.run_folder import write_config
from core.training.starting import Tokenize, Trainee, build_trainee
from core.training.teaching import build_teacher, kept_features, taught_views
from core.training.trainer import Plan, Trainer
from core.training.training_set import TrainingError, TrainingSet, load_training_set, view_squares
from core.training.validating import draw_validation, validate

VALIDATION_GALLERY = 1200


def train(recipe: Recipe, runs: Path, plan: Plan, reporter: Reporter) -> Path:
    """Train a recipe, or go on where its run stood; returns the run folder.

    A recipe whose start is another recipe needs that one's run in `runs`; a teacher without a run teaches as it starts.

    Raises:
        TrainingError, CatalogError: It cannot be trained; the message says why and what to do.
        ArtifactError: Another process trains in the same folder.
    """
    with locked(plan.folder, f"the run in {plan.folder}"):
        return _train(recipe, runs, plan, reporter)


def _train(recipe: Recipe, runs: Path, plan: Plan, reporter: Reporter) -> Path:
    training_set = training_set_of(recipe, reporter)
    counts = training_set.items.groupby("source", sort=True).size().to_dict()
    write_config(plan.folder, recipe, plan.seed, {"items": {name: int(count) for name, count in counts.items()}})
    torch.manual_seed(plan.seed)  # fresh weights are drawn by the run's own seed
    trainee = build_trainee(recipe, runs)
    teacher = _teacher_of(recipe, runs, training_set, reporter)
    material = material_of(training_set, teacher, squares=view_squares(training_set, recipe.side_px))
    hints = Hints(trainee, build_teacher(recipe, runs)[0]) if recipe.is_hinted else None
    trainer = Trainer(recipe, material, trainee, plan, tokenizer_of(recipe), hints)
    if not trainer.resume() and (runs / recipe.start / "best.pt").is_file():
        trainer.take_objectives(runs / recipe.start)
    who = draw_validation(training_set, VALIDATION_GALLERY)

    def check(now: Trainee) -> dict[str, float]:
        return validate(now, training_set, who, recipe.side_px, trainer.tokenize)

    trainer.run(check, reporter.stage(f"Train {recipe.name}"))
    if recipe.polish_epochs and not (plan.folder / "polished.pt").is_file():
        trainer.load("best")
        kept = kept_features(trainee, recipe.side_px, training_set, reporter)
        report = reporter.stage(f"Polish {recipe.name}")
        done = polish(trainer, kept, check, report)
        reporter.stage(f"{recipe.name}: score {done.before:.4f} before, {done.after:.4f} after polishing")
    return plan.folder


def training_set_of(recipe: Recipe, reporter: Reporter) -> TrainingSet:
    """The pictures of a recipe's catalogues that are on disk. Raises TrainingError if none is."""
    present = [name for name, _ in recipe.catalogs if catalog_folder(catalog_spec(name)) is not None]
    if not present:
        raise TrainingError(
            f"expected one of the catalogues {', '.join(name for name, _ in recipe.catalogs)} in "
            f"{settings.data_root()}, but none is there. `python -m core catalogs` says how each is got."
        )
    return load_training_set([load_catalog(name) for name in present], reporter.stage("Read the training pictures"))


def tokenizer_of(recipe: Recipe) -> Tokenize | None:
    """Captions -> token numbers, None for a recipe without a text tower."""
    if not recipe.reads_text:
        return None
    import open_clip

    register_configs()
    return open_clip.get_tokenizer(recipe.architecture)


def _teacher_of(recipe: Recipe, runs: Path, training_set: TrainingSet, reporter: Reporter) -> Taught | None:
    if not recipe.is_taught:
        return None
    return taught_views(recipe, runs, training_set, reporter)
