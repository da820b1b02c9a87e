"""What a reader takes away, in a real browser: marks, files, the link, the search record, print."""

import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pubsearch.search.filters import Filters
from pubsearch.search.searcher import Searcher
from pubsearch.topic import about
from tests import corpus
from tests.browser.conftest import Server
from tests.browser.test_hits import open_list, opened
from tests.browser.test_search_page import QUESTION, add, address, box, expect_hits, expected

pytestmark = pytest.mark.browser


def mark(page: Page, place: int) -> None:
    page.get_by_role("article").nth(place).wait_for()
    page.locator("[class*='st-key-mark-demo-']").nth(place).locator("label").click()


def test_marks_last_across_searches_of_a_visit(server: Server, page: Page) -> None:
    open_list(server, page)
    first = expected(server, "demo", QUESTION)[0]
    mark(page, 0)
    expect(page.get_by_role("link", name="Marked (1)")).to_be_visible()
    box(page).fill("lung cancer")
    box(page).press("Enter")
    lungs = expected(server, "demo", "lung cancer")
    expect_hits(page, lungs)
    page.get_by_role("button", name="Mark page").click()
    expect(page.get_by_role("button", name="Unmark page")).to_be_visible()
    page.get_by_role("link", name="Marked (11)").click()
    expect_hits(page, [first, *lungs])
    page.get_by_role("button", name="Remove").first.click()
    expect_hits(page, lungs)
    page.get_by_role("button", name="Clear all").click()
    expect(page.get_by_text("Nothing is marked yet.")).to_be_visible()


def test_marks_are_lost_when_the_page_is_loaded_anew_as_it_says(server: Server, page: Page) -> None:
    open_list(server, page)
    mark(page, 0)
    page.get_by_role("link", name="Marked (1)").click()
    said = page.get_by_text("The list is lost when this page is loaded anew or closed: export it first.")
    expect(page.get_by_role("heading", name="Marked records (1)")).to_be_visible()
    expect(said).to_be_visible()
    page.reload()
    expect(page.get_by_text("Nothing is marked yet.")).to_be_visible()
    expect(said).to_be_visible()


def test_a_file_of_all_results_has_as_many_as_it_says(server: Server, page: Page) -> None:
    open_list(server, page)
    total = Searcher(server.library.topic("demo")).search(QUESTION).total
    page.get_by_role("button", name="Export").click()
    opened(page).get_by_text("All results").click()
    expect(opened(page).get_by_text(f"{total:,} records will be written to a .ris file.")).to_be_visible()
    opened(page).get_by_role("button", name=f"Make the file of {total:,} records").click()
    with page.expect_download() as download:
        opened(page).get_by_role("button", name=f"Download {total:,} records").click()
    day = datetime.now(UTC).astimezone().date().isoformat()
    assert download.value.suggested_filename == f"pubsearch-demo-{total}-records-{day}.ris"
    assert download.value.path().read_bytes().count(b"TY  - ") == total
    expect(opened(page).get_by_text(f"{total:,} records written to pubsearch-demo")).to_be_visible()


def test_a_file_is_had_while_the_page_is_drawn_anew(server: Server, page: Page) -> None:
    open_list(server, page)
    page.get_by_role("button", name="Export").click()
    button = opened(page).get_by_role("button", name="Download 10 records")
    button.wait_for()
    # In one breath, so that the page's run is on its way while the file is asked for.
    twice = """button => {
        document.querySelector(".st-key-sort button:not([aria-checked=true])").click();
        setTimeout(() => button.click(), 30);
    }"""
    with page.expect_download() as download:
        button.evaluate(twice)
    assert download.value.path().read_bytes().count(b"TY  - ") == 10


def test_the_whole_list_of_similar_records_is_exported(server: Server, page: Page) -> None:
    pmid = expected(server, "demo", QUESTION)[0]
    page.goto(address(server, topic="demo", like=pmid, sexes="Male"))
    similar = Searcher(server.library.topic("demo")).similar(pmid, 2000, filters=Filters(sexes=("Male",)))
    expect_hits(page, [hit.pmid for hit in similar.hits[:10]])
    page.get_by_role("button", name="Export").click()
    opened(page).get_by_text(f"All results ({similar.total})").click()
    opened(page).get_by_role("button", name="Make the file of").click()
    with page.expect_download() as download:
        opened(page).get_by_role("button", name=f"Download {similar.total} records").click()
    named = re.findall(rb"^AN  - (\d+)", download.value.path().read_bytes(), re.MULTILINE)
    assert list(map(int, named)) == [hit.pmid for hit in similar.hits]


