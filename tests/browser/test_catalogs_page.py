"""The Catalogues page: look, check, build by a click, search from an item."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RESULTS

pytestmark = pytest.mark.browser


def test_an_encoder_is_built_by_a_click_and_searched_with(page: Page, studio_address: str) -> None:
    page.goto(studio_address + "/?encoder=efficientnet-lite0")
    expect(page.get_by_text("is not ready for EfficientNet-Lite0")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Build it").click()
    expect(page.locator(RESULTS).first).to_be_visible(timeout=180_000)


def test_the_page_shows_items_and_leads_to_a_search(page: Page, studio_address: str) -> None:
    page.goto(studio_address + "/catalogues")
    grid = page.locator('.grid[aria-label="Some items of studio"]')
    expect(grid.locator(".item").first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Not on this machine")).to_be_visible()
    grid.locator("button").nth(1).click()
    expect(page).to_have_url(re.compile("photo=item"))
    expect(page.locator(RESULTS).first).to_be_visible(timeout=60_000)


def test_the_pictures_are_checked_by_a_click(page: Page, studio_address: str) -> None:
    page.goto(studio_address + "/catalogues")
    page.get_by_role("tab", name="Condition").click()
    page.get_by_role("button", name="Check the pictures").click()
    expect(page.get_by_text("Pictures opened")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("Channel mean")).to_be_visible()
