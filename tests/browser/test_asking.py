"""Asking: the box, how it is answered, and the questions of a visit."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from pubsearch.search.searcher import Searcher
from tests.browser.conftest import Server
from tests.browser.test_search_page import QUESTION, address, box, expect_hits, titles

pytestmark = pytest.mark.browser


def choice(page: Page, group: str, name: str) -> Locator:
    return page.get_by_role("radiogroup", name=group).get_by_role("radio", name=name, exact=True)


def test_the_page_says_what_to_write_and_what_not(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo"))
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_attribute("placeholder", re.compile("question.*PubMed query"))
    expect(page.get_by_text("Write no patient data")).to_be_visible()


def test_the_controls_decide_the_answer_and_stand_in_the_address(server: Server, page: Page) -> None:
    searcher = Searcher(server.library.topic("demo"))
    page.goto(address(server, topic="demo", q=QUESTION))
    expect(choice(page, "Rank by", "Both")).to_be_checked()
    expect(page.get_by_text("Ranked by meaning with splade-tiny-pubmed and by words · index of")).to_be_visible()

    choice(page, "Rank by", "Words").click()
    expect_hits(page, [hit.pmid for hit in searcher.search(QUESTION, rank="words").hits])
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION, rank="words"))
    expect(page.get_by_text("Ranked by words · index of")).to_be_visible()

    choice(page, "Sort by", "Newest").click()
    newest = searcher.search(QUESTION, 20, rank="words", sort="date")
    expect_hits(page, [hit.pmid for hit in newest.hits[:10]])
    choice(page, "Per page", "20").click()
    expect_hits(page, [hit.pmid for hit in newest.hits])
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION, per=20, sort="date", rank="words"))

    page.reload()
    expect(choice(page, "Sort by", "Newest")).to_be_checked()
    expect(choice(page, "Per page", "20")).to_be_checked()
    page.go_back()
    expect(choice(page, "Per page", "10")).to_be_checked()


def test_exact_wants_every_word(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION))
    # the switch itself is out of sight; its label is what a mouse reaches
    page.locator(".st-key-exact label").click()
    exact = Searcher(server.library.topic("demo")).search(QUESTION, exact=True)
    expect_hits(page, [hit.pmid for hit in exact.hits])
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION, exact="yes"))
    expect(page.get_by_text("Every word filters.")).to_be_visible()


def test_a_query_of_filters_alone_lists_the_newest(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q="2015:2020[dp]"))
    found = Searcher(server.library.topic("demo")).search("2015:2020[dp]")
    expect(page.get_by_role("heading", level=2)).to_contain_text(f"{found.total:,} records, newest first")
    expect_hits(page, [hit.pmid for hit in found.hits])


def test_history_goes_back_to_an_earlier_answer(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION, species="Humans"))
    expect(titles(page)).to_have_count(10)
    box(page).fill("lung cancer")
    box(page).press("Enter")
    expect(page).to_have_title("lung cancer – pubsearch")
    page.get_by_role("button", name="History").click()
    page.get_by_role("menuitem", name=re.compile(rf"{QUESTION} \(1,056, 1 filter\)")).click()
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION, species="Humans"))
    expect(box(page)).to_have_value(QUESTION)


def test_what_has_changed_is_read_out(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION))
    found = Searcher(server.library.topic("demo")).search(QUESTION)
    status = page.locator("#ps-status")
    expect(status).to_have_text(f"{found.ranked:,} of {found.total:,} records match")
    expect(status).to_have_role("status")
    box(page).fill("2015:2020[dp]")
    box(page).press("Enter")
    expect(status).to_have_text(re.compile("records, newest first"))
