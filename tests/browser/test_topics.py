"""The Topics page: from a query to a served index in the browser, and what a librarian does with a topic after that."""

import csv
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from pubsearch.entrez.client import Client
from pubsearch.settings import Settings
from pubsearch.topic.lock import writing
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.browser.axe import violations
from tests.browser.conftest import ROOT, Server, free_port, serving
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.records import Stored, numbered
from tests.eutils.server import EutilsServer

pytestmark = pytest.mark.browser

BATCH = 200
HOSTILE = "<b>Hearts</b> & *minds* $x$ [a](b) :red[c] <img src=x onerror=alert(1)>"


class Gate:
    """Lets batches of records through one by one: as many as `let` says."""

    def __init__(self) -> None:
        self._places = threading.Semaphore(0)

    def __call__(self, request: Request, inner: Endpoint) -> Answer:
        if request.endpoint == "efetch":
            self._places.acquire()
        return inner(request)

    def let(self, batches: int) -> None:
        self._places.release(batches)


@dataclass(frozen=True)
class Desk:
    """A page, the server that is PubMed to it, and where both are."""

    server: Server
    pubmed: EutilsServer

    def url(self, **fields: str) -> str:
        return f"{self.server.url}/topics?{urlencode(fields)}"


@pytest.fixture(scope="module")
def desk(demo_records: list[Stored], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A page without topics, and the demo's records as PubMed."""
    with EutilsServer(demo_records, paced=False) as pubmed, pytest.MonkeyPatch.context() as patch:
        patch.setenv("PUBSEARCH_EUTILS_URL", pubmed.url)
        patch.setenv("PUBSEARCH_MODEL", "bundled")
        with serving(tmp_path_factory.mktemp("desk")) as server:
            yield Desk(server, pubmed)


def new_topic(desk: Desk, name: str, numbers: range, clock: ManualClock) -> Topic:
    """A topic that has these records, and its index."""
    topic = desk.server.library.create(name, query="asthma", title=f"Topic {name}", model="bundled")
    run(topic, numbers, clock)
    topic.build()
    return topic


def run(topic: Topic, numbers: range, clock: ManualClock) -> None:
    """Updates the topic from a PubMed that has records of these numbers alone."""
    with EutilsServer(numbered(numbers), clock=clock.monotonic) as pubmed:
        topic.update(Client(Settings(eutils_url=pubmed.url), clock=clock), many=True)


def press(page: Page, name: str) -> None:
    """Presses the button once the page is drawn: a menu that is drawn anew meanwhile would be closed again."""
    expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_have_count(1)
    page.get_by_role("button", name=name, exact=True).click()


def health(page: Page) -> Locator:
    return page.locator(".ps-health")


def test_a_query_becomes_a_served_index(desk: Desk, page: Page) -> None:
    page.goto(desk.url())
    expect(page.get_by_text("There is no topic yet.")).to_be_visible()
    press(page, "New topic")
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.get_by_role("textbox", name="Name").fill("hearts")
    page.get_by_role("textbox", name="Title").fill(HOSTILE)
    page.get_by_role("textbox", name="Query").fill("heart[tiab] AND zzzqq OR heart[tiab]")
    press(page, "Check")
    found = Client(Settings(eutils_url=desk.pubmed.url)).esearch("heart[tiab] AND zzzqq OR heart[tiab]", retmax=10)
    expect(page.get_by_text(f"{found.count} records in PubMed")).to_be_visible()
    expect(page.get_by_text(found.query_translation)).to_be_visible()
    expect(page.get_by_text("Phrase not found: zzzqq")).to_be_visible()
    expect(page.get_by_text("by the rates in docs/operators.md")).to_have_count(2)
    expect(page.get_by_role("article")).to_have_count(10)
    expect(page.get_by_role("article").first).to_contain_text(f"PMID {found.pmids[0]}")
    page.screenshot(path=ROOT / "test-results" / "states" / "topic-planned.png")
    press(page, "Create")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE, use_inner_text=True)
    expect(page.get_by_text("Update done")).to_be_visible(timeout=120_000)
    expect(health(page)).to_contain_text("Whole")
    assert page.get_by_text(f"{found.count} new").count() > 0
    page.get_by_role("link", name="Search this topic").click()
    expect(page.get_by_text(f"· {found.count} records")).to_be_visible()
    assert desk.server.library.topic("hearts").about.query == "heart[tiab] AND zzzqq OR heart[tiab]"


def test_a_query_that_pubmed_cannot_read_is_said_in_a_sentence(desk: Desk, page: Page) -> None:
    page.goto(desk.url(new="yes", q="heart[tiba]"))
    expect(page.get_by_role("alert").filter(has_text="tiba")).to_be_visible()
    expect(page.get_by_text("records in PubMed")).to_have_count(0)


