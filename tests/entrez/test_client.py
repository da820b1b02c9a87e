"""The client against E-utilities on this machine: what it asks, how fast, and what it makes of each fault."""

import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from Bio import Entrez
from pydantic import SecretStr

from pubsearch.entrez.client import TRIES, Client, DatabaseInfo
from pubsearch.entrez.faults import LONGEST_WAIT, TransientError, of_status
from pubsearch.errors import EntrezError, PubsearchError, QueryError, UserError
from pubsearch.settings import Settings
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import XML, Answer, Endpoint, Request
from tests.eutils.fixture import ERRORS
from tests.eutils.records import Stored, parse
from tests.eutils.server import VALID_KEY, EutilsServer

EMAIL = "librarian@hospital.example"
HTML = b"<!DOCTYPE html><html><head><title>NCBI</title></head><body>Maintenance</body></html>"


class TickingClock(ManualClock):
    """Each look at it takes a second."""

    def monotonic(self) -> float:
        self.now += 1
        return self.now


def settings(server: EutilsServer, *, key: str | None = None, email: str | None = None) -> Settings:
    return Settings(eutils_url=server.url, email=email, ncbi_api_key=SecretStr(key) if key is not None else None)


@pytest.fixture
def client(recorded_server: EutilsServer, manual_clock: ManualClock) -> Client:
    return Client(settings(recorded_server, email=EMAIL), clock=manual_clock)


@contextmanager
def failing(records: Sequence[Stored], clock: ManualClock, *answers: Answer) -> Iterator[tuple[EutilsServer, Client]]:
    """A server that gives these answers to its first requests and then the right ones, and a client of it."""
    left = list(answers)

    def fail_first(request: Request, proceed: Endpoint) -> Answer:
        return left.pop(0) if left else proceed(request)

    with EutilsServer(records, layers=[fail_first], clock=clock.monotonic) as server:
        yield server, Client(settings(server, key=VALID_KEY, email=EMAIL), clock=clock)


def recorded_error(name: str, **headers: str) -> Answer:
    return Answer(ERRORS[name]["body"].encode(), ERRORS[name]["status"], XML, headers)


class TestSearch:
    def test_reads_the_whole_answer(self, client: Client) -> None:
        answer = client.esearch("telomere OR zzqqxx")
        assert (answer.count, answer.pmids) == (1, (27797938,))
        assert answer.query_translation == '"telomere"[All Fields] OR (zzqqxx[All Fields])'
        assert answer.warnings == ("Phrase not found: zzqqxx",)

    def test_counts_only(self, client: Client) -> None:
        answer = client.esearch("all[filter]", retmax=0)
        assert (answer.count, answer.pmids) == (10, ())

    def test_tells_all_warnings_in_ncbi_s_words(self, client: Client) -> None:
        warnings = client.esearch('"body battery"[tiab] AND zzqqxx').warnings
        expected = 'Phrase not found: zzqqxx|Quoted phrase not found: "body battery"[tiab]|No items found.'
        assert warnings == tuple(expected.split("|"))

    def test_keeps_every_character_of_the_term(self, client: Client, recorded_server: EutilsServer) -> None:
        term = '"naïve" & β=1 + 50%; "a\nb" #2?' + " OR asthma" * 2000
        client.esearch(term)
        assert recorded_server.requests[0].get("term") == term

    @pytest.mark.parametrize("term", ["", " \n"])
    def test_asks_nothing_for_an_empty_query(self, client: Client, recorded_server: EutilsServer, term: str) -> None:
        with pytest.raises(QueryError, match="empty"):
            client.esearch(term)
        assert recorded_server.requests == []

    def test_a_query_without_words_is_the_users_error(self, client: Client, recorded_server: EutilsServer) -> None:
        with pytest.raises(QueryError, match="at least one word"):
            client.esearch("()")
        assert len(recorded_server.requests) == 1


def test_fetches_the_bytes_as_sent(recorded_server: EutilsServer, client: Client) -> None:
    body = client.efetch([9997, 1, 29915538])
    assert [element.text for element in parse(body).iterfind("*/*/PMID")] == ["9997", "29915538"]
    for pmid in (9997, 29915538):
        assert recorded_server.endpoints.corpus.records[pmid].xml in body


def test_tells_the_state_of_pubmed(client: Client) -> None:
    assert client.einfo() == DatabaseInfo("Build-2025.11.27.06.33", "2025/11/27 06:33", 39_730_388)


