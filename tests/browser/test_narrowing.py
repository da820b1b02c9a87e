"""Narrowing: counts beside the list, the years, the chips; all of it in the address."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from pubsearch.search.filters import Filters
from pubsearch.search.results import Results
from pubsearch.search.searcher import Searcher
from tests import corpus
from tests.browser.conftest import Server
from tests.browser.test_search_page import HOSTILE, QUESTION, add, address, expect_hits, xml

pytestmark = pytest.mark.browser


def found(server: Server, **filters: object) -> Results:
    chosen = Filters(**filters)  # type: ignore[arg-type]
    return Searcher(server.library.topic("demo")).search(QUESTION, filters=chosen, with_facets=True)


def expect_found(page: Page, results: Results) -> None:
    expect(page.get_by_role("heading", level=2)).to_contain_text(
        f"{results.ranked:,} of {results.total:,} records match"
    )
    expect_hits(page, [hit.pmid for hit in results.hits])


def facet(page: Page, title: str) -> Locator:
    return page.get_by_role("toolbar", name=title)


def pick(page: Page, title: str, name: str) -> Locator:
    return facet(page, title).get_by_role("button", name=re.compile(rf"^{name} [\d,]+$"))


def test_a_choice_narrows_and_its_chip_widens_again(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION, page=2))
    pick(page, "Evidence, by PubMed publication type", "Randomised trial").click()
    expect_found(page, found(server, evidence=("randomised trial",)))
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION, evidence="randomised trial"))
    pick(page, "Sex", "Male").press("Enter")
    both = found(server, evidence=("randomised trial",), sexes=("Male",))
    expect_found(page, both)
    expect(pick(page, "Sex", "Male")).to_have_attribute("aria-pressed", "true")
    expect(pick(page, "Sex", "Male")).to_be_focused()
    expect(page.locator("#ps-status")).to_have_text(f"{both.ranked:,} of {both.total:,} records match")

    page.get_by_role("button", name="Remove filter: Evidence: Randomised trial").press("Enter")
    expect_found(page, found(server, sexes=("Male",)))
    expect(page.get_by_role("heading", level=2)).to_be_focused()
    page.get_by_role("button", name="Sex: Male").click()
    expect_found(page, found(server))
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION))


def test_the_counts_are_what_choosing_brings(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION, species="Humans"))
    expect_found(page, found(server, species=("Humans",)))
    for shown in found(server, species=("Humans",)).facets:
        if shown.name == "sexes":
            names = [f"{count.label} {count.records:,}" for count in shown.values]
            expect(facet(page, "Sex").get_by_role("button")).to_have_text(names)
        if shown.name == "species":
            chosen = facet(page, "Species").locator("[aria-pressed=true]")
            expect(chosen).to_have_text([f"Humans {shown.values[0].records:,}"])


def test_all_filters_are_cleared_at_once(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION, species="Humans", languages="eng", not_retracted="yes"))
    chips = page.locator(".st-key-chips").get_by_role("button")
    # the icons are letters of a font
    expect(chips).to_contain_text(["Language: English", "Species: Humans", "Not retracted", "Clear all filters"])
    page.get_by_role("button", name="Clear all filters").click()
    expect_found(page, found(server))
    expect(chips).to_have_count(0)


def test_years_are_chosen_by_dragging_over_the_chart(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION))
    chart = page.get_by_test_id("stVegaLiteChart").locator("svg.marks")
    expect(chart).to_be_visible()
    bounds = chart.bounding_box()
    assert bounds
    middle = bounds["y"] + bounds["height"] / 3
    page.mouse.move(bounds["x"] + bounds["width"] * 0.6, middle)
    page.mouse.down()
    page.mouse.move(bounds["x"] + bounds["width"] * 0.7, middle, steps=4)
    page.mouse.move(bounds["x"] + bounds["width"] * 0.8, middle, steps=4)
    page.mouse.up()
    page.wait_for_url(re.compile("years="))
    first, last = (page.get_by_label(name) for name in ("From year", "To year"))
    expect(first).not_to_have_value("")
    years = int(first.input_value()), int(last.input_value())
    assert years[0] < years[1]
    expect_found(page, found(server, years=years))
    page.locator(".st-key-chips").get_by_role("button").click()
    expect_found(page, found(server))
    expect(first).to_have_value("")


def test_years_are_typed(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION))
    page.get_by_label("From year").fill("2010")
    page.get_by_label("From year").press("Enter")
    expect_found(page, found(server, years=(2010, 3000)))
    page.get_by_label("To year").fill("2012")
    page.get_by_label("To year").press("Enter")
    expect_found(page, found(server, years=(2010, 2012)))
    expect(page.get_by_role("button", name="Years: 2010 to 2012")).to_be_visible()


def test_switches_and_the_date_of_entry(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION))
    pick(page, "Access", "Free full text in PMC").click()
    expect_found(page, found(server, free_full_text=True))
    page.goto(address(server, topic="demo", since="2020-01-01"))
    expect(page.get_by_role("button", name="New since: 2020-01-01")).to_be_visible()
    new = Searcher(server.library.topic("demo")).search("all[sb]", filters=Filters.parse({"since": ["2020-01-01"]}))
    expect_hits(page, [hit.pmid for hit in new.hits])


def test_any_label_of_a_facet_can_be_found_by_keyboard(server: Server, page: Page) -> None:
    whole = Searcher(server.library.topic("demo")).facet("journals", QUESTION)
    rare = next(count for count in reversed(whole.values) if count.label.isascii())
    page.goto(address(server, topic="demo", q=QUESTION))
    expect_found(page, found(server))
    page.locator(".st-key-group-journals summary").press("Enter")
    page.get_by_role("button", name=re.compile(r"Find among [\d,]+ more journals")).press("Enter")
    search = page.get_by_role("combobox", name=f"Journal: all {len(whole.values):,}")
    search.press_sequentially(rare.label)
    expect(page.get_by_role("option", name=f"{rare.label} ({rare.records})")).to_be_visible()
    search.press("Enter")
    expect_found(page, found(server, journals=(rare.label,)))
    expect(page.get_by_role("button", name=f"Journal: {rare.label}")).to_be_visible()


def test_any_label_can_be_found_where_filters_alone_are_asked(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", free_full_text="yes"))
    page.locator(".st-key-group-journals summary").press("Enter")
    page.get_by_role("button", name=re.compile(r"Find among [\d,]+ more journals")).press("Enter")
    expect(page.get_by_role("combobox", name=re.compile(r"Journal: all [\d,]+"))).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_narrow_screen_keeps_the_filters_behind_a_switch(server: Server, page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address(server, topic="demo", q=QUESTION))
    expect_found(page, found(server))
    expect(facet(page, "Sex")).not_to_be_visible()
    page.locator(".st-key-show-filters label").click()
    pick(page, "Sex", "Female").click()
    expect_found(page, found(server, sexes=("Female",)))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_labels_are_data(server: Server, page: Page, tmp_path: Path) -> None:
    topic = server.library.create("labels", query="", model="bundled")
    headings = "".join(
        f"<MeshHeading><DescriptorName UI='D{place}' MajorTopicYN='Y'>{xml(text)}</DescriptorName></MeshHeading>"
        for place, text in enumerate(HOSTILE)
    )
    add(topic, tmp_path, corpus.article(1, "Aspirin", extra=f"<MeshHeadingList>{headings}</MeshHeadingList>"))
    page.goto(address(server, topic="labels", q="aspirin"))
    page.get_by_text("MeSH heading", exact=True).click()
    expect(facet(page, "MeSH heading").get_by_role("button")).to_have_count(len(HOSTILE))
    names = facet(page, "MeSH heading").get_by_role("button").all_text_contents()
    assert sorted(name.replace("\N{WORD JOINER}", "") for name in names) == sorted(f"{text} 1" for text in HOSTILE)
    facet(page, "MeSH heading").get_by_role("button").filter(has_text="img src").click()
    expect(page.locator(".st-key-chips").get_by_role("button")).to_contain_text(f"MeSH heading: {HOSTILE[1]}")
    assert page.evaluate("window.ran") is None
