"""What is learnt from a text: one part of it must find another, with a negative of the same kind."""

import random

import pytest

from pubsearch.errors import UserError
from pubsearch.finetune.tasks import TASKS, examples, opposed
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
    texts = [Text(title, OWN.sentences, 1), OTHER]
    asked = set()
    for pair in examples(texts, [[1], [0]], TASKS["few words to abstract"][0], 200, "seed"):
        assert pair.positive in {OWN.abstract, OTHER.abstract}
        if pair.positive == OWN.abstract:
            asked.add(pair.anchor)
            assert pair.anchor in title
    assert {"heart failure", "treatment of heart"} <= asked
    assert all(len(each.split()) <= 3 and not {"of", "in"} & {each.split()[0], each.split()[-1]} for each in asked)


def test_a_title_of_stop_words_is_asked_whole() -> None:
    text = Text("Is it?", OWN.sentences, 1)
    assert TASKS["few words to abstract"][0](text, OTHER, random.Random(1)) == Pair("Is it?", OWN.abstract)


def test_the_shares_of_all_tasks_make_a_whole() -> None:
    assert sum(share for _, share in TASKS.values()) == pytest.approx(1)


def test_negatives_come_from_texts_that_are_alike_where_there_are_some() -> None:
    third = Text("Third title", OTHER.sentences, 1)
    task = TASKS["title to abstract"][0]
    made = examples([OWN, OTHER, third], [[1], [], []], task, 60, "seed")
    assert len(made) == 60
    assert {pair.negative for pair in made if pair.anchor == OWN.title} == {OTHER.abstract}


def test_a_text_without_any_alike_is_never_its_own_negative() -> None:
    task = TASKS["title to abstract"][0]
    made = examples([OWN, OTHER], [[], []], task, 60, "seed")
    assert all(pair.positive != pair.negative for pair in made)


def test_the_same_seed_makes_the_same_examples() -> None:
    task = TASKS["sentence to the rest"][0]
    one, two, three = (examples([OWN, OTHER], [[1], [0]], task, 30, seed) for seed in ("a", "a", "b"))
    assert one == two != three


def test_a_pair_without_a_negative_gets_the_answer_of_another() -> None:
    own, other, third = Pair("a", "one"), Pair("b", "two"), Pair("c", "three", "four")
    drawn = [opposed([own, other, third], ["one", "two", "one"], random.Random(seed)) for seed in range(20)]
    assert {tuple(pair.negative for pair in made) for made in drawn} == {("two", "one", "four")}


def test_texts_of_one_abstract_teach_nothing() -> None:
    with pytest.raises(UserError, match="All texts to learn from have the same abstract: give others"):
        opposed([Pair("a", "one"), Pair("b", "one")], ["one", "one"], random.Random(1))
