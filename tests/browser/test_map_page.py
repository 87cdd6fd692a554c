"""The Map page in a real Chromium: a lasso, a click, the live query, the legend; with WebGL and without."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from core import settings

pytestmark = pytest.mark.browser

READY = '.map[data-ready="all"]'
# The viewer is in a shadow root: playwright's selectors look into it, and `evaluate` gets the element itself.
PLACE = """(map, row) => { const pane = map.viewer.panes[0]; return pane.screen(pane.points.placeOf(row)); }"""
# The item that is furthest from all others: a click on it cannot mean another.
LONELIEST = """map => {
  const { points } = map.viewer.panes[0], { place } = points;
  const away = (one, two) => Math.hypot(place[2 * one] - place[2 * two], place[2 * one + 1] - place[2 * two + 1]);
  const all = [...Array(points.count).keys()];
  const alone = all.map((one) => Math.min(...all.map((two) => (one === two ? Infinity : away(one, two)))));
  return points.rows[alone.indexOf(Math.max(...alone))];
}"""
VISIBLE = """map => {
  const { points } = map.viewer.panes[0];
  return [...Array(points.count).keys()].filter((at) => points.isVisible(at)).length;
}"""


def open_map(page: Page, address: str, query: str = "") -> Any:
    page.goto(f"{address}/map?map=pca{query}")
    view = page.locator(READY)
    expect(view).to_have_count(1, timeout=90_000)
    return view


def drag(page: Page, places: list[tuple[float, float]]) -> None:
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()


def test_a_lasso_holds_items_and_shows_their_pictures(page: Page, studio_address: str) -> None:
    view = open_map(page, studio_address)
    box = page.locator("canvas.over").bounding_box()
    assert box
    page.get_by_role("radio", name=re.compile("Lasso")).click()
    left, top, right, bottom = box["x"] + 5, box["y"] + 5, box["x"] + box["width"] / 2, box["y"] + box["height"] - 5
    drag(page, [(left, top), (right, top), (right, (top + bottom) / 2), (right, bottom), (left, bottom), (left, top)])
    grid = page.locator('.grid[aria-label="Selected items"] .item')
    expect(grid.first).to_be_visible(timeout=90_000)
    inside = view.evaluate("map => map.viewer.chosen.size")
    expect(page.get_by_role("strong").filter(has_text=f"{inside} items selected")).to_be_visible()
    assert 0 < inside < 90
    expect(page).to_have_url(re.compile("area=0"))
    page.reload()
    expect(page.get_by_role("strong").filter(has_text=f"{inside} items selected")).to_be_visible(timeout=60_000)
    grid.first.locator("button").click()
    expect(page).to_have_url(re.compile("photo=item"), timeout=90_000)


# The list beside the map may be there before the map has heard of it.
NEIGHBOURS_DRAWN = """async (map, row) => {
  const drawn = () => map.viewer.neighboursOf(map.viewer.panes[0], row).length;
  for (let tries = 0; tries < 300 && drawn() === 0; tries++) await new Promise((next) => setTimeout(next, 100));
  return drawn();
}"""


def test_a_clicked_point_shows_its_neighbours_listed_and_on_the_map(page: Page, studio_address: str) -> None:
    view = open_map(page, studio_address)
    row = view.evaluate(LONELIEST)
    box, (left, top) = page.locator("canvas.over").bounding_box(), view.evaluate(PLACE, row)
    assert box
    page.mouse.click(box["x"] + left, box["y"] + top)
    near = page.locator('.grid[aria-label^="Nearest items by"] .item')
    expect(near).to_have_count(12, timeout=90_000)
    scores = [float(text) for text in page.locator('.grid[aria-label^="Nearest"] .score').all_inner_texts()]
    assert scores == sorted(scores, reverse=True)
    assert view.evaluate(NEIGHBOURS_DRAWN, row) == 12
    expect(page).to_have_url(re.compile("item="))
    first = near.first.locator("img").get_attribute("alt")
    near.first.locator("button").click()
    expect(page.get_by_role("button", name=f"Search from this one: {first}")).to_be_visible(timeout=90_000)


def test_the_searched_photo_is_found_on_the_map(page: Page, studio_address: str) -> None:
    page.goto(studio_address)
    page.get_by_role("button", name="Show on the map").click(timeout=60_000)
    expect(page).to_have_url(re.compile("/map.*photo="))
    expect(page.locator(".map[data-ready]")).to_have_count(1, timeout=60_000)
    pin = page.locator("button.query")
    expect(pin).to_be_visible()
    expect(page.get_by_text(re.compile("geometric median"))).to_be_visible()
    pin.click()  # looks closer
    view = page.locator(".map[data-ready]")
    assert view.evaluate("map => map.viewer.panes[0].camera.zoom") > 1
    assert view.evaluate("map => map.viewer.panes[0].data.query.rows.length") == 12


def test_the_legend_shows_one_class_alone_and_hides_another(page: Page, studio_address: str) -> None:
    view = open_map(page, studio_address)
    everything = view.evaluate(VISIBLE)
    first = page.locator(".legend .class").first
    count = int(first.locator(".count").inner_text())
    first.click()
    assert view.evaluate(VISIBLE) == count
    expect(first).to_have_attribute("aria-pressed", "true")
    first.click()
    first.click(modifiers=["Shift"])
    assert view.evaluate(VISIBLE) == everything - count
    page.get_by_role("button", name="Show all").click()
    assert view.evaluate(VISIBLE) == everything


def test_a_title_is_found_and_gone_to_by_keyboard(page: Page, studio_address: str) -> None:
    view = open_map(page, studio_address)
    title = view.evaluate("map => map.viewer.items.titles[0]")
    page.get_by_role("searchbox", name="Find items by title").fill(title)
    expect(page.locator(".found")).to_contain_text("found")
    page.keyboard.press("Enter")
    assert view.evaluate("map => map.viewer.items.titles[map.viewer.state.picked]") == title
    page.locator("canvas.over").focus()
    page.keyboard.press("Escape")
    assert view.evaluate("map => map.viewer.state.picked") is None
    zoom = view.evaluate("map => map.viewer.panes[0].camera.zoom")
    page.keyboard.press("+")
    assert view.evaluate("map => map.viewer.panes[0].camera.zoom") > zoom
    page.keyboard.press("v")
    assert view.evaluate("map => map.viewer.chosen.size") > 0


def test_pictures_take_the_place_of_dots_when_near(page: Page, studio_address: str) -> None:
    pictures: list[str] = []
    page.on("request", lambda request: pictures.append(request.url) if "side=120" in request.url else None)
    open_map(page, studio_address)
    assert not pictures, "from afar there are dots only"
    with page.expect_response(re.compile("picture.*side=120")):
        for _ in range(3):
            page.get_by_role("button", name="Zoom in").click()


@pytest.mark.parametrize("is_plain", [False, True])
def test_points_are_painted_with_webgl_and_without(browser: Browser, studio_address: str, is_plain: bool) -> None:
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    if is_plain:
        context.add_init_script(
            "const get = HTMLCanvasElement.prototype.getContext;"
            "HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {"
            " return kind === 'webgl2' ? null : get.call(this, kind, ...rest); };"
        )
    page = context.new_page()
    view = open_map(page, studio_address)
    painter = view.evaluate("map => map.viewer.panes[0].painter.constructor.name")
    has_webgl = page.evaluate("!!document.createElement('canvas').getContext('webgl2')")
    assert painter == ("GlPainter" if has_webgl else "CanvasPainter")
    assert not (is_plain and has_webgl)
    painted = view.evaluate(
        """map => new Promise((done) => {
          const pane = map.viewer.panes[0];
          pane.painter.draw(pane.camera, pane.pointPx, pane.ratio);
          const copy = document.createElement("canvas");
          Object.assign(copy, { width: pane.canvas.width, height: pane.canvas.height });
          const context = copy.getContext("2d");
          context.drawImage(pane.canvas, 0, 0);
          const data = context.getImageData(0, 0, copy.width, copy.height).data;
          let count = 0;
          for (let at = 3; at < data.length; at += 4) if (data[at] > 100) count++;
          done(count);
        })"""
    )
    assert painted > 500
    context.close()


def test_an_exported_page_works_alone(page: Page, tmp_path: Path, studio_address: str) -> None:
    answer = page.request.get(f"{studio_address}/api/maps/studio/{settings.DEFAULT_ENCODER}/pca/export/page")
    assert answer.ok
    file = tmp_path / "map.html"
    file.write_bytes(answer.body())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.startswith("http") else None)
    page.goto(file.as_uri())
    view = page.locator(READY)
    expect(view).to_have_count(1, timeout=90_000)
    assert view.evaluate("map => map.viewer.panes[0].points.count") == 90
    row = view.evaluate(LONELIEST)
    box, (left, top) = page.locator("canvas.over").bounding_box(), view.evaluate(PLACE, row)
    assert box
    page.mouse.click(box["x"] + left, box["y"] + top)
    assert view.evaluate("map => map.viewer.state.picked") == row
    assert asked == []
