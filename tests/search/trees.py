"""Trees of queries, without the places of their parts: made by hand, read from a query, or at random."""

from dataclasses import replace

from hypothesis import strategies as st

from pubsearch.search import fields, language
from pubsearch.search.tree import And, Node, Not, Or, Range, Term, Words


def words(text: str) -> Words:
    return Words(text, 0, 0)


def term(field: str, text: str, **more: object) -> Term:
    return Term(field, text, 0, 0, **more)  # type: ignore[arg-type]


def dates(field: str, first: str, last: str) -> Range:
    return Range(field, first, last, 0, 0)  # type: ignore[arg-type]


def without_places(node: Node) -> Node:
    if isinstance(node, And | Or):
        return type(node)(tuple(map(without_places, node.parts)))
    if isinstance(node, Not):
        return Not(without_places(node.kept), without_places(node.dropped))
    return replace(node, start=0, end=0)


def read(query: str) -> Node:
    return without_places(language.parse(query))


SPELLINGS: dict[str, list[str]] = {}
for spelling, field_name in fields.FIELDS.items():
    SPELLINGS.setdefault(field_name, []).append(spelling)

a_word = st.sampled_from(
    ["aspirin", "IL-6", "and", "β-blocker", "2015", "patient's", "x:y", "tumo(u)r", "and/or", "trial?"]
)
several = st.lists(a_word, min_size=1, max_size=3).map(" ".join)
plain_words = several.map(words)
anywhere = st.sampled_from(sorted(SPELLINGS))
starred = st.sampled_from(["therap*", "meta-analy*", "CIN2*"])
a_date = st.sampled_from(["2015", "2015/03", "2015/03/07", "3000"])
a_term = st.one_of(
    st.builds(term, anywhere, several, quoted=st.just(True)),
    st.builds(term, anywhere, starred, quoted=st.just(True)),
    st.builds(term, st.sampled_from(["ti", "au", "pt", "mh"]), st.just("hurtle cell*")),
    st.builds(term, st.sampled_from(["mh", "majr"]), several, quoted=st.just(True), explode=st.just(False)),
    st.builds(term, st.just("tiab"), st.just("hip pain"), quoted=st.just(True), distance=st.integers(0, 9999)),
    st.builds(term, st.just("all"), starred),
    st.builds(dates, st.sampled_from(sorted(fields.RANGED)), a_date, a_date),
)
trees: st.SearchStrategy[Node] = st.recursive(
    st.one_of(plain_words, a_term),
    lambda inner: st.one_of(
        st.builds(lambda parts: And(tuple(parts)), st.lists(inner, min_size=2, max_size=4)),
        st.builds(lambda parts: Or(tuple(parts)), st.lists(inner, min_size=2, max_size=4)),
        st.builds(Not, inner, inner),
    ),
    max_leaves=12,
)
