"""The page of one record, in a real browser."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from pubsearch.search.searcher import Searcher
from tests.browser import hostile
from tests.browser.conftest import Server
from tests.browser.test_search_page import QUESTION, address, expect_hits, expected

pytestmark = pytest.mark.browser


def record_address(server: Server, **fields: object) -> str:
    return f"{server.url}/record?{urlencode(fields)}"


def expect_record(server: Server, page: Page, pmid: int) -> None:
    record = Searcher(server.library.topic("demo")).record(pmid)
    expect(page.get_by_role("heading", level=1)).to_have_text(record.title)


def test_a_result_leads_to_its_record_and_back(server: Server, page: Page) -> None:
    first, second, *_ = pmids = expected(server, "demo", QUESTION)
    page.goto(address(server, topic="demo", q=QUESTION))
    expect_hits(page, pmids)
    # By its PMID: while the page is drawn, another result's link may be the first one that is there.
    page.locator(f"[data-pmid='{first}']").get_by_role("link", name="Record", exact=True).click()
    expect_record(server, page, first)
    expect(page).to_have_url(record_address(server, topic="demo", q=QUESTION, pmid=first))
    expect(page.get_by_role("button", name="Previous", exact=True)).to_be_disabled()
    page.get_by_role("button", name="Next", exact=True).click()
    expect_record(server, page, second)
    expect(page).to_have_url(record_address(server, topic="demo", q=QUESTION, pmid=second))
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.get_by_role("button", name="Previous", exact=True).click()
    expect_record(server, page, first)
    page.go_back()
    expect_record(server, page, second)
    page.get_by_role("link", name="Back to results").click()
    expect_hits(page, pmids)
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION))


def test_back_leads_from_a_record_to_its_list(server: Server, page: Page) -> None:
    pmids = expected(server, "demo", QUESTION)
    page.goto(address(server, topic="demo", q=QUESTION))
    expect_hits(page, pmids)
    page.get_by_role("link", name="Record", exact=True).nth(3).click()
    expect_record(server, page, pmids[3])
    page.go_back()
    expect_hits(page, pmids)
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION))
    page.go_forward()
    expect_record(server, page, pmids[3])


def test_a_result_opens_its_record_in_a_tab_of_its_own(server: Server, page: Page) -> None:
    pmids = expected(server, "demo", QUESTION)
    page.goto(address(server, topic="demo", q=QUESTION))
    expect_hits(page, pmids)
    with page.context.expect_page() as tab:
        page.get_by_role("link", name="Record", exact=True).first.click(modifiers=["Control"])
    expect_record(server, tab.value, pmids[0])
    expect_hits(page, pmids)


def test_a_list_of_similar_records_is_read_record_by_record(server: Server, page: Page) -> None:
    pmid = expected(server, "demo", QUESTION)[0]
    first, second = (hit.pmid for hit in Searcher(server.library.topic("demo")).similar(pmid, 2).hits)
    page.goto(record_address(server, topic="demo", like=pmid, pmid=first))
    expect_record(server, page, first)
    expect(page.get_by_text("1 of 1,768")).to_be_visible()
    page.get_by_role("button", name="Next", exact=True).click()
    expect_record(server, page, second)
    expect(page).to_have_url(record_address(server, topic="demo", like=pmid, pmid=second))
    page.get_by_role("link", name="Back to results").click()
    expect(page.get_by_role("button", name=f"Similar to PMID {pmid}")).to_be_visible()


def test_a_link_to_a_record_shows_it(server: Server, page: Page) -> None:
    pmid = 29243079
    record = Searcher(server.library.topic("demo")).record(pmid)
    page.goto(record_address(server, topic="demo", pmid=pmid))
    expect_record(server, page, pmid)
    expect(page).to_have_title(f"{record.title} – pubsearch")
    for author in record.authors:
        expect(page.get_by_text(f"{author.fore_name} {author.last_name}").first).to_be_visible()
    page.locator("summary", has_text="Affiliations").click()
    expect(page.get_by_text(record.authors[0].affiliations[0]).first).to_be_visible()
    for heading in record.mesh:
        expect(page.locator(".ps-list", has_text=heading.name).first).to_be_visible()
    expect(page.get_by_role("button", name="Previous", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="To the search")).to_be_visible()
    expect(page.get_by_text("Not medical advice")).to_be_visible()


def test_a_related_record_opens(server: Server, page: Page) -> None:
    pmid = expected(server, "demo", QUESTION)[0]
    hits = Searcher(server.library.topic("demo")).similar(pmid, 6).hits
    related = next(hit.pmid for hit in hits if hit.pmid != pmid)
    page.goto(record_address(server, topic="demo", pmid=pmid))
    page.locator(".st-key-related").get_by_role("button").first.click()
    expect_record(server, page, related)
    expect(page).to_have_url(record_address(server, topic="demo", pmid=related))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"topic": "demo"}, "The address names no record"),
        ({"pmid": 1}, "The address names no record"),
        ({"topic": "demo", "pmid": "1e5"}, "which is no PMID"),
        ({"topic": "demo", "pmid": 999999999}, "999999999"),
        ({"topic": "nowhere", "pmid": 1}, "There is no topic nowhere"),
    ],
)
def test_a_record_that_is_not_there_is_said(
    server: Server, page: Page, fields: dict[str, object], message: str
) -> None:
    page.goto(record_address(server, **fields))
    expect(page.get_by_role("alert")).to_contain_text(message)
    expect(page.get_by_role("link", name="To the search")).to_be_visible()


def test_text_is_data_on_the_whole_page(server: Server, page: Page, tmp_path: Path) -> None:
    hostile.fill(server.library.create("hostile-record", query="", model="bundled"), tmp_path)
    for pmid, text in enumerate(hostile.TEXTS, start=1):
        page.goto(record_address(server, topic="hostile-record", pmid=pmid))
        expect(page.get_by_role("heading", level=1)).to_have_text(text)
        expect(page.locator(".ps-details").get_by_text(text).first).to_be_visible()
        # the titles of the others are labels of buttons
        for other in hostile.TEXTS:
            if other != text:
                button = page.locator(".st-key-related").get_by_role("button")
                expect(button.filter(has_text=visible(other))).to_have_count(1)
    assert page.evaluate("window.ran") is None


def visible(text: str) -> str:
    """The beginning of `text` that no invisible sign of the label breaks."""
    return text.split(":", maxsplit=1)[0]
