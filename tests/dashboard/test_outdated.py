import shutil
from pathlib import Path

import pytest

from core import settings
from core.encoders.registry import encoder_spec
from core.encoders.serving import weights_digest
from core.pipeline import detector_digest
from dashboard import resources
from dashboard.outdated import why_outdated
from tests.dashboard.conftest import ENCODER


@pytest.fixture
def facts(shop: Path) -> dict[str, str | None]:
    now = {"catalog_digest": resources.digest_of_catalog("shop"), "weights": weights_digest(encoder_spec(ENCODER))}
    return {"catalog": "shop", "encoder": ENCODER, "detector": detector_digest(), **now}


def test_what_was_measured_on_the_same_is_current(facts: dict[str, str | None]) -> None:
    assert why_outdated(facts) == ""


@pytest.mark.parametrize(
    ("fact", "words"),
    [("catalog_digest", "the catalogue has changed"), ("weights", "weights"), ("detector", "the detector")],
)
def test_another_catalogue_or_other_weights_are_said(facts: dict[str, str | None], fact: str, words: str) -> None:
    assert words in why_outdated(facts | {fact: "0" * 16})


@pytest.mark.parametrize("unknown", [{"catalog": "deepfashion-category"}, {"encoder": "vgg16"}, {"encoder": "gone"}])
def test_what_is_not_on_this_machine_speaks_against_nothing(
    facts: dict[str, str | None], unknown: dict[str, str]
) -> None:
    fact = "catalog_digest" if "catalog" in unknown else "weights"
    assert why_outdated(facts | {fact: "0" * 16} | unknown) == ""


def test_boxes_of_a_detector_trained_since_are_said_and_whole_photos_have_none(
    facts: dict[str, str | None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(settings.models_root() / "garments", tmp_path / "garments")
    manifest = tmp_path / "garments" / "manifest.json"
    manifest.write_text(manifest.read_text() + " ")
    monkeypatch.setattr(settings, "models_root", lambda: tmp_path)
    assert why_outdated(facts) == "the detector that found the garments has changed since"
    assert why_outdated(facts | {"detector": None}) == ""
    manifest.unlink()
    assert why_outdated(facts) == ""
