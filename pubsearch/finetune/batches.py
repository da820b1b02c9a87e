"""Batches within which no text comes twice, for InfoNCE takes each other answer of a batch for a wrong one.

Two parts of one paper are not the same string, so that strings alone do not tell: each example names what it is of.
"""

import random
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from pubsearch.errors import UserError
from pubsearch.finetune.tasks import Task
from pubsearch.finetune.texts import Pair, Text

Drawn = tuple[Pair, frozenset[Hashable]]
"""An example, and what must not come once more beside it."""

# So many draws in a row that do not fit in a batch: there is nothing left that would.
_REFUSED = 1_000
_TRIES = 20


def of_texts(texts: Sequence[Text], alike: Sequence[Sequence[int]], task: Task, rng: random.Random) -> Iterator[Drawn]:
    """Examples of one task without end, each with a negative from a text that is alike, or from any other one where
    none is alike or the task has no use for it.

    Args:
        texts: what is drawn from, two or more
        alike: for each text the places of those that look like it
        task: one of `TASKS`
        rng: what is drawn by
    """
    while True:
        own = rng.randrange(len(texts))
        other = rng.choice(alike[own]) if alike[own] else _another(own, len(texts), rng)
        pair = task(texts[own], texts[other], rng)
        if not pair.negative:
            other = _another(own, len(texts), rng)
            pair = replace(pair, negative=texts[other].abstract)
        yield pair, frozenset((own, other))


def of_pairs(pairs: Sequence[Pair], texts: Sequence[Text], rng: random.Random) -> Iterator[Drawn]:
    """The pairs without end, in an order of chance, each with a negative: its own, or an answer that none of the pairs
    has for right, or such a text.

    Raises:
        UserError: all answers and texts are right ones.
    """
    right: dict[str, set[str]] = {}
    for pair in pairs:
        right.setdefault(pair.anchor, set()).add(pair.positive)
    answers = [pair.positive for pair in pairs]

    def wrong(anchor: str) -> str:
        others = (text.abstract for text in rng.sample(texts, len(texts)))
        for answer in chain(rng.choices(answers, k=_TRIES), others):
            if answer not in right[anchor]:
                return answer
        raise UserError(f"Every answer and every text is a right answer to “{anchor}”: give other texts.")

    while True:
        for pair in rng.sample(pairs, len(pairs)):
            opposed = replace(pair, negative=pair.negative or wrong(pair.anchor))
            yield opposed, frozenset((opposed.anchor, opposed.positive, opposed.negative))


def batches(drawn: Iterator[Drawn], number: int, size: int, others: Iterator[Drawn] | None = None) -> list[Pair]:
    """The first `number` examples, a multiple of `size`, that come together batch by batch.

    Args:
        drawn: examples without end
        number: how many are wanted
        size: how many make a batch
        others: examples that fill a batch for which too few are different

    Raises:
        UserError: too few are different.
    """
    made: list[Pair] = []
    while len(made) < number:
        source, taken, refused = drawn, set[Hashable](), 0
        full = len(made) + size
        while len(made) < full:
            pair, of = next(source)
            if taken.isdisjoint(of):
                made.append(pair)
                taken |= of
                refused = 0
                continue
            refused += 1
            if refused == _REFUSED:
                if others is None or source is others:
                    raise UserError(f"Too few texts differ for batches of {size:,}: give more, or a smaller --batch.")
                source, refused = others, 0
    return made


def _another(own: int, number: int, rng: random.Random) -> int:
    return (own + rng.randrange(1, number)) % number
