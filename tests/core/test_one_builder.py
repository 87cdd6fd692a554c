"""A folder has one builder at a time, and readers do not wait for it."""

from pathlib import Path

import pytest

from core.artifacts import ArtifactError, Manifest, publish
from core.one_builder import built_once, locked


def test_what_is_there_is_read_though_another_one_builds(tmp_path: Path) -> None:
    folder, built = tmp_path / "thing", []

    def build() -> Manifest:
        built.append(1)
        return publish(folder, "thing", {}, {"a.txt": lambda path: path.write_bytes(b"a")})

    with locked(folder, "the thing"), pytest.raises(ArtifactError, match="being built already"):
        built_once(folder, "thing", "the thing", build)
    first = built_once(folder, "thing", "the thing", build)
    with locked(folder, "the thing"):
        assert built_once(folder, "thing", "the thing", build) == first
    assert built == [1]
    (folder / first.files["a.txt"]).write_text("b")
    assert built_once(folder, "thing", "the thing", build) != first
    assert built == [1, 1]
