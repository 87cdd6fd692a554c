"""Evaluations on disk: tables, a summary and a manifest, so that every number leads back to its queries.

A run is looked for in `$DRAPE_ARTIFACTS/results` first, then among the results that are committed with the project.
New ones are always written to the first.
"""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from core import artifacts, settings
from core.artifacts import ArtifactError, Manifest
from core.evaluation.hit_ranks import HitRanks
from core.evaluation.per_query import Evaluation
from core.evaluation.results_gallery import publish_gallery, read_gallery, remove_unnamed_galleries
from core.evaluation.results_tables import read_hits, read_ranking, write_hits, write_ranking, write_table
from core.evaluation.summaries import Summary, confusion_record, summary_cells
from core.files import is_plain_name, write_text_atomically
from core.side_by_side.fusion_names import model_of_run

Read = TypeVar("Read")
KIND = "evaluation"
COMMITTED_ROOT = settings.PROJECT / "artifacts" / "results"
SUMMARY = "summary.json"


def results_root() -> Path:
    """Where evaluations are written: a folder a catalogue, in it a folder a run."""
    return settings.artifacts_root() / "results"


def _roots(catalog_name: str) -> list[Path]:
    # What is committed of the drawn catalogue was measured on all its products.
    is_smaller = catalog_name == "studio" and settings.studio_products() != settings.STUDIO_PRODUCTS
    return [results_root()] if is_smaller else [results_root(), COMMITTED_ROOT]


def run_folder(catalog_name: str, run: str) -> Path:
    """Where one evaluation lies, or would be written. Raises ValueError if a name is no plain one."""
    for name in (catalog_name, run):
        if not is_plain_name(name):
            raise ValueError(f"expected a plain name of a catalogue and of a run, but got {name!r}")
    folders = [root / catalog_name / run for root in _roots(catalog_name)]
    return next((folder for folder in folders if (folder / artifacts.MANIFEST).is_file()), folders[0])


def stored_catalogs() -> list[str]:
    """Names of the catalogues that have stored runs, sorted; quick, nothing is read."""
    found = {
        path.parent.parent
        for root in (results_root(), COMMITTED_ROOT)
        for path in root.glob(f"*/*/{artifacts.MANIFEST}")
    }
    return sorted({folder.name for folder in found if folder.parent in _roots(folder.name)})


def stored_runs(catalog_name: str) -> list[str]:
    """Names of the runs that are stored of a catalogue, sorted; quick, nothing is read."""
    folders = [root / catalog_name for root in _roots(catalog_name)]
    return sorted({path.parent.name for folder in folders for path in folder.glob(f"*/{artifacts.MANIFEST}")})


def evaluate_command(facts: dict[str, Any]) -> str:
    """The command that measures a run anew, for messages."""
    parts = [f"python -m core evaluate --catalog {facts.get('catalog')} --encoder {facts.get('encoder')}"]
    parts += [f"--{name} {facts[name]}" for name in ("crop", "features", "expand") if facts.get(name)]
    return " ".join(parts)


def publish_evaluation(run: str, evaluation: Evaluation) -> Path:
    """Write an evaluation under its catalogue and the run's name; returns the folder.

    `queries.parquet` is `per_query`; `ranking.parquet` and `hits.parquet` are told in `core.evaluation.results_tables`;
    `summary.json` has the means with their intervals. `gallery_items` lie once a catalogue, beside the runs, named
    after their content, which the fact `gallery` tells.

    Raises:
        ValueError: The evaluation was loaded without its hits, or a name is no plain one.
    """
    run_folder(catalog_name := evaluation.facts["catalog"], run)  # checks the names
    folder = results_root() / catalog_name / run
    gallery = publish_gallery(folder.parent, evaluation.gallery_items)
    facts = plain(evaluation.facts | {"run": run, "gallery": gallery})
    summary = plain({"metrics": summary_cells(evaluation, ("relevance",)), "confusion": confusion_record(evaluation)})
    artifacts.publish(
        folder,
        KIND,
        facts,
        {
            "queries.parquet": lambda path: write_table(evaluation.per_query, path),
            "ranking.parquet": lambda path: write_ranking(evaluation, path),
            "hits.parquet": lambda path: write_hits(evaluation, path),
            SUMMARY: lambda path: write_text_atomically(path, json.dumps(summary)),
        },
    )
    remove_unnamed_galleries(folder.parent, _named_galleries(folder.parent))
    return folder


def load_evaluation(catalog_name: str, run: str) -> Evaluation:
    """An evaluation as it was published, without its hits; `facts` has `run`, `created` and `libraries` besides.

    Scores come back to three digits.

    Raises:
        ArtifactError: Absent or damaged; the message names the command that measures it.
    """
    return _read(catalog_name, run, _evaluation)


def load_hits(catalog_name: str, run: str) -> dict[str, HitRanks]:
    """Relevance -> the ranks of all relevant items in the full ranking of each query, in the order of `query_items`.

    Any metric can be worked out anew from these alone. Raises as `load_evaluation`.
    """
    return _read(catalog_name, run, lambda folder, manifest: read_hits(folder / manifest.files["hits.parquet"]))


def load_summary(catalog_name: str, run: str) -> Summary:
    """A run in short, in a few milliseconds: its tables are not read. Raises as `load_evaluation`."""

    def read(folder: Path, manifest: Manifest) -> Summary:
        cells = json.loads((folder / manifest.files[SUMMARY]).read_text(encoding="utf-8"))
        return Summary(catalog_name, run, _facts(manifest), cells["metrics"], cells["confusion"])

    return _read(catalog_name, run, read)


def load_summaries(catalog_name: str) -> list[Summary]:
    """All stored runs of a catalogue in short, by name; those that cannot be read are left out."""
    summaries = []
    for run in stored_runs(catalog_name):
        try:
            summaries.append(load_summary(catalog_name, run))
        except ArtifactError:
            continue  # one damaged run must not hide the others
    return summaries


def plain(value: Any) -> Any:
    """The same as JSON values: NumPy numbers as Python's, NaN and infinities as None, tuples as lists."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _read(catalog_name: str, run: str, read: Callable[[Path, Manifest], Read]) -> Read:
    folder = run_folder(catalog_name, run)
    rebuild = evaluate_command({"catalog": catalog_name, "encoder": model_of_run(run)})

    def checked(manifest: Manifest) -> Read:
        try:
            return read(folder, manifest)
        except (KeyError, OSError, ValueError) as error:
            raise ArtifactError(
                f"the evaluation in {folder} cannot be read ({error}). Measure it: {rebuild}"
            ) from error

    return artifacts.read_published(folder, KIND, checked, rebuild=rebuild)


def _evaluation(folder: Path, manifest: Manifest) -> Evaluation:
    return Evaluation(
        pd.read_parquet(folder / manifest.files["queries.parquet"]),
        read_ranking(folder / manifest.files["ranking.parquet"]),
        read_gallery(folder.parent, manifest.settings["gallery"]),
        _facts(manifest),
    )


def _facts(manifest: Manifest) -> dict[str, Any]:
    return manifest.settings | {"created": manifest.created, "libraries": manifest.libraries}


def _named_galleries(folder: Path) -> set[str]:
    """The digests that the runs of a catalogue's folder name; a run that cannot be read names none."""
    named = set()
    for path in folder.glob(f"*/{artifacts.MANIFEST}"):
        try:
            named.add(artifacts.read_manifest(path.parent, KIND, rebuild="").settings["gallery"])
        except (ArtifactError, KeyError):
            continue
    return named
