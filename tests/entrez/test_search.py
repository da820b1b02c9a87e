"""Every PMID of a query, however many: PubMed's cap is passed, and counts that move are noticed."""

from collections.abc import Iterable

import pytest

from pubsearch.entrez.client import MAX_PMIDS, Client
from pubsearch.entrez.search import LAST_PMID, ROUNDS, Found, search
from pubsearch.errors import EntrezError
from pubsearch.settings import Settings
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.records import Stored, numbered
from tests.eutils.server import VALID_KEY, EutilsServer


def search_all(server: EutilsServer, clock: ManualClock, term: str) -> Found:
    client = Client(Settings(eutils_url=server.url, ncbi_api_key=VALID_KEY), clock=clock)
    return search(client, term, lambda _done, _total: None)


def test_finds_all_with_how_pubmed_read_it(recorded_server: EutilsServer, manual_clock: ManualClock) -> None:
    found = search_all(recorded_server, manual_clock, "all[filter] NOT zzqqxx")
    assert (found.count, list(found.pmids), found.settled) == (10, recorded_server.pmids, True)
    assert found.query_translation == "all[Filter] NOT (zzqqxx[All Fields])"
    assert found.warnings == ("Phrase not found: zzqqxx",)


def test_nothing_found_is_an_outcome(recorded_server: EutilsServer, manual_clock: ManualClock) -> None:
    found = search_all(recorded_server, manual_clock, "zzqqxx")
    assert (found.count, found.pmids, found.settled) == (0, (), True)
    assert found.warnings == ("Phrase not found: zzqqxx", "No items found.")


def test_reaches_the_cap_in_one_request(manual_clock: ManualClock) -> None:
    with EutilsServer(numbered(range(1, MAX_PMIDS + 1)), clock=manual_clock.monotonic) as server:
        found = search_all(server, manual_clock, "asthma")
        assert len(server.requests) == 1
    assert len(found.pmids) == MAX_PMIDS
    assert [(slice_.first, slice_.last, slice_.count) for slice_ in found.slices] == [(1, LAST_PMID, MAX_PMIDS)]


def test_passes_the_cap(manual_clock: ManualClock) -> None:
    # Spread as PubMed's are: dense at the end, with wide gaps before.
    pmids = [*range(1, 30_000_000, 600), *range(30_000_000, 30_070_000)]
    with EutilsServer(numbered(pmids), clock=manual_clock.monotonic) as server:
        found = search_all(server, manual_clock, "asthma OR zzqqxx")
        terms = [request.get("term") for request in server.requests]
    assert (found.count, found.pmids, found.settled) == (120_000, tuple(pmids), True)
    assert sum(slice_.count for slice_ in found.slices) == 120_000
    assert all(slice_.count <= MAX_PMIDS for slice_ in found.slices)
    assert [found.slices[0].first, found.slices[-1].last] == [1, LAST_PMID]
    assert all(one.last + 1 == next_.first for one, next_ in zip(found.slices, found.slices[1:], strict=False))
    assert "1:50000000[UID] AND (asthma OR zzqqxx)" in terms
    assert found.warnings == ("Phrase not found: zzqqxx",)
    assert found.drift == ()


