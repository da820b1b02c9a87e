"""What is learnt from a text alone: parts of it that must find the rest of it, among texts that look like it.

Title and abstract alone are soon learnt: a model needs harder questions to go on. A conclusion says what the findings
say, in other words; a title asks what a conclusion answers; a sentence stands for a question about a detail (the
inverse cloze task, https://arxiv.org/abs/1906.00300); a few words of a title are what readers type.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from pubsearch.errors import UserError
from pubsearch.finetune.texts import Pair, Text
from pubsearch.index.words import STOP_WORDS

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# Readers seldom type more words that are not part of a question.
_FEW = 3

Task = Callable[[Text, Text, random.Random], Pair]


def _title(own: Text, other: Text, _: random.Random) -> Pair:
    return Pair(own.title, own.abstract, other.abstract)


def _sentence(own: Text, other: Text, rng: random.Random) -> Pair:
    place = rng.randrange(len(own.sentences))
    rest = [own.title, *own.sentences[:place], *own.sentences[place + 1 :]]
    return Pair(own.sentences[place], " ".join(rest), f"{other.title} {other.abstract}")


def _conclusion(own: Text, other: Text, _: random.Random) -> Pair:
    return Pair(own.conclusion, own.findings, other.findings)


def _answer(own: Text, other: Text, _: random.Random) -> Pair:
    return Pair(own.title, own.conclusion, other.conclusion)


def _background(own: Text, other: Text, _: random.Random) -> Pair:
    start, rest = own.sentences[:2], own.sentences[2:]
    return Pair(" ".join(start), " ".join(rest), " ".join(other.sentences[2:]))


def _few_words(own: Text, _: Text, rng: random.Random) -> Pair:
    """Without a negative of its own: texts that are alike would be right answers to so few words."""
    words = _WORD.findall(own.title)
    telling = [place for place, word in enumerate(words) if word.casefold() not in STOP_WORDS]
    spans = [(first, last) for first in telling for last in telling if first <= last < first + _FEW]
    drawn = [" ".join(words[first : last + 1]) for first, last in rng.sample(spans, min(len(spans), _FEW))]
    # long words say more, and a title has many that say little
    return Pair(max(drawn, key=len, default=own.title), own.abstract)


TASKS: Mapping[str, tuple[Task, float]] = {
    "title to abstract": (_title, 0.15),
    "sentence to the rest": (_sentence, 0.15),
    "conclusion to findings": (_conclusion, 0.2),
    "title to conclusion": (_answer, 0.25),
    "background to the rest": (_background, 0.1),
    "few words to abstract": (_few_words, 0.15),
}
"""Each task with its share of the examples."""


def examples(texts: Sequence[Text], alike: Sequence[Sequence[int]], task: Task, number: int, seed: str) -> list[Pair]:
    """So many examples of one task, from texts drawn at random, each with a negative from a text that is alike.

    Args:
        texts: what is drawn from
        alike: for each text the places of those that look like it; where there are none, any other text serves
        task: one of `TASKS`
        number: how many examples
        seed: the same seed gives the same examples
    """
    rng = random.Random(seed)  # noqa: S311
    made = []
    for _ in range(number):
        place = rng.randrange(len(texts))
        # any other text, but never the text itself
        other = rng.choice(alike[place]) if alike[place] else place - rng.randrange(1, len(texts))
        made.append(task(texts[place], texts[other], rng))
    return opposed(made, [text.abstract for text in texts], rng)


def opposed(pairs: Sequence[Pair], answers: Sequence[str], rng: random.Random) -> list[Pair]:
    """The pairs, each with a negative: its own, or another one of the answers than its own.

    Raises:
        UserError: there is no other answer.
    """
    different = list(dict.fromkeys(answers))
    places = {answer: place for place, answer in enumerate(different)}

    def negative(pair: Pair) -> str:
        if pair.negative:
            return pair.negative
        place = places.get(pair.positive)
        if place is None:
            return rng.choice(different)
        if len(different) == 1:
            raise UserError("All texts to learn from have the same abstract: give others.")
        return different[(place + rng.randrange(1, len(different))) % len(different)]

    return [replace(pair, negative=negative(pair)) for pair in pairs]
