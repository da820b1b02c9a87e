"""PubMed's own similar articles."""

import pytest

from pubsearch.entrez.client import TRIES, Client
from pubsearch.entrez.neighbours import neighbours
from pubsearch.errors import EntrezError
from pubsearch.settings import Settings
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.faults import FAULTS, UNAVAILABLE, Fault
from tests.eutils.injector import Injector
from tests.eutils.records import Stored
from tests.eutils.server import EutilsServer

RETRACTED = 29915538
UNKNOWN = 999_999_999


@pytest.fixture
def client(recorded_server: EutilsServer, manual_clock: ManualClock) -> Client:
    return Client(Settings(eutils_url=recorded_server.url), clock=manual_clock)


def neighbours_in(body: bytes) -> list[int]:
    """What the client makes of this answer to a question for the neighbours of PMID 7."""

    def answer(_request: Request, _proceed: Endpoint) -> Answer:
        return Answer(body)

    with EutilsServer([], layers=[answer], paced=False) as server:
        return neighbours(Client(Settings(eutils_url=server.url), clock=ManualClock()), 7, 5)


def link_set(*links: tuple[str, int, int]) -> bytes:
    databases = "".join(
        f"<LinkSetDb><DbTo>pubmed</DbTo><LinkName>{name}</LinkName><Link><Id>{pmid}</Id><Score>{score}</Score></Link>"
        "</LinkSetDb>"
        for name, pmid, score in links
    )
    return (
        "<eLinkResult><LinkSet><DbFrom>pubmed</DbFrom><IdList><Id>7</Id></IdList>"
        f"{databases}</LinkSet></eLinkResult>".encode()
    )


def test_similar_articles_are_the_best_first_and_without_the_article_itself(
    client: Client, recorded_server: EutilsServer
) -> None:
    alike = [pmid for pmid, _ in recorded_server.endpoints.corpus.alike(RETRACTED) if pmid != RETRACTED]
    found = neighbours(client, RETRACTED, 100)
    assert found
    assert set(found) == set(alike)
    assert neighbours(client, RETRACTED, 3) == found[:3]
    assert neighbours(client, RETRACTED, 0) == []


def test_one_request_asks_for_scores(client: Client, recorded_server: EutilsServer) -> None:
    neighbours(client, RETRACTED, 5)
    (request,) = recorded_server.asked("elink")
    assert {name: request.get(name) for name in ("dbfrom", "db", "linkname", "cmd", "id")} == {
        "dbfrom": "pubmed",
        "db": "pubmed",
        "linkname": "pubmed_pubmed",
        "cmd": "neighbor_score",
        "id": str(RETRACTED),
    }


def test_a_pmid_that_pubmed_does_not_have_has_no_neighbours(client: Client) -> None:
    assert neighbours(client, UNKNOWN, 5) == []


def test_order_is_by_score_whatever_the_order_of_the_answer() -> None:
    links = [("pubmed_pubmed", 3, 10), ("pubmed_pubmed", 7, 99), ("pubmed_pubmed", 2, 30), ("pubmed_pubmed", 1, 10)]
    assert neighbours_in(link_set(*links)) == [2, 1, 3]


def test_other_links_than_similar_articles_are_left_out() -> None:
    assert neighbours_in(link_set(("pubmed_pubmed_reviews", 3, 10), ("pubmed_pubmed", 2, 5))) == [2]


@pytest.mark.parametrize(
    "body",
    [b"<eLinkResult>", b"<html/>", b"<eSearchResult/>", link_set(("pubmed_pubmed", 1, 2)).replace(b">2<", b"><")],
)
def test_an_answer_that_cannot_be_read_is_an_error_and_not_no_neighbours(body: bytes) -> None:
    with pytest.raises(EntrezError, match="NCBI sent something other"):
        neighbours_in(body)


@pytest.mark.parametrize(
    "fault", [each for each in FAULTS if each.cured and "elink" in each.endpoints], ids=lambda each: each.name
)
def test_every_fault_that_passes_is_waited_out(recorded_records: list[Stored], fault: Fault) -> None:
    injector = Injector({1: fault})
    with EutilsServer(recorded_records, layers=[injector], paced=False) as server:
        client = Client(Settings(eutils_url=server.url), clock=ManualClock(), timeout=0.2)
        assert neighbours(client, RETRACTED, 5)
    assert injector.injected == [(1, fault.name)]


def test_a_fault_that_stays_is_an_error(recorded_records: list[Stored]) -> None:
    injector = Injector(dict.fromkeys(range(1, TRIES + 1), UNAVAILABLE))
    with EutilsServer(recorded_records, layers=[injector], paced=False) as server:
        client = Client(Settings(eutils_url=server.url), clock=ManualClock())
        with pytest.raises(EntrezError, match="HTTP 503"):
            neighbours(client, RETRACTED, 5)
