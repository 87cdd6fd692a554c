"""What `build` and `prepare` do: only what is missing, and the right catalogues for a demonstration."""

from pathlib import Path

import pytest

from core import building
from core.building import build, demo_catalogs
from core.catalogs.catalog import CatalogError
from core.encoders.spec import EncoderError
from core.progress import Reporter
from tests.tiny_catalog import NAME, draw_tiny_catalog, quick_encoder

LITE = "efficientnet-lite0"
QUIET = Reporter("test", None)


@pytest.mark.parametrize(
    ("on_disk", "expected"),
    [
        ([], ["studio"]),
        (["street"], ["studio"]),
        (["clothing"], ["clothing"]),
        (["clothing", "fashion-products", "street"], ["fashion-products", "clothing"]),
    ],
)
def test_a_demonstration_opens_on_real_photos_where_there_are_some(
    on_disk: list[str], expected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    specs = {spec.name: spec for spec in building.available_catalogs()} | dict(real_specs())
    monkeypatch.setattr(building, "available_catalogs", lambda: [specs[name] for name in on_disk])
    assert demo_catalogs() == expected


def test_names_of_demonstration_catalogues_are_names_of_the_registry() -> None:
    assert {*building.DEMO_CATALOGS, building.DRAWN_CATALOG} <= set(dict(real_specs()))


def test_a_sound_gallery_is_loaded_without_an_encoder(
    artifacts: Path, data_root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw_tiny_catalog(data_root)
    monkeypatch.setattr(building, "load_encoder", lambda name: quick_encoder())
    assert len(build(NAME, LITE, QUIET)) == 11

    def never(name: str) -> None:
        raise AssertionError("nothing was to be encoded")

    monkeypatch.setattr(building, "load_encoder", never)
    assert len(build(NAME, LITE, QUIET)) == 11
    with pytest.raises(AssertionError, match="nothing was to be encoded"):
        build(NAME, LITE, QUIET, is_forced=True)


def test_unknown_names_and_absent_weights_are_refused(artifacts: Path, data_root: Path) -> None:
    draw_tiny_catalog(data_root)
    with pytest.raises(CatalogError, match="no-such"):
        build("no-such", LITE, QUIET)
    with pytest.raises(EncoderError, match="no-such"):
        build(NAME, "no-such", QUIET)
    with pytest.raises(EncoderError, match="encoders download resnet50"):
        build(NAME, "resnet50", QUIET)


def real_specs() -> list[tuple[str, object]]:
    from core.catalogs.registry import CATALOGS

    return list(CATALOGS.items())
