"""Several encoders beside each other on the Search page, in a real Chromium, on the drawn catalogue."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core import settings
from tests.browser.conftest import RESULTS
from tests.browser.serving import PROJECT, served

pytestmark = pytest.mark.browser
FIRST, SECOND = settings.DEFAULT_ENCODER, "efficientnet-lite0"
COLUMN = ".columns .column"
SLOW = 120_000


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Drape with a small drawn catalogue, built by two encoders."""
    artifacts, data = tmp_path_factory.mktemp("columns-artifacts"), tmp_path_factory.mktemp("no-data")
    with served(artifacts, data, studio_products=30) as started:
        folders = {"DRAPE_ARTIFACTS": str(artifacts), "DRAPE_DATA": str(data), "DRAPE_STUDIO_PRODUCTS": "30"}
        command = [sys.executable, "-m", "core", "build", "--catalog", "studio", "--encoder", SECOND]
        subprocess.run(command, cwd=PROJECT, env=os.environ | folders, check=True)
        yield started


def shared_tile(page: Page) -> Any:
    """A result of the first column that the second one has too."""
    return page.locator(f"{COLUMN}:first-child .item:has(.mark)").first


def test_two_are_chosen_linked_fused_and_kept_by_a_reload(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(RESULTS).first).to_be_visible(timeout=SLOW)
    page.get_by_role("button", name="Compare encoders").click()
    expect(page.locator(COLUMN)).to_have_count(2, timeout=SLOW)
    expect(page).to_have_url(re.compile(f"encoder={FIRST}(,|%2C){SECOND}"))
    expect(page.get_by_text("Rank-biased overlap")).to_be_visible()
    expect(page.locator(f"{COLUMN} .time")).to_have_text([re.compile(r"^\d+ ms$")] * 2)

    tile = shared_tile(page)
    key = tile.evaluate("tile => tile.dataset.key")
    tile.hover()
    expect(page.locator(".item.linked")).to_have_count(2)
    assert page.locator(".item.linked").evaluate_all("tiles => tiles.map(tile => tile.dataset.key)") == [key, key]
    page.mouse.move(5, 5)
    expect(page.locator(".item.linked")).to_have_count(0)

    page.get_by_text("Fusion", exact=True).first.click()
    expect(page.locator(COLUMN)).to_have_count(3, timeout=SLOW)
    expect(page.locator(f"{COLUMN} .letter")).to_have_text(["A", "B", "F"])
    expect(page).to_have_url(re.compile("fusion=1"))
    page.wait_for_timeout(1500)
    shown = page.locator(f"{COLUMN}:last-child .title").all_inner_texts()
    page.reload()
    expect(page.locator(COLUMN)).to_have_count(3, timeout=SLOW)
    expect(page.locator(f"{COLUMN}:last-child .title")).to_have_text(shown, timeout=SLOW)


def test_the_keyboard_shows_links_and_goes_along_them(page: Page, address: str) -> None:
    page.goto(f"{address}/?encoder={FIRST},{SECOND}")
    expect(page.locator(COLUMN)).to_have_count(2, timeout=SLOW)
    tile = shared_tile(page)
    rank = tile.locator(".mark").inner_text().split()[-1]
    tile.locator(".picture").focus()
    expect(page.locator(".item.linked")).to_have_count(2)
    page.keyboard.press("ArrowRight")
    there = page.locator(f"{COLUMN}:last-child .item:has(.picture:focus)")
    expect(there.locator(".rank")).to_have_text(rank)
    expect(there).to_have_class(re.compile("linked"))
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f"{COLUMN}:first-child .item:has(.picture:focus)")).to_have_count(1)
    tile.locator(".mark").click()
    expect(there.locator(".rank")).to_have_text(rank)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("photo=item"))
    expect(page.locator(COLUMN)).to_have_count(2, timeout=SLOW)


def test_definitions_are_a_click_away(page: Page, address: str) -> None:
    page.goto(f"{address}/?encoder={FIRST},{SECOND}")
    page.get_by_role("button", name="What the numbers say").click(timeout=SLOW)
    expect(page.get_by_text("Webber, Moffat and Zobel")).to_be_visible()


def test_a_phone_scrolls_the_columns_and_not_the_page(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 420, "height": 900})
    page.goto(f"{address}/?encoder={FIRST},{SECOND}&fusion=1")
    expect(page.locator(COLUMN)).to_have_count(3, timeout=SLOW)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= window.innerWidth")
    assert page.locator(".columns").evaluate("columns => columns.scrollWidth > columns.clientWidth")
    page.close()


def test_why_a_result_matches_is_shown_for_each_encoder_and_result(page: Page, address: str) -> None:
    page.goto(f"{address}/?encoder={FIRST},{SECOND}")
    expect(page.locator(COLUMN)).to_have_count(2, timeout=SLOW)
    page.get_by_role("button", name="Why did this match").click()
    dialog = page.get_by_role("dialog")
    pictures = dialog.locator("[data-testid=stImage] img, [data-testid=stImageContainer] img")
    expect(pictures).to_have_count(2, timeout=SLOW)
    expect(dialog.get_by_text(re.compile("^Rank 1: "))).to_be_visible()
    score = dialog.get_by_text(re.compile("^Score "))
    first_score, first_map = score.inner_text(), pictures.last.get_attribute("src")

    dialog.locator(".item .picture").nth(2).click()
    expect(dialog.get_by_text(re.compile("^Rank 3: "))).to_be_visible(timeout=SLOW)
    expect(score).not_to_have_text(first_score)
    assert pictures.last.get_attribute("src") != first_map

    dialog.get_by_role("radio").last.click()
    expect(dialog.get_by_role("radio").last).to_be_checked()
    expect(pictures).to_have_count(2, timeout=SLOW)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator(COLUMN)).to_have_count(2)
