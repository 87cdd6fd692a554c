"""Who may import whom, read from the source; and that importing the packages is quick."""

import ast
import graphlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT

PACKAGES = ("core", "dashboard", "detection")
# Light modules without a model, which every module of the core may use.
LEAVES = {"detection.crops", "detection.garments", "detection.images", "detection.processor"}
# What the two trainings have in common.
TRAINING_LEAVES = {"detection.depthwise", "detection.precision"}
HEAVY = ("torch", "torchvision", "ultralytics", "openvino", "umap", "faiss", "streamlit", "timm", "open_clip", "cv2")


def modules_of(package: str) -> list[Path]:
    return sorted((PROJECT / package).rglob("*.py"))


def imported(source: str) -> Iterator[str]:
    """Full names of all modules that a source imports, also inside functions and strings given to importlib."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide what is imported"
            module = node.module or ""
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and "import" in ast.unparse(node.func):
            yield from (
                part.value for part in node.args if isinstance(part, ast.Constant) and str(part.value) == part.value
            )


TORCH_MODULES = (
    "levels.py", "nearness.py", "networks.py", "parts.py", "picture_looks.py", "torchvision_levels.py", "trained.py",
)  # fmt: skip


def is_command_line(path: Path) -> bool:
    return path.parent.name == "cli" or path.name == "__main__.py"


def is_leaf(name: str, path: Path) -> bool:
    leaves = LEAVES | TRAINING_LEAVES if path.is_relative_to(PROJECT / "core" / "training") else LEAVES
    return name in leaves or name.rpartition(".")[0] in leaves


def is_of_torch(path: Path) -> bool:
    """The networks are torch modules, and so is their training; they are imported where they are needed."""
    return path.parent.name == "training" or path.name in TORCH_MODULES


def violations(path: Path, source: str) -> list[str]:
    package = path.relative_to(PROJECT).parts[0]
    roots = {name: name.partition(".")[0] for name in imported(source)}
    wrong = []
    for name, root in roots.items():
        forbidden = (
            (root == "dashboard" and package != "dashboard")
            or (root == "streamlit" and package != "dashboard")
            or (root == "core" and package == "detection")
            or (
                root == "detection"
                and package == "core"
                and not is_leaf(name, path)
                and path.name != "pipeline.py"
                and not is_command_line(path)
            )
        )
        if forbidden:
            wrong.append(f"{path.relative_to(PROJECT)} imports {name}")
    return wrong


def uses_within_core() -> dict[str, set[str]]:
    """Package or module directly in core -> those of the others that it imports."""
    uses: dict[str, set[str]] = {}
    for path in modules_of("core"):
        own = path.relative_to(PROJECT / "core").with_suffix("").parts[0]
        names = (name.split(".") for name in imported(path.read_text(encoding="utf-8")))
        uses.setdefault(own, set()).update(parts[1] for parts in names if parts[0] == "core" and parts[1] != own)
    return uses


def test_the_parts_of_the_core_lie_in_layers() -> None:
    layers = list(graphlib.TopologicalSorter(uses_within_core()).static_order())  # raises CycleError for a circle
    assert layers.index("catalogs") < layers.index("evaluation") < layers.index("report") < layers.index("cli")


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_what_lies_below_them(package: str) -> None:
    paths = modules_of(package)
    assert paths
    assert [line for path in paths for line in violations(path, path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("detection/model.py", "import core"),
        ("detection/model.py", "def load():\n    from core.index import search_index"),
        ("detection/model.py", "import dashboard.app"),
        ("core/index.py", "import streamlit as st"),
        ("core/index.py", "from dashboard import resources"),
        ("core/index.py", "from detection.model import detect"),
        ("core/index.py", "import importlib\nimportlib.import_module('detection.model')"),
        ("core/index.py", "from detection.depthwise import FixedDepthwise"),
        ("core/training/trainer.py", "from detection.model import detect"),
        ("core/cli/query.py", "from dashboard.app import main"),
    ],
)
def test_a_breach_of_the_rule_is_noticed(path: str, source: str) -> None:
    assert len(violations(PROJECT / path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("core/index.py", "from detection.images import open_photo"),
        ("core/index.py", "from detection import crops"),
        ("core/pipeline.py", "from detection.model import detect"),
        ("core/cli/query.py", "from detection.model import detect"),
        ("core/training/depthwise.py", "from detection.depthwise import FixedDepthwise"),
        ("dashboard/app.py", "import streamlit\nfrom core.index import Index\nfrom dashboard import api"),
    ],
)
def test_what_the_rule_allows_is_allowed(path: str, source: str) -> None:
    assert violations(PROJECT / path, source) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_is_pickled(package: str) -> None:
    for path in modules_of(package):
        source = path.read_text(encoding="utf-8")
        names = {name.partition(".")[0] for name in imported(source)}
        assert names.isdisjoint({"pickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}), path
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("np.load", "np.save", "numpy.load"):
                options = {option.arg: ast.unparse(option.value) for option in node.keywords}
                assert options.get("allow_pickle") == "False", f"{path}:{node.lineno}"
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "torch.load":
                options = {option.arg: ast.unparse(option.value) for option in node.keywords}
                assert options.get("weights_only") == "True", f"{path}:{node.lineno}"


def loaded_by(code: str) -> set[str]:
    """Which of the heavy packages are loaded after a piece of code has run in a process of its own."""
    tail = f"\nimport sys\nprint('loaded:', *[name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", code + tail], cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return set(result.stderr.rpartition("loaded:")[2].split())


def running(package: str, *arguments: str) -> str:
    return f"""
import runpy, sys
sys.argv = [{package!r}, *{arguments!r}]
try:
    runpy.run_module({package!r}, run_name="__main__")
except SystemExit as end:
    assert not end.code, end.code
"""


def test_the_packages_and_every_module_of_the_core_are_light_to_import() -> None:
    names = [
        ".".join(path.relative_to(PROJECT).with_suffix("").parts)
        for path in modules_of("core")
        if path.name != "__main__.py" and path.stem != "__init__" and not is_of_torch(path)
    ]
    assert loaded_by("import core, detection\n" + "\n".join(f"import {name}" for name in names)) == set()


@pytest.mark.parametrize(
    ("package", "arguments"),
    [
        ("core", ["--help"]),
        ("core", ["query", "--help"]),
        ("core", ["encoders"]),
        ("core", ["train", "--help"]),
        ("detection", ["--help"]),
    ],
)
def test_help_and_lists_load_no_heavy_package(package: str, arguments: list[str]) -> None:
    assert loaded_by(running(package, *arguments)) == set()


def test_the_check_of_loaded_packages_can_fail() -> None:
    assert loaded_by("import faiss") == {"faiss"}
