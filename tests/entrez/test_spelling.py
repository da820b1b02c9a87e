"""PubMed's own spelling of a query."""

import pytest

from pubsearch.entrez.client import Client
from pubsearch.entrez.spelling import suggestion
from pubsearch.errors import EntrezError, QueryError
from pubsearch.settings import Settings
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.faults import FAULTS, Fault
from tests.eutils.fixture import RECORDED
from tests.eutils.injector import Injector
from tests.eutils.records import Stored
from tests.eutils.server import EutilsServer


@pytest.fixture
def client(eutils_server: EutilsServer, manual_clock: ManualClock) -> Client:
    return Client(Settings(eutils_url=eutils_server.url), clock=manual_clock)


def suggestion_in(body: bytes, query: str) -> str | None:
    def answer(_request: Request, _proceed: Endpoint) -> Answer:
        return Answer(body)

    with EutilsServer([], layers=[answer], paced=False) as server:
        return suggestion(Client(Settings(eutils_url=server.url), clock=ManualClock()), query)


def test_ncbis_recorded_answer_is_read() -> None:
    assert suggestion_in((RECORDED / "biopython" / "espell.xml").read_bytes(), "biopythooon") == "biopython"


def test_a_misspelled_query_is_given_back_as_a_whole(client: Client, eutils_server: EutilsServer) -> None:
    assert suggestion(client, "cancer & tretament") == "cancer & treatment"
    (request,) = eutils_server.asked("espell")
    assert (request.get("db"), request.get("term")) == ("pubmed", "cancer & tretament")


def test_a_query_that_is_right_has_no_suggestion(client: Client) -> None:
    assert suggestion(client, "cancer treatment") is None


@pytest.mark.parametrize("query", ["Cancer", " cancer "])
def test_the_same_query_in_another_case_is_no_suggestion(query: str) -> None:
    body = b"<eSpellResult><CorrectedQuery>cancer</CorrectedQuery><ERROR/></eSpellResult>"
    assert suggestion_in(body, query) is None


def test_an_empty_query_is_not_sent(client: Client, eutils_server: EutilsServer) -> None:
    with pytest.raises(QueryError, match="empty"):
        suggestion(client, "  ")
    assert not eutils_server.requests


@pytest.mark.parametrize("body", [b"<eSpellResult>", b"<html/>", b"", b"<eLinkResult/>"])
def test_an_answer_that_cannot_be_read_is_an_error(body: bytes) -> None:
    with pytest.raises(EntrezError, match="NCBI sent something other"):
        suggestion_in(body, "cancer")


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if each.cured and "espell" in each.endpoints], ids=lambda each: each.name
)
def test_every_fault_that_passes_is_waited_out(fault: Fault) -> None:
    injector = Injector({1: fault})
    with EutilsServer(
        [Stored(1, b"<PubmedArticle/>", ("cancer",), (), None)], layers=[injector], paced=False
    ) as server:
        client = Client(Settings(eutils_url=server.url), clock=ManualClock(), timeout=0.2)
        assert suggestion(client, "canncer") == "cancer"
    assert injector.injected == [(1, fault.name)]
