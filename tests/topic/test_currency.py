"""Of when the served records are, and which failure since is told; and one writer from fetch to build."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import pubsearch
from pubsearch.entrez.client import Client
from pubsearch.errors import EntrezError, StoppedError
from pubsearch.settings import Settings
from pubsearch.topic.currency import Currency, as_of, currency
from pubsearch.topic.journal import BROKEN_OFF, Journal, Run, Status, order
from pubsearch.topic.library import Library
from pubsearch.topic.lock import writing
from pubsearch.topic.topic import Topic
from tests import corpus
from tests.eutils.clock import ManualClock
from tests.eutils.records import Stored, numbered
from tests.eutils.server import EutilsServer

ROOT = Path(pubsearch.__file__).parents[1]


@pytest.fixture
def built(topic: Topic) -> Topic:
    topic.build()
    return topic


def now(topic: Topic) -> Currency:
    version = topic.served()
    assert version
    return currency(topic, topic.open(version).manifest)


def reason(topic: Topic) -> str | None:
    failure = now(topic).failure
    return failure and failure.reason


def journal(topic: Topic) -> Journal:
    return Journal(topic.folder / "runs")


def update(topic: Topic, status: Status = "running") -> Run:
    """An update that changes nothing."""
    with writing(topic.folder, "update"), journal(topic).recording("update", "PubMed") as run:
        run.status = status
    return run


def add(topic: Topic, folder: Path) -> None:
    """A record that the served version has not."""
    topic.import_files([corpus.write(folder / "more.xml", corpus.article(1, "Newer"))])


def ended(run: Run) -> datetime:
    return datetime.fromisoformat(run.ended or "")


def test_the_records_are_of_the_last_run_that_was_whole(built: Topic) -> None:
    assert now(built) == Currency(ended(built.runs()[0]), None)
    assert now(built).of <= ended(update(built)) == now(built).of


def test_what_was_fetched_and_not_built_makes_nothing_newer(built: Topic, tmp_path: Path) -> None:
    today = now(built).of
    for file in built.folder.glob("runs/*.json"):
        file.write_text(file.read_text().replace(f"{today.year}-", "2020-"))
    add(built, tmp_path)
    update(built)
    assert now(built).of.year == 2020
    built.build()
    assert now(built).of >= today


def test_notices_are_known_as_of_what_is_served_and_not_of_what_was_only_fetched(built: Topic, tmp_path: Path) -> None:
    first = built.open(str(built.served())).manifest
    with writing(built.folder, "update"), journal(built).recording("update", "PubMed") as run:
        run.as_of = run.started
    assert as_of(built, first) == run.started
    add(built, tmp_path)
    with writing(built.folder, "update"), journal(built).recording("update", "PubMed") as later:
        later.as_of = "2099-01-01T00:00:00+00:00"
    assert (as_of(built, first), built.as_of()) == (run.started, later.as_of)
    second = built.build()
    assert as_of(built, second) == later.as_of
    # that is served again after a rollback
    assert as_of(built, first) == run.started


class TestKilledUpdate:
    """What a killed update had kept before its end is not told again by the next one."""

    @pytest.fixture
    def server(self, manual_clock: ManualClock) -> Iterator[EutilsServer]:
        with EutilsServer(numbered(range(1, 11)), clock=manual_clock.monotonic) as server:
            yield server

    @pytest.fixture
    def client(self, server: EutilsServer, manual_clock: ManualClock) -> Client:
        return Client(Settings(eutils_url=server.url), clock=manual_clock)

    @pytest.fixture
    def asthma(self, library: Library, client: Client) -> Topic:
        made = library.create("asthma", "asthma", model="bundled")
        made.keep_current(client)
        return made

    def killed_update(self, asthma: Topic, client: Client) -> None:
        """An update that kept all that came, with its file as `kill -9` leaves it before the end."""
        first: list[tuple[Path, bytes]] = []

        def watch(*_: object) -> None:
            path = max(asthma.folder.glob("runs/*.json"), key=lambda path: order(path.stem))
            first.append((path, path.read_bytes()))

        asthma.update(client, watch)
        path, content = first[0]
        assert b'"running"' in content
        path.write_bytes(re.sub(rb',\s*"seal".*?"(?=\s*\})', b"", content))

    def test_a_retraction_that_only_a_killed_update_kept_is_not_known_of_what_is_served(
        self, asthma: Topic, client: Client, server: EutilsServer
    ) -> None:
        served, known = asthma.open(str(asthma.served())).manifest, now(asthma).of
        retracted = corpus.article(7, "Asthma: retracted", extra=corpus.RETRACTION).strip()
        server.endpoints.corpus.put(Stored.from_xml(retracted))
        self.killed_update(asthma, client)
        assert as_of(asthma, served) == asthma.runs()[0].as_of
        again = asthma.update(client)
        assert (again.status, again.files, asthma.as_of()) == ("complete", (), again.started)
        assert (as_of(asthma, served), now(asthma).of) == (asthma.runs()[0].as_of, known)
        assert as_of(asthma, asthma.build()) == again.started

    def test_what_only_a_killed_update_left_out_is_not_gone_from_what_is_served(
        self, asthma: Topic, client: Client, server: EutilsServer
    ) -> None:
        version = asthma.open(str(asthma.served())).manifest
        served = replace(version, created=(datetime.fromisoformat(version.created) - timedelta(days=1)).isoformat())
        server.endpoints.corpus.delete(8)
        self.killed_update(asthma, client)
        again = asthma.update(client)
        assert [gone.pmid for gone in asthma.runs()[1].left] == [8]
        assert as_of(asthma, served) == asthma.runs()[0].as_of
        assert as_of(asthma, asthma.build()) == again.started


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (EntrezError("NCBI could not answer."), "NCBI could not answer."),
        (StoppedError("Stopped at your wish."), "It was stopped before it was done."),
        (MemoryError(), "MemoryError"),
    ],
)
def test_an_update_that_failed_is_told_until_one_succeeds(built: Topic, error: BaseException, said: str) -> None:
    before = now(built)
    with pytest.raises(type(error)), journal(built).recording("update", "PubMed"):
        raise error
    assert reason(built) == said
    assert now(built).of == before.of
    update(built)
    assert reason(built) is None


def test_what_somebody_stopped_is_told_apart_from_what_failed(built: Topic, tmp_path: Path) -> None:
    with pytest.raises(StoppedError), journal(built).recording("update", "PubMed"):
        raise StoppedError("Stopped at your wish.")
    stopped = now(built).failure
    assert stopped
    assert stopped.stopped
    add(built, tmp_path)
    run = update(built)
    with pytest.raises(StoppedError), journal(built).building(run):
        raise StoppedError("Stopped at your wish.")
    stopped = now(built).failure
    assert stopped
    assert stopped.stopped
    with pytest.raises(EntrezError), journal(built).recording("update", "PubMed"):
        raise EntrezError("NCBI could not answer.")
    failed = now(built).failure
    assert failed
    assert not failed.stopped


def test_an_incomplete_update_is_told(built: Topic) -> None:
    update(built, "incomplete")
    assert "counts did not agree" in (reason(built) or "")


def test_an_import_hides_no_failure_and_is_none(built: Topic, tmp_path: Path) -> None:
    with pytest.raises(EntrezError), journal(built).recording("update", "PubMed"):
        raise EntrezError("NCBI could not answer.")
    add(built, tmp_path)
    assert reason(built) == "NCBI could not answer."


def test_a_build_that_failed_is_told_until_there_is_one(built: Topic, tmp_path: Path) -> None:
    add(built, tmp_path)
    run = update(built)
    with pytest.raises(EntrezError), journal(built).building(run):
        raise EntrezError("The disk is full.")
    assert reason(built) == "The disk is full."
    built.build()
    assert reason(built) is None


_KILLED = """
import os, signal, sys
from pathlib import Path
from pubsearch.topic.journal import Journal
from pubsearch.topic.lock import writing

