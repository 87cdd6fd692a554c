"""`python -m core train` and what belongs to it: check, publish, back up, adapt."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from core import settings
from core.catalogs.registry import load_catalog
from core.progress import Reporter, reporting
from detection.cli_errors import reported_errors

app = typer.Typer()
RUNS = settings.PROJECT / "runs" / "encoders"

Name = Annotated[str, typer.Argument(help="Name of a recipe; `python -m core train` lists them.")]
Runs = Annotated[Path, typer.Option(help="Folder of runs; a recipe's run is the folder of its name.")]
ProgressFile = Annotated[Path | None, typer.Option("--progress", help="File that a dashboard reads.", hidden=True)]


@app.command("train")
def train_command(
    name: Annotated[str | None, typer.Argument(help="Name of a recipe; none lists them.")] = None,
    runs: Runs = RUNS,
    seed: Annotated[int, typer.Option(help="Of weights, batches and views.", min=0)] = 0,
    epochs: Annotated[int | None, typer.Option(help="As many as the recipe says where not given.", min=1)] = None,
    patience: Annotated[int, typer.Option(help="Epochs without a better score before it ends.", min=1)] = 4,
    rate_scale: Annotated[float, typer.Option(help="Both learning rates times this.", min=0.001, max=100)] = 1.0,
    classes_per_batch: Annotated[int | None, typer.Option(help="Classes in a batch.", min=2)] = None,
    items_per_class: Annotated[int | None, typer.Option(help="Items of each class in a batch.", min=2)] = None,
    architecture: Annotated[str | None, typer.Option(help="Such as resnet50 or densenet121.")] = None,
    start: Annotated[
        str | None, typer.Option(help="random, a recipe, or torchvision's, such as ResNet18_Weights.IMAGENET1K_V1.")
    ] = None,
    catalog: Annotated[
        list[str] | None, typer.Option(help="Learn from this catalogue; may be given again; all alike.")
    ] = None,
    back_up_to: Annotated[str | None, typer.Option(help="Copy the run there when it has ended.")] = None,
    progress: ProgressFile = None,
) -> None:
    """Train an encoder from its recipe, or go on where its run stood.

    A run folder holds config.json, metrics.csv (a row an epoch), best.pt and last.pt. A killed run goes on with the
    same command, along the same curve. `train-publish` makes a model of it.
    """
    from core.training.backup import back_up
    from core.training.recipes import RECIPES, recipe_named, started_from
    from core.training.running import train
    from core.training.trainer import Plan

    with reported_errors(), reporting(f"train {name}", progress) as reporter:
        if name is None:
            for recipe in RECIPES.values():
                typer.echo(f"{recipe.name:<22}{recipe.title}")
            return
        recipe = started_from(recipe_named(name), start) if start else recipe_named(name)
        changes: dict[str, Any] = {
            "epochs": epochs,
            "classes_per_batch": classes_per_batch,
            "items_per_class": items_per_class,
            "architecture": architecture,
            "catalogs": tuple((one, 1.0) for one in catalog) if catalog else None,
        }
        recipe = replace(recipe, **{field: value for field, value in changes.items() if value is not None})
        recipe = replace(
            recipe, backbone_rate=rate_scale * recipe.backbone_rate, head_rate=rate_scale * recipe.head_rate
        )
        folder = train(recipe, runs, Plan(runs / name, seed, patience), reporter)
        typer.echo(f"{name}: {folder}", err=True)
        if back_up_to:
            typer.echo(f"copied {', '.join(back_up(folder, back_up_to))} to {back_up_to}", err=True)


@app.command("train-check")
def check_command(name: Name, runs: Runs = RUNS) -> None:
    """Learn 16 pictures by heart, and fail if that cannot be done."""
    from core.training.recipes import recipe_named
    from core.training.running import tokenizer_of, training_set_of
    from core.training.sanity import overfit

    with reported_errors():
        recipe, reporter = recipe_named(name), Reporter(f"check {name}", None)
        training_set = training_set_of(recipe, reporter)
        learnt = overfit(recipe, training_set, runs, tokenizer_of(recipe), reporter.stage("Learn by heart"))
        typer.echo(
            f"{name}: loss {learnt.first_loss:.3f} to {learnt.last_loss:.3f}, nearest right {learnt.accuracy:.0%}: fine"
        )


@app.command("train-publish")
def publish_command(
    name: Name,
    runs: Runs = RUNS,
    card_only: Annotated[bool, typer.Option("--card", help="Write only the model card anew.")] = False,
) -> None:
    """Make a model of a run: weights in half precision, facts, plot and card, in artifacts/models.

    Where the run is gone and its model is there, how much the parts of its embedding count is chosen anew.
    """
    from core.training.publishing import publish_run, write_card
    from core.training.recipes import recipe_named

    with reported_errors():
        recipe = recipe_named(name)
        done = write_card(name) if card_only else publish_run(recipe, runs, Reporter(f"publish {name}", None))
        typer.echo(f"{name}: {done}", err=True)


@app.command("train-backup")
def backup_command(
    name: Name,
    target: Annotated[str, typer.Argument(help="A path, or an address that fsspec knows, such as s3://bucket/runs.")],
    runs: Runs = RUNS,
) -> None:
    """Copy a run folder to another place."""
    from core.training.backup import back_up

    with reported_errors():
        typer.echo(f"copied {', '.join(back_up(runs / name, target))} to {target}", err=True)


@app.command("adapt")
def adapt_command(
    encoder: Annotated[str, typer.Argument(help="Name of an encoder with batch normalisation.")],
    catalog: Annotated[str, typer.Option(help="Catalogue whose pictures it is adapted to.")],
    progress: ProgressFile = None,
) -> None:
    """Adapt an encoder's batch normalisation to a catalogue, without labels; it is then called ENCODER@CATALOG."""
    from core.training.adapting import adapt

    with reported_errors(), reporting(f"adapt {encoder}", progress) as reporter:
        path = adapt(encoder, load_catalog(catalog), reporter.stage(f"Look at {catalog}"))
        typer.echo(f"{encoder}@{catalog}: {path}", err=True)
        both = f"--encoder {encoder} --encoder {encoder}@{catalog}"
        typer.echo(f"Measure it: python -m core evaluate --catalog {catalog} {both}", err=True)
