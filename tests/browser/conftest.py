import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import CHROMIUM, chromium, served
from tests.conftest import PHOTOS_ROOT

# A page follows when its script has run: on a loaded machine that may take longer than Playwright's five seconds.
expect.set_options(timeout=90_000)
RESULTS = '.grid[aria-label="Results, best first"] .item'


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: install Debian's package chromium")
    with chromium() as started:
        yield started


@pytest.fixture(scope="session")
def studio_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Drape on a machine without photos: the drawn catalogue, a small one."""
    artifacts, data = tmp_path_factory.mktemp("studio-artifacts"), tmp_path_factory.mktemp("no-data")
    with served(artifacts, data, studio_products=30) as address:
        yield address


@pytest.fixture(scope="session")
def photos_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Drape on the real photographs, catalogues built as `make demo` builds them."""
    assert PHOTOS_ROOT is not None
    with served(tmp_path_factory.mktemp("photos-artifacts"), PHOTOS_ROOT) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that fails its test on a script error, and notes every address it asked for."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors, errors


@pytest.fixture(scope="session", autouse=True)
def _no_proxy() -> None:
    os.environ["NO_PROXY"] = "127.0.0.1,localhost"
