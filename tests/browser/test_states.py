"""What the page says when there is no list to show, each with a screenshot in test-results/states."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pubsearch.search.searcher import Searcher
from tests import corpus
from tests.browser.conftest import ROOT, Server, serving
from tests.browser.test_search_page import QUESTION, add, address, box, expect_hits, expected, titles

pytestmark = pytest.mark.browser

SHOTS = ROOT / "test-results" / "states"
Shot = Callable[[str], None]


@pytest.fixture
def shot(page: Page) -> Shot:
    """Keeps what the page shows under a name."""

    def keep(name: str) -> None:
        page.screenshot(path=SHOTS / f"{name}.png")

    return keep


def test_no_topic(empty_server: Server, page: Page, shot: Shot) -> None:
    page.goto(empty_server.url)
    expect(page.get_by_text("There is no topic to search yet.")).to_be_visible()
    shot("no-topic")


def test_a_topic_without_index(server: Server, page: Page, shot: Shot) -> None:
    server.library.create("planned", query="heart", model="bundled")
    page.goto(address(server, topic="planned", q=QUESTION))
    expect(page.get_by_text("Topic planned has no index yet: run pubsearch build planned")).to_be_visible()
    shot("no-index")


def test_a_damaged_index(server: Server, page: Page, shot: Shot) -> None:
    shutil.copytree(server.library.path / "demo", server.library.path / "torn")
    torn = server.library.topic("torn")
    next((torn.folder / "versions").rglob("catalogue.sqlite")).write_bytes(b"no database")
    page.goto(address(server, topic="torn", q=QUESTION))
    expect(page.get_by_role("alert").filter(has_text="The index of topic torn is damaged")).to_be_visible()
    shot("damaged")


def test_a_topic_that_nobody_updates(server: Server, page: Page, tmp_path: Path, shot: Shot) -> None:
    topic = server.library.create("old", query="", model="bundled")
    add(topic, tmp_path, corpus.article(1, "Aspirin after stroke"))
    run = next((topic.folder / "runs").glob("*.json"))
    old = json.loads(run.read_text()) | {"started": "2020-01-31T10:00:00+00:00", "ended": "2020-01-31T10:00:01+00:00"}
    run.write_text(json.dumps(old))
    page.goto(address(server, topic="old", q="aspirin"))
    expect(page.get_by_text("The records are of 2020-01-31")).to_be_visible()
    shot("stale")
    page.goto(address(server, topic="demo", q=QUESTION))
    expect(titles(page)).to_have_count(10)
    expect(page.get_by_text("The records are of")).to_have_count(0)


def test_a_query_with_a_fault_is_shown_at_its_character(server: Server, page: Page, shot: Shot) -> None:
    page.goto(address(server, topic="demo", q="stroke AND (<b>aspirin"))
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The ( at character 12 is not closed")
    expect(alert.locator(".ps-typed")).to_have_text("stroke AND (<b>aspirin")
    expect(alert.locator("mark")).to_have_text("(")
    shot("fault")
    box(page).fill("stroke AND aspirin")
    box(page).press("Enter")
    expect(titles(page)).to_have_count(10)


def test_an_empty_answer_says_what_to_drop(server: Server, page: Page, shot: Shot) -> None:
    query = "hypertension[mh] AND aspirn[ti] AND stroke"
    page.goto(address(server, topic="demo", q=query))
    expect(page.get_by_text("No record matches all of this at once.")).to_be_visible()
    expect(page.get_by_text("aspirn[ti]: no record")).to_be_visible()
    shot("empty")
    page.get_by_role("button", name="Did you mean aspirin?").click()
    expect(box(page)).to_have_value("hypertension[mh] AND aspirin[ti] AND stroke")
    page.go_back()
    without = Searcher(server.library.topic("demo")).search("hypertension[mh] AND stroke")
    expect(page.get_by_text("aspirn[ti]: no record")).to_be_visible()
    page.get_by_role("button", name=f"Search without it ({without.total})").click()
    expect_hits(page, [hit.pmid for hit in without.hits])


def test_a_misspelt_word_is_put_right_by_a_button(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q="asprin for stroke", sexes="Male"))
    expect(page.get_by_text("No record has “asprin”.")).to_be_visible()
    page.get_by_role("button", name="Did you mean aspirin?").click()
    expect(box(page)).to_have_value("aspirin for stroke")
    expect(page).to_have_url(address(server, topic="demo", q="aspirin for stroke", sexes="Male"))
    expect(page.get_by_text("No record has")).to_have_count(0)


def test_words_that_no_record_has_rank_nothing_and_meaning_is_offered(server: Server, page: Page, shot: Shot) -> None:
    page.goto(address(server, topic="demo", q="xyzzyq plughq", rank="words"))
    expect(page.get_by_text("Nothing is ranked: no record has a word of this question.")).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_contain_text("0 of 1,769 records match")
    shot("unranked")
    page.get_by_role("button", name="Rank by meaning").click()
    expect(page).to_have_url(address(server, topic="demo", q="xyzzyq plughq", rank="meaning"))
    expect(page.get_by_text("Nothing is ranked")).to_have_count(0)


def test_a_filter_that_leaves_none_can_be_dropped(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", q=QUESTION, years="1500:1501", sexes="Male"))
    expect(page.get_by_text("No record matches all of this at once.")).to_be_visible()
    page.get_by_role("button", name=re.compile("Search without it")).click()
    expect(page).to_have_url(address(server, topic="demo", q=QUESTION, sexes="Male"))
    expect(titles(page)).to_have_count(10)


def test_filters_alone_that_leave_none_can_be_dropped(server: Server, page: Page) -> None:
    page.goto(address(server, topic="demo", years="1500:1501", sexes="Male"))
    expect(page.get_by_text("No record matches all of this at once.")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text("all[sb]:")).to_have_count(0)
    page.get_by_role("button", name=re.compile("Search without it")).first.click()
    expect(page).to_have_url(address(server, topic="demo", sexes="Male"))
    expect(titles(page)).to_have_count(10)


def test_a_damaged_topic_hides_no_other(server: Server, page: Page) -> None:
    broken = server.library.path / "a-broken-one"
    broken.mkdir()
    (broken / "topic.toml").write_text("nonsense = [")
    try:
        page.goto(server.url)
        expect(box(page)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)
    finally:
        shutil.rmtree(broken)


def test_the_first_visitor_of_a_server_sees_that_it_loads(
    demo_home: Path, tmp_path: Path, page: Page, shot: Shot
) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    with serving(home) as server:
        page.goto(address(server, topic="demo", q=QUESTION))
        expect(page.get_by_test_id("stAppSkeleton").or_(page.get_by_test_id("stSkeleton")).first).to_be_visible()
        shot("slow")
        expect(titles(page)).to_have_count(10)


def test_a_page_outlives_its_server(demo_home: Path, tmp_path: Path, page: Page, shot: Shot) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo_home, home)
    process = serving(home)
    with process as server:
        page.goto(address(server, topic="demo", q=QUESTION, page=2))
        expect_hits(page, expected(server, "demo", QUESTION, 10))
    connection = page.locator("[data-test-connection-state]")
    expect(connection).not_to_have_attribute("data-test-connection-state", "CONNECTED")
    with process as server:
        # the browser finds the server again by itself
        expect(connection).to_have_attribute("data-test-connection-state", "CONNECTED")
        expect(connection).to_have_attribute("data-test-script-state", "running")
        expect(connection).to_have_attribute("data-test-script-state", "notRunning")
        shot("restarted")
        box(page).fill("lung cancer")
        box(page).press("Enter")
        expect_hits(page, expected(server, "demo", "lung cancer"))


def test_a_new_version_answers_the_next_question(server: Server, page: Page, tmp_path: Path, shot: Shot) -> None:
    topic = server.library.create("weekly", query="", model="bundled")
    add(topic, tmp_path, corpus.article(1, "Aspirin after stroke"))
    page.goto(address(server, topic="weekly", q="aspirin"))
    expect(page.get_by_text("· 1 record")).to_be_visible()
    add(topic, tmp_path, corpus.article(2, "Aspirin for heart attack"))
    box(page).fill("aspirin for heart")
    box(page).press("Enter")
    expect(titles(page)).to_have_count(2)
    expect(page.get_by_text("· 2 records")).to_be_visible()
    shot("new-version")
