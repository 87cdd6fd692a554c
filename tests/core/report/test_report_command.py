"""`report` on the command line: a document and its files, or one line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from core.__main__ import app
from core.artifacts import ArtifactError
from core.report.build import build_report
from tests.drawn_report import hostile_catalog, store_runs


@pytest.mark.usefixtures("stored")
def test_the_command_writes_the_document_and_names_its_files(tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    result = CliRunner().invoke(app, ["report", "--catalog", "drawn", "--run", "lite", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert out.is_file()
    assert str(out) in result.stdout
    assert "no pictures" in result.stderr
    assert "<title>Visual search on drawn: lite</title>" in out.read_text(encoding="utf-8")


@pytest.mark.usefixtures("stored")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--catalog", "nothing", "--out", "x.html"], "core evaluate --catalog nothing"),
        (["--catalog", "drawn", "--run", "no-such", "--out", "x.html"], "--encoder no-such"),
        (["--catalog", "drawn", "--out", "no/such/folder/x.html"], "folder that exists"),
        (["--catalog", "..", "--out", "x.html"], "none"),
    ],
)
def test_what_cannot_be_reported_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["report", *arguments])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert said in result.stderr
    assert not (tmp_path / "x.html").exists()


def test_a_damaged_run_is_refused(artifacts: Path) -> None:
    store_runs(hostile_catalog(60))
    next((artifacts / "results" / "drawn" / "lite").glob("hits-*")).write_bytes(b"broken")
    with pytest.raises(ArtifactError, match=r"hits\.parquet is damaged"):
        build_report("drawn")
