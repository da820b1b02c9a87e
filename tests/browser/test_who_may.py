"""Who only reads changes nothing: by no control that is drawn for them, and by no request that they make up."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page

from pubsearch.topic.jobs import Job, Jobs
from pubsearch.topic.library import Library
from tests.browser.conftest import ROOT, Server, free_port, serving
from tests.browser.visitor import Drawn, Visitor, press, visiting, write
from tests.jobs import SECONDS, ended, slow_pubmed
from tests.oidc.provider import Provider, providing

pytestmark = pytest.mark.browser

LIBRARIAN, READER = "ann@hospital.example", "bob@hospital.example"
TOPIC = "asthma"
ONE, NEW, ALL = {"topic": TOPIC}, {"new": "yes"}, {"topic": ""}
WRITING = {"Update", "Fetch only", "Check", "Clean up", "Build", "Cancel", "Delete", "New topic", "Create"}


@pytest.fixture
def library(home: Path) -> Library:
    made = Library(home)
    made.create(TOPIC, "asthma", model="bundled")
    return made


@pytest.fixture
def job(library: Library, monkeypatch: pytest.MonkeyPatch) -> Iterator[Job]:
    """A job that runs until the test has ended."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with slow_pubmed() as slow:
        monkeypatch.setenv("PUBSEARCH_EUTILS_URL", slow.url)
        job = Jobs(library.path).start(TOPIC, ["ingest"])
        assert slow.asked.wait(SECONDS)
        yield job
    ended(library.path, job)


@dataclass(frozen=True)
class Closed:
    """A page with sign-in, its provider, and the file that names the librarians."""

    server: Server
    provider: Provider
    settings: Path


@pytest.fixture
def closed(library: Library) -> Iterator[Closed]:
    port, secrets, settings = free_port(), library.path / ".streamlit" / "secrets.toml", library.path / ".env"
    secrets.parent.mkdir()
    settings.write_text(f"PUBSEARCH_LIBRARIANS={LIBRARIAN}\n")
    with providing() as provider:
        secrets.write_text(provider.secrets(port))
        with serving(library.path, port) as server:
            yield Closed(server, provider, settings)


def signed_in(closed: Closed, page: Page, email: str) -> dict[str, str]:
    """The cookies of somebody who has signed in."""
    closed.provider.email = email
    page.context.clear_cookies()
    page.goto(f"{closed.server.url}/topics")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Sign out").wait_for()
    return {str(cookie.get("name")): str(cookie.get("value")) for cookie in page.context.cookies()}


def controls(visitor: Visitor) -> dict[str, str]:
    """The ids of all that is drawn for this visitor on the Topics page, by what stands on it."""
    found: dict[str, str] = {}
    for fields in (ALL, NEW, ONE):
        found |= visitor.go(fields, page="topics").widgets
    return found


def try_everything(visitor: Visitor, ids: Mapping[str, str]) -> None:
    """Uses all of the widgets on each page, drawn there or not, with the topic's name in every box."""
    used = [press(id_) if label in WRITING else write(id_, TOPIC) for label, id_ in ids.items()]
    for fields in (ONE, NEW, ALL):
        visitor.go(fields, page="topics")
        visitor.use(*used)


def assert_untouched(library: Library, job: Job) -> None:
    assert library.names() == [TOPIC]
    (running,) = Jobs(library.path).all()
    assert (running.id, running.state, running.stopping) == (job.id, "running", False)


def delete(visitor: Visitor, ids: Mapping[str, str]) -> Drawn:
    box = next(id_ for label, id_ in ids.items() if label.startswith("Type the topic's name"))
    return visitor.use(write(box, TOPIC), press(ids["Delete"]))


def test_a_reader_changes_nothing_by_any_control_or_made_up_request(
    closed: Closed, library: Library, job: Job, page: Page
) -> None:
    librarian, reader = (signed_in(closed, page, email) for email in (LIBRARIAN, READER))
    closed.provider.verified = False
    unverified = signed_in(closed, page, LIBRARIAN)
    with visiting(closed.server, librarian) as visitor:
        ids = controls(visitor)
        assert ids.keys() >= WRITING
        for cookies in (reader, unverified, {}):
            with visiting(closed.server, cookies) as other:
                assert WRITING.isdisjoint(controls(other))
                try_everything(other, ids)
        assert_untouched(library, job)
        # the same requests do it for whom they are meant
        visitor.go(ONE, page="topics")
        visitor.use(press(ids["Cancel"]))
        assert Jobs(library.path).get(job.id).stopping


def test_a_right_that_has_ended_is_asked_for_as_it_is_used(
    closed: Closed, library: Library, job: Job, page: Page
) -> None:
    with visiting(closed.server, signed_in(closed, page, LIBRARIAN)) as visitor:
        ids = controls(visitor)
        closed.settings.write_text(f"PUBSEARCH_LIBRARIANS={READER}\n")
        drawn = visitor.use(press(ids["Cancel"]))
        assert any(f"{LIBRARIAN} only reads here" in element for element in drawn.elements)
        assert WRITING.isdisjoint(drawn.widgets)
        assert_untouched(library, job)


def test_without_sign_in_only_this_machine_writes(library: Library, job: Job) -> None:
    with serving(library.path) as server:
        with visiting(server) as visitor:
            ids = controls(visitor)
            assert ids.keys() >= WRITING
        for headers in ({"X-Forwarded-For": "192.0.2.1"}, {"Via": "1.1 proxy"}, {"Origin": "http://localhost:3000"}):
            with visiting(server, headers=headers) as other:
                assert WRITING.isdisjoint(controls(other))
                try_everything(other, ids)
        assert_untouched(library, job)
    with serving(library.path, 0, "--site", "search.hospital.example") as server, visiting(server) as other:
        assert WRITING.isdisjoint(controls(other))
        try_everything(other, ids)
    assert_untouched(library, job)


def test_a_topic_goes_for_whoever_may_delete_it(library: Library) -> None:
    with serving(library.path) as server, visiting(server) as visitor:
        delete(visitor, controls(visitor))
    assert library.names() == []
