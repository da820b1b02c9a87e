"""How a query is read, and said to be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pubsearch.errors import QueryError
from pubsearch.search.plan import plan


def test_all_words_rank_and_nothing_is_filtered() -> None:
    planned = plan("  aspirin\tafter  stroke? ")
    assert planned.text == "aspirin after stroke?"
    assert planned.reading == "Ranked by meaning, by all words of the query; no record is filtered out."


@pytest.mark.parametrize("query", ["aspirin[ti]", "stroke AND aspirin", "therap*", '"heart attack"[tiab:~3]'])
def test_pubmed_syntax_is_said_to_be_read_as_plain_words(query: str) -> None:
    assert "read as plain words" in plan(query).reading


@pytest.mark.parametrize("query", ["P<0.001 and IL-6", "and or not", "[sic]? no: 5*3"])
def test_signs_in_plain_words_are_only_signs(query: str) -> None:
    assert plan(query).text == query


@pytest.mark.parametrize("query", ["", "   ", "\t\n", "\x00\x01\x1b", "\ud800"])
def test_a_query_with_nothing_to_read_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match="is empty"):
        plan(query)


def test_a_very_long_query_is_refused_with_its_length() -> None:
    with pytest.raises(QueryError, match="50,000 characters"):
        plan("a" * 50_000)


@given(st.text(st.characters(), max_size=200))
def test_whatever_is_typed_is_read_or_refused(query: str) -> None:
    try:
        planned = plan(query)
    except QueryError:
        return
    planned.text.encode()
