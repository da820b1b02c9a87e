"""What the page is to those who see little, hear it read, enlarge it, or want it to keep still."""

import re
from typing import Literal
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from pubsearch.search.searcher import Searcher
from tests.browser.axe import violations
from tests.browser.conftest import Server
from tests.browser.test_hits import opened

pytestmark = pytest.mark.browser

QUESTION = "aspirin to prevent heart attack"
FOUND = {"topic": "demo", "q": QUESTION}
STATES: dict[str, tuple[str, dict[str, object]]] = {
    "start": ("/", {"topic": "demo"}),
    "results": ("/", FOUND),
    "narrowed": ("/", FOUND | {"years": "2000:2020", "has_abstract": "yes", "page": 2}),
    "nothing found": ("/", {"topic": "demo", "q": "zebra[ti] AND aspirin[ti]"}),
    "a fault in the query": ("/", {"topic": "demo", "q": "(aspirin[ti"}),
    "no such topic": ("/", {"topic": "nowhere"}),
    "record": ("/record", FOUND),
    "marked list": ("/marked", {"topic": "demo"}),
    "topics": ("/topics", {}),
    "a topic": ("/topics", {"topic": "demo"}),
    "a new topic": ("/topics", {"new": "yes", "name": "asthma"}),
}
SCHEMES = ("light", "dark")
# A window of 1440 pixels at 200 % has 720 of CSS's, a telephone 390; WCAG 2.2's reflow asks for 320.
WIDE, NARROW = 1440, (720, 390, 320)
# What can be pressed, chosen or typed into, by role.
CONTROLS = ("button", "link", "checkbox", "combobox", "textbox", "searchbox", "spinbutton", "switch", "radio", "slider")


@pytest.fixture(scope="module")
def first(server: Server) -> int:
    return Searcher(server.library.topic("demo")).search(QUESTION).hits[0].pmid


def look(browser: Browser, url: str, scheme: Literal["light", "dark"], *, still: bool = False) -> Page:
    motion: Literal["reduce", "no-preference"] = "reduce" if still else "no-preference"
    page = browser.new_page(viewport={"width": WIDE, "height": 900}, color_scheme=scheme, reduced_motion=motion)
    page.goto(url)
    settled(page)
    return page


def settled(page: Page) -> None:
    """Waits until the page is drawn whole: its last line is there, and Streamlit runs nothing."""
    expect(page.get_by_text("Not medical advice").last).to_be_visible()
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)


def where(server: Server, state: str, first: int) -> str:
    path, fields = STATES[state]
    return f"{server.url}{path}?{urlencode(fields | ({'pmid': first} if state == 'record' else {}))}"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_for_everybody(
    server: Server, browser: Browser, first: int, state: str, scheme: Literal["light", "dark"]
) -> None:
    page = look(browser, where(server, state, first), scheme)
    assert violations(page) == []
    assert unnamed_controls(page) == []
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 900})
        assert cut_off(page) == [], width
    assert violations(page) == []
    page.close()


def unnamed_controls(page: Page) -> list[str]:
    """The controls that a screen reader would have no name for."""
    lines = [line.strip().removeprefix("- ") for line in page.locator("body").aria_snapshot().splitlines()]
    return [line for line in lines if line.split(":")[0].split(" [")[0] in CONTROLS]


def cut_off(page: Page) -> list[str]:
    """What would have to be scrolled sideways."""
    areas = [page.locator("html"), page.get_by_test_id("stMain")]
    return [str(area) for area in areas if area.evaluate("node => node.scrollWidth > node.clientWidth")]


def test_axe_finds_nothing_serious_where_there_is_no_topic(empty_server: Server, browser: Browser) -> None:
    page = look(browser, empty_server.url, "light")
    assert violations(page) == []
    page.close()


def test_nothing_moves_for_those_who_ask_for_it(server: Server, browser: Browser) -> None:
    page = look(browser, where(server, "results", 0), "light", still=True)
    moving = page.evaluate(
        "document.getAnimations().filter(one => one.playState == 'running' && one.effect.getTiming().duration > 10)"
        ".map(one => one.effect.target.outerHTML.slice(0, 200))"
    )
    assert moving == []
    page.close()


def test_highlights_are_read_with_their_reason(server: Server, page: Page) -> None:
    page.goto(where(server, "results", 0))
    settled(page)
    marks = page.locator(".ps-abstract mark[tabindex]")
    expect(marks.first).to_have_attribute("aria-description", re.compile("matched|meaning|word"))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("menu", "last"), [("Cite", "text=APA"), ("Why this paper?", ".ps-shares"), ("Export", "text=written to")]
)
def test_an_open_menu_and_its_button_can_be_read(
    server: Server, browser: Browser, menu: str, last: str, scheme: Literal["light", "dark"]
) -> None:
    page = look(browser, where(server, "results", 0), scheme)
    page.get_by_role("button", name=menu).first.click()
    opened(page).locator(last).wait_for()
    settled(page)
    if menu == "Export":  # what lies below the others cannot be reached
        page.get_by_role("link", name="Similar").first.hover()
    assert violations(page) == []
    page.close()