class TestManners:
    def test_says_who_asks_by_post(self, client: Client, recorded_server: EutilsServer) -> None:
        client.einfo()
        (request,) = recorded_server.requests
        assert request.method == "POST"
        assert request.params == {"db": ("pubmed",), "tool": ("pubsearch",), "email": (EMAIL,)}

    def test_sends_no_empty_email_and_no_empty_key(
        self, recorded_server: EutilsServer, manual_clock: ManualClock
    ) -> None:
        Client(settings(recorded_server, key="", email=" "), clock=manual_clock).efetch([9997])
        assert recorded_server.requests[0].params.keys() == {"db", "id", "retmode", "tool"}

    def test_clients_do_not_share_their_settings(
        self, recorded_server: EutilsServer, client: Client, manual_clock: ManualClock
    ) -> None:
        Client(settings(recorded_server, key=VALID_KEY, email="other@hospital.example"), clock=manual_clock).einfo()
        client.einfo()
        first, second = recorded_server.requests
        assert (first.get("email"), first.get("api_key")) == ("other@hospital.example", VALID_KEY)
        assert (second.get("email"), second.get("api_key")) == (EMAIL, "")
        assert (Entrez.tool, Entrez.email, Entrez.api_key, Entrez.max_tries) == ("biopython", None, None, 3)

    @pytest.mark.parametrize(("key", "rate"), [(None, 3), (VALID_KEY, 10)])
    def test_keeps_nearly_the_whole_pace_and_never_more(
        self, recorded_server: EutilsServer, manual_clock: ManualClock, key: str | None, rate: int
    ) -> None:
        client = Client(settings(recorded_server, key=key), clock=manual_clock)
        for _ in range(21):
            client.esearch("asthma", retmax=0)
        times = [request.time for request in recorded_server.requests]
        assert len(times) == 21
        assert 0.9 * rate < 20 / (times[-1] - times[0]) < rate

    def test_key_and_email_are_in_bodies_alone(
        self, recorded_records: list[Stored], manual_clock: ManualClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        said = f"<eSearchResult><ERROR>Failed for api_key={VALID_KEY}, {EMAIL}</ERROR></eSearchResult>".encode()
        with failing(recorded_records, manual_clock, *[Answer(said)] * TRIES) as (server, client):
            with pytest.raises(EntrezError, match="Failed for api_key=…") as error:
                client.esearch("asthma")
            client.efetch([9997])
        shown = caplog.text + repr(error.getrepr()) + "".join(request.url for request in server.requests)
        assert caplog.records
        for secret in (VALID_KEY, EMAIL):
            assert secret not in shown
            assert all(secret in {*request.params["api_key"], *request.params["email"]} for request in server.requests)


TRANSIENT = {
    "429": recorded_error("too_many_requests", **{"Retry-After": "2"}),
    "500 with HTML": recorded_error("server_error"),
    "502": Answer(HTML, 502),
    "503": Answer(b"", 503),
    "backend failed": recorded_error("backend_failed"),
    "timeout behind NCBI": recorded_error("viewer_timeout"),
    "lost history": recorded_error("history_expired"),
    "HTML with 200": Answer(HTML),
    "text with 200": Answer(b"Server Error", content_type="text/plain"),
    "nothing": Answer(b""),
    "broken off": Answer(b'<?xml version="1.0" ?>\n<PubmedArticleSet>\n<PubmedArticle><Medline'),
}


class TestFaults:
    @pytest.mark.parametrize("answer", TRANSIENT.values(), ids=TRANSIENT)
    def test_what_passes_is_asked_again(
        self, recorded_records: list[Stored], manual_clock: ManualClock, answer: Answer
    ) -> None:
        with failing(recorded_records, manual_clock, answer, answer) as (server, client):
            assert b"9997" in client.efetch([9997])
        assert len(server.requests) == 3

    @pytest.mark.parametrize("answer", TRANSIENT.values(), ids=TRANSIENT)
    def test_what_stays_is_one_sentence(
        self, recorded_records: list[Stored], manual_clock: ManualClock, answer: Answer
    ) -> None:
        with (
            failing(recorded_records, manual_clock, *[answer] * TRIES) as (server, client),
            pytest.raises(EntrezError) as error,
        ):
            client.esearch("asthma")
        assert len(server.requests) == TRIES
        assert "; " in str(error.value)
        assert str(error.value).endswith(".")
        assert "<" not in str(error.value)

    def test_waits_longer_each_time_and_as_long_as_ncbi_asks(
        self, recorded_records: list[Stored], manual_clock: ManualClock
    ) -> None:
        limited = recorded_error("too_many_requests", **{"Retry-After": "7"})
        with failing(recorded_records, manual_clock, Answer(b"", 503), Answer(b"", 503), limited) as (_, client):
            client.einfo()
        assert manual_clock.slept == [1, 2, 7]

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_every_answer_that_names_a_time_is_waited_for(
        self, recorded_records: list[Stored], manual_clock: ManualClock, status: int
    ) -> None:
        with failing(recorded_records, manual_clock, Answer(b"", status, headers={"Retry-After": "30"})) as (_, client):
            client.einfo()
        assert manual_clock.slept == [30]

    @pytest.mark.parametrize("status", [429, 503])
    def test_does_not_wait_for_hours(
        self, recorded_records: list[Stored], manual_clock: ManualClock, status: int
    ) -> None:
        blocked = Answer(b"", status, headers={"Retry-After": str(int(LONGEST_WAIT) + 1)})
        with (
            failing(recorded_records, manual_clock, blocked) as (server, client),
            pytest.raises(EntrezError, match="121 seconds"),
        ):
            client.einfo()
        assert len(server.requests) == 1

    @pytest.mark.parametrize("status", [429, 503])
    @pytest.mark.parametrize("zone", ["GMT", "-0000"])
    def test_a_time_may_be_a_date(self, status: int, zone: str) -> None:
        def asked(seconds: int) -> float:
            date = format_datetime(datetime.now(UTC) + timedelta(seconds=seconds))
            fault = of_status(status, "", date.replace("+0000", zone))
            assert isinstance(fault, TransientError)
            return fault.retry_after

        assert 0 < asked(90) <= 90
        assert asked(-90) == 0

    @pytest.mark.parametrize("said", [None, "", "-5", "soon", "²", "1.5", "Thu, 99 Foo 2026 00:00:00 GMT"])
    @pytest.mark.parametrize("status", [429, 503])
    def test_a_time_that_cannot_be_read_is_none(self, status: int, said: str | None) -> None:
        fault = of_status(status, "", said)
        assert isinstance(fault, TransientError)
        assert fault.retry_after == 0

    @pytest.mark.parametrize(
        ("answer", "kind", "words"),
        [
            (recorded_error("empty_term"), QueryError, "at least one word"),
            (recorded_error("no_ids"), EntrezError, "ID list is empty"),
            (Answer(HTML, 403), EntrezError, "HTTP 403"),
            (Answer(HTML, 414), EntrezError, "HTTP 414"),
            (Answer(b"", 301, headers={"Location": "/entrez/eutils/einfo.fcgi"}), EntrezError, "HTTP 301"),
        ],
    )
    def test_what_asking_again_cannot_cure(
        self,
        recorded_records: list[Stored],
        manual_clock: ManualClock,
        answer: Answer,
        kind: type[PubsearchError],
        words: str,
    ) -> None:
        with failing(recorded_records, manual_clock, answer) as (server, client), pytest.raises(kind, match=words):
            client.einfo()
        assert len(server.requests) == 1

    def test_a_wrong_key_is_reported_at_once_and_without_it(
        self, recorded_server: EutilsServer, manual_clock: ManualClock
    ) -> None:
        client = Client(settings(recorded_server, key="wrong-key-0123456789"), clock=manual_clock)
        with pytest.raises(UserError, match="NCBI_API_KEY") as error:
            client.einfo()
        assert "0123456789" not in str(error.value)
        assert len(recorded_server.requests) == 1

    def test_nobody_listens(self, manual_clock: ManualClock) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            port = listener.getsockname()[1]
        client = Client(Settings(eutils_url=f"http://127.0.0.1:{port}/eutils"), clock=manual_clock)
        with pytest.raises(EntrezError, match=r"127\.0\.0\.1 failed .*refused.*PUBSEARCH_EUTILS_URL"):
            client.einfo()
        assert manual_clock.slept == [1, 2, 4]

    def test_a_server_that_hangs(self, manual_clock: ManualClock) -> None:
        with closing(socket.create_server(("127.0.0.1", 0))) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}/eutils"
            client = Client(Settings(eutils_url=url), clock=manual_clock, timeout=0.05)
            with pytest.raises(EntrezError, match="in time"):
                client.einfo()

    def test_an_answer_that_takes_too_long(self, recorded_records: list[Stored]) -> None:
        clock = TickingClock()
        with EutilsServer(recorded_records, clock=clock.monotonic) as server:
            client = Client(settings(server), clock=clock, deadline=0.5)
            with pytest.raises(EntrezError, match="in time"):
                client.einfo()
        assert len(server.requests) == TRIES

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "eutils.ncbi.nlm.nih.gov", "https://me:secret@ncbi.example"])
    def test_an_address_that_is_none(self, url: str) -> None:
        with pytest.raises(UserError, match="PUBSEARCH_EUTILS_URL") as error:
            Client(Settings(eutils_url=url))
        assert "secret" not in str(error.value)


def test_neither_fetches_a_dtd_nor_reads_an_entity(recorded_records: list[Stored], manual_clock: ManualClock) -> None:
    def lure(request: Request, proceed: Endpoint) -> Answer:  # noqa: ARG001
        doctype = (
            f'<!DOCTYPE eInfoResult SYSTEM "{server.url}/dtd.fcgi" [<!ENTITY file SYSTEM "file:///etc/hostname">]>'
        )
        return Answer(
            f"{doctype}<eInfoResult><DbInfo><DbBuild>x&file;</DbBuild><Count>1</Count></DbInfo></eInfoResult>".encode()
        )

    with EutilsServer(recorded_records, layers=[lure], clock=manual_clock.monotonic) as server:
        assert Client(settings(server), clock=manual_clock).einfo().build == "x"
    assert [request.endpoint for request in server.requests] == ["einfo"]
