"""Search strings as people publish them are read wholly, or refused at the character that no program can read."""

import re

import pytest

from pubsearch.errors import QueryError
from pubsearch.search import language
from pubsearch.search.plan import plan
from pubsearch.search.tree import And, Not, Or, Term, leaves
from tests.search import published
from tests.search.published import Published
from tests.search.trees import read, term, words

# Why it cannot be read, and what stands at the character that the error names.
REFUSED = {
    "CD007431": ("has no number", "1a\n"),  # a document of headings and searches, not one query
    "CD008686": ("has no number", '"Medical History Taking"'),  # the same
    "scope__adults": ("Nothing stands before the NOT", "NOT (("),  # to be put behind a query
}
READ = [each for each in published.QUERIES if each.id not in REFUSED]


def tree_of(name: str) -> And | Or | Not:
    tree = read(next(each.query for each in published.QUERIES if each.id == name))
    assert isinstance(tree, And | Or | Not)
    return tree


@pytest.mark.parametrize("given", READ, ids=lambda given: given.id)
def test_a_published_string_is_read_wholly(given: Published) -> None:
    left = list(given.query)
    for leaf in leaves(language.parse(given.query)):
        left[leaf.start : leaf.end] = " " * (leaf.end - leaf.start)
    assert re.fullmatch(r"(?:AND|OR|NOT|and|or|not|[\s()|/])*", "".join(left))


@pytest.mark.parametrize("given", READ, ids=lambda given: given.id)
def test_no_operator_of_a_published_string_is_taken_for_a_word(given: Published) -> None:
    for leaf in leaves(language.parse(given.query)):
        if isinstance(leaf, Term) and not leaf.quoted:
            assert not {"and", "or", "not"} & set(leaf.text.lower().split()[:1])


@pytest.mark.parametrize(("name", "said", "there"), [(name, *why) for name, why in REFUSED.items()])
def test_what_is_no_query_is_refused_at_its_place(name: str, said: str, there: str) -> None:
    query = next(each.query for each in published.QUERIES if each.id == name)
    with pytest.raises(QueryError, match=said) as raised:
        language.parse(query)
    assert query[raised.value.position :].startswith(there)


def test_nineteen_in_twenty_are_read() -> None:
    assert len(READ) / len(published.QUERIES) >= 0.95


def test_the_animal_filter_in_lower_case_drops_animals_that_are_not_humans() -> None:
    animals, humans = term("mh", "Animals"), term("mh", "Humans")
    tree = tree_of("44")
    assert isinstance(tree, Not)
    assert tree.dropped == Not(animals, And((animals, humans)))


def test_words_after_the_last_parenthesis_are_plain_words() -> None:
    tree = tree_of("CD009020")
    assert isinstance(tree, And)
    assert tree.parts[-1] == words("Total references = 1551")


def test_a_journal_filter_is_one_or() -> None:
    tree = tree_of("journals__jnl_virology")
    assert isinstance(tree, Or)
    assert tree.parts[:2] == (term("ta", "J Med Virol"), term("ta", "Vaccines (Basel)"))
    assert len(tree.parts) == 20


@pytest.mark.parametrize("given", READ, ids=lambda given: given.id)
def test_a_published_string_filters(given: Published) -> None:
    assert plan(given.query).filter is not None
