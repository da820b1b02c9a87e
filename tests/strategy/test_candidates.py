"""Candidates are counted as one would by hand, come from relevant records, and are nothing that the query has."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pubsearch.errors import UserError
from pubsearch.index.normal import tokens
from pubsearch.search.searcher import Searcher
from pubsearch.strategy.candidates import Candidate, candidates, log_odds
from tests.search.conftest import searcher

__all__ = ["searcher"]


@pytest.fixture(scope="module")
def relevant(searcher: Searcher) -> tuple[int, ...]:
    """Records of one subject: those with a word that most of the thirty have not."""
    found = searcher.select("enzyme[tiab]", exact=True).pmids
    assert 2 <= len(found) <= 20
    return found


def texts(found: tuple[Candidate, ...]) -> list[str]:
    return [each.text for each in found]


def test_counts_are_those_of_counting_by_hand(searcher: Searcher, relevant: tuple[int, ...]) -> None:
    found = candidates(searcher, "liver[ti]", relevant, limit=1000)
    records = list(searcher.select("all[sb]", exact=True).records)
    words = {each.pmid: {*tokens(each.title), *tokens(each.abstract)} for each in records}
    headings = {each.pmid: {heading.name for heading in each.mesh} for each in records}
    assert found.words
    assert found.headings
    assert found.phrases
    for kind, has in ((found.words, words), (found.headings, headings)):
        for each in kind:
            assert each.in_topic == sum(each.text in of_record for of_record in has.values())
            assert each.in_set == sum(each.text in has[pmid] for pmid in relevant)
    for each in found.phrases:
        phrase = f'"{each.text}"[ti] OR "{each.text}"[ab]'
        assert each.in_topic <= len(searcher.select(phrase, exact=True).pmids)


def test_the_best_stand_first_and_say_more_of_the_set_than_of_the_topic(
    searcher: Searcher, relevant: tuple[int, ...]
) -> None:
    found = candidates(searcher, "zebrafish[ti]", relevant)
    assert "enzyme" in texts(found.words)[:3]
    for kind in (found.headings, found.words, found.phrases):
        assert [each.z for each in kind] == sorted((each.z for each in kind), reverse=True)
        assert all(each.z > 0 and each.in_set >= 2 for each in kind)
        assert len(kind) <= 20


@pytest.mark.parametrize(
    "query", ["enzyme[tiab]", "enzym*[tiab]", '"enzyme inhibition"[tiab]', "a question with enzyme"]
)
def test_what_the_query_has_is_no_candidate(searcher: Searcher, relevant: tuple[int, ...], query: str) -> None:
    assert "enzyme" in texts(candidates(searcher, "zebrafish[ti]", relevant, limit=1000).words)
    assert "enzyme" not in texts(candidates(searcher, query, relevant, limit=1000).words)


def test_a_heading_of_the_query_is_no_candidate(searcher: Searcher, relevant: tuple[int, ...]) -> None:
    first = texts(candidates(searcher, "zebrafish[ti]", relevant).headings)[0]
    assert first not in texts(candidates(searcher, f'"{first}"[mh]', relevant, limit=1000).headings)


def test_records_that_the_topic_lacks_are_told(searcher: Searcher, relevant: tuple[int, ...]) -> None:
    found = candidates(searcher, "zebrafish[ti]", [99_999_999, *relevant])
    assert (found.records, found.absent) == (len(relevant), (99_999_999,))
    with pytest.raises(UserError, match="has none of these records"):
        candidates(searcher, "zebrafish[ti]", [99_999_999])


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int, int, int]:
    of_set = draw(st.integers(2, 10_000))
    in_set = draw(st.integers(1, of_set))
    others = draw(st.integers(1, 100_000))
    return in_set, of_set, in_set + draw(st.integers(0, others)), of_set + others


@given(counts())
@settings(max_examples=200)
def test_the_sign_says_on_which_side_a_term_is_more_frequent(given: tuple[int, int, int, int]) -> None:
    in_set, of_set, in_topic, of_topic = given
    z = log_odds(*given)
    assert math.isfinite(z)
    more = in_set * of_topic - in_topic * of_set
    assert (z > 1e-9) <= (more > 0)
    assert (z < -1e-9) <= (more < 0)


def test_it_is_the_measure_of_the_paper() -> None:
    """Monroe et al.: the difference of two log-odds over its standard error, each with the prior, 100 × 12/1,000."""
    first, second = 5 + 1.2, 12 + 1.2
    ratio = math.log(first / (100 + 100 - first)) - math.log(second / (1_000 + 100 - second))
    assert log_odds(5, 100, 12, 1_000) == pytest.approx(ratio / math.sqrt(1 / first + 1 / second))
