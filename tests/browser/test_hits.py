"""A result and what can be done with it, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pubsearch.search.cite import cite
from pubsearch.search.searcher import Searcher
from tests.browser import hostile
from tests.browser.conftest import Server
from tests.browser.test_search_page import QUESTION, address, expect_hits, expected

pytestmark = pytest.mark.browser


def open_list(server: Server, page: Page, topic: str = "demo", q: str = QUESTION) -> None:
    """Opens the list and waits until all of it is there."""
    page.goto(address(server, topic=topic, q=q))
    expect_hits(page, expected(server, topic, q))


def opened(page: Page) -> Locator:
    """What was opened: a menu of the bar, or what a result was asked for."""
    return page.get_by_test_id("stPopoverBody").or_(page.get_by_role("dialog"))


def test_why_this_paper_is_answered_by_keyboard(server: Server, page: Page) -> None:
    open_list(server, page)
    results = Searcher(server.library.topic("demo")).search(QUESTION)
    why = page.get_by_role("button", name="Why this paper?").first
    why.focus()
    page.keyboard.press("Enter")
    expect(opened(page)).to_contain_text(f"Place 1, score {results.hits[0].score:.2f}")
    expect(opened(page).locator("canvas, svg").first).to_be_visible()
    opened(page).locator("summary").focus()
    page.keyboard.press("Enter")
    asked = [group.query_term for group in results.explain(results.hits[0].pmid).groups]
    words = opened(page).locator(".ps-shares > ul > li > b")
    expect(words).to_have_text([f"your “{word}”" if word else "your question as a whole" for word in asked])
    page.keyboard.press("Escape")
    expect(opened(page)).to_have_count(0)


def test_cite_shows_each_style_to_copy(server: Server, page: Page) -> None:
    open_list(server, page)
    record = Searcher(server.library.topic("demo")).search(QUESTION).hits[0].record
    page.get_by_role("button", name="Cite").first.click()
    shown = opened(page).locator("code")
    expect(shown).to_have_text([cite(record, style) for style in ("vancouver", "ama", "apa")])
    expect(opened(page).get_by_role("button", name=re.compile("copy", re.IGNORECASE))).to_have_count(3)


def test_highlights_can_be_switched_off_for_the_visit(server: Server, page: Page) -> None:
    open_list(server, page)
    marks = page.get_by_role("article").locator("mark")
    expect(marks).not_to_have_count(0)
    page.get_by_text("Highlights", exact=True).click()
    expect(marks).to_have_count(0)
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect_hits(page, expected(server, "demo", QUESTION, 10))
    expect(marks).to_have_count(0)


def test_a_folded_abstract_unfolds_by_button_and_by_the_keyboard_in_it(server: Server, page: Page) -> None:
    open_list(server, page)
    article = page.get_by_role("article").filter(has=page.locator(".ps-fold")).first
    abstract = article.locator(".ps-abstract")
    folded = "element => element.scrollHeight > element.clientHeight"
    assert abstract.evaluate(folded)
    abstract.locator("mark[tabindex]").last.focus()
    assert not abstract.evaluate(folded)
    article.get_by_role("heading").get_by_role("link").focus()
    assert abstract.evaluate(folded)
    article.locator("summary").click()
    assert not abstract.evaluate(folded)


def test_similar_lists_the_records_like_it(server: Server, page: Page) -> None:
    open_list(server, page)
    pmid = expected(server, "demo", QUESTION)[0]
    page.get_by_role("link", name="Similar").first.click()
    expect_hits(page, [hit.pmid for hit in Searcher(server.library.topic("demo")).similar(pmid).hits])
    expect(page).to_have_url(address(server, topic="demo", like=pmid))
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    expect(page.get_by_text("Ranked by meaning with splade-tiny-pubmed ·")).to_be_visible()
    expect(page.get_by_text("Rank by", exact=True)).to_have_count(0)


def test_text_is_data_in_all_that_opens(server: Server, page: Page, tmp_path: Path) -> None:
    hostile.fill(server.library.create("hostile-hits", query="", model="bundled"), tmp_path)
    open_list(server, page, "hostile-hits", "script img bold link costs alarm cafe")
    for button in ("Why this paper?", "Cite"):
        for place in range(page.get_by_role("button", name=button).count()):
            page.get_by_role("button", name=button).nth(place).click()
            expect(opened(page).locator(".ps-shares, code").first).to_be_visible()
            page.keyboard.press("Escape")
            expect(opened(page)).to_have_count(0)
    for text in hostile.TEXTS:
        expect(page.get_by_role("article").get_by_text(text).first).to_be_visible()
    assert page.evaluate("window.ran") is None
