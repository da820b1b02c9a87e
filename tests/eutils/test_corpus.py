"""Dates and notices are found, and what the server has can change between two requests."""

from collections.abc import Iterator

import pytest

from tests.eutils.records import Stored, numbered, parse
from tests.eutils.server import EutilsServer
from tests.eutils.test_server import ask

RETRACTED = (
    b"<PubmedArticle><MedlineCitation><PMID>5</PMID>"
    b"<DateRevised><Year>2026</Year><Month>11</Month><Day>3</Day></DateRevised><Article>"
    b"<ArticleTitle>Asthma</ArticleTitle><PublicationTypeList><PublicationType>Retracted Publication</PublicationType>"
    b'</PublicationTypeList></Article><CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"/>'
    b'<CommentsCorrections RefType="Cites"/></CommentsCorrectionsList></MedlineCitation></PubmedArticle>'
)


def found(server: EutilsServer, term: str) -> list[int]:
    return [int(element.text) for element in parse(ask(server, "esearch", term=term)[1]).iter("Id")]


@pytest.mark.parametrize(
    ("term", "pmids"),
    [
        ("2026/11/24[mdat]", [3]),
        ("2026/11/24:3000[mdat]", [4, 3]),
        ("2026/11/2:2026/11/24[lr]", [5, 3]),
        ('asthma AND ("2026/11/24"[mdat] : "3000"[mdat])', [4, 3]),
        ("2026/11[edat]", [2]),
        ("2026[crdt]", [1]),
        ("2026/11/24:[mdat]", []),
        ("retracted publication[pt]", [5]),
        ('"Retracted Publication"[Publication Type] OR 1[uid]', [5, 1]),
        ("hasretractionin", [5]),
        ("asthma NOT hasretractionin[filter]", [4, 3, 2, 1]),
        ("haserratumin OR HasRetractionIn[all fields]", [5]),
        (" OR ".join(f"{number}[uid]" for number in range(4, 504)), [5, 4]),
    ],
)
def test_query_for_dates_and_notices(term: str, pmids: list[int]) -> None:
    records = [
        *numbered([1], crdt="2026/01/01"),
        *numbered([2], edat="2026/11/30"),
        *numbered([3], mdat="2026/11/24"),
        *numbered([4], mdat="2027/01/01"),
        Stored.from_xml(RETRACTED),
    ]
    with EutilsServer(records, paced=False) as server:
        assert found(server, term) == pmids


def test_dates_are_those_of_the_record(recorded_records: list[Stored]) -> None:
    (record,) = (record for record in recorded_records if record.pmid == 29915538)
    assert record.dates == {"edat": "2018/06/20", "crdt": "2018/06/20", "mhda": "2018/06/20", "mdat": "2020/09/30"}
    (made,) = numbered([7], edat="2026/11/24", crdt="2026/11/23", mdat="2026/11/25")
    assert Stored.from_xml(made.xml).dates == made.dates


class TestChanges:
    @pytest.fixture
    def server(self) -> Iterator[EutilsServer]:
        with EutilsServer(numbered([1, 2, 3]), paced=False) as server:
            yield server

    def test_adds_a_record(self, server: EutilsServer) -> None:
        server.endpoints.corpus.put(Stored.from_xml(RETRACTED))
        assert (found(server, "asthma"), server.pmids) == ([5, 3, 2, 1], [1, 2, 3, 5])

    def test_revises_a_record(self, server: EutilsServer) -> None:
        (revision,) = numbered([2], mdat="2026/11/24")
        server.endpoints.corpus.put(revision)
        assert (found(server, "2026[mdat]"), found(server, "asthma")) == ([2], [3, 2, 1])
        assert revision.xml in ask(server, "efetch", id="2")[1]

    def test_a_deleted_record_is_nowhere(self, server: EutilsServer) -> None:
        server.endpoints.corpus.delete(2)
        assert found(server, "asthma") == found(server, "1:3[uid]") == [3, 1]
        assert [child.tag for child in parse(ask(server, "efetch", id="2")[1])] == []
        summary = parse(ask(server, "esummary", id="2")[1])
        assert summary.findtext("ERROR") == "UID=2: cannot get document summary"

    def test_a_merged_record_has_the_summary_of_its_target(self, server: EutilsServer) -> None:
        server.endpoints.corpus.merge(1, into=2)
        server.endpoints.corpus.merge(2, into=3)
        assert found(server, "asthma") == found(server, "1:3[uid]") == [3]
        assert [child.tag for child in parse(ask(server, "efetch", id="1,2")[1])] == []
        for summary in parse(ask(server, "esummary", id="1,2")[1]):
            assert (summary.tag, summary.findtext("Id")) == ("DocSum", "3")
            assert summary.findtext("Item[@Name='ArticleIds']/Item[@Name='pubmed']") == "3"

    def test_a_withheld_record_is_counted_and_summarised_and_not_sent(self, server: EutilsServer) -> None:
        server.endpoints.corpus.withhold(2)
        assert found(server, "asthma") == [3, 2, 1]
        assert [element.text for element in parse(ask(server, "efetch", id="1,2")[1]).iter("PMID")] == ["1"]
        assert parse(ask(server, "esummary", id="2")[1]).findtext("DocSum/Id") == "2"
