"""`python -m core encoders`: what there is, download, export; and `encode`: pictures or texts -> a file of vectors."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from tqdm import tqdm

from core import settings
from core.encoders.preprocess import to_square
from core.encoders.registry import ENCODERS, encoder_spec
from core.encoders.serving import export_graph, load_encoder
from core.encoders.spec import Encoder
from core.encoders.weights import download_weights, how_to_get, weights_path
from core.pipeline import Detect, Stopwatch, choose_crop, crop_pixels, find_garments, live_detector
from detection.cli_errors import reported_errors
from detection.images import EXTENSIONS, ImageError, open_photo

app = typer.Typer()
encoders_app = typer.Typer(help="Encoders: what there is, where their weights are.", invoke_without_command=True)
ENCODE_BATCH = 16


@encoders_app.callback()
def list_encoders(
    context: typer.Context, as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False
) -> None:
    """List the encoders and whether their weights are on this machine."""
    if context.invoked_subcommand is not None:
        return
    rows = [
        {
            "encoder": spec.name,
            "title": spec.title,
            "dim": spec.dim,
            "side_px": spec.side_px,
            "licence": spec.licence,
            "is_here": weights_path(spec) is not None,
            "to_do": "" if weights_path(spec) is not None else how_to_get(spec),
        }
        for spec in ENCODERS.values()
    ]
    if as_json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(f"{row['encoder']:<22}{row['dim']:>6}-d {row['side_px']:>4} px  {row['to_do'] or 'ready'}")


@encoders_app.command()
def download(name: str) -> None:
    """Fetch an encoder's published weights (needs the internet)."""
    with reported_errors():
        path = download_weights(encoder_spec(name))
        print(f"{name}: {path.stat().st_size / 1e6:.0f} MB in {path}", file=sys.stderr)


@encoders_app.command()
def export(name: str) -> None:
    """Write an encoder's graph anew (done by itself where it is missing)."""
    with reported_errors():
        export_graph(encoder_spec(name))
        print(f"{name}: exported", file=sys.stderr)


@app.command()
def encode(
    out: Annotated[Path, typer.Option(help="File to write, .npy: float32, one row of unit length each.")],
    paths: Annotated[
        list[str] | None, typer.Argument(help="Pictures, folders of pictures, or @list.txt with a path a line.")
    ] = None,
    encoder: Annotated[str, typer.Option(help="Name of an encoder.")] = settings.DEFAULT_ENCODER,
    texts: Annotated[Path | None, typer.Option(help="File with one text a line, for encoders that read text.")] = None,
    crop: Annotated[str, typer.Option(help="none: whole pictures; auto: the main garment.")] = "none",
) -> None:
    """Embeddings of pictures or texts as a NumPy file; rows in the order given."""
    with reported_errors():
        if crop not in ("none", "auto"):
            raise ValueError(f"expected --crop none or auto, but got {crop!r}")
        if bool(paths) == (texts is not None):
            raise ValueError("expected pictures or --texts FILE, one of the two")
        lines = _lines_of(texts) if texts is not None else []
        files = expand_paths(paths or [])
        loaded = load_encoder(encoder)
        if texts is not None:
            rows = loaded.encode_texts(lines)
        else:
            rows = _encode_files(files, loaded, live_detector() if crop == "auto" else None)
        _save(out, rows)
        print(f"{out}: {rows.shape[0]} x {rows.shape[1]} by {loaded.runtime} {loaded.precision}", file=sys.stderr)


def expand_paths(texts: Sequence[str]) -> list[Path]:
    """Files as given; folders become their pictures, sorted, at any depth; `@list.txt` the paths it holds.

    Raises:
        ImageError: A folder without pictures, or a list that is not there.
    """
    found: list[Path] = []
    for text in texts:
        path = Path(text.removeprefix("@"))
        if text.startswith("@"):
            if not path.is_file():
                raise ImageError(f"expected a list of paths at {path}, but there is no such file.")
            found += [Path(line.strip()) for line in _lines_of(path) if line.strip()]
        elif path.is_dir():
            inside = sorted(file for file in path.rglob("*") if file.suffix.lower() in EXTENSIONS and file.is_file())
            if not inside:
                raise ImageError(f"expected pictures in the folder {path}, but there are none.")
            found += inside
        else:
            found.append(path)
    return found


def _lines_of(path: Path) -> list[str]:
    # Not str.splitlines: it also breaks at characters that stand inside a title, and rows would shift.
    try:
        with path.open(encoding="utf-8-sig") as file:
            return [line.rstrip("\n") for line in file]
    except UnicodeDecodeError as error:
        raise ValueError(f"expected a text file in UTF-8, but {path} is none ({error.reason}).") from error


def _encode_files(paths: Sequence[Path], encoder: Encoder, detect: Detect | None) -> np.ndarray:
    blocks = [np.zeros((0, encoder.spec.dim), np.float32)]
    with tqdm(total=len(paths), desc=f"Encode by {encoder.spec.name}", file=sys.stderr) as bar:
        for start in range(0, len(paths), ENCODE_BATCH):
            batch = paths[start : start + ENCODE_BATCH]
            blocks.append(encoder.encode_squares(np.stack([_square(path, encoder, detect) for path in batch])))
            bar.update(len(batch))
    return np.concatenate(blocks)


def _square(path: Path, encoder: Encoder, detect: Detect | None) -> np.ndarray:
    try:
        photo = open_photo(path, max_side=settings.DECODE_SIDE_PX if detect else encoder.spec.side_px)
    except ImageError as error:
        raise ImageError(f"{path}: {error}") from error
    if detect is None:
        return to_square(photo.pixels, encoder.spec)
    garments = find_garments(photo, detect, Stopwatch())
    return to_square(crop_pixels(photo, choose_crop(photo, garments, "auto")), encoder.spec)


def _save(path: Path, rows: np.ndarray) -> None:
    part = path.with_name(path.name + ".part")
    path.parent.mkdir(parents=True, exist_ok=True)
    with part.open("wb") as file:
        np.save(file, rows, allow_pickle=False)
    part.replace(path)
