"""Every catalogue by name: what is known of it, where it lies, and reading it."""

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

from core import settings
from core.catalogs import (
    built_in,
    clothing,
    deepfashion_category,
    deepfashion_inshop,
    fashion_mnist,
    fashion_products,
    folder,
    street,
)
from core.catalogs.catalog import Catalog, CatalogError, CatalogSpec, OnProgress
from core.files import is_plain_name, write_text_atomically

CATALOGS: Mapping[str, CatalogSpec] = MappingProxyType(
    {
        "studio": built_in.SPEC,
        "fashion-products": fashion_products.SPEC,
        "clothing": clothing.SPEC,
        "street": street.SPEC,
        "deepfashion-inshop": deepfashion_inshop.SPEC,
        "deepfashion-category": deepfashion_category.SPEC,
        "fashion-mnist": fashion_mnist.SPEC,
    }
)
FOLDER_FILE = "folder.json"


def known_catalogs() -> list[CatalogSpec]:
    """Every catalogue there could be: those of `CATALOGS` in order, then folders of pictures by name."""
    return [*CATALOGS.values(), *_folder_catalogs().values()]


def available_catalogs() -> list[CatalogSpec]:
    """Those of `known_catalogs` whose files are on disk. Quick: nothing is read or decoded."""
    return [spec for spec in known_catalogs() if catalog_folder(spec) is not None]


def catalog_spec(name: str) -> CatalogSpec:
    """What is known of a catalogue. Raises CatalogError for an unknown name, listing the known ones."""
    specs = {spec.name: spec for spec in known_catalogs()}
    if name not in specs:
        raise CatalogError(
            f"expected a catalogue of {', '.join(specs)}, but got {name!r}. "
            "A folder of your own pictures: python -m core catalogs add NAME PATH"
        )
    return specs[name]


def catalog_folder(spec: CatalogSpec) -> Path | None:
    """Where a catalogue's files lie, or None where they are not there."""
    for place in _places(spec):
        if place.is_dir() and next(place.glob(spec.marker), None) is not None:
            return place
    return None


def load_catalog(name: str, *, folder: Path | None = None, on_progress: OnProgress | None = None) -> Catalog:
    """The catalogue, read and checked.

    Args:
        name: One of `known_catalogs`, or "folder" together with `folder` for any folder of pictures.
        folder: Read it from there, whatever the data root says.
        on_progress: Called with (done, total) where the first reading takes long (`street` and
            `deepfashion-category`).

    Raises:
        CatalogError: Unknown, not on disk (the message says what is expected where), or unusable.
    """
    spec = SPEC_OF_FOLDER if name == SPEC_OF_FOLDER.name and folder is not None else catalog_spec(name)
    place = folder or catalog_folder(spec)
    if place is None or not place.is_dir():
        raise CatalogError(_absence(spec, place))
    return spec.read(place, on_progress or ignore_progress)


def add_folder(name: str, path: Path, csv_file: Path | None = None) -> CatalogSpec:
    """Make a folder of pictures known as a catalogue; it is read where it lies.

    Raises:
        CatalogError: The name is taken or no plain name, or nothing usable is there.
    """
    if not is_plain_name(name) or not name.isprintable() or name.startswith(".") or name == SPEC_OF_FOLDER.name:
        raise CatalogError(f"expected a plain name for the catalogue, such as my-shop, but got {name!r}.")
    if name in CATALOGS:
        raise CatalogError(f"the name {name!r} belongs to a public data set: choose another.")
    for given in (path, csv_file):
        if given is not None and not given.exists():
            raise CatalogError(f"expected a folder of pictures and perhaps a CSV file, but {given} does not exist.")
    record = {"path": str(path.resolve()), "csv": str(csv_file.resolve()) if csv_file else None}
    spec = _folder_spec(name, path.resolve(), csv_file.resolve() if csv_file else None)
    spec.read(path.resolve(), ignore_progress)
    kept = settings.artifacts_root() / "catalogs" / name
    kept.mkdir(parents=True, exist_ok=True)
    write_text_atomically(kept / FOLDER_FILE, json.dumps(record, indent=1))
    return spec


def ignore_progress(done: int, total: int) -> None:
    """What is called where nobody watches."""


SPEC_OF_FOLDER = folder.SPEC


def _places(spec: CatalogSpec) -> list[Path]:
    if spec.name == built_in.SPEC.name:
        return [settings.artifacts_root() / spec.folder]
    # An absolute one stays as it is: `root / "/usr"` is "/usr".
    return [settings.data_root() / place for place in (spec.folder, *spec.other_folders)]


def _absence(spec: CatalogSpec, place: Path | None) -> str:
    where = place or _places(spec)[0]
    command = f"python -m core catalogs download {spec.name}"
    if spec.name == built_in.SPEC.name:
        advice = f"Draw it: {command}"
    elif spec.archives:
        advice = f"Fetch it: {command}"
    else:
        advice = f"Get it from {spec.page}" if spec.page else "Check the path."
    return f"catalogue {spec.name}: expected {spec.layout} in {where}, but it is not there. {advice}"


def _folder_catalogs() -> dict[str, CatalogSpec]:
    """Folders that were added by name, and those of the data root that belong to no public data set."""
    specs: dict[str, CatalogSpec] = {}
    claimed = {place.parts[0] for spec in CATALOGS.values() for place in map(Path, (spec.folder, *spec.other_folders))}
    for path in _subfolders(settings.data_root()):
        if path.name not in claimed and path.name not in CATALOGS and folder.has_pictures(path):
            specs[path.name] = _folder_spec(path.name, path, None)
    for path in _subfolders(settings.artifacts_root() / "catalogs"):
        if path.name not in CATALOGS and (path / FOLDER_FILE).is_file():
            specs |= _added(path)
    return dict(sorted(specs.items()))


def _subfolders(root: Path) -> list[Path]:
    if not root.is_dir():
        return []
    return sorted(Path(entry.path) for entry in os.scandir(root) if entry.is_dir() and not entry.name.startswith("."))


def _added(kept: Path) -> dict[str, CatalogSpec]:
    try:
        record = json.loads((kept / FOLDER_FILE).read_text(encoding="utf-8"))
        path, csv_file = Path(record["path"]), record["csv"]
        return {kept.name: _folder_spec(kept.name, path, Path(csv_file) if csv_file else None)}
    except (OSError, ValueError, KeyError, TypeError):
        return {}  # one damaged record must not hide every other catalogue; `catalogs add` writes it anew


def _folder_spec(name: str, path: Path, csv_file: Path | None) -> CatalogSpec:
    read = partial(folder.read_folder, name=name, csv_file=csv_file)
    return replace(SPEC_OF_FOLDER, name=name, title=name, about=f"Pictures in {path}.", folder=str(path), read=read)
