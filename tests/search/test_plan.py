"""What of a query filters and what ranks, rule by rule, each with --exact too; and how that is told."""

import pytest
from hypothesis import given, settings

from pubsearch.errors import QueryError
from pubsearch.search.language import parse
from pubsearch.search.notation import notation
from pubsearch.search.plan import EVERYTHING, RANKED_CHARACTERS, headings, plan
from pubsearch.search.tree import Node, Words, leaves
from tests.search.trees import trees


def filtered(query: str, exact: bool = False) -> str | None:
    condition = plan(query, exact).filter
    return None if condition is None else notation(condition)


# The query, what filters, what filters with --exact, and what ranks in both.
RULES = {
    "plain words alone rank": ("aspirin after stroke?", None, "aspirin after stroke?", "aspirin after stroke?"),
    "joined by AND they rank": ("aspirin AND (stroke care)", None, "aspirin AND stroke care", "aspirin stroke care"),
    "beside a term they rank": ("stroke[ti] aspirin", "stroke[ti]", "stroke[ti] AND aspirin", "aspirin"),
    "a tag filters": ("x AND Smith J[au]", "Smith J[au]", "x AND Smith J[au]", "x"),
    "PMIDs joined by OR are PMIDs alone": (
        "32511222 OR 31452104",
        "32511222 31452104[uid]",
        "32511222 31452104[uid]",
        "",
    ),
    "a number among words is a word": ("32511222 OR aspirin", None, "32511222 OR aspirin", "32511222 aspirin"),
    "filters that PubMed knows without a tag": (
        "aspirin hasabstract NOT hasretractionin",
        "hasabstract[sb] NOT hasretractionin[sb]",
        "(aspirin AND hasabstract[sb]) NOT hasretractionin[sb]",
        "aspirin",
    ),
    "PMIDs alone filter": ("32511222, 31452104", "32511222 31452104[uid]", "32511222 31452104[uid]", ""),
    "a short number is a word": ("2020", None, "2020", "2020"),
    "a range filters": ("x 2015:2020[dp]", "2015:2020[dp]", "x AND 2015:2020[dp]", "x"),
    "a phrase filters": ('x AND "heart attack"', '"heart attack"', 'x AND "heart attack"', "x"),
    "a truncated word filters": ("child* asthma", "child*", "child* AND asthma", "asthma"),
    "terms stay joined": (
        "x AND a[ti] AND (b[ti] OR y*)",
        "a[ti] AND (b[ti] OR y*)",
        "x AND a[ti] AND (b[ti] OR y*)",
        "x",
    ),
    "under OR beside a term words filter": ("x OR a[ti]", "x OR a[ti]", "x OR a[ti]", "x a"),
    "deep under OR too": (
        "(x AND (y OR z)) OR a[ti]",
        "(x AND (y OR z)) OR a[ti]",
        "(x AND (y OR z)) OR a[ti]",
        "x y z a",
    ),
    "under OR alone words rank": ("x OR y OR z", None, "x OR y OR z", "x y z"),
    "alternatives of words rank": ("(x OR y) AND a[mh]", "a[mh]", "(x OR y) AND a[mh]", "x y"),
    "under NOT words filter": ("x NOT y", "all[sb] NOT y", "x NOT y", "x"),
    "NOT beside words takes from all": ("x NOT a[mh]", "all[sb] NOT a[mh]", "x NOT a[mh]", "x"),
    "NOT takes from what filters": ("x AND a[ti] NOT y", "a[ti] NOT y", "(x AND a[ti]) NOT y", "x"),
    "NOT under OR filters": ("x OR (y NOT z)", "x OR (y NOT z)", "x OR (y NOT z)", "x y"),
    "NOT under AND filters": ("(x NOT y) AND z", "all[sb] NOT y", "(x NOT y) AND z", "x z"),
    "terms alone rank by their text": (
        '"heart attack"[mh] OR stroke[tiab]',
        '"heart attack"[mh] OR stroke[tiab]',
        '"heart attack"[mh] OR stroke[tiab]',
        "heart attack stroke",
    ),
    "once, however often": (
        'stroke[mh] OR "stroke"[ti]',
        'stroke[mh] OR "stroke"[ti]',
        'stroke[mh] OR "stroke"[ti]',
        "stroke",
    ),
    "not by what NOT drops": ("a[ti] NOT b[ti]", "a[ti] NOT b[ti]", "a[ti] NOT b[ti]", "a"),
    "not by names, journals, kinds and dates": (
        "Smith J[au] Lancet[ta] review[pt] 2020[dp]",
        "Smith J[au] AND Lancet[ta] AND review[pt] AND 2020[dp]",
        "Smith J[au] AND Lancet[ta] AND review[pt] AND 2020[dp]",
        "",
    ),
    "not by half words": ("therap*[ti] OR child*", "therap*[ti] OR child*", "therap*[ti] OR child*", ""),
}


