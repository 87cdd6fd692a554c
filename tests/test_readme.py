"""What the README says is there is there."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

from core.__main__ import app as core_app
from core.catalogs.registry import CATALOGS
from core.encoders.registry import ENCODERS
from detection.__main__ import app as detection_app

PROJECT = Path(__file__).resolve().parents[1]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(set(re.findall(r"python -m (?:core|detection) [^`\n#|]*", README)))


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_and_option_exists(line: str) -> None:
    _, _, package, *words = shlex.split(line)
    command: Any = typer.main.get_command(core_app if package == "core" else detection_app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= known
    assert not words or not hasattr(command, "commands"), f"{package} has no command {words[0]}"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z]+)", README))))
def test_every_make_target_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (PROJECT / "Makefile").read_text(), re.MULTILINE)


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_linked_file_exists(path: str) -> None:
    assert (PROJECT / path).is_file()


def test_every_catalogue_and_encoder_is_in_its_table() -> None:
    for name in (*CATALOGS, *ENCODERS):
        assert f"`{name}`" in README


@pytest.mark.parametrize("variable", sorted(set(re.findall(r"DRAPE_[A-Z_]+", README))))
def test_every_setting_is_read_somewhere(variable: str) -> None:
    paths = [path for folder in ("core", "detection", "dashboard") for path in (PROJECT / folder).rglob("*.py")]
    assert any(variable in path.read_text(encoding="utf-8") for path in [*paths, PROJECT / "Makefile"])
