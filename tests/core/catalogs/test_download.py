"""Fetching from a real server on this machine that cuts, refuses, changes and forgets."""

import hashlib
import io
import shutil
import socket
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from core.catalogs import download, fetch
from core.catalogs.catalog import Archive, CatalogSpec
from core.catalogs.download import download_catalog
from core.catalogs.fetch import BLOCK, DownloadError, fetch_archive
from core.catalogs.registry import CATALOGS, load_catalog


@dataclass
class Site:
    """What the server answers with, and what it was asked."""

    content: bytes = b""
    etag: str = '"first"'
    cuts: list[int] = field(default_factory=list)  # after so many bytes of each coming answer
    statuses: list[int] = field(default_factory=list)  # errors to answer with first
    honours_range: bool = True
    tells_length: bool = True
    ranges: list[str] = field(default_factory=list)
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        site = self.site
        asked = self.headers.get("Range", "")
        site.ranges.append(asked)
        if site.statuses:
            self.send_error(site.statuses.pop(0))
            return
        start = 0
        is_same = self.headers.get("If-Range") in (None, site.etag)
        if asked and site.honours_range and is_same:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            if start >= len(site.content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(site.content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(site.content) - 1}/{len(site.content)}")
        else:
            self.send_response(200)
        if site.etag:
            self.send_header("ETag", site.etag)
        body = site.content[start:]
        if site.tells_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: site.cuts.pop(0)] if site.cuts else body)

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr(fetch, "FIRST_PAUSE_S", 0.001)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    record = Site()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"site": record}))
    record.url = f"http://127.0.0.1:{server.server_address[1]}/set.zip"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield record
    server.shutdown()
    server.server_close()
    thread.join()


def _clothing_zip(count: int = 3) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(count):
            for part in ("train", "validation"):
                picture = io.BytesIO()
                Image.new("RGB", (400, 300), (number * 20, 9, 9)).save(picture, "BMP")
                picture.seek(0)
                jpeg = io.BytesIO()
                Image.open(picture).save(jpeg, "JPEG")
                archive.writestr(f"clothing-dataset-small-master/{part}/hat/{part}{number}.jpg", jpeg.getvalue())
        archive.writestr("clothing-dataset-small-master/README.md", b"x" * 300_000)
    return file.getvalue()


def _archive(site: Site, sha256: str | None = None) -> Archive:
    return Archive(site.url, sha256=sha256, strip=1, target="", about_bytes=1000)


@pytest.fixture
def spec(site: Site, data_root: Path) -> CatalogSpec:
    site.content = _clothing_zip()
    return replace(CATALOGS["clothing"], archives=(_archive(site),))


