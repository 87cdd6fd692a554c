"""The Search page on the drawn catalogue, in a real Chromium."""

import io
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import RESULTS

pytestmark = pytest.mark.browser


def open_search(page: Page, address: str, **asked: str) -> None:
    page.goto(address + "/?" + "&".join(f"{name}={value}" for name, value in asked.items()))
    expect(page.locator(RESULTS).first).to_be_visible(timeout=60_000)


def in_bytes(image: Image.Image, form: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def test_the_first_screen_works_without_a_click_and_asks_nobody_else(page: Page, studio_address: str) -> None:
    hosts: set[str | None] = set()
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    open_search(page, studio_address)
    expect(page.locator(RESULTS)).to_have_count(24)
    assert hosts - {None} == {"127.0.0.1"}


def test_a_chip_and_a_click_in_the_picture_choose_a_garment_and_a_reload_keeps_it(
    page: Page, studio_address: str
) -> None:
    open_search(page, studio_address)
    chips = page.locator(".chips button")
    assert chips.count() >= 3, "two garments and the whole picture"
    second = chips.nth(1).inner_text().split()[0].rstrip("0123456789.")
    chips.nth(1).click()
    expect(chips.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile("crop=g2"))
    expect(page.get_by_text(f"Searched for the {second}")).to_be_visible()
    page.wait_for_timeout(1500)  # the grid follows the line above it
    first = page.locator(f"{RESULTS} .title").first.inner_text()
    page.reload()
    expect(page.locator(f"{RESULTS} .title").first).to_have_text(first, timeout=60_000)
    expect(page.get_by_text(f"Searched for the {second}")).to_be_visible()
    expect(page.locator(".chips button").nth(1)).to_have_attribute("aria-pressed", "true")
    page.locator(".garment").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("crop=g1"))


def test_all_garments_get_a_row_each(page: Page, studio_address: str) -> None:
    open_search(page, studio_address)
    found = page.locator("g.garment").count()
    page.get_by_role("button", name="All garments").click()
    expect(page.locator('.grid[aria-label^="Items like the"]')).to_have_count(found)
    page.locator('.grid[aria-label^="Items like the"] button').first.click()
    expect(page).to_have_url(re.compile("photo=item"))


def test_a_box_is_drawn_dragged_and_moved_by_keys(page: Page, studio_address: str) -> None:
    open_search(page, studio_address, crop="none")
    expect(page.locator(".chips [aria-pressed=true]")).to_have_text("Whole picture")
    page.wait_for_timeout(3000)  # a drag is lost where the photo is drawn anew under it, as the page still settles
    frame = page.locator(".frame").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + 20, frame["y"] + 20)
    page.mouse.down()
    page.mouse.move(frame["x"] + 150, frame["y"] + 200, steps=6)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"crop=\d+"))
    expect(page.locator(".chips [aria-pressed=true]")).to_have_text("Your box")
    drawn = page.url
    page.wait_for_timeout(3000)
    page.locator(".box").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != drawn)
    moved = page.url
    handle = page.locator(".handle[data-at=se]")
    expect(handle).to_be_visible()  # the photo is drawn anew with every answer
    page.wait_for_timeout(3000)
    corner = handle.bounding_box()
    assert corner is not None
    page.mouse.move(corner["x"] + 12, corner["y"] + 12)
    page.mouse.down()
    page.mouse.move(corner["x"] + 40, corner["y"] + 70, steps=5)
    page.mouse.up()
    page.wait_for_url(lambda url: url != moved)


def test_search_goes_on_from_a_result(page: Page, studio_address: str) -> None:
    open_search(page, studio_address)
    result = page.locator(RESULTS).nth(2)
    title = result.locator(".title").inner_text()
    result.locator("button").click()
    expect(page).to_have_url(re.compile("photo=item"))
    expect(page.locator(".frame img")).to_have_attribute("alt", title)
    expect(page.locator(RESULTS).first).to_be_visible()


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("text.jpg", lambda: b"this is no picture", "another kind of file"),
        ("empty.png", lambda: b"", "empty"),
        ("notes.txt", lambda: b"this is no picture either", "another kind of file"),
        ("heavy.jpg", lambda: b"x" * 20_000_001, "at most 20 MB"),
        ("cut.jpg", lambda: in_bytes(Image.effect_noise((600, 600), 80), "JPEG")[:9000], "damaged or cut short"),
        ("thin.png", lambda: in_bytes(Image.new("RGB", (1, 400)), "PNG"), "at least 8 px"),
        ("huge.png", lambda: in_bytes(Image.new("1", (8000, 7000)), "PNG"), "50 megapixels"),
        (
            "moving.webp",
            lambda: in_bytes(
                Image.new("RGB", (32, 32), "red"),
                "WEBP",
                save_all=True,
                append_images=[Image.new("RGB", (32, 32), "blue")],
            ),
            "animated",
        ),
        ("../../../../etc/passwd.png", lambda: b"root", "another kind of file"),
    ],
)
def test_a_bad_upload_is_one_clear_sentence_and_the_page_lives_on(
    page: Page, studio_address: str, name: str, make: Callable[[], bytes], words: str
) -> None:
    open_search(page, studio_address)
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "image/png", "buffer": make()})
    expect(page.get_by_test_id("stAlert")).to_contain_text(words)
    assert "Traceback" not in page.content()
    expect(page.locator(RESULTS).first).to_be_visible()
    expect(page.locator("input[type=file]")).to_have_count(1)
    page.locator("input[type=file]").set_input_files(
        {"name": "good.png", "mimeType": "image/png", "buffer": in_bytes(Image.new("RGB", (200, 300), "navy"), "PNG")}
    )
    expect(page).to_have_url(re.compile("photo=upload"))
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.locator(RESULTS).first).to_be_visible()


def test_pictures_and_controls_have_names_for_screen_readers(page: Page, studio_address: str) -> None:
    open_search(page, studio_address)
    unnamed = page.evaluate(
        """() => {
          const all = [], walk = (root) => root.querySelectorAll('*').forEach((e) => {
            if (e.matches('img') && !e.alt) all.push(e.outerHTML.slice(0, 120));
            if (e.matches('button, [role=button]') && !(e.innerText || e.getAttribute('aria-label') || e.title))
              all.push(e.outerHTML.slice(0, 120));
            if (e.shadowRoot) walk(e.shadowRoot);
          });
          walk(document);
          return all;
        }"""
    )
    assert unnamed == []


def test_a_phone_shows_it_without_scrolling_sideways(browser: Browser, studio_address: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    open_search(page, studio_address)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".frame").bounding_box()["width"] <= 390
    page.close()


def test_dark_is_dark(browser: Browser, studio_address: str) -> None:
    page = browser.new_page(color_scheme="dark")
    open_search(page, studio_address)
    colour = page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", colour)[:3]) < 40
    page.close()


def test_fifty_results_send_less_than_a_megabyte(page: Page, studio_address: str) -> None:
    weights: list[int] = []
    page.on("response", lambda response: weights.append(len(response.body())) if "/picture" in response.url else None)
    open_search(page, studio_address, k="48", catalog="studio")
    page.mouse.wheel(0, 20_000)
    page.wait_for_timeout(1500)
    assert len(weights) >= 24
    assert sum(weights) / len(weights) * 50 < 1_000_000
