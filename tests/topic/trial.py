"""An ingestion through faults: run until it is complete, each error noted, each promise checked on the way."""

import time
from dataclasses import dataclass, field

from pubsearch.entrez.client import Client
from pubsearch.errors import PubsearchError
from pubsearch.settings import Settings
from pubsearch.topic.journal import Run
from pubsearch.topic.layout import RECORDS
from pubsearch.topic.records import RecordStore
from pubsearch.topic.topic import Topic
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Layer
from tests.eutils.records import numbered
from tests.eutils.server import EutilsServer

NUMBER = 2_500
RUNS = 8


@dataclass(slots=True)
class Outcome:
    """What came of it: every run's error or None, requests in all, seconds of the client's clock and of ours."""

    errors: list[str | None] = field(default_factory=list)
    requests: int = 0
    waited: float = 0.0
    took: float = 0.0


def ingest_through(topic: Topic, injector: Layer, clock: ManualClock) -> Outcome:
    """Ingests NUMBER records that PubMed has while `injector` does its work, until a run is complete.

    Then PubMed is as it has become, without faults, and one more run must make the topic the same as PubMed.

    Raises:
        AssertionError: a record was lost, doubled, wrong or not accounted for, or RUNS runs did not suffice.
    """
    outcome, started, began = Outcome(), time.perf_counter(), clock.now
    with EutilsServer(numbered(range(1, NUMBER + 1)), layers=[injector], clock=clock.monotonic, paced=False) as server:
        kept: set[int] = set()
        while len(outcome.errors) < RUNS:
            run, error = _run(topic, server, clock)
            outcome.errors.append(error)
            now = set(RecordStore(topic.folder / RECORDS).places())
            assert kept <= now | {gone.pmid for each in topic.runs() for gone in each.left}, "a record was lost"
            kept = now
            if run is not None and run.status == "complete":
                accounted = now | {missing.pmid for missing in run.missing}
                assert len(accounted) == run.count, "a record that PubMed counted is not accounted for"
                break
        else:
            raise AssertionError(f"not complete after {RUNS} runs: {outcome.errors}")
        outcome.requests, outcome.waited = len(server.requests), clock.now - began
        records = list(server.endpoints.corpus.records.values())
    with EutilsServer(records, clock=clock.monotonic, paced=False) as server:
        run, error = _run(topic, server, clock)
        assert (run is not None and run.status, error) == ("complete", None)
        assert _pmids(topic) == set(server.pmids), "the topic is not what PubMed is"
    outcome.took = time.perf_counter() - started
    return outcome


def _run(topic: Topic, server: EutilsServer, clock: ManualClock) -> tuple[Run | None, str | None]:
    # a server that hangs is waited for in real time
    client = Client(Settings(eutils_url=server.url), clock=clock, timeout=0.2)
    try:
        return topic.ingest(client), None
    except PubsearchError as error:
        return None, str(error)


def _pmids(topic: Topic) -> set[int]:
    """The PMIDs of the topic's records, each of which stands there once."""
    pmids = [record.pmid for record in topic.records()]
    assert len(pmids) == len(set(pmids)) == topic.count(), "a record stands there twice"
    return set(pmids)
