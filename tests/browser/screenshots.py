"""Takes the screenshots of README and docs from the real page: `make docs`."""

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from pubsearch import demo
from pubsearch.topic.library import Library
from tests.browser.conftest import FLAGS, ROOT, chromium_path, serving

IMAGES = ROOT / "docs" / "images"
QUESTION = "aspirin%20to%20prevent%20heart%20attack"
SIZES = {"": (1440, 1000), "-narrow": (390, 844)}


def main() -> None:
    """Draws the search page at both widths, light and dark."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "indexes"
        demo.make(Library(home))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        with serving(home) as server:
            for scheme in ("light", "dark"):
                for name, (width, height) in SIZES.items():
                    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
                    _draw(page, f"{server.url}/?topic=demo&q={QUESTION}", f"search{name}{'-dark' * (scheme == 'dark')}")
                    page.close()
        browser.close()


def _draw(page: Page, url: str, name: str) -> None:
    page.goto(url)
    # The first question of a server loads the model; what is shown is what a visitor sees after that.
    page.reload()
    page.get_by_role("article").nth(9).wait_for()
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
