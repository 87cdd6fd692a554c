"""Settings from the environment: folders and threads, and what is refused."""

import os
from pathlib import Path

import pytest

from core import settings


def test_folders_come_from_the_environment_or_lie_in_the_project(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DRAPE_DATA", str(tmp_path / "there" / ".." / "data"))
    monkeypatch.setenv("DRAPE_ARTIFACTS", "~/drape")
    assert settings.data_root() == tmp_path / "data"
    assert settings.artifacts_root() == Path.home() / "drape"
    # The committed models travel with the code.
    assert settings.models_root() == settings.PROJECT / "artifacts" / "models"
    for value in ("", None):
        for name in ("DRAPE_DATA", "DRAPE_ARTIFACTS"):
            monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
        assert settings.data_root() == (settings.PROJECT / "data").resolve()
        assert settings.artifacts_root() == (settings.PROJECT / "artifacts").resolve()


def test_threads_are_those_asked_for_or_the_cores_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRAPE_THREADS", raising=False)
    assert 1 <= settings.threads() <= (os.cpu_count() or 1)
    monkeypatch.setenv("DRAPE_THREADS", "3")
    assert settings.threads() == 3


def test_threads_are_known_where_the_system_does_not_tell_its_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DRAPE_THREADS", raising=False)
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert settings.threads() == os.cpu_count()


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", " "])
def test_odd_numbers_of_threads_are_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DRAPE_THREADS", value)
    with pytest.raises(ValueError, match="DRAPE_THREADS"):
        settings.threads()
