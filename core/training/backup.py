"""A copy of a run folder at another place: a path, or any address that fsspec knows."""

from pathlib import Path

from core.training.run_folder import CONFIG
from core.training.training_set import TrainingError


def back_up(run: Path, target: str) -> list[str]:
    """Copy a run folder below `target`, file by file; returns the names of what was copied.

    A file is written under a temporary name and then moved, so a copy that breaks off never looks whole.

    Args:
        run: A run folder.
        target: A path, or an address such as s3://bucket/runs (whose fsspec package must be installed).

    Raises:
        TrainingError: No run is there, or the target cannot be written.
    """
    import fsspec

    if not (run / CONFIG).is_file():
        raise TrainingError(f"expected a run in {run}, but it has no {CONFIG}.")
    files = [path for path in sorted(run.iterdir()) if path.is_file() and not path.name.startswith(".")]
    try:
        system, root = fsspec.core.url_to_fs(target)
        folder = f"{root.rstrip('/')}/{run.name}"
        system.makedirs(folder, exist_ok=True)
        for path in files:
            system.put_file(str(path), f"{folder}/.{path.name}.part")
            system.mv(f"{folder}/.{path.name}.part", f"{folder}/{path.name}")
    except Exception as error:  # each file system raises kinds of its own
        why = " ".join(str(error).split())[:200]
        raise TrainingError(f"{run} could not be copied to {target} ({type(error).__name__}: {why}).") from error
    return [path.name for path in files]
