"""Takes the screenshots of README and docs from the real page: `make docs`."""

import re
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, expect, sync_playwright

from pubsearch import demo
from pubsearch.topic.library import Library
from tests.browser.conftest import FLAGS, ROOT, Server, chromium_path, serving

IMAGES = ROOT / "docs" / "images"
QUESTION = "q=aspirin%20to%20prevent%20heart%20attack"
FIRST = "14749521"
# Each page: its address, and the text that is there once it is drawn.
PAGES = {
    "search": (f"/?topic=demo&{QUESTION}", "records match"),
    "filters": (f"/?topic=demo&{QUESTION}&years=2000:2020&evidence=review&species=Humans", "Clear all"),
    "record": (f"/record?topic=demo&{QUESTION}&pmid={FIRST}", "Back to results"),
    "topics": ("/topics", "New topic"),
    "topic": ("/topics?topic=demo", "Search record (PRISMA-S)"),
}
SIZES = {"": (1440, 1000), "-narrow": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main() -> None:
    """Draws each page at both widths, light and dark, and the reason for a result."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        home = Path(folder) / "indexes"
        demo.make(Library(home))
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        with serving(home) as server:
            # The first question of a server loads the model; what is shown is what a visitor sees after that.
            _open(browser, server, "search", "", "light").close()
            for name in PAGES:
                for size in SIZES:
                    for scheme in SCHEMES:
                        page = _open(browser, server, name, size, scheme)
                        page.screenshot(path=IMAGES / f"{name}{size}{'-dark' * (scheme == 'dark')}.png")
                        page.close()
            _why(browser, server)
        browser.close()


def _open(browser: Browser, server: Server, name: str, size: str, scheme: Literal["light", "dark"]) -> Page:
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    path, text = PAGES[name]
    page.goto(server.url + path)
    expect(page.get_by_text(text).first).to_be_visible()
    _still(page)
    return page


def _still(page: Page) -> None:
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
    expect(page.get_by_text("Not medical advice").last).to_be_attached()
    # in their place while the browser still loads what draws a part
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)


def _why(browser: Browser, server: Server) -> None:
    page = _open(browser, server, "search", "", "light")
    page.get_by_role("button", name=re.compile("Why this paper")).first.click()
    expect(page.get_by_role("dialog").locator("svg.marks, canvas").first).to_be_visible()
    page.screenshot(path=IMAGES / "why.png")
    page.close()


if __name__ == "__main__":
    main()
