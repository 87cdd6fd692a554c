"""Starting Drape as a person does, on a free port, and a Chromium that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@contextmanager
def served(artifacts: Path, data: Path, *, studio_products: int | None = None) -> Iterator[str]:
    """What `make demo` does after its set-up: build what is missing, serve. Yields the address."""
    environment = os.environ | {"DRAPE_ARTIFACTS": str(artifacts), "DRAPE_DATA": str(data)}
    if studio_products is not None:
        environment["DRAPE_STUDIO_PRODUCTS"] = str(studio_products)
    subprocess.run([sys.executable, "-m", "core", "prepare"], cwd=PROJECT, env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard/app.py", "--server.port", str(port)]
    log = (artifacts / "server.log").open("wb")
    server = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_until_up(f"http://127.0.0.1:{port}", server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


def wait_until_up(address: str, server: subprocess.Popen[bytes], seconds: float = 90) -> None:
    """Return when the server answers; raise if it ends or does not come up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"the dashboard did not come up at {address} (exit code {server.poll()})")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium, the one of the operating system."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
