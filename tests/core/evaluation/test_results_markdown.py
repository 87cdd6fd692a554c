"""The table of results for the README: what is stored, and the README holds what the command prints."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from core import settings
from core.__main__ import app
from core.evaluation import results
from core.evaluation.results import load_summary
from core.evaluation.results_markdown import END, START, results_markdown, with_results
from tests.drawn_report import RUNS, hostile_catalog, store_runs

README = settings.PROJECT / "README.md"


@pytest.fixture
def _only_own(artifacts: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "COMMITTED_ROOT", artifacts / "none")


@pytest.mark.usefixtures("_only_own")
def test_every_run_has_a_line_with_its_stored_numbers_and_the_best_is_bold() -> None:
    assert "Nothing is measured yet" in results_markdown()
    store_runs(hostile_catalog(60))
    text = results_markdown()
    means = {name: load_summary("drawn", name).metrics["category"]["AP"]["mean"] for name in RUNS}
    part = text.split("Relevant is ")[1]
    lines = [line for line in part.splitlines() if line.startswith("| `")]
    assert [line.split("`")[1] for line in lines] == sorted(means, key=lambda name: -means[name])
    assert [f"{means[line.split('`')[1]]:.3f}" in line for line in lines] == [True] * 3
    assert ["**" in line for line in lines] == [True, False, False]
    assert "`lite@drawn` (seen in training)" in text


@pytest.mark.usefixtures("_only_own")
def test_the_command_prints_the_table_or_puts_it_between_the_marks(tmp_path: Path) -> None:
    store_runs(hostile_catalog(60))
    printed = CliRunner().invoke(app, ["results"])
    assert printed.stdout.strip() == results_markdown()
    path = tmp_path / "README.md"
    path.write_text(f"# Before\n{START}\nold\n{END}\nAfter\n")
    for _ in range(2):  # a second time changes nothing
        assert CliRunner().invoke(app, ["results", "--write", str(path)]).exit_code == 0
        assert path.read_text() == f"# Before\n{START}\n\n{results_markdown()}\n\n{END}\nAfter\n"


@pytest.mark.parametrize("text", ["", START, f"{END}{START}", f"{START}{END}{START}{END}", f"{START}{END}{END}"])
def test_a_text_without_the_marks_is_refused_and_stays(text: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="marks"):
        with_results(text, "table")
    path = tmp_path / "README.md"
    path.write_text(text)
    result = CliRunner().invoke(app, ["results", "--write", str(path)])
    assert (result.exit_code, path.read_text()) == (2, text)
    assert CliRunner().invoke(app, ["results", "--write", str(tmp_path / "absent.md")]).exit_code == 2


def test_the_readme_holds_what_the_command_prints(artifacts: Path) -> None:
    assert any(results.COMMITTED_ROOT.glob("*/*/manifest.json"))
    text = README.read_text(encoding="utf-8")
    assert with_results(text, results_markdown()) == text, "run: python -m core results --write README.md"
