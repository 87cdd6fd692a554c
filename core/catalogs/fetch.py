"""One archive over HTTP, into a file that grows: taken up again after a break, and checked."""

import json
import os
import shutil
import time
from pathlib import Path
from typing import BinaryIO

import requests

from core.catalogs.catalog import Archive, CatalogError, OnProgress
from core.catalogs.registry import ignore_progress
from core.files import sha256_of, write_text_atomically

TIMEOUT_S = (15, 60)  # to connect, and between two pieces
TRIES = 5
FIRST_PAUSE_S = 1.0
BLOCK = 1 << 14  # a break loses the piece that is under way: small ones
MAX_ARCHIVE_BYTES = 8_000_000_000
# Room for the unpacked files beside the archive; photos hardly shrink in a zip file.
UNPACKED_TIMES = 1.3


class DownloadError(CatalogError):
    """A data set could not be fetched. The message says why and what to do."""


def fetch_archive(archive: Archive, part: Path, *, on_progress: OnProgress = ignore_progress) -> None:
    """Fetch an archive into `part`, going on from what is there; a broken connection is taken up again.

    Raises:
        DownloadError: Offline, refused by the server, broken again and again, or not what was expected.
    """
    with part.open("ab") as sink:
        for attempt in range(TRIES):
            try:
                _fetch_rest(archive, part, sink, on_progress)
                break
            except requests.RequestException as error:
                if attempt == TRIES - 1 or not _is_passing(error):
                    raise DownloadError(_failure(archive, part, error)) from error
                time.sleep(FIRST_PAUSE_S * 2**attempt)
    if archive.sha256 is not None and sha256_of(part) != archive.sha256:
        forget_part(part)
        raise DownloadError(f"{archive.url}: its SHA-256 is not the published one. It was thrown away.")


def _fetch_rest(archive: Archive, part: Path, sink: BinaryIO, on_progress: OnProgress) -> None:
    """One request for what is missing, written to the end of `sink`."""
    done = sink.seek(0, os.SEEK_END)
    validator = _read_validator(part, archive) if done else None
    headers = {"Accept-Encoding": "identity"}
    if validator:
        # The server sends the rest only if the archive is still the one that was begun, else all of it.
        headers |= {"Range": f"bytes={done}-", "If-Range": validator}
    with requests.get(archive.url, headers=headers, stream=True, timeout=TIMEOUT_S) as response:
        if response.status_code == 416 and _total_of_range(response) == done:
            return
        if response.status_code == 206 and _starts_at(response, done):
            total = _total_of_range(response) or 0
        else:
            if response.status_code in (206, 416):
                _start_over(part, sink)
                raise requests.ConnectionError("the server and the part on disk disagree")
            response.raise_for_status()
            _start_over(part, sink)
            _write_validator(part, archive, response)
            done, total = 0, int(response.headers.get("Content-Length", 0))
        _check_room(part.parent, max(total, archive.about_bytes), done)
        for block in response.iter_content(BLOCK):
            sink.write(block)
            done += len(block)
            if done > MAX_ARCHIVE_BYTES:
                raise DownloadError(
                    f"{archive.url}: more than {MAX_ARCHIVE_BYTES / 1e9:.0f} GB, which is not expected."
                )
            on_progress(done, max(total or archive.about_bytes, done))
        sink.flush()
        if total and done != total:
            raise requests.ConnectionError(f"{done} of {total} bytes came")
        on_progress(done, done)


def _start_over(part: Path, sink: BinaryIO) -> None:
    sink.truncate(0)
    _validator_file(part).unlink(missing_ok=True)


def _starts_at(response: requests.Response, done: int) -> bool:
    return response.headers.get("Content-Range", "").startswith(f"bytes {done}-")


def _total_of_range(response: requests.Response) -> int | None:
    total = response.headers.get("Content-Range", "").rpartition("/")[2]
    return int(total) if total.isdecimal() else None


def _validator_file(part: Path) -> Path:
    return part.with_name(f"{part.name}.json")


def _write_validator(part: Path, archive: Archive, response: requests.Response) -> None:
    """Keep what names this very archive: a strong ETag, else its date; without it nothing resumes."""
    etag = response.headers.get("ETag", "")
    validator = etag if etag and not etag.startswith("W/") else response.headers.get("Last-Modified", "")
    write_text_atomically(_validator_file(part), json.dumps({"url": archive.url, "validator": validator}))


def _read_validator(part: Path, archive: Archive) -> str | None:
    try:
        record = json.loads(_validator_file(part).read_text(encoding="utf-8"))
        return str(record["validator"]) or None if record["url"] == archive.url else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_part(part: Path) -> None:
    """Throw a part away, whole or not, with what is known of it."""
    part.unlink(missing_ok=True)
    _validator_file(part).unlink(missing_ok=True)


def _check_room(folder: Path, expected: int, done: int) -> None:
    needed = int(expected * (1 + UNPACKED_TIMES)) - done
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise DownloadError(
            f"expected {needed / 1e6:.0f} MB free in {folder}, but there are {free / 1e6:.0f} MB. "
            "Make room or set DRAPE_DATA to another disk."
        )


def _is_passing(error: requests.RequestException) -> bool:
    """Whether another try may help: a broken connection or a busy server, not a refusal or no way there."""
    if isinstance(error, requests.HTTPError):
        return error.response is not None and (error.response.status_code >= 500 or error.response.status_code == 429)
    if isinstance(error, requests.exceptions.ConnectTimeout | requests.exceptions.ProxyError):
        return False
    # A host that cannot be found or reached at all stays so; what breaks later may be taken up again.
    return "Max retries exceeded" not in str(error)


def _failure(archive: Archive, part: Path, error: requests.RequestException) -> str:
    have = part.stat().st_size
    kept = f" {have / 1e6:.1f} MB are kept." if have else ""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"{archive.url}: the server answered {error.response.status_code} {error.response.reason}.{kept}"
    if not _is_passing(error):
        return f"{archive.url} cannot be reached: is this machine offline?{kept} Run it again when online."
    return f"{archive.url}: the connection broke {TRIES} times.{kept} Run the same command to go on."
