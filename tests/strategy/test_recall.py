"""The recall of a query is what trying every record gives, and each loss has its reasons."""

import pytest

from pubsearch.errors import QueryError
from pubsearch.search.searcher import Searcher
from pubsearch.strategy.recall import recall
from tests.search.conftest import searcher

__all__ = ["searcher"]

STRANGER = 99_999_999


@pytest.fixture(scope="module")
def everything(searcher: Searcher) -> tuple[int, ...]:
    return searcher.select("all[sb]", exact=True).pmids


@pytest.mark.parametrize(
    "query",
    [
        "studies[tiab]",
        "enzyme[tiab] AND studies[tiab] AND 2010:2030[dp]",
        "(studies[tiab] OR inhibition[tiab]) NOT (enzyme[ti] OR review[pt])",
        "studies enzyme",
        "#1 studies[tiab]\n#2 enzyme[tiab]\n#3 #1 NOT #2",
        "zebrafish[ti]",
    ],
)
def test_it_is_what_each_record_says_for_itself(searcher: Searcher, everything: tuple[int, ...], query: str) -> None:
    found = recall(searcher.topic, query, [*everything, STRANGER])
    satisfied = set(searcher.select(query, exact=True).pmids)
    assert found.found == tuple(pmid for pmid in everything if pmid in satisfied)
    assert [each.pmid for each in found.missed] == [pmid for pmid in everything if pmid not in satisfied]
    assert (found.records, found.absent) == (len(satisfied), (STRANGER,))
    assert found.recall == len(satisfied) / len(everything)
    for missed in found.missed:
        assert missed.fails
        assert missed.title == searcher.record(missed.pmid).title


def test_the_reasons_are_the_parts_that_a_record_fails(searcher: Searcher) -> None:
    parts = {"studies[tiab]": "studies[tiab]", "NOT (enzyme[tiab])": "all[sb] NOT enzyme[tiab]"}
    satisfied = {shown: set(searcher.select(part, exact=True).pmids) for shown, part in parts.items()}
    everything = searcher.select("all[sb]", exact=True).pmids
    found = recall(searcher.topic, "studies[tiab] NOT enzyme[tiab]", everything)
    assert {reason for missed in found.missed for reason in missed.fails} == set(parts)
    for missed in found.missed:
        assert missed.fails == tuple(shown for shown in parts if missed.pmid not in satisfied[shown])


def test_without_a_known_record_in_the_topic_there_is_no_recall(searcher: Searcher) -> None:
    found = recall(searcher.topic, "studies[tiab]", [STRANGER])
    assert (found.recall, found.found, found.missed, found.absent) == (None, (), (), (STRANGER,))


def test_thousands_of_pmids_are_looked_up(searcher: Searcher, everything: tuple[int, ...]) -> None:
    strangers = range(90_000_000, 90_011_000)
    found = recall(searcher.topic, "all[sb]", [*strangers, *everything])
    assert (found.found, found.absent) == (everything, tuple(strangers))


@pytest.mark.parametrize(
    "query",
    [
        # written as PubMed would, it is longer than a query may be
        "|".join(["studies[tiab]", *(f"wordwordwor{n:04}[ti]" for n in range(4_800))]),
        # and this one begins with what is a line's number then
        "#1 studi*",
    ],
)
def test_what_search_reads_is_held_against_pmids(searcher: Searcher, everything: tuple[int, ...], query: str) -> None:
    found = recall(searcher.topic, query, everything)
    satisfied = set(searcher.select(query, exact=True, rank="words").pmids)
    assert found.found == tuple(pmid for pmid in everything if pmid in satisfied)
    assert all(missed.fails for missed in found.missed)


def test_a_query_that_cannot_be_read_is_told(searcher: Searcher) -> None:
    with pytest.raises(QueryError, match="is not closed"):
        recall(searcher.topic, "(studies[tiab]", [1])
