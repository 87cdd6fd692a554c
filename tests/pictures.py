"""`make pictures`: the pictures of the README, taken from the drawn catalogue in a real Chromium."""

import subprocess
import sys
from pathlib import Path

from core import settings
from tests.browser.conftest import RESULTS
from tests.browser.serving import PROJECT, chromium, served

ENCODERS, COLUMN = f"{settings.DEFAULT_ENCODER},efficientnet-lite2", ".columns .column"
FOLDER = PROJECT / "artifacts" / "pictures"
# name, address, dark, what must be visible before the picture is taken
PICTURES = (
    ("search-light", "/?catalog=studio&photo=sample/studio-person-03", False, RESULTS),
    ("search-dark", "/?catalog=studio&photo=sample/studio-person-05&crop=g2", True, RESULTS),
    ("catalogues-light", "/catalogues", False, ".js-plotly-plot"),
    ("metrics-light", "/metrics?catalog=studio", False, ".js-plotly-plot"),
    ("confusion-light", "/confusion?catalog=studio", False, ".js-plotly-plot"),
    ("queries-light", "/queries?catalog=studio", False, ".list > .row"),
    ("columns-light", f"/?catalog=studio&photo=sample/studio-person-03&encoder={ENCODERS}&fusion=1", False, COLUMN),
    ("map-dark", "/map?catalog=studio&photo=sample/studio-person-03", True, '.map[data-ready="all"]'),
)


def main() -> None:
    """Take every picture of `PICTURES`, 1400 x 900 px."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "core", "build", "--catalog", "studio", "--map", "umap"]
    for name in ENCODERS.split(","):
        subprocess.run([*command, "--encoder", name], cwd=PROJECT, check=True)
    with served(settings.artifacts_root(), Path("no-photographs")) as address, chromium() as browser:
        for name, path, is_dark, awaited in PICTURES:
            context = browser.new_context(
                viewport={"width": 1400, "height": 900}, color_scheme="dark" if is_dark else "light"
            )
            page = context.new_page()
            page.goto(address + path)
            page.locator(awaited).first.wait_for(timeout=120_000)
            page.wait_for_timeout(2500)
            page.screenshot(path=FOLDER / f"{name}.png")
            context.close()


if __name__ == "__main__":
    main()
