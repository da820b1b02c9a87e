"""What is kept apart is not learnt, neither as a text nor in a pair."""

from dataclasses import replace

import pytest

from pubsearch.errors import UserError
from pubsearch.finetune.data import split, training
from pubsearch.finetune.texts import Pair, Text, of_records
from pubsearch.topic.progress import silent
from tests.demo_records import demo_records


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    # one of the titles is there twice, once in brackets
    return list({text.title.strip("[]."): text for text in of_records(demo_records())}.values())[:120]


def test_one_text_in_twenty_is_kept_apart(texts: list[Text]) -> None:
    parts = split([*texts, texts[0]], [], 1, silent, None)
    assert len(parts.apart) == 6
    assert sorted(text.title for text in [*parts.apart, *parts.learnt]) == sorted(text.title for text in texts)


def test_a_text_that_a_pair_holds_is_not_kept_apart(texts: list[Text]) -> None:
    alone = split(texts, [], 1, silent, None).apart
    first, second = alone[:2]
    third, fourth = alone[2:4]
    pairs = [
        Pair("what", f"{first.title} {first.abstract}", "no"),
        Pair("why", "yes", second.title.upper()),
        Pair(third.title, "yes"),
        Pair("how", "\n  ".join(fourth.sentences)),
    ]
    apart = split(texts, pairs, 1, silent, None).apart
    assert len(apart) == len(alone)
    assert not {first, second, third, fourth} & set(apart)
    assert set(alone[4:]) <= set(apart)


def test_each_task_and_the_pairs_have_whole_batches(texts: list[Text]) -> None:
    parts = split(texts, [], 1, silent, None)
    made = training(parts, [Pair("a", "b"), Pair("c", "d")], 0.1, 400, 8, 1)
    assert {len(examples) % 8 for examples in made.values()} == {0}
    assert len(made["pairs"]) == 40
    assert abs(sum(map(len, made.values())) - 400) < 8 * len(made)


def test_a_paper_under_another_spelling_is_one_text(texts: list[Text]) -> None:
    bracketed = [replace(text, title=f"[{text.title.rstrip('.')}]") for text in texts[:60]]
    renamed = [replace(text, title=f"{text.title} A reprint") for text in texts[60:]]
    parts = split([*texts, *bracketed, *renamed], [], 1, silent, None)
    assert len(parts.learnt) + len(parts.apart) == len(texts)


def test_too_few_texts_that_no_pair_holds_are_said(texts: list[Text]) -> None:
    pairs = [Pair(f"question {place}", text.abstract) for place, text in enumerate(texts[:-2])]
    with pytest.raises(UserError, match="Of 120 texts only 2 are in none of the pairs, and 6 must be"):
        split(texts, pairs, 1, silent, None)
