"""Why a question is answered badly: the relevant records that it misses, and what they share with it."""

from dataclasses import dataclass

import numpy as np

from pubsearch.evaluate.collection import Collection
from pubsearch.evaluate.judgements import Judged
from pubsearch.index.sparse import SparseVector
from pubsearch.index.top import top

SHOWN_TERMS = 5
SHOWN_RECORDS = 3
# A relevant record below this place is missed.
FIRST = 10


@dataclass(frozen=True, slots=True)
class Found:
    """A record of an answer: its title (its abstract, where it has none), its place (from 1; None where it shares no
    term), and the terms that it shares with the question, each with what it adds to the score, most first.
    """

    id: str
    title: str
    place: int | None
    shared: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Worst:
    """A question that is answered badly. `first` is what stands first in place of a relevant record, if anything;
    `missed` some of the relevant records that are not among the first ten, nearest first, and `more` how many others.
    """

    question: str
    text: str
    value: float
    first: Found | None
    missed: tuple[Found, ...]
    more: int


def worst(collection: Collection, question: str, judged: Judged, value: float) -> Worst:
    """Looks into one question; `value` is its measure."""
    text = judged.queries[question]
    vector = collection.question(text, collection.rank)
    scores = collection.postings.scores(vector.terms, vector.weights)
    order = top(scores, len(scores)).tolist()
    places = {row: place for place, row in enumerate(order, 1)}
    grades = judged.qrels[question]
    relevant = [row for row, record in enumerate(collection.ids) if grades.get(record, 0) > 0]
    missed = sorted((places.get(row, len(scores) + 1), row) for row in relevant if places.get(row, FIRST + 1) > FIRST)

    def found(row: int) -> Found:
        shared = _shared(collection, vector, collection.vectors[row])
        text = collection.read([row])[0]
        return Found(collection.ids[row], text.title or text.abstract, places.get(row), shared)

    return Worst(
        question,
        text,
        value,
        found(order[0]) if order and order[0] not in relevant else None,
        tuple(found(row) for _, row in missed[:SHOWN_RECORDS]),
        max(0, len(missed) - SHOWN_RECORDS),
    )


def _shared(collection: Collection, question: SparseVector, record: SparseVector) -> tuple[tuple[str, float], ...]:
    """The terms of both, with the products of their weights."""
    terms, ours, theirs = np.intersect1d(question.terms, record.terms, assume_unique=True, return_indices=True)
    earned = question.weights[ours] * record.weights[theirs]
    best = np.argsort(-earned, kind="stable")[:SHOWN_TERMS]
    return tuple((collection.term(int(terms[place])), float(earned[place])) for place in best)