def test_a_topic_can_be_created_while_pubmed_cannot_be_reached(
    tmp_path: Path, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBSEARCH_EUTILS_URL", f"http://127.0.0.1:{free_port()}/entrez/eutils")
    home, plan = tmp_path / "home", {"new": "yes", "name": "later", "q": "asthma", "model": "bundled"}
    home.mkdir()
    with serving(home) as server:
        page.goto(f"{server.url}/topics?{urlencode(plan)}")
        expect(page.get_by_role("alert").filter(has_text="The topic can be created all the same")).to_be_visible()
        press(page, "Create")
        expect(page.get_by_role("alert").filter(has_text="Update failed")).to_contain_text("The connection to NCBI")
        expect(health(page)).to_contain_text("Last update failed")
        assert server.library.names() == ["later"]


def test_progress_outlives_the_browser_and_the_server_and_a_job_can_be_cancelled(
    tmp_path: Path, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, home, port = Gate(), tmp_path / "home", free_port()
    home.mkdir()
    with EutilsServer(numbered(range(1, 3 * BATCH + 1)), layers=[gate], paced=False) as pubmed:
        monkeypatch.setenv("PUBSEARCH_EUTILS_URL", pubmed.url)
        monkeypatch.setenv("PUBSEARCH_MODEL", "bundled")
        process = serving(home, port)
        progress = page.get_by_text(f"Fetching records from PubMed: {BATCH} of {3 * BATCH}")
        try:
            with process as server:
                page.goto(f"{server.url}/topics?{urlencode({'new': 'yes', 'name': 'long', 'title': 'Long'})}")
                page.get_by_role("textbox", name="Query").fill("asthma")
                gate.let(1)
                press(page, "Create")
                expect(progress).to_be_visible()
                page.reload()
                expect(progress).to_be_visible()
                assert violations(page) == []
                page.screenshot(path=ROOT / "test-results" / "states" / "topic-running.png")
                page.goto(f"{server.url}/topics")
                expect(progress).to_be_visible()
            with process as server:
                page.goto(f"{server.url}/topics?topic=long")
                expect(progress).to_be_visible()
                expect(page.get_by_role("button", name="Update", exact=True)).to_be_disabled()
                press(page, "Cancel")
                expect(page.get_by_text("stopping at the end of its batch")).to_be_visible()
                gate.let(1)
                expect(page.get_by_text("Update cancelled")).to_be_visible()
                expect(page.get_by_text("Stopped at your wish").first).to_be_visible()
                expect(health(page)).to_contain_text("Last update stopped")
                gate.let(1)
                press(page, "Update")
                expect(page.get_by_text("Update done")).to_be_visible(timeout=120_000)
                expect(health(page)).to_contain_text("Whole")
                assert server.library.topic("long").count() == 3 * BATCH
        finally:
            gate.let(100)


def test_what_is_begun_elsewhere_is_seen_on_a_page_that_lies_open(
    desk: Desk, page: Page, manual_clock: ManualClock
) -> None:
    topic = new_topic(desk, "watched", range(1, 4), manual_clock)
    page.goto(desk.url())
    expect(page.get_by_role("button", name="Topic watched")).to_be_visible()
    told = page.get_by_text("Update, begun elsewhere")
    with writing(topic.folder, "update"):
        expect(told).to_be_visible()
        press(page, "Topic watched")
        expect(page.get_by_role("button", name="Update", exact=True)).to_be_disabled()
        expect(told).to_be_visible()
    expect(told).to_have_count(0)
    expect(page.get_by_role("button", name="Update", exact=True)).to_be_enabled()


def test_the_log_of_a_job_that_failed_can_be_read(desk: Desk, page: Page, manual_clock: ManualClock) -> None:
    topic = new_topic(desk, "torn", range(1, 4), manual_clock)
    next((topic.folder / "versions").rglob("catalogue.sqlite")).write_bytes(b"no database")
    page.goto(desk.url(topic="torn"))
    expect(health(page)).to_contain_text("Damaged")
    press(page, "Check")
    alert = page.get_by_role("alert").filter(has_text="Check failed")
    expect(alert).to_contain_text("catalogue.sqlite")
    page.get_by_text("Log", exact=True).click()
    expect(page.get_by_test_id("stCode")).to_contain_text("catalogue.sqlite")
    expect(page.get_by_role("definition").filter(has_text="not whole")).to_be_visible()
    page.screenshot(path=ROOT / "test-results" / "states" / "topic-damaged.png")


def test_two_runs_are_compared_by_pmid(desk: Desk, page: Page, manual_clock: ManualClock, tmp_path: Path) -> None:
    topic = new_topic(desk, "moving", range(1, 6), manual_clock)
    run(topic, range(3, 9), manual_clock)
    page.goto(desk.url(topic="moving"))
    expect(health(page)).to_contain_text("Index behind")
    press(page, "Compare")
    expect(page.get_by_role("heading", name="3 added")).to_be_visible()
    expect(page.get_by_role("heading", name="2 removed")).to_be_visible()
    expect(page.get_by_role("heading", name="0 revised")).to_be_visible()
    for pmid in (1, 2, 6, 7, 8):
        address = f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
        expect(page.get_by_role("link", name=str(pmid), exact=True)).to_have_attribute("href", address)
    with page.expect_download() as download:
        press(page, "Download the table (CSV)")
    download.value.save_as(tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as table:
        rows = list(csv.reader(table))
    assert rows == [["pmid", "change"], *([pmid, "added"] for pmid in "678"), *([pmid, "removed"] for pmid in "12")]
    page.reload()
    expect(page.get_by_role("heading", name="3 added")).to_be_visible()


def test_runs_of_one_minute_are_told_apart(desk: Desk, page: Page, tmp_path: Path) -> None:
    topic = desk.server.library.create("minute", query="", model="bundled")
    for pmid in (1, 2, 3):
        topic.import_files([corpus.write(tmp_path / f"{pmid}.xml", corpus.article(pmid, f"Title {pmid}"))])
    first, _, third = (run.stamp for run in topic.runs())
    page.goto(desk.url(topic="minute", first=first, second=third))
    expect(page.get_by_role("heading", name="2 added")).to_be_visible()
    press(page, "Compare")
    expect(page).to_have_url(desk.url(topic="minute", first=first, second=third))
    expect(page.get_by_role("heading", name="2 added")).to_be_visible()


def test_the_sample_of_a_query_says_as_of_when_its_notices_are(desk: Desk, page: Page) -> None:
    page.goto(desk.url(new="yes", q="retracted publication[pt]"))
    article = page.get_by_role("article").first
    expect(article).to_contain_text("Retracted")
    expect(article).to_contain_text(f"as of {datetime.now(UTC).date().isoformat()}")


def test_the_history_tells_of_each_run_and_the_report_of_all(
    desk: Desk, page: Page, manual_clock: ManualClock, tmp_path: Path
) -> None:
    topic = new_topic(desk, "told", range(1, 4), manual_clock)
    page.goto(desk.url(topic="told"))
    page.get_by_text("complete, 3 new").click()
    expect(page.get_by_text("PubMed has 3 records for the query; 0 were there, 3 fetched.")).to_be_visible()
    with page.expect_download() as download:
        press(page, "Download (Markdown)")
    download.value.save_as(tmp_path / "report.md")
    assert f"# Search record: {topic.about.title}" in (tmp_path / "report.md").read_text()


def test_the_version_before_is_served_again(desk: Desk, page: Page, manual_clock: ManualClock) -> None:
    topic = new_topic(desk, "twice", range(1, 4), manual_clock)
    before = topic.served()
    run(topic, range(1, 6), manual_clock)
    topic.build()
    page.goto(desk.url(topic="twice"))
    press(page, "Go back…")
    press(page, "Serve it again")
    expect(page.get_by_text(f"Version {before} is served again: 3 records")).to_be_visible()
    assert topic.served() == before


def test_a_topic_is_deleted_once_its_name_is_typed(desk: Desk, page: Page) -> None:
    desk.server.library.create("mistake", query="asthma", title="A mistake", model="bundled")
    page.goto(desk.url(topic="mistake"))
    for typed in ("mistook", "mistake"):
        assert "mistake" in desk.server.library.names()
        press(page, "Delete this topic…")
        page.get_by_role("textbox", name="Type the topic's name, mistake").fill(typed)
        press(page, "Delete")
        if typed == "mistook":
            expect(page.get_by_role("alert").filter(has_text="Topic mistake was not deleted")).to_be_visible()
    expect(page.get_by_text("Topic mistake was deleted.")).to_be_visible()
    expect(page).to_have_url(f"{desk.server.url}/topics")
    expect(page.get_by_role("button", name="A mistake")).to_have_count(0)
    assert "mistake" not in desk.server.library.names()


def test_a_topic_that_cannot_be_created_says_why(desk: Desk, page: Page) -> None:
    page.goto(desk.url(new="yes", name="Not a name", model="bundled"))
    press(page, "Create")
    expect(page.get_by_role("alert").filter(has_text="'Not a name' cannot be a topic's name")).to_be_visible()
    expect(page.get_by_role("textbox", name="Name")).to_have_value("Not a name")


def test_one_damaged_topic_hides_no_other(desk: Desk, page: Page) -> None:
    desk.server.library.create("sound", query="asthma", title="A sound one", model="bundled")
    broken = desk.server.library.path / "broken"
    broken.mkdir()
    (broken / "topic.toml").write_text("nonsense = [")
    page.goto(desk.url())
    expect(page.get_by_role("button", name="broken", exact=True)).to_be_visible()
    expect(page.get_by_text("topic.toml cannot be read")).to_be_visible()
    press(page, "A sound one")
    expect(page.get_by_role("heading", name="A sound one")).to_be_visible()
    page.go_back()
    press(page, "broken")
    expect(page.get_by_role("button", name="Delete this topic…")).to_be_visible()
