"""What is learnt from a text alone: parts of it that must find the rest of it, among texts that look like it.

Title and abstract alone are soon learnt: a model needs harder questions to go on. A conclusion says what the findings
say, in other words; a title asks what a conclusion answers; a sentence stands for a question about a detail (the
inverse cloze task, https://arxiv.org/abs/1906.00300); a few words of a title are what readers type.
"""

import random
import re
from collections.abc import Callable, Mapping

from pubsearch.finetune.texts import Pair, Text
from pubsearch.index.words import STOP_WORDS, tokens

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


def _few_words(own: Text, other: Text, rng: random.Random) -> Pair:
    """The other text is a negative only where it has none of the words: else it may be a right answer to so few."""
    words = _WORD.findall(own.title)
    telling = [place for place, word in enumerate(words) if word.casefold() not in STOP_WORDS]
    spans = [(first, last) for first in telling for last in telling if first <= last < first + _FEW]
    drawn = [" ".join(words[first : last + 1]) for first, last in rng.sample(spans, min(len(spans), _FEW))]
    there = _terms(f"{other.title} {other.abstract}")
    apart = [span for span in drawn if there.isdisjoint(_terms(span))]
    # long words say more, and a title has many that say little
    return Pair(max(apart or drawn, key=len, default=own.title), own.abstract, other.abstract if apart else "")


def _terms(text: str) -> set[str]:
    return {term for term, _, _ in tokens(text)}


TASKS: Mapping[str, tuple[Task, float]] = {
    "title to abstract": (_title, 0.15),
    "sentence to the rest": (_sentence, 0.15),
    "conclusion to findings": (_conclusion, 0.2),
    "title to conclusion": (_answer, 0.2),
    "background to the rest": (_background, 0.1),
    "few words to abstract": (_few_words, 0.2),
}
"""Each task with its share of the examples."""