class TestDrift:
    """Records are added and deleted while a search goes on."""

    NUMBER = 2 * MAX_PMIDS

    def changing(self, clock: ManualClock, change: dict[int, Iterable[Stored]]) -> tuple[Found, EutilsServer]:
        """Searches while records are added before the searches of those numbers."""

        def grow(request: Request, proceed: Endpoint) -> Answer:
            for record in change.get(len(server.asked("esearch")), ()):
                server.endpoints.corpus.put(record)
            return proceed(request)

        spread = numbered(range(1, self.NUMBER * 2_000, 2_000))
        with EutilsServer(spread, layers=[grow], clock=clock.monotonic) as server:
            return search_all(server, clock, "asthma"), server

    def test_a_record_added_before_its_slice_is_asked_is_found(self, manual_clock: ManualClock) -> None:
        found, server = self.changing(manual_clock, {2: numbered([3])})
        assert (list(found.pmids), found.settled) == (server.pmids, True)
        assert found.drift == (f"PubMed counted {self.NUMBER:,} records at first and {self.NUMBER + 1:,} at last",)

    def test_a_record_added_to_a_slice_that_was_asked_is_found(self, manual_clock: ManualClock) -> None:
        late = len(self.changing(manual_clock, {})[1].requests)
        found, server = self.changing(manual_clock, {late: numbered([3, 5])})
        assert (list(found.pmids), found.settled) == (server.pmids, True)
        assert any("PubMed counted" in line and "then" in line for line in found.drift)

    def test_a_slice_that_outgrows_the_cap_is_cut_again(self, manual_clock: ManualClock) -> None:
        late = len(self.changing(manual_clock, {})[1].requests)
        found, server = self.changing(manual_clock, {late: numbered(range(2, 20_000, 2))})
        assert (list(found.pmids), found.settled) == (server.pmids, True)


def test_what_nobody_closed_is_cut_all_the_same(manual_clock: ManualClock) -> None:
    with EutilsServer(numbered(range(1, 10_101)), clock=manual_clock.monotonic) as server:
        found = search_all(server, manual_clock, "asthma OR (heart OR (cancer")
    assert (len(found.pmids), found.settled) == (10_100, True)
    assert "is not closed" in found.warnings[0]


def test_a_range_that_pubmed_does_not_keep_to_ends_in_an_error(manual_clock: ManualClock) -> None:
    def ignore_range(request: Request, proceed: Endpoint) -> Answer:
        request.params["term"] = ("asthma",)  # type: ignore[index]
        return proceed(request)

    with (
        EutilsServer(numbered(range(1, 10_101)), layers=[ignore_range], clock=manual_clock.monotonic) as server,
        pytest.raises(EntrezError, match="did not keep to the range"),
    ):
        search_all(server, manual_clock, "asthma")


def test_counts_that_never_agree_are_told(recorded_records: list[Stored], manual_clock: ManualClock) -> None:
    def lose(request: Request, proceed: Endpoint) -> Answer:
        return Answer(proceed(request).body.replace(b"<Id>9997</Id>", b""))

    with EutilsServer(recorded_records, layers=[lose], clock=manual_clock.monotonic) as server:
        found = search_all(server, manual_clock, "all[filter]")
        assert len(server.requests) <= 1 + 3 * ROUNDS
    assert (found.count, len(found.pmids), found.settled) == (10, 9, False)


@pytest.mark.parametrize("times", [1, 2])
def test_an_answer_that_lacks_a_pmid_once_is_asked_again(
    recorded_records: list[Stored], manual_clock: ManualClock, times: int
) -> None:
    def lose(request: Request, proceed: Endpoint) -> Answer:
        lost = b"<Id>9997</Id>" if len(server.requests) <= times else b"nothing"
        return Answer(proceed(request).body.replace(lost, b""))

    with EutilsServer(recorded_records, layers=[lose], clock=manual_clock.monotonic) as server:
        found = search_all(server, manual_clock, "all[filter]")
    assert (len(found.pmids), found.settled) == (10, True)


def test_brings_every_record_of_the_demo_byte_for_byte(eutils_server: EutilsServer, manual_clock: ManualClock) -> None:
    client = Client(Settings(eutils_url=eutils_server.url), clock=manual_clock)
    found = search(client, "all[filter]", lambda _done, _total: None)
    records = eutils_server.endpoints.corpus.records
    assert found.count == len(records) > 1000
    for first in range(0, found.count, 200):
        pmids = found.pmids[first : first + 200]
        body = client.efetch(pmids)
        assert body.endswith(b"".join(records[pmid].xml for pmid in pmids) + b"</PubmedArticleSet>")
