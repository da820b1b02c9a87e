"""What PubMed says of PMIDs that are at hand."""

from collections.abc import Iterator

import pytest

from pubsearch.entrez import lookup
from pubsearch.entrez.client import Client
from pubsearch.errors import EntrezError
from pubsearch.settings import Settings
from tests import corpus
from tests.eutils.clock import ManualClock
from tests.eutils.exchange import Answer, Endpoint, Request
from tests.eutils.records import Stored, numbered
from tests.eutils.server import VALID_KEY, EutilsServer

NUMBER = 3 * lookup.CHUNK


@pytest.fixture
def server(manual_clock: ManualClock) -> Iterator[EutilsServer]:
    with EutilsServer(numbered(range(1, NUMBER + 1)), clock=manual_clock.monotonic) as server:
        yield server


@pytest.fixture
def client(server: EutilsServer, manual_clock: ManualClock) -> Client:
    return Client(Settings(eutils_url=server.url, ncbi_api_key=VALID_KEY), clock=manual_clock)


def unheard(_done: int, _total: int) -> None:
    pass


def with_notice(pmid: int, kind: str) -> Stored:
    notice = f"<CommentsCorrectionsList><CommentsCorrections RefType='{kind}'/></CommentsCorrectionsList>"
    return Stored.from_xml(corpus.article(pmid, "Heart", extra=notice).strip())


def test_what_pubmed_has_no_more_is_not_there(client: Client, server: EutilsServer) -> None:
    server.endpoints.corpus.delete(5)
    assert lookup.existing(client, range(1, NUMBER + 10), unheard) == set(server.pmids)
    assert lookup.existing(client, [], unheard) == set()


@pytest.mark.parametrize(
    ("kind", "is_one"),
    [
        ("RetractionIn", True),
        ("ExpressionOfConcernIn", True),
        ("ErratumIn", True),
        ("CorrectedandRepublishedIn", True),
        ("UpdateIn", True),
        ("CommentIn", False),
        ("RetractionOf", False),
    ],
)
def test_notices_on_a_record_are_found(client: Client, server: EutilsServer, kind: str, is_one: bool) -> None:
    server.endpoints.corpus.put(with_notice(700, kind))
    assert lookup.with_notices(client, range(1, NUMBER), unheard) == ({700} if is_one else set())


def test_a_retracted_publication_is_found_by_its_type_alone(client: Client, server: EutilsServer) -> None:
    types = b"<PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList>"
    xml = corpus.article(700, "Heart").strip().replace(b"</Article>", types + b"</Article>")
    server.endpoints.corpus.put(Stored.from_xml(xml))
    assert lookup.with_notices(client, [699, 700, 701], unheard) == {700}


def test_esummary_tells_deleted_from_merged(client: Client, server: EutilsServer) -> None:
    pubmed = server.endpoints.corpus
    pubmed.delete(1)
    pubmed.merge(2, into=3)
    pubmed.withhold(4)
    found = {
        fate.pmid: (fate.gone, fate.reason, fate.merged_into) for fate in lookup.fates(client, [1, 2, 3, 4], unheard)
    }
    assert found == {
        1: (True, "NCBI deleted it", None),
        2: (True, "NCBI merged it into PMID 3", 3),
        3: (False, "NCBI has a summary of it and sends no record", None),
        4: (False, "NCBI has a summary of it and sends no record", None),
    }


def test_progress_is_told_chunk_by_chunk(client: Client) -> None:
    heard: list[tuple[int, int]] = []
    lookup.existing(client, range(1, NUMBER + 1), lambda done, total: heard.append((done, total)))
    assert heard == [(done, NUMBER) for done in range(0, NUMBER + 1, lookup.CHUNK)]


def test_an_answer_that_names_fewer_than_it_counts_is_an_error() -> None:
    def lose(request: Request, proceed: Endpoint) -> Answer:
        return Answer(proceed(request).body.replace(b"<Id>7</Id>", b""))

    with (
        EutilsServer(numbered(range(1, 11)), layers=[lose], paced=False) as losing,
        pytest.raises(EntrezError, match="counted 10 records and named 9"),
    ):
        lookup.existing(Client(Settings(eutils_url=losing.url), clock=ManualClock()), range(1, 11), unheard)
