"""Each fault as it is on the wire, and when it comes."""

import gzip
import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

import pytest
from lxml import etree

from tests.eutils import faults
from tests.eutils.clock import ManualClock
from tests.eutils.faults import FAULTS, Fault
from tests.eutils.fixture import ERRORS
from tests.eutils.injector import Injector
from tests.eutils.records import Stored, numbered, parse
from tests.eutils.server import EutilsServer
from tests.eutils.test_server import Reply, ask

PMIDS = [11, 12, 13]
IDS = {"id": "11,12,13"}


@contextmanager
def injecting(
    *planned: Fault, records: Iterable[Stored] | None = None, start: int = 1
) -> Iterator[tuple[EutilsServer, Injector]]:
    """A server whose requests, from number `start`, meet these faults."""
    injector = Injector(dict(enumerate(planned, start)))
    with EutilsServer(records or numbered(PMIDS), layers=[injector], paced=False) as server:
        yield server, injector


def struck(fault: Fault) -> Reply:
    """The answer to a request that meets this fault."""
    endpoint = "esearch" if "esearch" in fault.endpoints else "efetch"
    with injecting(fault) as (server, injector):
        reply = ask(server, endpoint, **({"term": "asthma"} if endpoint == "esearch" else IDS))
        assert injector.injected == [(1, fault.name)]
    return reply


def fetched(server: EutilsServer, pmids: Sequence[int] = PMIDS) -> list[int]:
    """The PMIDs that efetch sends, in its order."""
    _, body, _ = ask(server, "efetch", id=",".join(map(str, pmids)))
    return [int(element.text) for element in parse(body).iterfind("*/*/PMID")]


def found(server: EutilsServer) -> tuple[int, list[int]]:
    """Count and PMIDs of all."""
    root = parse(ask(server, "esearch", term="asthma")[1])
    return int(root.findtext("Count")), [int(element.text) for element in root.iter("Id")]


def url(server: EutilsServer) -> str:
    return f"{server.url}/esearch.fcgi?{urlencode({'db': 'pubmed', 'term': 'asthma'})}"


class TestAnswers:
    @pytest.mark.parametrize(
        ("fault", "name", "kind"),
        [
            (faults.TOO_MANY_REQUESTS, "too_many_requests", "application/json"),
            (faults.TOO_MANY_REQUESTS_UNTIMED, "too_many_requests", "application/json"),
            (faults.SERVER_ERROR, "server_error", "text/html"),
            (faults.VIEWER_TIMEOUT, "viewer_timeout", "text/xml"),
            (faults.BACKEND_FAILED, "backend_failed", "text/xml"),
            (faults.HISTORY_EXPIRED, "history_expired", "text/xml"),
        ],
    )
    def test_recorded_ones_come_word_for_word(self, fault: Fault, name: str, kind: str) -> None:
        status, body, headers = struck(fault)
        assert (status, body) == (ERRORS[name]["status"], ERRORS[name]["body"].encode())
        assert headers.get_content_type() == kind

    def test_only_one_429_says_when_to_come_again(self) -> None:
        _, body, headers = struck(faults.TOO_MANY_REQUESTS)
        assert json.loads(body)["error"] == "API rate limit exceeded"
        assert headers["Retry-After"] == "2"
        assert struck(faults.TOO_MANY_REQUESTS_UNTIMED)[2]["Retry-After"] is None

    @pytest.mark.parametrize(
        ("fault", "status"),
        [
            (faults.BAD_GATEWAY, 502),
            (faults.UNAVAILABLE, 503),
            (faults.GATEWAY_REFUSAL, 400),
            (faults.URI_TOO_LONG, 414),
            (faults.MAINTENANCE, 200),
        ],
    )
    def test_gateways_send_pages_for_people(self, fault: Fault, status: int) -> None:
        got, body, headers = struck(fault)
        assert (got, headers.get_content_type()) == (status, "text/html")
        assert b"<ERROR>" not in body

    def test_error_in_200_is_in_the_endpoints_own_document(self) -> None:
        status, body, _ = struck(faults.ERROR_IN_200)
        assert status == 200
        assert (parse(body).tag, parse(body).findtext("ERROR")) == ("eSearchResult", "Resource temporarily unavailable")

    def test_history_out_of_range(self) -> None:
        status, body, _ = struck(faults.OUT_OF_RANGE)
        assert status == 400
        assert parse(body).tag == "eFetchResult"
        assert parse(body).findtext("ERROR") == "Cannot retrieve history data: OUT OF RANGE"


