"""The bars of an explanation: all of the score, in the user's own words."""

import pytest

from pubsearch.record import Record
from pubsearch.search.results import Explanation, Group, Highlight, Hit, Kind, QueryTerm
from pubsearch.ui.explained import SHOWN, bars
from pubsearch.ui.render_explained import render_explanation
from tests.ui.test_render import HOSTILE, Reader


def share(
    number: int, term: str, asked: str | None, amount: float, kind: Kind = "meaning", own: bool = True
) -> Highlight:
    return Highlight("title", 0, 1, term, asked, amount, kind, own, amount, 1.0, number)


def explained(*shares: Highlight, missing: tuple[QueryTerm, ...] = ()) -> Explanation:
    score = sum(each.contribution for each in shares)
    words = dict.fromkeys(each.query_term for each in shares)
    groups = [tuple(each for each in shares if each.query_term == word) for word in words]
    hit = Hit(1, score, Record(pmid=1), shares)
    made = tuple(Group(group[0].query_term, sum(each.contribution for each in group), group) for group in groups)
    return Explanation(hit, 3, (), made, missing)


def test_bars_stand_by_the_users_words() -> None:
    found = bars(
        explained(
            share(1, "aspirin", "Aspirin", 4.0, "word"),
            share(2, "##pirin", "Aspirin", 2.0),
            share(3, "infarction", "attack", 3.0, own=False),
            share(4, "the", None, 1.0),
        )
    )
    assert [(bar.name, round(bar.percent), bar.whose) for bar in found] == [
        ("aspirin (word)", 40, "your word"),
        ("Aspirin: …pirin", 20, "your word"),
        ("attack: infarction", 30, "added by the model"),
        ("question: the", 10, "your word"),
    ]


def test_bars_add_up_to_the_score() -> None:
    many = explained(*(share(number, f"term{number}", "word", 1.0 + number / 100) for number in range(40)))
    found = bars(many)
    assert len(found) == SHOWN + 1
    assert found[-1].name == "further terms"
    assert sum(bar.percent for bar in found) == pytest.approx(100)


def test_a_record_without_a_score_has_no_bars() -> None:
    assert bars(Explanation(Hit(1, 0.0, Record(pmid=1), ()), None, (), (), ())) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_text_is_data(text: str) -> None:
    lacks = QueryTerm(9, text, text, 1.0, "meaning", True)
    explanation = explained(share(1, text, text, 2.0), missing=(lacks,))
    reader = Reader(render_explanation(explanation))
    assert reader.text.count(text) == 3  # the user's word, the term, what is missing
    assert reader.tags == {"p", "details", "summary", "ul", "li", "b"}
    assert bars(explanation)[0].name == text


def test_the_list_says_what_the_bars_say() -> None:
    missing = (QueryTerm(7, "heart", "heart", 1.0, "word", True),)
    text = Reader(render_explanation(explained(share(1, "infarction", "attack", 2.0, own=False), missing=missing))).text
    assert "Place 3, score 2.00: the sum of all contributions." in text
    assert "your “attack” 100\u00a0%" in text
    assert "infarction 100\u00a0% – by meaning, added by the model, in the title; 2.00 × 1.00 = 2.00" in text
    assert "Not in this record: heart (word)." in text
