"""Evaluations on disk: three tables and a manifest, so that every number leads back to its queries."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from core import artifacts, settings
from core.artifacts import ArtifactError
from core.evaluation import Evaluation
from core.index import Ranking

KIND = "evaluation"


def results_root() -> Path:
    """Where evaluations lie: a folder a catalogue, in it a folder a run."""
    return settings.artifacts_root() / "results"


def run_folder(catalog_name: str, run: str) -> Path:
    """Where one evaluation lies. Raises ValueError if a name is no plain one."""
    for name in (catalog_name, run):
        if not artifacts.is_plain_name(name):
            raise ValueError(f"expected a plain name of a catalogue and of a run, but got {name!r}")
    return results_root() / catalog_name / run


def evaluate_command(facts: dict[str, Any]) -> str:
    """The command that measures a run anew, for messages."""
    parts = [f"python -m core evaluate --catalog {facts.get('catalog')} --encoder {facts.get('encoder')}"]
    parts += [f"--{name} {facts[name]}" for name in ("crop", "features", "expand") if facts.get(name)]
    return " ".join(parts)


def publish_evaluation(run: str, evaluation: Evaluation) -> Path:
    """Write an evaluation under its catalogue and the run's name; returns the folder.

    `queries.parquet` is `per_query`, `gallery.parquet` is `gallery_items`, and `ranking.parquet` has one row a query:
    `item_id`, `row_1` ... (int32, rows of gallery.parquet, -1 for none) and `score_1` ... (float32).
    """
    folder = run_folder(evaluation.facts["catalog"], run)
    tables = {
        "queries.parquet": evaluation.per_query,
        "gallery.parquet": evaluation.gallery_items,
        "ranking.parquet": _ranking_table(evaluation),
    }
    writers = {name: _writer(table) for name, table in tables.items()}
    artifacts.publish(folder, KIND, plain(evaluation.facts | {"run": run}), writers)
    return folder


def load_evaluation(catalog_name: str, run: str) -> Evaluation:
    """An evaluation as it was published; `facts` has `run` and `created` (UTC, ISO 8601) besides.

    Raises:
        ArtifactError: Absent or damaged; the message names the command that measures it.
    """
    folder = run_folder(catalog_name, run)
    rebuild = evaluate_command({"catalog": catalog_name, "encoder": run.split("+")[0]})
    return artifacts.read_published(folder, KIND, lambda manifest: _read(folder, manifest, rebuild), rebuild=rebuild)


def stored_runs(catalog_name: str) -> list[str]:
    """Names of the runs that are stored of a catalogue, sorted; quick, nothing is read."""
    folder = results_root() / catalog_name
    return sorted(path.parent.name for path in folder.glob(f"*/{artifacts.MANIFEST}")) if folder.is_dir() else []


def plain(value: Any) -> Any:
    """The same as JSON values: NumPy numbers as Python's, NaN and infinities as None, tuples as lists."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [plain(part) for part in value]
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _ranking_table(evaluation: Evaluation) -> pd.DataFrame:
    ranking = evaluation.ranking
    places = range(1, ranking.rows.shape[1] + 1)
    rows = pd.DataFrame(ranking.rows.astype(np.int32), columns=[f"row_{place}" for place in places])
    scores = pd.DataFrame(ranking.scores, columns=[f"score_{place}" for place in places])
    return pd.concat([evaluation.query_items[["item_id"]], rows, scores], axis=1)


def _writer(table: pd.DataFrame) -> Any:
    return lambda path: table.to_parquet(path, index=False, compression="zstd")


def _read(folder: Path, manifest: artifacts.Manifest, rebuild: str) -> Evaluation:
    try:
        queries, gallery, ranked = (
            pd.read_parquet(folder / manifest.files[f"{name}.parquet"]) for name in ("queries", "gallery", "ranking")
        )
        ranking = Ranking(
            ranked.filter(regex=r"^row_\d+$").to_numpy(np.int64),
            ranked.filter(regex=r"^score_\d+$").to_numpy(np.float32),
        )
        return Evaluation(queries, ranking, gallery, manifest.settings | {"created": manifest.created})
    except (KeyError, OSError, ValueError) as error:
        raise ArtifactError(f"the evaluation in {folder} cannot be read ({error}). Measure it: {rebuild}") from error
