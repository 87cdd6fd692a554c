"""A build killed at any point leaves the old set or the new one, never a mixture, and the next build works."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from core.artifacts import ArtifactError, load_manifest, publish
from tests.conftest import PROJECT

OLD = {"one.npy": b"old one", "two.npy": b"old two"}
NEW = {"one.npy": b"new one", "two.npy": b"new two"}

# Publishes NEW into argv[1] and dies, as by kill -9, at the point that argv[2] names.
CHILD = """
import os, signal, sys
from pathlib import Path
from core import artifacts

folder, point = Path(sys.argv[1]), sys.argv[2]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def dying(name, before):
    real = getattr(artifacts, name)
    def wrapped(*arguments):
        if before:
            die()
        real(*arguments)
        die()
    setattr(artifacts, name, wrapped)

def write(path, data):
    path.write_bytes(data[:3])
    if point == "half a file":
        die()
    path.write_bytes(data)
    if point == "after the first file":
        die()

if point == "before the manifest":
    dying("write_text_atomically", before=True)
elif point == "manifest written under its temporary name":
    os.replace = die
elif point == "manifest in place":
    dying("write_text_atomically", before=False)
elif point == "half of the old set removed":
    Path.unlink, real = (lambda path, **options: (real(path), die())), Path.unlink
elif point == "after all":
    dying("_remove_other_generations", before=False)
artifacts.publish(folder, "gallery", {}, {
    "one.npy": lambda path: write(path, b"new one"), "two.npy": lambda path: write(path, b"new two")})
"""
POINTS = {
    "half a file": OLD,
    "after the first file": OLD,
    "before the manifest": OLD,
    "manifest written under its temporary name": OLD,
    "manifest in place": NEW,
    "half of the old set removed": NEW,
    "after all": NEW,
}


def read(folder: Path) -> dict[str, bytes]:
    manifest = load_manifest(folder, "gallery", rebuild="build")
    return {name: (folder / file).read_bytes() for name, file in manifest.files.items()}


def publish_all(folder: Path, content: dict[str, bytes]) -> None:
    one, two = content["one.npy"], content["two.npy"]
    writers = {"one.npy": lambda path: path.write_bytes(one), "two.npy": lambda path: path.write_bytes(two)}
    publish(folder, "gallery", {}, writers)


def killed_at(point: str, folder: Path) -> None:
    child = subprocess.run([sys.executable, "-c", CHILD, str(folder), point], cwd=PROJECT, capture_output=True)
    assert child.returncode == -signal.SIGKILL, child.stderr.decode()


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_an_older_set_is_there(tmp_path: Path, point: str) -> None:
    publish_all(tmp_path, OLD)
    killed_at(point, tmp_path)
    assert read(tmp_path) == POINTS[point]
    for path in tmp_path.iterdir():
        os.utime(path, (0, 0))
    publish_all(tmp_path, {"one.npy": b"3", "two.npy": b"4"})
    assert read(tmp_path) == {"one.npy": b"3", "two.npy": b"4"}
    assert len(list(tmp_path.iterdir())) == 3  # what the killed one left is gone


@pytest.mark.parametrize("point", [point for point, found in POINTS.items() if found is OLD])
def test_killed_while_nothing_is_there(tmp_path: Path, point: str) -> None:
    killed_at(point, tmp_path)
    with pytest.raises(ArtifactError, match="there is none"):
        read(tmp_path)


def test_readers_beside_a_builder_see_whole_sets(tmp_path: Path) -> None:
    """Sets are told apart by their content; a reader must never see parts of two, nor an error."""
    loop = """
import sys
from pathlib import Path
from core.artifacts import publish
for number in range(60):
    text = str(number).encode()
    publish(Path(sys.argv[1]), "gallery", {"number": number},
        {name: lambda path: path.write_bytes(text) for name in ("one.npy", "two.npy")})
"""
    publish_all(tmp_path, {"one.npy": b"start", "two.npy": b"start"})
    builder = subprocess.Popen([sys.executable, "-c", loop, str(tmp_path)], cwd=PROJECT)
    seen = set()
    while builder.poll() is None:
        manifest = load_manifest(tmp_path, "gallery", rebuild="build")
        assert len(set(manifest.sha256.values())) == 1
        seen.add(manifest.settings.get("number"))
    assert builder.wait() == 0
    assert len(seen) > 3
