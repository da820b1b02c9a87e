"""Every PMID of a query, or an error: never fewer without a word."""

from collections.abc import Iterable

import pytest

from pubsearch.entrez.client import MAX_PMIDS, Client
from pubsearch.entrez.search import search
from pubsearch.errors import EntrezError, UserError
from pubsearch.settings import Settings
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.records import Stored, numbered
from tests.eutils.server import EutilsServer


def client_of(server: EutilsServer, clock: ManualClock) -> Client:
    return Client(Settings(eutils_url=server.url), clock=clock)


def test_finds_all_with_how_pubmed_read_it(recorded_server: EutilsServer, manual_clock: ManualClock) -> None:
    outcome = search(client_of(recorded_server, manual_clock), "all[filter] NOT zzqqxx")
    assert (outcome.count, sorted(outcome.pmids)) == (10, recorded_server.pmids)
    assert outcome.query_translation == "all[Filter] NOT (zzqqxx[All Fields])"
    assert outcome.warnings == ("Phrase not found: zzqqxx",)


def test_nothing_found_is_an_outcome(recorded_server: EutilsServer, manual_clock: ManualClock) -> None:
    outcome = search(client_of(recorded_server, manual_clock), "zzqqxx")
    assert (outcome.count, outcome.pmids) == (0, ())
    assert outcome.warnings == ("Phrase not found: zzqqxx", "No items found.")


def test_reaches_the_cap_in_one_request(manual_clock: ManualClock) -> None:
    with EutilsServer(numbered(range(1, MAX_PMIDS + 1)), clock=manual_clock.monotonic) as server:
        outcome = search(client_of(server, manual_clock), "asthma")
        assert len(server.requests) == 1
    assert outcome.pmids == tuple(range(MAX_PMIDS, 0, -1))
    assert outcome.warnings == ()


def test_says_so_past_the_cap(manual_clock: ManualClock) -> None:
    with (
        EutilsServer(numbered(range(1, MAX_PMIDS + 2)), clock=manual_clock.monotonic) as server,
        pytest.raises(UserError, match=r"10,000 records .* first 9,999; narrow the query"),
    ):
        search(client_of(server, manual_clock), "asthma")


@pytest.mark.parametrize("change", [(b"<Id>9997</Id>", b""), (b"<Id>9997</Id>", b"<Id>29915538</Id>")])
def test_fewer_pmids_than_counted_are_an_error(
    recorded_records: Iterable[Stored], manual_clock: ManualClock, change: tuple[bytes, bytes]
) -> None:
    def lose(request: Request, proceed: Endpoint) -> Answer:
        return Answer(proceed(request).body.replace(*change))

    with (
        EutilsServer(recorded_records, layers=[lose], clock=manual_clock.monotonic) as server,
        pytest.raises(EntrezError, match=r"counted 10 records .* named 9"),
    ):
        search(client_of(server, manual_clock), "all[filter]")


def test_brings_every_record_of_the_demo_byte_for_byte(eutils_server: EutilsServer, manual_clock: ManualClock) -> None:
    client = client_of(eutils_server, manual_clock)
    outcome = search(client, "all[filter]")
    records = eutils_server.endpoints.corpus.records
    assert outcome.count == len(records) > 1000
    for first in range(0, outcome.count, 200):
        pmids = outcome.pmids[first : first + 200]
        body = client.efetch(pmids)
        assert body.endswith(b"".join(records[pmid].xml for pmid in pmids) + b"</PubmedArticleSet>")
