"""What every test stands on: artifacts of its own, no network, photos where there are some."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]


def photos_root() -> Path | None:
    """The data root with the real photographs: `DRAPE_DATA`, else data/, else ../shared/data; None without any."""
    given = os.environ.get("DRAPE_DATA")
    places = [Path(given)] if given else [PROJECT / "data", PROJECT.parent / "shared" / "data"]
    return next((place.resolve() for place in places if place.is_dir() and any(place.iterdir())), None)


PHOTOS_ROOT = photos_root()
ARTIFACTS = pytest.StashKey[Path]()
if "PYTEST_XDIST_WORKER" in os.environ:
    # Threads of several workers wait for each other by spinning: one for each is a third quicker than as many as cores.
    os.environ.update(OMP_NUM_THREADS="1", DRAPE_THREADS="1")


def pytest_configure(config: pytest.Config) -> None:
    # Before a test module is imported, in every xdist worker: no test ever writes into the project's artifacts.
    folder = tempfile.mkdtemp(prefix="drape-tests-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    config.stash[ARTIFACTS] = Path(folder) / "artifacts"
    os.environ["DRAPE_ARTIFACTS"] = str(config.stash[ARTIFACTS])
    os.environ["DRAPE_DATA"] = str(PHOTOS_ROOT or Path(folder) / "no-data")
    for name in ("DRAPE_PRECISION", "DRAPE_DEBUG"):
        os.environ.pop(name, None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if PHOTOS_ROOT is None:
        skip = pytest.mark.skip(reason="no real photographs: set DRAPE_DATA, or fill data/ or ../shared/data")
        for item in items:
            if "photos" in item.keywords:
                item.add_marker(skip)


@pytest.fixture(scope="session")
def session_artifacts(request: pytest.FixtureRequest) -> Path:
    """The artifacts folder that all tests of a session share; encoders are exported here once."""
    return request.config.stash[ARTIFACTS]


@pytest.fixture(autouse=True)
def _real_photos(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whatever data root a fixture of other tests has set for the session.
    if request.node.get_closest_marker("photos") and PHOTOS_ROOT:
        monkeypatch.setenv("DRAPE_DATA", str(PHOTOS_ROOT))


@pytest.fixture
def artifacts(tmp_path: Path, session_artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An artifacts folder of the test's own; only the exported encoders are those of the session."""
    folder = tmp_path / "artifacts"
    folder.mkdir()
    share_exported_encoders(folder, session_artifacts)
    monkeypatch.setenv("DRAPE_ARTIFACTS", str(folder))
    return folder


def share_exported_encoders(folder: Path, session_artifacts: Path) -> None:
    """Let an artifacts folder have the encoders that the session exports: each takes some seconds."""
    (session_artifacts / "encoders").mkdir(parents=True, exist_ok=True)
    (folder / "encoders").symlink_to(session_artifacts / "encoders")


@pytest.fixture
def data_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data root of the test's own."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("DRAPE_DATA", str(folder))
    return folder