def _left(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def test_fetches_unpacks_and_leaves_nothing_else(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    steps: dict[str, list[tuple[int, int]]] = {}
    folder = download_catalog(spec, on_stage=lambda name: lambda *call: steps.setdefault(name, []).append(call))
    assert folder == data_root / "clothing"
    assert _left(data_root) == ["clothing"]
    assert load_catalog("clothing").items["category"].tolist() == ["hat"] * 6
    assert steps["Fetch clothing"][-1] == (len(site.content), len(site.content))
    assert list(steps) == ["Fetch clothing", "Unpack clothing"]
    asked = len(site.ranges)
    assert download_catalog(spec) == folder  # it is there: nobody is asked
    assert len(site.ranges) == asked


def test_a_cut_connection_is_taken_up_where_it_broke(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    site.cuts = [6 * BLOCK, 3 * BLOCK]
    download_catalog(spec)
    assert site.ranges == ["", f"bytes={6 * BLOCK}-", f"bytes={9 * BLOCK}-"]
    assert (data_root / "clothing" / "README.md").read_bytes() == b"x" * 300_000


def test_the_next_run_goes_on_where_the_last_one_gave_up(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    site.cuts = [BLOCK] * fetch.TRIES
    with pytest.raises(DownloadError, match=r"broke 5 times\. 0\.1 MB are kept\. Run the same command to go on"):
        download_catalog(spec)
    assert _left(data_root) == ["clothing.zip.part", "clothing.zip.part.json"]
    assert (data_root / "clothing.zip.part").read_bytes() == site.content[: 5 * BLOCK]
    site.ranges.clear()
    download_catalog(spec)
    assert site.ranges == [f"bytes={5 * BLOCK}-"]
    assert _left(data_root) == ["clothing"]


def test_a_whole_part_is_not_fetched_again(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    fetch_archive(spec.archives[0], data_root / "clothing.zip.part")
    site.ranges.clear()
    download_catalog(spec)
    assert site.ranges == [f"bytes={len(site.content)}-"]


def test_another_archive_by_now_is_fetched_from_the_start(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    site.cuts = [BLOCK] * fetch.TRIES
    with pytest.raises(DownloadError):
        download_catalog(spec)
    site.content, site.etag = _clothing_zip(5), '"second"'
    download_catalog(spec)
    assert len(load_catalog("clothing")) == 10


@pytest.mark.parametrize(
    "change",
    [{"honours_range": False}, {"etag": ""}, {"etag": 'W/"weak"'}],
    ids=["no ranges", "no ETag", "weak ETag"],
)
def test_a_server_that_cannot_resume_sends_all_of_it_again(
    spec: CatalogSpec, site: Site, data_root: Path, change: dict[str, object]
) -> None:
    for name, value in change.items():
        setattr(site, name, value)
    site.cuts = [100_000]
    download_catalog(spec)
    assert len(site.ranges) == 2
    assert len(load_catalog("clothing")) == 6


def test_a_cut_nobody_can_see_is_found_by_the_archive_itself(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    site.tells_length, site.cuts = False, [100_000]
    with pytest.raises(DownloadError, match=r"damaged .*thrown away: run the command again"):
        download_catalog(spec)
    assert _left(data_root) == []
    download_catalog(spec)
    assert len(load_catalog("clothing")) == 6


def test_a_busy_server_is_asked_again_and_a_refusal_is_not(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    site.statuses = [503, 429]
    download_catalog(spec)
    assert len(site.ranges) == 3
    shutil.rmtree(data_root / "clothing")
    site.ranges.clear()
    site.statuses = [404]
    with pytest.raises(DownloadError, match="the server answered 404 Not Found"):
        download_catalog(spec)
    assert len(site.ranges) == 1
    assert _left(data_root) == []


def test_the_published_checksum_is_checked(site: Site, data_root: Path) -> None:
    site.content = b"archive"
    part = data_root / "a.zip.part"
    fetch_archive(_archive(site, hashlib.sha256(b"archive").hexdigest()), part)
    assert part.read_bytes() == b"archive"
    with pytest.raises(DownloadError, match="SHA-256"):
        fetch_archive(_archive(site, "0" * 64), part)
    assert _left(data_root) == []


def test_offline_is_said_at_once(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    closed = replace(spec.archives[0], url=f"http://127.0.0.1:{port}/set.zip")
    with pytest.raises(DownloadError, match=r"cannot be reached: is this machine offline\? Run it again"):
        download_catalog(replace(spec, archives=(closed,)))
    assert _left(data_root) == []


def _hostile(members: list[tuple[str, bytes]]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (_hostile([("set/train/hat/a.jpg", b"x"), ("set/../../escaped.txt", b"x")]), "leaves its folder"),
        (_hostile([("set/pictures/a.jpg", b"x")]), "looks different now"),
        (b"<html>a page, not an archive</html>", "damaged"),
    ],
)
def test_an_archive_that_is_not_the_set_leaves_no_trace(
    spec: CatalogSpec, site: Site, data_root: Path, content: bytes, message: str
) -> None:
    site.content = content
    with pytest.raises(DownloadError, match=message):
        download_catalog(spec)
    assert not [path for path in data_root.parent.rglob("*") if path.name in ("escaped.txt", "clothing")]
    assert not list(data_root.glob(".clothing*"))


def test_files_of_somebody_else_are_left_alone(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    (data_root / "clothing").mkdir()
    (data_root / "clothing" / "mine.txt").write_text("mine")
    with pytest.raises(DownloadError, match="other files lie there"):
        download_catalog(spec)
    assert (data_root / "clothing" / "mine.txt").read_text() == "mine"
    assert site.ranges == []


def test_an_empty_folder_and_the_rest_of_a_killed_run_are_in_nobodys_way(
    spec: CatalogSpec, site: Site, data_root: Path
) -> None:
    (data_root / "clothing").mkdir()
    (data_root / ".clothing.unpacking-dead" / "train").mkdir(parents=True)
    download_catalog(spec)
    assert _left(data_root) == ["clothing"]


def test_two_at_once_do_not_write_the_same_file(spec: CatalogSpec, site: Site, data_root: Path) -> None:
    second: list[str] = []

    def interfere(name: str):
        if not second:
            with pytest.raises(DownloadError) as caught:
                download_catalog(spec)
            second.append(str(caught.value))
            assert (data_root / "clothing.zip.part").exists()  # the first one's, left alone
        return lambda done, total: None

    download_catalog(spec, on_stage=interfere)
    assert "by another process already" in second[0]


def test_a_full_disk_is_said_before_anything_is_fetched(
    spec: CatalogSpec, site: Site, data_root: Path, monkeypatch
) -> None:
    usage = shutil.disk_usage(data_root)
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda path: usage._replace(free=1000))
    with pytest.raises(DownloadError, match="Make room or set DRAPE_DATA"):
        download_catalog(spec)


def test_a_place_that_cannot_be_written_to_is_said(spec: CatalogSpec, data_root: Path, monkeypatch) -> None:
    def refuse(self: Path, *args: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(download.Path, "mkdir", refuse)
    with pytest.raises(DownloadError, match=r"cannot be written to\. Set DRAPE_DATA"):
        download_catalog(spec)


def test_a_set_without_an_archive_says_where_it_is(data_root: Path) -> None:
    with pytest.raises(DownloadError, match=r"mmlab.*Eval/list_eval_partition\.txt"):
        download_catalog(CATALOGS["deepfashion-inshop"])
