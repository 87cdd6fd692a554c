"""Copies of a run folder: whole at any address, or an error and no file that only looks whole."""

from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem

from core.training.backup import back_up
from core.training.training_set import TrainingError

FILES = {"best.pt": b"best" * 50, "config.json": b"{}", "last.pt": b"last" * 60, "metrics.csv": b"epoch\n1\n"}


@pytest.fixture
def run(tmp_path: Path) -> Path:
    folder = tmp_path / "runs" / "tiny"
    folder.mkdir(parents=True)
    for name, content in FILES.items():
        (folder / name).write_bytes(content)
    (folder / ".last.pt.part").write_bytes(b"half")
    return folder


@pytest.mark.parametrize("times", [1, 2])
def test_a_run_is_copied_to_a_path(run: Path, tmp_path: Path, times: int) -> None:
    for _ in range(times):
        assert back_up(run, f"{tmp_path}/deep/below/") == list(FILES)
    copied = tmp_path / "deep" / "below" / "tiny"
    assert {path.name: path.read_bytes() for path in copied.iterdir()} == FILES


def test_a_run_is_copied_to_an_address_of_fsspec(run: Path) -> None:
    memory = fsspec.filesystem("memory")
    try:
        assert back_up(run, "memory://bucket/runs") == list(FILES)
        assert {Path(name).name for name in memory.ls("/bucket/runs/tiny", detail=False)} == set(FILES)
        assert memory.cat("/bucket/runs/tiny/last.pt") == FILES["last.pt"]
        (run / "last.pt").write_bytes(b"newer")
        back_up(run, "memory://bucket/runs")
        assert memory.cat("/bucket/runs/tiny/last.pt") == b"newer"
    finally:
        memory.rm("/bucket", recursive=True)


def test_no_run_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="expected a run in"):
        back_up(tmp_path, str(tmp_path / "there"))
    assert not (tmp_path / "there").exists()


def test_a_target_that_cannot_be_written_is_an_error(run: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for target in (f"{tmp_path}/file/below", "nosuchprotocol://bucket"):
        with pytest.raises(TrainingError, match="could not be copied to"):
            back_up(run, target)


def test_a_copy_that_breaks_off_leaves_no_file_that_looks_whole(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LocalFileSystem.put_file

    def put_file(system: LocalFileSystem, source: str, target: str) -> None:
        if source.endswith("last.pt"):
            Path(target).write_bytes(b"half")
            raise ConnectionError("the line\nis down")
        real(system, source, target)

    monkeypatch.setattr(LocalFileSystem, "put_file", put_file)
    with pytest.raises(TrainingError, match="the line is down"):
        back_up(run, str(tmp_path / "there"))
    copied = {path.name: path.read_bytes() for path in (tmp_path / "there" / "tiny").iterdir()}
    assert {name: content for name, content in copied.items() if not name.startswith(".")} == {
        name: FILES[name] for name in ("best.pt", "config.json")
    }
