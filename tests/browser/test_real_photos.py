"""A real street photo searches both real catalogues, in a real Chromium."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RESULTS
from tests.conftest import PHOTOS_ROOT

pytestmark = [pytest.mark.browser, pytest.mark.photos]


@pytest.mark.parametrize("catalog", ["fashion-products", "clothing"])
def test_a_street_photo_is_uploaded_its_second_garment_picked_and_results_seen(
    page: Page, photos_address: str, catalog: str
) -> None:
    assert PHOTOS_ROOT is not None
    page.goto(f"{photos_address}/?catalog={catalog}")
    expect(page.locator(RESULTS)).to_have_count(24, timeout=120_000)
    expect(page.locator("input[type=file]")).to_have_count(1)
    page.locator("input[type=file]").set_input_files(PHOTOS_ROOT / "street" / "photos" / "0338.jpg")
    expect(page).to_have_url(re.compile("photo=upload"))
    expect(page.locator(".frame img")).to_have_attribute("alt", "Your photo")
    chips = page.locator(".chips button")
    assert chips.count() >= 4, "a person in the street wears at least three things that are found"
    before = page.locator(RESULTS).all_inner_texts()
    chips.nth(1).click()
    expect(chips.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(RESULTS).first).not_to_have_text(before[0])
    expect(page.locator(RESULTS)).to_have_count(24)
    loaded = page.locator(f"{RESULTS} img").first.evaluate("image => image.decode().then(() => image.naturalWidth)")
    assert loaded > 100
    scores = [float(text) for text in page.locator(f"{RESULTS} .score").all_inner_texts()]
    assert scores == sorted(scores, reverse=True)
