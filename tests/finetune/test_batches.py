"""Batches: an example each from different texts, with a negative that is no right answer."""

import random
from collections.abc import Iterator
from itertools import islice

import pytest

from pubsearch.errors import UserError
from pubsearch.finetune.batches import batches, of_pairs, of_texts
from pubsearch.finetune.tasks import TASKS
from pubsearch.finetune.texts import Pair, Text

TEXTS = [
    Text(f"Title of {name}", tuple(f"Sentence {number} of {name}." for number in range(4)), 1)
    for name in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
]
NONE_ALIKE: list[list[int]] = [[] for _ in TEXTS]
TITLE = TASKS["title to abstract"][0]


def _rng() -> random.Random:
    return random.Random(1)


def _fours(made: list[Pair]) -> Iterator[list[Pair]]:
    return (made[first : first + 4] for first in range(0, len(made), 4))


def test_negatives_come_from_texts_that_are_alike_where_there_are_some() -> None:
    alike = [[1], *NONE_ALIKE[1:]]
    made = [pair for pair, _ in islice(of_texts(TEXTS, alike, TITLE, _rng()), 200)]
    assert {pair.negative for pair in made if pair.anchor == TEXTS[0].title} == {TEXTS[1].abstract}
    assert len({pair.negative for pair in made}) == len(TEXTS)
    assert all(pair.negative != pair.positive for pair in made)


def test_a_task_that_has_no_use_for_the_other_text_has_a_stranger_for_a_negative() -> None:
    def same_words(own: Text, _: Text, __: random.Random) -> Pair:
        return Pair(own.title, own.abstract)

    alike = [[1], *NONE_ALIKE[1:]]
    made = [pair for pair, _ in islice(of_texts(TEXTS, alike, same_words, _rng()), 400)]
    assert {pair.negative for pair in made if pair.anchor == TEXTS[0].title} == {text.abstract for text in TEXTS[1:]}


@pytest.mark.parametrize("task", TASKS)
def test_no_text_comes_twice_in_a_batch_in_whatever_parts(task: str) -> None:
    made = batches(of_texts(TEXTS, NONE_ALIKE, TASKS[task][0], _rng()), 80, 4)
    assert len(made) == 80
    for batch in _fours(made):
        own = [next(text for text in TEXTS if text.sentences[-1] in pair.positive + pair.anchor) for pair in batch]
        assert len({text.title for text in own}) == 4
        for text in own:
            parts = [part for pair in batch for part in (pair.positive, pair.negative)]
            assert sum(any(sentence in part for sentence in text.sentences) for part in parts) == 1


def test_the_same_seed_makes_the_same_examples() -> None:
    def made(seed: int) -> list[Pair]:
        return batches(of_texts(TEXTS, NONE_ALIKE, TITLE, random.Random(seed)), 40, 4)

    assert made(1) == made(1) != made(2)


def test_too_few_texts_for_a_batch_are_said() -> None:
    with pytest.raises(UserError, match="Too few texts differ for batches of 8: give more, or a smaller --batch"):
        batches(of_texts(TEXTS, NONE_ALIKE, TITLE, _rng()), 8, 8)


def test_a_pair_without_a_negative_gets_an_answer_to_another_question() -> None:
    pairs = [Pair("a", "one"), Pair("a", "two"), Pair("b", "three"), Pair("c", "four", "five")]
    made = {pair for pair, _ in islice(of_pairs(pairs, TEXTS, _rng()), 200)}
    assert {pair.negative for pair in made if pair.anchor == "a"} == {"three", "four"}
    assert {pair.negative for pair in made if pair.anchor == "b"} == {"one", "two", "four"}
    assert {pair.negative for pair in made if pair.anchor == "c"} == {"five"}


def test_the_only_question_has_the_texts_for_wrong_answers() -> None:
    made = [pair for pair, _ in islice(of_pairs([Pair("a", TEXTS[0].abstract)], TEXTS, _rng()), 100)]
    assert {pair.negative for pair in made} == {text.abstract for text in TEXTS[1:]}


def test_a_question_that_every_text_answers_is_named() -> None:
    pairs = [Pair("a", text.abstract) for text in TEXTS]
    with pytest.raises(UserError, match="is a right answer to “a”: give other texts"):
        next(of_pairs(pairs, TEXTS, _rng()))


def test_a_batch_for_which_too_few_pairs_differ_is_filled_with_others() -> None:
    pairs = [Pair("a", "one", "two"), Pair("b", "three", "four")]
    made = batches(of_pairs(pairs, TEXTS, _rng()), 8, 4, of_texts(TEXTS, NONE_ALIKE, TITLE, _rng()))
    for batch in _fours(made):
        assert {pair.anchor for pair in batch} > {"a", "b"}
        assert len({pair.anchor for pair in batch}) == 4
