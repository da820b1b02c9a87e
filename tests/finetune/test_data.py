"""What is kept apart is not learnt, neither as a text nor in a pair."""

import pytest

from pubsearch.finetune.data import split, training
from pubsearch.finetune.texts import Pair, Text, of_records
from pubsearch.topic.progress import silent
from tests.demo_records import demo_records


@pytest.fixture(scope="module")
def texts() -> list[Text]:
    return list(of_records(demo_records()))[:120]


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
        Pair("how", fourth.abstract),
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


def test_an_only_pair_has_the_texts_for_wrong_answers(texts: list[Text]) -> None:
    parts = split(texts, [], 1, silent, None)
    made = training(parts, [Pair("a", "b")], 0.1, 400, 8, 1)["pairs"]
    assert {pair.negative for pair in made} <= {text.abstract for text in parts.learnt}
