"""The command line of the detector: `python -m detection --help`."""

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import Annotated, Any

import typer

from detection.artifact import DEFAULT_FOLDER
from detection.cli_errors import reported_errors
from detection.model import RuntimeChoice

app = typer.Typer(
    help="Find the garments in photos.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Model = Annotated[Path, typer.Option(help="Folder of the detector.", show_default="the shipped one")]
RuntimeName = Annotated[RuntimeChoice, typer.Option(help="What runs the network.")]


@app.command()
def detect(
    paths: Annotated[list[Path], typer.Argument(help="Photos, or folders of them.", metavar="PATH...")],
    min_confidence: Annotated[float, typer.Option(help="Leave out less confident garments.")] = 0.25,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
    model: Model = DEFAULT_FOLDER,
    runtime: RuntimeName = "auto",
) -> None:
    """Find the garments in photos; boxes are in pixels of the upright photo."""
    from detection.listing import find_garments, photo_paths

    with reported_errors():
        seen = list(find_garments(photo_paths(paths), model, runtime, min_confidence))
        good = [photo.as_json() for photo in seen if not photo.problem]
        print(json.dumps(good) if as_json else "\n".join(map(_as_text, good)))
        problems = [photo for photo in seen if photo.problem]
        for photo in problems:
            print(f"error: {photo.path}: {photo.problem}", file=sys.stderr)
        if problems:
            raise typer.Exit(2)


@app.command()
def evaluate(
    data: Annotated[Path, typer.Option(help="YOLO data set: its folder or data.yaml.")],
    model: Model = DEFAULT_FOLDER,
    runtime: RuntimeName = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Measure a detector on a YOLO data set's validation photos, the way it is served."""
    from detection.evaluation import evaluation_table
    from detection.listing import evaluate_folder

    with reported_errors():
        report = evaluate_folder(data, model, runtime)
        print(json.dumps(report) if as_json else evaluation_table(report))


@app.command()
def train(
    data: Annotated[Path, typer.Option(help="YOLO data set: its folder or data.yaml.")],
    out: Annotated[Path, typer.Option(help="Folder of the run.")] = Path("runs/garments"),
    weights: Annotated[
        str | None, typer.Option(help="ultralytics weights to start from.", show_default="the pyramid")
    ] = None,
    epochs: Annotated[int, typer.Option(help="Passes over the list of photos.")] = 18,
    hours: Annotated[float | None, typer.Option(help="Plan the run to end after so long.")] = None,
    imgsz: Annotated[int, typer.Option(help="Height of the upright canvas, px.")] = 448,
    seed: Annotated[int, typer.Option(help="Of weights and augmentation.")] = 0,
    resume: Annotated[bool, typer.Option(help="Go on with the run in OUT.")] = False,
    export: Annotated[bool, typer.Option("--export", help="Then write the detector that is served.")] = False,
    model: Model = DEFAULT_FOLDER,
) -> None:
    """Train a detector on a YOLO data set; progress goes to standard error."""
    from detection.training import TrainSettings, train_detector

    with reported_errors():
        settings = TrainSettings(data, out, weights, epochs=epochs, hours=hours, image_size=imgsz, seed=seed)
        with redirect_stdout(sys.stderr):
            train_detector(settings, resume=resume)
        if export:
            _export(out, model, data, imgsz)


@app.command()
def export(
    run: Annotated[Path, typer.Argument(help="Folder of a training run.")],
    data: Annotated[Path, typer.Option(help="YOLO data set, to calibrate the confidence on.")],
    model: Model = DEFAULT_FOLDER,
    imgsz: Annotated[int, typer.Option(help="Height of the canvas for an upright 2:3 photo, px.")] = 448,
) -> None:
    """Write the detector that is served from a training run."""
    with reported_errors():
        _export(run, model, data, imgsz)


def _as_text(photo: dict[str, Any]) -> str:
    lines = [f"{photo['path']}: {len(photo['garments']) or 'no'} garments"]
    for garment in photo["garments"]:
        box = " ".join(f"{edge:7.1f}" for edge in garment["xyxy"])
        lines.append(f"  {garment['class']:<10} {garment['confidence']:.2f}  {box}")
    return "\n".join(lines)


def _export(run: Path, model: Path, data: Path, imgsz: int) -> None:
    from detection.export import export_run

    export_run(run, model, data, imgsz)
    print(f"written: {model}", file=sys.stderr)


if __name__ == "__main__":
    app()
