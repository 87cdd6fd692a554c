"""For tests: the tiny catalogue built by two stand-ins that rank otherwise, ready to be searched by both."""

from pathlib import Path

from core.catalogs.registry import load_catalog
from core.gallery_build import build_gallery
from core.pipeline import search_set_of
from core.side_by_side.columns import Searched
from tests.tiny_catalog import NAME, draw_tiny_catalog, quick_encoder, second_encoder

ENCODERS = {"efficientnet-lite0": quick_encoder, "efficientnet-lite2": second_encoder}
FIRST, SECOND = ENCODERS
FUSION = f"fusion:{FIRST}+{SECOND}"


def draw_and_build(data_root: Path) -> dict[str, Searched]:
    """Draw the catalogue into a data root, build it by both; what each search needs."""
    draw_tiny_catalog(data_root)
    catalog = load_catalog(NAME)
    ready = {}
    for name, make in ENCODERS.items():
        build_gallery(catalog, make())
        ready[name] = Searched(search_set_of(catalog, name), make())
    return ready
