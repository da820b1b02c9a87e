"""What is said to add nothing adds nothing: the query finds the same records without it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pubsearch.search.searcher import Searcher
from pubsearch.strategy import check, lines
from tests.search.conftest import searcher

__all__ = ["searcher"]

WORDS = [
    "enzyme",
    "enzymes",
    "enzym*",
    "inhib*",
    "inhibition",
    "liver",
    "enzyme inhibition",
    "inhibition of the enzyme",
]
TERMS = st.builds(
    lambda word, field, quoted: f'"{word}"[{field}]' if quoted else f"{word}[{field}]",
    st.sampled_from(WORDS),
    st.sampled_from(["ti", "ab", "tiab", "tw", "all"]),
    st.booleans(),
)


@given(terms=st.lists(TERMS, min_size=2, max_size=5))
@settings(max_examples=60)
def test_without_it_the_same_records_are_found(searcher: Searcher, terms: list[str]) -> None:
    query = " OR ".join(terms)
    found = frozenset(searcher.select(query, exact=True, rank="words").pmids)
    for each in check.check(lines.read(query)).findings:
        if each.code == "redundant":
            place = query[: each.position].count(" OR ")
            others = " OR ".join(terms[:place] + terms[place + 1 :])
            assert frozenset(searcher.select(others, exact=True, rank="words").pmids) == found
