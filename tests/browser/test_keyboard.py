"""The whole way by keyboard alone: ask, narrow, read, ask why, turn the page, and go back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from pubsearch.search.searcher import Searcher
from tests.browser.conftest import Server

pytestmark = pytest.mark.browser

QUESTION = "aspirin to prevent heart attack"
FAR = 200


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Presses Tab until `target`, or what is within it, has the focus."""
    focused: Callable[[], bool] = lambda: target.evaluate("node => node.contains(document.activeElement)")  # noqa: E731
    for _ in range(FAR):
        if focused():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{FAR} times {key} did not lead to {target}")


def test_the_whole_way_by_keyboard(server: Server, page: Page) -> None:
    found = [hit.pmid for hit in Searcher(server.library.topic("demo")).search(QUESTION).hits]
    page.goto(f"{server.url}/?topic=demo")
    expect(page.get_by_role("searchbox", name="Question")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    articles = page.get_by_role("article")
    expect(articles).to_have_count(10)
    first = page.get_by_role("heading", level=3).first
    expect(first).to_have_attribute("id", f"hit-{found[0]}")
    heading = page.get_by_role("heading", level=2).filter(has_text="records match")
    everything = heading.inner_text()
    # what is said is said once the focus is where the search puts it
    expect(page.locator("#ps-status")).to_contain_text("records match")

    # A group of filters is one stop; arrows go on within it.
    tab_to(page, page.get_by_role("toolbar", name=re.compile("Evidence")))
    tab_to(page, page.get_by_role("button", name=re.compile("Randomised trial")).first, "ArrowRight")
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("evidence="))
    expect(heading).not_to_have_text(everything)
    tab_to(page, page.get_by_role("button", name=re.compile("Evidence: Randomised trial")))
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile("evidence="))
    expect(first).to_have_attribute("id", f"hit-{found[0]}")
    expect(heading).to_be_focused()

    why = page.get_by_role("button", name="Why this paper?").first
    tab_to(page, why)
    page.keyboard.press("Enter")
    reason = page.get_by_role("dialog", name="Why this paper?")
    expect(reason).to_be_focused()
    page.keyboard.press("Escape")
    expect(reason).to_have_count(0)
    expect(why).to_be_focused()

    turn = page.get_by_role("button", name="Page 2", exact=True)
    tab_to(page, turn)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("page=2"))
    expect(first).not_to_have_attribute("id", f"hit-{found[0]}")
    page.go_back()  # what Alt and the left arrow do; a browser without a window has no such keys
    expect(page).not_to_have_url(re.compile("page=2"))
    expect(first).to_have_attribute("id", f"hit-{found[0]}")


def test_a_topic_is_planned_and_read_about_by_keyboard(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/topics")
    tab_to(page, page.get_by_role("button", name="New topic"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.keyboard.type("from-files")
    tab_to(page, page.get_by_role("button", name="Create", exact=True))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="from-files")).to_be_visible()
    expect(page.get_by_role("button", name="All topics")).to_be_focused()
    page.keyboard.press("Enter")
    # other tests may have added a topic of the same title
    tab_to(page, page.get_by_role("button", name="Demo", exact=True).first)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Demo", exact=True)).to_be_visible()
    server.library.delete("from-files")
