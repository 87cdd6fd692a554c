"""`python -m core catalogs`: JSON alone on standard output, one line and exit code 2 on failure."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from core.catalogs.registry import CATALOGS
from core.cli.catalogs import app


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of three pictures, two of them the same and one broken, outside of an empty data root."""
    (tmp_path / "data").mkdir()
    monkeypatch.setenv("DRAPE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DRAPE_ARTIFACTS", str(tmp_path / "artifacts"))
    folder = tmp_path / "shop" / "hats"
    folder.mkdir(parents=True)
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    for name in ("a.png", "b.png"):
        Image.fromarray(pixels).save(folder / name)
    (folder / "c.png").write_text("no picture")
    return folder.parent


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def _json(*arguments: str) -> object:
    result = _run(*arguments)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_the_list_names_every_catalogue(shop: Path) -> None:
    assert _run("add", "mine", str(shop)).exit_code == 0
    rows = {row["name"]: row for row in _json("--json")}
    assert [*CATALOGS, "mine"] == list(rows)
    assert rows["clothing"]["on_disk"] is False
    assert rows["clothing"]["can_download"] is True
    assert rows["fashion-products"]["can_download"] is False
    size = sum(path.stat().st_size for path in shop.rglob("*.png"))
    assert (rows["mine"]["items"], rows["mine"]["bytes"], rows["mine"]["on_disk"]) == (3, size, True)
    text = _run().stdout
    assert "catalogs download studio|clothing|street" in text
    for row in rows.values():
        assert row["title"] in text


def test_a_catalogue_that_is_there_but_unusable_does_not_hide_the_others(shop: Path, tmp_path: Path) -> None:
    _run("add", "mine", str(shop))
    (tmp_path / "data" / "fashion_products").mkdir()
    (tmp_path / "data" / "fashion_products" / "styles.csv").write_text("id\n1\n")
    rows = {row["name"]: row for row in _json("--json")}
    assert "expected the columns" in rows["fashion-products"]["error"]
    assert rows["mine"]["items"] == 3
    assert "expected the columns" in _run().stdout


def test_show_tells_what_a_scan_found(shop: Path) -> None:
    _run("add", "mine", str(shop))
    assert _json("show", "mine", "--json")["scan"] is None
    record = _json("show", "mine", "--scan", "--json")
    assert record["categories"] == {"hats": 3}
    assert record["splits"] == {"gallery": 3} or sum(record["splits"].values()) == 3
    assert record["scan"]["duplicates"] == [["hats/a.png", "hats/b.png"]]
    assert list(record["scan"]["broken"]) == ["hats/c.png"]
    assert len(record["scan"]["mean"]) == 3
    text = _run("show", "mine").stdout
    assert "hats/a.png = hats/b.png" in text
    assert "1 broken" in text
    assert "Channel mean" in text


def test_scan_prints_nothing_on_standard_output(shop: Path) -> None:
    _run("add", "mine", str(shop))
    result = _run("scan", "mine")
    assert result.exit_code == 0
    assert result.stdout == ""
    assert "3 pictures, 1 broken" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["show", "nonsense"], "expected a catalogue of studio"),
        (["show", "clothing"], "Fetch it: python -m core catalogs download clothing"),
        (["scan", "../data"], "expected a catalogue of studio"),
        (["download", "fashion-products"], "kaggle.com"),
        (["download", "nonsense"], "expected a catalogue of studio"),
        (["add", "a/b", "SHOP"], "expected a plain name"),
        (["add", "mine", "/nowhere"], "does not exist"),
        (["export-yolo", "clothing", "--out", "out"], "expected street"),
        (["export-yolo", "street", "--out", "out"], "Fetch it"),
    ],
)
def test_a_failure_is_one_line_and_exit_code_2(shop: Path, arguments: list[str], message: str) -> None:
    result = _run(*[str(shop) if argument == "SHOP" else argument for argument in arguments])
    assert result.exit_code == 2
    assert result.stdout == ""
    lines = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert len(lines) == 1
    assert message in lines[0]
    assert "Traceback" not in result.stderr
