"""A query becomes records: complete, resumable, and with a file that says what happened."""

import json
from typing import Any

import pytest

from pubsearch.entrez.client import MAX_PMIDS, Client
from pubsearch.errors import EntrezError, UserError
from pubsearch.settings import Settings
from pubsearch.topic.fetch import BATCH
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests.eutils import faults
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.injector import Injector
from tests.eutils.records import numbered
from tests.eutils.server import VALID_KEY, EutilsServer

NUMBER = 3 * BATCH + 50


@pytest.fixture
def topic(library: Library) -> Topic:
    return library.create("asthma", "asthma", model="bundled")


def client(server: EutilsServer, clock: ManualClock) -> Client:
    return Client(Settings(eutils_url=server.url, ncbi_api_key=VALID_KEY, email="me@example.org"), clock=clock)


def run_file(topic: Topic, stamp: str) -> dict[str, Any]:
    return json.loads((topic.folder / "runs" / f"{stamp}.json").read_text())


def fetched(server: EutilsServer) -> list[int]:
    return [pmid for request in server.asked("efetch") for pmid in request.pmids]


def test_every_record_that_pubmed_counts_is_fetched_once(topic: Topic, manual_clock: ManualClock) -> None:
    with EutilsServer(numbered(range(1, NUMBER + 1)), clock=manual_clock.monotonic) as server:
        run = topic.ingest(client(server, manual_clock))
        assert sorted(fetched(server)) == server.pmids
    assert (run.count, run.fetched, run.already_there, run.missing) == (NUMBER, NUMBER, 0, ())
    assert sorted(record.pmid for record in topic.records()) == list(range(1, NUMBER + 1))


def test_the_run_can_be_reported(topic: Topic, recorded_server: EutilsServer, manual_clock: ManualClock) -> None:
    about = Library(topic.folder.parent).create("t", "telomere OR zzqqxx", model="bundled")
    run = about.ingest(client(recorded_server, manual_clock))
    kept = run_file(about, run.stamp)
    assert kept["query"] == "telomere OR zzqqxx"
    assert kept["translation"] == '"telomere"[All Fields] OR (zzqqxx[All Fields])'
    assert kept["warnings"] == ["Phrase not found: zzqqxx"]
    assert kept["database"] == {"build": "Build-2025.11.27.06.33", "last_update": "2025/11/27 06:33", "count": 39730388}
    assert kept["started"] <= kept["ended"]
    assert kept["started"].endswith("+00:00")
    assert kept["software"].keys() == {"pubsearch", "biopython", "lxml"}
    assert VALID_KEY not in json.dumps(kept)
    assert "me@example.org" not in json.dumps(kept)


def test_a_run_that_broke_off_is_gone_on_with(topic: Topic, manual_clock: ManualClock) -> None:
    asked = 0

    def fail_later(request: Request, proceed: Endpoint) -> Answer:
        nonlocal asked
        asked += request.endpoint == "efetch"
        return Answer(b"down", 503) if asked > 2 else proceed(request)

    records = list(numbered(range(1, NUMBER + 1)))
    with (
        EutilsServer(records, layers=[fail_later], clock=manual_clock.monotonic) as server,
        pytest.raises(EntrezError),
    ):
        topic.ingest(client(server, manual_clock))
    assert topic.count() == 2 * BATCH
    with EutilsServer(records, clock=manual_clock.monotonic) as server:
        run = topic.ingest(client(server, manual_clock))
        assert len(fetched(server)) == NUMBER - 2 * BATCH
    assert (run.already_there, run.fetched, topic.count()) == (2 * BATCH, NUMBER - 2 * BATCH, NUMBER)


def test_a_record_that_ncbi_counts_and_does_not_send_is_named(topic: Topic, manual_clock: ManualClock) -> None:
    with EutilsServer(numbered(range(1, 21)), clock=manual_clock.monotonic) as server:
        server.endpoints.corpus.withhold(7)
        run = topic.ingest(client(server, manual_clock))
        # with the others, once more by itself, and no third time
        assert [len(request.pmids) for request in server.asked("efetch")] == [20, 1]
    assert [(each.pmid, each.reason) for each in run.missing] == [(7, "NCBI has a summary of it and sends no record")]
    assert (run.count, run.fetched, topic.count()) == (20, 19, 19)


def test_a_query_that_finds_nothing_is_no_error(topic: Topic, manual_clock: ManualClock) -> None:
    with EutilsServer(numbered([]), clock=manual_clock.monotonic) as server:
        run = topic.ingest(client(server, manual_clock))
    assert (run.count, run.fetched, run.files) == (0, 0, ())


def test_a_topic_of_files_alone_has_nothing_to_ask(library: Library) -> None:
    with pytest.raises(UserError, match="has no query"):
        library.create("files", "", model="bundled").ingest()


def test_faults_on_the_way_are_in_the_run_s_log_without_secrets(topic: Topic, manual_clock: ManualClock) -> None:
    injector = Injector({2: faults.BACKEND_FAILED, 3: faults.TOO_MANY_REQUESTS, 5: faults.RESET})
    with EutilsServer(numbered(range(1, 21)), layers=[injector], clock=manual_clock.monotonic) as server:
        run = topic.ingest(client(server, manual_clock))
    assert run.status == "complete"
    log = (topic.folder / "runs" / f"{run.stamp}.log").read_text()
    assert [line.split("(try ")[1] for line in log.splitlines()] == ["1 of 4)", "2 of 4)", "1 of 4)"]
    assert "Search Backend failed" in log
    assert VALID_KEY not in log
    assert "me@example.org" not in log


def test_a_query_past_the_cap_is_fetched_whole(topic: Topic, manual_clock: ManualClock) -> None:
    number = 2 * MAX_PMIDS + 1
    with EutilsServer(numbered(range(1, 50 * number, 50)), clock=manual_clock.monotonic) as server:
        run = topic.ingest(client(server, manual_clock))
    assert (run.count, run.fetched, run.missing, topic.count()) == (number, number, (), number)
    assert sum(slice_.count for slice_ in run.slices) == number


def test_counts_that_never_agree_leave_the_run_incomplete_and_nothing_out(
    topic: Topic, manual_clock: ManualClock
) -> None:
    def lose(request: Request, proceed: Endpoint) -> Answer:
        answer = proceed(request)
        return Answer(answer.body.replace(b"<Id>7</Id>", b"")) if request.endpoint == "esearch" else answer

    with EutilsServer(numbered(range(1, 21)), clock=manual_clock.monotonic) as server:
        topic.ingest(client(server, manual_clock))
    with EutilsServer(numbered(range(1, 21)), layers=[lose], clock=manual_clock.monotonic) as server:
        run = topic.ingest(client(server, manual_clock))
    assert (run.status, run.count, run.left, topic.count()) == ("incomplete", 20, (), 20)