folder, journal = Path(sys.argv[1]), Journal(Path(sys.argv[1]) / "runs")
with writing(folder, "update"):
    with journal.recording("update", "PubMed") as run:
        if sys.argv[2] == "fetch":
            os.kill(os.getpid(), signal.SIGKILL)
    with journal.building(run):
        print("building", flush=True)
        sys.stdin.read() if sys.argv[2] == "wait" else os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("moment", ["fetch", "build"])
def test_an_update_that_was_killed_is_told(built: Topic, tmp_path: Path, moment: str) -> None:
    add(built, tmp_path)
    command = [sys.executable, "-c", _KILLED, str(built.folder), moment]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert reason(built) == BROKEN_OFF
    update(built)
    assert reason(built) is None


def test_an_update_under_way_is_no_failure(built: Topic, tmp_path: Path) -> None:
    add(built, tmp_path)
    command = [sys.executable, "-c", _KILLED, str(built.folder), "wait"]
    with subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "building\n"
        assert reason(built) is None
        process.communicate()


def test_one_writer_holds_the_topic_from_fetch_to_build(library: Library, manual_clock: ManualClock) -> None:
    topic = library.create("asthma", "asthma", model="bundled")
    seen: dict[str, str] = {}

    def look(what: str, _done: int, _total: int) -> None:
        seen[what] = (topic.folder / ".writer").read_text()

    with EutilsServer(numbered(range(1, 11)), clock=manual_clock.monotonic) as server:
        run = topic.keep_current(Client(Settings(eutils_url=server.url), clock=manual_clock), look)
    assert {"Fetching records from PubMed", "Encoding texts"} <= seen.keys()
    (note,) = set(seen.values())
    assert '"what":"update"' in note
    assert (run.version, run.build_error) == (topic.served(), None)
    assert topic.runs()[-1] == run
