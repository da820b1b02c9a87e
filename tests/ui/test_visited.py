"""The menu of earlier questions: each once, and each to be told from the others."""

from dataclasses import replace

import pytest
import streamlit as st

from pubsearch.search.filters import Filters
from pubsearch.ui import visited
from pubsearch.ui.address import Address

FIRST = Address(topic="demo", q="aspirin")
LONG = "aspirin or clopidogrel or ticagrelor after a heart attack in adults "


@pytest.mark.parametrize(
    "other",
    [
        replace(FIRST, q=f"{FIRST.q} "),
        replace(FIRST, topic="cancer"),
        replace(FIRST, rank="words"),
        replace(FIRST, exact=True),
    ],
)
def test_two_questions_are_two_entries_though_their_names_are_the_same(other: Address) -> None:
    menu = visited.labelled([(FIRST, 5), (other, 5)])
    assert list(menu.values()) == [FIRST, other]


def test_what_tells_questions_of_one_name_apart_stands_behind_it() -> None:
    old, new = (replace(FIRST, filters=Filters(sexes=("Male",), years=years)) for years in ((1990, 2000), (2001, 2026)))
    assert list(visited.labelled([(old, 5), (new, 5), (FIRST, 5)])) == [
        r"aspirin \(5, 2 filters\) – Years\: 1990 to 2000",
        r"aspirin \(5, 2 filters\) – Years\: 2001 to 2026",
        r"aspirin \(5\)",
    ]
    ends = [replace(FIRST, q=LONG + end) for end in ("of Norway", "of Chile")]
    menu = visited.labelled([(address, 5) for address in ends])
    assert [text[-8:] for text in menu] == ["f Norway", "of Chile"]


def test_questions_that_differ_where_no_name_shows_it_are_numbered() -> None:
    same = [replace(FIRST, q=LONG + middle + LONG) for middle in "abc"]
    menu = visited.labelled([(address, 5) for address in same])
    assert list(menu.values()) == same


def test_a_question_in_another_order_or_on_longer_pages_is_the_same_question() -> None:
    st.session_state.clear()
    for address in (FIRST, replace(FIRST, q="stroke"), replace(FIRST, sort="date"), replace(FIRST, per=50, page=2)):
        visited.keep(address, 5)
    assert st.session_state.visited == [(replace(FIRST, per=50), 5), (replace(FIRST, q="stroke"), 5)]