@pytest.mark.parametrize(("query", "condition", "exact", "text"), RULES.values(), ids=RULES)
def test_what_filters_and_what_ranks(query: str, condition: str | None, exact: str, text: str) -> None:
    assert (filtered(query), plan(query).text) == (condition, text)
    assert (filtered(query, exact=True), plan(query, exact=True).text) == (exact, text)


@settings(max_examples=300, deadline=None)
@given(trees)
def test_exact_filters_by_the_whole_query_and_keeps_the_order(tree: Node) -> None:
    query = notation(tree)
    assert plan(query, exact=True).filter == parse(query)
    assert plan(query, exact=True).text == plan(query).text


@settings(max_examples=300, deadline=None)
@given(trees)
def test_a_filter_has_every_term_of_the_query(tree: Node) -> None:
    query = notation(tree)
    condition = plan(query).filter
    kept = [] if condition is None else list(leaves(condition))
    terms = [leaf for leaf in leaves(parse(query)) if not isinstance(leaf, Words)]
    assert [leaf for leaf in kept if not isinstance(leaf, Words) and leaf != EVERYTHING] == terms


def test_the_text_ends_at_a_word_where_it_is_long() -> None:
    planned = plan("aspirin stroke " * 1_000)
    assert len(planned.text) <= RANKED_CHARACTERS
    assert planned.text.split()[-1] in ("aspirin", "stroke")
    assert f"Ranked by the first {len(planned.text):,} characters of the words." in planned.reading


def test_headings_are_those_that_narrower_ones_count_for() -> None:
    node = parse("a[mh] OR b[mh:noexp] OR c[majr] OR d[ti] NOT e[mh]")
    assert [term.text for term in headings(node)] == ["a", "c", "e"]


@pytest.mark.parametrize(
    ("query", "exact", "reading"),
    [
        ("aspirin?", False, "Ranked by “aspirin?”. The query filters no record out."),
        ("x 2015:2020[pdat]", False, "Ranked by “x”. Filtered by 2015:2020[dp]."),
        ("x[au]", False, "Newest first: the query has no whole word to rank by. Filtered by x[au]."),
        ("x[ti]", True, "Ranked by “x”. Filtered by x[ti]. Every word filters."),
    ],
)
def test_the_reading_says_what_ranks_and_what_filters(query: str, exact: bool, reading: str) -> None:
    assert plan(query, exact).reading == reading


@pytest.mark.parametrize(("query", "exact"), [("x OR a[ti]", False), ("x NOT y", False), ("x", True)])
def test_the_reading_says_that_plain_words_are_not_mapped(query: str, exact: bool) -> None:
    assert "without PubMed's automatic term mapping" in plan(query, exact).reading


def test_the_reading_of_a_long_query_is_short() -> None:
    assert len(plan(" OR ".join(f"word{n}[tiab]" for n in range(5_000))).reading) < 500


def test_a_query_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(QueryError, match="is empty"):
        plan(" ")
