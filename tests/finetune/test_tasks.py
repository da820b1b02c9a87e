"""What is learnt from a text: one part of it must find another, with a negative of the same kind."""

import random
from dataclasses import replace

import pytest

from pubsearch.finetune.tasks import TASKS
from pubsearch.finetune.texts import Pair, Text

OWN = Text("Own title", ("Own one.", "Own two.", "Own three.", "Own four."), 1)
OTHER = Text("Other title", ("Other one.", "Other two.", "Other three.", "Other four."), 2)


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (
            "title to abstract",
            Pair(
                "Own title", "Own one. Own two. Own three. Own four.", "Other one. Other two. Other three. Other four."
            ),
        ),
        (
            "conclusion to findings",
            Pair("Own four.", "Own title Own one. Own two. Own three.", "Other title Other one. Other two."),
        ),
        ("title to conclusion", Pair("Own title", "Own four.", "Other three. Other four.")),
        ("background to the rest", Pair("Own one. Own two.", "Own three. Own four.", "Other three. Other four.")),
    ],
)
def test_each_task_asks_with_one_part_for_another(task: str, expected: Pair) -> None:
    assert TASKS[task][0](OWN, OTHER, random.Random(1)) == expected


def test_a_sentence_is_not_in_the_rest_that_it_must_find() -> None:
    seen = set()
    for seed in range(20):
        pair = TASKS["sentence to the rest"][0](OWN, OTHER, random.Random(seed))
        assert pair.anchor not in pair.positive
        assert sorted(f"{pair.anchor} {pair.positive}".split()) == sorted(f"{OWN.title} {OWN.abstract}".split())
        seen.add(pair.anchor)
    assert seen == set(OWN.sentences)


def test_a_few_words_of_a_title_ask_for_its_abstract() -> None:
    title = "Effects of beta-blockers in the treatment of heart failure"
    own, asked = Text(title, OWN.sentences, 1), set()
    for seed in range(100):
        pair = TASKS["few words to abstract"][0](own, OTHER, random.Random(seed))
        assert pair.positive == OWN.abstract
        assert pair.anchor in title
        asked.add(pair.anchor)
    assert {"heart failure", "treatment of heart"} <= asked
    assert all(len(each.split()) <= 3 and not {"of", "in"} & {each.split()[0], each.split()[-1]} for each in asked)


def test_a_title_of_stop_words_is_asked_whole() -> None:
    text = Text("Is it?", OWN.sentences, 1)
    assert TASKS["few words to abstract"][0](text, OTHER, random.Random(1)).anchor == "Is it?"


def test_a_few_words_are_opposed_by_a_text_that_has_none_of_them() -> None:
    own = Text("Migraine attacks", OWN.sentences, 1)
    other = Text("Migraines", ("An attack.", *OTHER.sentences), 1)
    few_words = TASKS["few words to abstract"][0]
    drawn = [few_words(own, other, random.Random(seed)) for seed in range(20)]
    assert {(pair.anchor, pair.negative) for pair in drawn} == {("Migraine attacks", "")}
    drawn = [few_words(own, replace(other, title="Headaches"), random.Random(seed)) for seed in range(20)]
    assert {(pair.anchor, bool(pair.negative)) for pair in drawn} == {("Migraine", True)}


def test_the_shares_of_all_tasks_make_a_whole() -> None:
    assert sum(share for _, share in TASKS.values()) == pytest.approx(1)