def test_marked_records_are_exported_as_they_were_received(server: Server, page: Page) -> None:
    open_list(server, page)
    mark(page, 1)
    expect(page.get_by_role("link", name="Marked (1)")).to_be_visible()
    page.get_by_role("button", name="Export").click()
    opened(page).get_by_text("Marked (1)").click()
    opened(page).get_by_text("XML as PubMed sent it").click()
    expect(opened(page).get_by_text("1 record written to")).to_contain_text(".xml")
    with page.expect_download() as download:
        opened(page).get_by_role("button", name="Download 1 record").click()
    pmid = expected(server, "demo", QUESTION)[1]
    assert f">{pmid}</PMID>".encode() in download.value.path().read_bytes()
    assert download.value.suggested_filename.endswith(".xml")


def test_a_record_that_is_marked_in_two_topics_is_shown_for_each_and_exported_once(server: Server, page: Page) -> None:
    if "twin" not in server.library.names():
        shutil.copytree(server.library.path / "demo", server.library.path / "twin")
    open_list(server, page)
    mark(page, 0)
    expect(page.get_by_role("link", name="Marked (1)")).to_be_visible()
    page.get_by_role("combobox", name="Topic").click()
    page.get_by_role("option", name="(twin)").click()
    expect(page).to_have_url(re.compile("topic=twin"))
    page.locator("[class*='st-key-mark-twin-']").first.locator("label").click()
    page.get_by_role("link", name="Marked (2)").click()
    expect_hits(page, expected(server, "demo", QUESTION)[:1] * 2)
    expect(page.get_by_role("button", name="Cite")).to_have_count(2)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.get_by_role("button", name="Export").click()
    with page.expect_download() as download:
        opened(page).get_by_role("button", name="Download 1 record").click()
    assert download.value.path().read_bytes().count(b"TY  - ") == 1


def test_the_search_record_is_of_the_list_that_is_shown(server: Server, page: Page, tmp_path: Path) -> None:
    topic = server.library.create("recorded", query="", title="Before", model="bundled")
    add(topic, tmp_path, corpus.article(1, "Aspirin after stroke"))
    page.goto(address(server, topic="recorded", q="aspirin"))
    expect(page.get_by_text("· 1 record")).to_be_visible()
    add(topic, tmp_path, corpus.article(2, "Aspirin for heart attack"))
    about.write(topic.folder, replace(topic.about, title="After"))
    page.get_by_role("button", name="Search record").click()
    expect(page.get_by_text("· 2 records")).to_be_visible()
    text = page.locator("code").filter(has_text="Searched:")
    expect(text).to_contain_text("Records that satisfy query and filters: 2")
    expect(text).to_contain_text("Topic: recorded – After")
    expect(text).to_contain_text(f"Index: version {topic.served()}")


def test_the_search_record_tells_what_was_asked_of_what(server: Server, page: Page) -> None:
    open_list(server, page)
    searcher = Searcher(server.library.topic("demo"))
    page.get_by_role("button", name="Search record").click()
    text = opened(page).locator("code")
    expect(text).to_contain_text(f"Query: {QUESTION}")
    expect(text).to_contain_text(f"Records that satisfy query and filters: {searcher.search(QUESTION).total:,}")
    expect(text).to_contain_text(f"Index: version {searcher.manifest.version}")
    expect(text).to_contain_text(f"Model: {searcher.manifest.model.name}")
    expect(text).to_contain_text(re.compile(r"Searched: \d{4}-\d\d-\d\d \d\d:\d\d[+-]\d\d:\d\d"))
    expect(text).to_contain_text(f"Address: {address(server, topic='demo', q=QUESTION)}")


def test_the_link_is_copied(server: Server, page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_list(server, page)
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == address(server, topic="demo", q=QUESTION)


def test_print_prints_whole_abstracts_and_nothing_to_press(server: Server, page: Page) -> None:
    page.add_init_script("window.print = () => { window.printed = true; }")
    open_list(server, page)
    page.get_by_role("button", name="Print").click()
    assert page.evaluate("window.printed")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Why this paper?").first).to_be_hidden()
    abstract = page.locator(".ps-abstract:has(+ .ps-fold)").first
    assert abstract.evaluate("element => element.scrollHeight <= element.clientHeight")


def test_the_marked_list_has_no_link_to_copy_for_it_is_the_visits(server: Server, page: Page) -> None:
    open_list(server, page)
    mark(page, 0)
    page.get_by_role("link", name="Marked (1)").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    expect(page.get_by_role("button", name="Copy link")).to_have_count(0)
