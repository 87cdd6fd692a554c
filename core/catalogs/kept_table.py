"""A table that takes long to work out, kept below the artifacts until one of its inputs changes."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from core import settings
from core.artifacts import ArtifactError, load_manifest, publish

FILE = "table.parquet"


def kept_table(
    catalog_name: str, kind: str, inputs: Sequence[Path], rule: Any, build: Callable[[], pd.DataFrame]
) -> pd.DataFrame:
    """The table as kept, or as `build` makes it, which is then kept.

    Args:
        catalog_name: Whose table it is.
        kind: What it is, a plain word; the folder's name below the catalogue's.
        inputs: Files it is made from; a change of name, size or time makes it anew.
        rule: JSON values it depends on besides the files.
        build: Makes it.
    """
    folder = settings.artifacts_root() / "catalogs" / catalog_name / kind
    states = [(path.name, (state := path.stat()).st_size, state.st_mtime_ns) for path in inputs]
    key = hashlib.sha256(json.dumps([states, rule]).encode()).hexdigest()
    try:
        manifest = load_manifest(folder, f"{catalog_name} {kind}", rebuild="")
        if manifest.settings.get("key") == key:
            return pd.read_parquet(folder / manifest.files[FILE])
    except (ArtifactError, KeyError):
        pass  # absent or damaged: made again below
    table = build()
    name, record = f"{catalog_name} {kind}", {"key": key, "rows": len(table)}
    manifest = publish(folder, name, record, {FILE: table.to_parquet})
    # Read back, so that the first answer is the same as every later one, column types included.
    return pd.read_parquet(folder / manifest.files[FILE])
