"""What to ask instead of a query that finds nothing."""

import pytest

from pubsearch.search import broader, language
from pubsearch.search.notation import notation
from pubsearch.search.plan import plan
from pubsearch.search.tree import And


@pytest.mark.parametrize(
    ("query", "part", "rest"),
    [
        ("zebra[ti] AND aspirin", "zebra[ti]", "aspirin"),
        ("aspirin AND zebra[ti] AND stroke", "zebra[ti]", "aspirin AND stroke"),
        ("zebra[ti] AND (stroke AND 2020[dp])", "zebra[ti]", "stroke AND 2020[dp]"),
        ("zebra[ti] AND (cat[ti] OR dog[ti])", "cat[ti] OR dog[ti]", "zebra[ti]"),
        ("zebra[ti]", "zebra[ti]", None),
        ("zebra[ti] AND aspirin", "lion[ti]", None),
        ("(zebra[ti] OR cat[ti]) AND aspirin", "zebra[ti]", None),
    ],
)
def test_a_part_is_left_out(query: str, part: str, rest: str | None) -> None:
    assert broader.without(query, part) == rest


def test_every_part_that_filters_can_be_left_out() -> None:
    query = 'zebra[ti] AND therap* AND "heart attack" AND hypertension[mh:noexp]'
    condition = plan(query).filter
    assert isinstance(condition, And)
    for part in condition.parts:
        rest = broader.without(query, notation(part))
        assert rest is not None
        assert notation(part) not in rest


@pytest.mark.parametrize(
    ("query", "part", "meant"),
    [
        ("aspirn[ti] AND stroke", "aspirn[ti]", "aspirin[ti] AND stroke"),
        ("aspirn[ti]", "aspirn[ti]", "aspirin[ti]"),
        ("low dose aspirn[ti]", "low dose aspirn[ti]", None),
    ],
)
def test_a_word_is_put_right(query: str, part: str, meant: str | None) -> None:
    assert broader.meaning(query, part, "aspirin") == meant


@pytest.mark.parametrize(
    ("query", "right"),
    [
        ("Asprin for stroke", "aspirin for stroke"),
        ("asprin, and asprin again", "aspirin, and aspirin again"),
        ("asprin[ti] AND (stroke OR asprin) NOT asprins", "aspirin[ti] AND (stroke OR aspirin) NOT asprins"),
        ("2020:2025[dp] AND “low-dose asprín”", '2020:2025[dp] AND "low-dose aspirin"'),
        ("stroke", "stroke"),
    ],
)
def test_a_word_of_the_question_is_put_right_wherever_it_stands(query: str, right: str) -> None:
    assert broader.respelt(query, "asprin", "aspirin") == notation(language.parse(right))