class TestDelivery:
    def test_a_body_cut_short_of_its_length(self) -> None:
        with injecting(faults.CUT) as (server, _), urlopen(url(server)) as response:
            with pytest.raises(IncompleteRead) as broken:
                response.read()
            assert len(broken.value.partial) < int(response.headers["Content-Length"])

    def test_xml_that_is_cut_in_a_whole_answer(self) -> None:
        _, body, headers = struck(faults.CUT_XML)
        assert int(headers["Content-Length"]) == len(body)
        with pytest.raises(etree.XMLSyntaxError):
            parse(body)

    def test_gzip_that_is_cut(self) -> None:
        _, body, headers = struck(faults.CUT_GZIP)
        assert headers["Content-Encoding"] == "gzip"
        with pytest.raises(EOFError):
            gzip.decompress(body)

    def test_a_reset_before_the_first_byte(self) -> None:
        with pytest.raises(ConnectionResetError, match="reset by peer"):
            struck(faults.RESET)

    def test_a_reset_in_the_body(self) -> None:
        with injecting(faults.RESET_IN_BODY) as (server, _), urlopen(url(server)) as response:
            assert response.status == 200
            with pytest.raises(ConnectionResetError):
                response.read()

    def test_a_hang_lasts_until_the_client_ends_it(self) -> None:
        with injecting(faults.HANG) as (server, _):
            with pytest.raises(TimeoutError):
                urlopen(url(server), timeout=0.05)
            assert found(server)[0] == 3

    def test_a_server_that_ends_leaves_no_hanging_client_and_no_thread(self) -> None:
        before = threading.active_count()
        with injecting(faults.HANG) as (server, _):
            connection = HTTPConnection("127.0.0.1", urlsplit(server.url).port)
            connection.request("GET", urlsplit(url(server)).path)
        assert threading.active_count() == before
        with pytest.raises(ConnectionError):
            connection.getresponse()
        connection.close()

    def test_a_slow_body_takes_the_clocks_time_and_no_other(self) -> None:
        clock = ManualClock()
        with injecting(faults.slow(clock, seconds=5)) as (server, _), urlopen(url(server)) as response:
            response.read(50)
            assert clock.now >= 1000 + 50 * 5
            assert b"</eSearchResult>\n" + b" " * 1000 in response.read(10_000)
        assert clock.slept == []


class TestRecords:
    @pytest.mark.parametrize(
        ("fault", "sent"),
        [
            (faults.EMPTY, []),
            (faults.ONE_MISSING, [12, 13]),
            (faults.DOUBLED, [11, 12, 13, 11, 12, 13]),
            (faults.REORDERED, [13, 12, 11]),
        ],
    )
    def test_one_answer_is_not_as_it_should_be(self, fault: Fault, sent: list[int]) -> None:
        with injecting(fault) as (server, _):
            assert fetched(server) == sent
            assert fetched(server) == PMIDS

    def test_an_empty_set_is_a_whole_document(self) -> None:
        assert parse(struck(faults.EMPTY)[1]).tag == "PubmedArticleSet"

    def test_a_record_is_missing_for_good(self) -> None:
        with injecting(faults.WITHHELD) as (server, _):
            assert [fetched(server), fetched(server, [11])] == [[12, 13], []]
            assert found(server) == (3, [13, 12, 11])
            assert server.endpoints.corpus.withheld == {11}

    def test_a_pmid_is_deleted_before_it_is_fetched(self) -> None:
        with injecting(faults.DELETED, start=2) as (server, _):
            assert found(server)[0] == 3
            assert fetched(server) == [12, 13]
            assert found(server) == (2, [13, 12])
            assert server.pmids == [12, 13]

    def test_a_pmid_is_merged_before_it_is_fetched(self) -> None:
        with injecting(faults.MERGED) as (server, _):
            assert fetched(server) == [12, 13]
            assert server.endpoints.corpus.merged == {11: 13}

    def test_the_count_grows_by_a_record_that_the_query_finds(self, recorded_records: list[Stored]) -> None:
        with injecting(faults.COUNT_GROWS, records=recorded_records) as (server, _):
            bodies = [ask(server, "esearch", term="semaglutide")[1] for _ in range(2)]
            assert [parse(body).findtext("Count") for body in bodies] == ["1", "2"]
            added = int(parse(bodies[1]).findtext("IdList/Id"))
            assert fetched(server, [added]) == [added]

    def test_the_count_shrinks_by_a_record_that_was_found(self) -> None:
        with injecting(faults.COUNT_SHRINKS) as (server, _):
            assert [found(server), found(server)] == [(3, [13, 12, 11]), (2, [12, 11])]


class TestInjector:
    def test_counts_all_requests_and_waits_for_one_that_fits(self) -> None:
        with injecting(faults.EMPTY, faults.SERVER_ERROR) as (server, injector):
            assert [ask(server, "einfo")[0], ask(server, "einfo")[0]] == [200, 500]
            assert fetched(server) == []
            assert fetched(server) == PMIDS
        assert injector.injected == [(2, "500"), (3, "empty PubmedArticleSet")]
        assert [server.requests[number - 1].endpoint for number, _ in injector.injected] == ["einfo", "efetch"]

    def test_a_mixture_is_the_same_for_its_seed(self) -> None:
        assert mixture(seed=1) == mixture(seed=1)
        assert mixture(seed=1) != mixture(seed=2)

    def test_a_mixture_lets_the_fourth_try_through_unless_told_otherwise(self) -> None:
        assert longest_row(mixture(seed=1)) == 3
        assert longest_row(mixture(seed=1, longest=5)) == 5


def test_the_catalogue_names_each_fault_once() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) == 28
    assert {fault.name for fault in FAULTS if not (fault.cured or fault.change)} == {
        "400 of a gateway",
        "414 of a gateway",
    }


def mixture(seed: int, longest: int = 3) -> list[int]:
    """The statuses of thirty times the same request."""
    injector = Injector.random(seed, [faults.SERVER_ERROR, faults.EMPTY, faults.BAD_GATEWAY], rate=0.8, longest=longest)
    with EutilsServer(numbered(PMIDS), layers=[injector], paced=False) as server:
        statuses = [ask(server, "einfo")[0] for _ in range(30)]
    assert [number for number, _ in injector.injected] == [
        number for number, status in enumerate(statuses, 1) if status != 200
    ]
    return statuses


def longest_row(statuses: list[int]) -> int:
    return max(map(len, "".join("." if status == 200 else "x" for status in statuses).split(".")))
