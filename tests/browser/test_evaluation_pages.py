"""From a number to the queries behind it, in a real Chromium, on the drawn catalogue measured by the command line."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import RESULTS
from tests.browser.serving import PROJECT, served

pytestmark = pytest.mark.browser
FIRST, SECOND = "efficientnet-lite2", "efficientnet-lite2+pca-8"
PAGES = ("metrics", "confusion", "queries", "report")
ROWS = ".list > .row"


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, dict[str, Any]]]:
    """The address, and the JSON of the command that measured two runs."""
    artifacts, data = tmp_path_factory.mktemp("measured-artifacts"), tmp_path_factory.mktemp("no-data")
    with served(artifacts, data, studio_products=30) as address:
        yield address, evaluate(artifacts, data)


def evaluate(artifacts: Path, data: Path) -> dict[str, Any]:
    folders = {"DRAPE_ARTIFACTS": str(artifacts), "DRAPE_DATA": str(data), "DRAPE_STUDIO_PRODUCTS": "30"}
    command = [sys.executable, "-m", "core", "evaluate", "--catalog", "studio", "--encoder", FIRST]
    command += ["--features", "none", "--features", "pca:8", "--json"]
    done = subprocess.run(command, cwd=PROJECT, env=os.environ | folders, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def cell_of(page: Page, run_words: str, column: str) -> Any:
    return page.get_by_role("button", name=re.compile(rf"^{run_words}, {re.escape(column)} "))


def test_a_number_is_that_of_the_command_line_and_leads_to_its_queries(
    page: Page, measured: tuple[str, dict[str, Any]]
) -> None:
    address, record = measured
    relevance = record["relevance"][0]
    page.goto(f"{address}/metrics?catalog=studio&k=10")
    cell = cell_of(page, "EfficientNet-Lite2 PCA 8", "P@10")
    expect(cell).to_be_visible(timeout=60_000)
    told = record["runs"][SECOND]["metrics"][relevance]["P@10"]
    expect(cell.locator(".value")).to_have_text(f"{told['mean']:.3f}")
    expect(cell.locator(".range")).to_have_text(f"{told['low']:.3f} to {told['high']:.3f}")
    cell.click()
    expect(page).to_have_url(re.compile(r"/queries\?.*run=efficientnet-lite2%2Bpca-8"))
    expect(page).to_have_url(re.compile("metric=P%4010"))
    expect(page.locator(ROWS).first).to_be_visible(timeout=60_000)


def test_a_head_sorts_and_its_definition_is_one_click_away(page: Page, measured: tuple[str, dict[str, Any]]) -> None:
    page.goto(f"{measured[0]}/metrics?catalog=studio")
    head = page.get_by_role("button", name="MRR", exact=True)
    expect(head).to_be_visible(timeout=60_000)
    head.click()
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("MRR")
    expect(page).to_have_url(re.compile("sort=RR"))
    page.get_by_role("button", name="What MRR means").press("Enter")
    expect(page.get_by_text("1 / rank of the first relevant item.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("1 / rank of the first relevant item.")).to_be_hidden()


def test_from_a_pair_to_a_query_to_the_search(page: Page, measured: tuple[str, dict[str, Any]]) -> None:
    page.goto(f"{measured[0]}/metrics?catalog=studio&first={FIRST}")
    won = page.locator('.grid[aria-label^="Queries that EfficientNet-Lite2"] button')
    expect(won.first).to_be_visible(timeout=60_000)
    won.first.click()
    expect(page).to_have_url(re.compile(r"/queries\?.*query="))
    expect(page.locator(".line")).to_have_count(2, timeout=60_000)
    expect(page.locator(".answers").first.locator(".badge").first).to_be_visible()
    page.get_by_role("button", name="Search from this one", exact=True).last.click()
    expect(page).to_have_url(re.compile("photo=item"))
    expect(page.locator(RESULTS).first).to_be_visible(timeout=60_000)


def test_from_a_cell_of_the_matrix_to_its_queries_to_one_of_them(
    page: Page, measured: tuple[str, dict[str, Any]]
) -> None:
    address, record = measured
    page.goto(f"{address}/confusion?catalog=studio&run={SECOND.replace('+', '%2B')}&classes=all")
    matrix = page.locator(".js-plotly-plot .scatterlayer .point")
    expect(matrix.first).to_be_attached(timeout=60_000)
    pair = record["runs"][SECOND]["confusion"]["worst_pairs"][0]
    expect(page.get_by_text(f"of {pair['true']}, taken for {pair['predicted']}")).to_be_visible()
    box = matrix.first.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile("true="))
    opened = re.search(r"true=([^&]+)&predicted=([^&]+)", page.url)
    assert opened is not None
    expect(page.get_by_text(f"of {opened[1]}, taken for {opened[2]}".replace("+", " "))).to_be_visible()
    page.locator(f"{ROWS} .ask").first.click()
    expect(page).to_have_url(re.compile(r"/queries\?.*query="))
    expect(page.locator(".line")).to_have_count(2, timeout=60_000)


def test_a_reload_shows_the_same(page: Page, measured: tuple[str, dict[str, Any]]) -> None:
    page.goto(f"{measured[0]}/queries?catalog=studio&run={FIRST}")
    expect(page.locator(ROWS)).to_have_count(12, timeout=60_000)
    page.get_by_text("Best", exact=True).click()
    expect(page).to_have_url(re.compile("order=best"))
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect(page).to_have_url(re.compile("page=2"))
    page.wait_for_timeout(1500)  # the list follows
    shown = page.locator(f"{ROWS} .ask").first.get_attribute("aria-label")
    page.reload()
    expect(page.locator(f"{ROWS} .ask").first).to_have_attribute("aria-label", str(shown), timeout=60_000)


def test_the_report_is_written_and_taken_away(page: Page, measured: tuple[str, dict[str, Any]]) -> None:
    page.goto(f"{measured[0]}/report?catalog=studio")
    page.get_by_role("button", name="Write the report").click(timeout=60_000)
    button = page.get_by_role("button", name=re.compile("^Report, HTML"))
    expect(button).to_be_visible(timeout=120_000)
    with page.expect_download() as download:
        button.click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    mean = measured[1]["runs"][FIRST]["metrics"][measured[1]["relevance"][0]]["AP"]["mean"]
    assert f"{mean:.3f}" in text
    expect(page.get_by_role("button", name=re.compile(r"kB\)$")).first).to_be_visible()


@pytest.mark.parametrize("name", PAGES)
def test_a_phone_shows_it_without_scrolling_sideways(
    browser: Browser, measured: tuple[str, dict[str, Any]], name: str
) -> None:
    page = browser.new_page(viewport={"width": 420, "height": 900})
    page.goto(f"{measured[0]}/{name}?catalog=studio")
    expect(page.get_by_role("heading", name=name.capitalize())).to_be_visible(timeout=60_000)
    page.wait_for_timeout(3000)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= window.innerWidth")
    page.close()
