"""Photos to try a search with: real street photos where they are on disk, drawn figures where not."""

from importlib import util
from pathlib import Path

from core import settings
from core.files import is_plain_name
from detection.images import ImageError

# Street photos chosen by eye: several garments each, different clothes, light and places.
STREET_SAMPLES = ("0001", "0034", "0062", "0149", "0214", "0338", "0412", "0509", "0675", "0714", "0809", "0989")
ASSETS = ("bus", "zidane")
N_DRAWN = 12


def sample_photos() -> dict[str, Path]:
    """Name -> file of every sample photo on this machine; names are stable, fit for an address."""
    found = {
        f"street-{name}": path
        for name in STREET_SAMPLES
        if (path := settings.data_root() / "street" / "photos" / f"{name}.jpg").is_file()
    }
    drawn = settings.artifacts_root() / "catalogs" / "studio" / "samples"
    found |= {f"studio-{path.stem}": path for path in sorted(drawn.glob("*.jpg")) if is_plain_name(path.stem)}
    return found | _packaged_photos()


def sample_photo(name: str) -> Path:
    """The file of a sample. Raises ImageError for a name that is not among them."""
    photos = sample_photos()
    if name not in photos:
        raise ImageError(f"expected a sample photo of {', '.join(photos) or 'none'}, but got {name!r}.")
    return photos[name]


def draw_samples(folder: Path) -> None:
    """Draw people in several garments of the studio catalogue, to try a search with; those there already stay."""
    missing = [path for number in range(N_DRAWN) if not (path := folder / f"person-{number + 1:02d}.jpg").is_file()]
    if not missing:
        return
    from PIL import Image

    from core.catalogs.studio_figures import draw_figure_photo

    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        part = path.with_suffix(".part")
        Image.fromarray(draw_figure_photo(int(path.stem[-2:]))[0]).save(part, "JPEG", quality=90)
        part.replace(path)


def _packaged_photos() -> dict[str, Path]:
    """The two real street photos that the package ultralytics carries; found without importing it."""
    package = util.find_spec("ultralytics")
    folders = list(package.submodule_search_locations or []) if package else []
    paths = [(name, Path(folder) / "assets" / f"{name}.jpg") for folder in folders for name in ASSETS]
    return {name: path for name, path in paths if path.is_file()}
