"""`kill -9` at any moment of an ingestion: nothing is lost, doubled or torn, and at most one batch is fetched twice."""

import multiprocessing
import random
import time
from collections import Counter
from pathlib import Path

from pubsearch.entrez.client import Client
from pubsearch.settings import Settings
from pubsearch.topic.fetch import BATCH
from pubsearch.topic.library import Library
from pubsearch.topic.topic import Topic
from tests.eutils.clock import ManualClock
from tests.eutils.records import numbered
from tests.eutils.server import EutilsServer

MOMENTS = 50
NUMBER = 1_500


def ingest(folder: str, url: str) -> None:
    # The pace would make the child wait most of its time, and the moments would seldom fall on work.
    Topic(Path(folder)).ingest(Client(Settings(eutils_url=url), clock=ManualClock()))


def test_a_killed_ingestion_is_gone_on_with(context: multiprocessing.context.BaseContext, library: Library) -> None:
    everything = set(range(1, NUMBER + 1))
    with EutilsServer(numbered(everything), paced=False) as server:

        def run(topic: Topic, seconds: float | None) -> int | None:
            """The exit code of an ingestion that is killed after `seconds` if it still runs then."""
            process = context.Process(target=ingest, args=(str(topic.folder), server.url))
            process.start()
            process.join(seconds)
            process.kill()
            process.join()
            return process.exitcode

        started = time.perf_counter()
        assert run(library.create("whole", "asthma", model="bundled"), None) == 0
        duration = time.perf_counter() - started
        chance, killed = random.Random(1), 0
        for attempt in range(4 * MOMENTS):
            topic = library.create(f"attempt-{attempt}", "asthma", model="bundled")
            server.requests.clear()
            moment = duration * chance.random()
            run(topic, moment)
            if {each.status for each in topic.runs()} == {"complete"}:
                # It was done before its moment came: ingestions have become faster than the first one was.
                duration = moment
                continue
            killed += 1
            assert {record.pmid for record in topic.records()} <= everything
            assert run(topic, None) == 0
            pmids = [record.pmid for record in topic.records()]
            assert (set(pmids), len(pmids)) == (everything, NUMBER)
            asked = Counter(pmid for request in server.asked("efetch") for pmid in request.pmids)
            assert set(asked) == everything
            assert asked.total() <= NUMBER + BATCH
            assert topic.runs()[-1].status == "complete"
            assert {each.status for each in topic.runs()[:-1]} <= {"killed"}
            assert not list(topic.folder.rglob(".tmp-*"))
            if killed == MOMENTS:
                return
    raise AssertionError(f"only {killed} ingestions were killed")
