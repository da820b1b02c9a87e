"""What a search returns: results, hits, and the highlights that explain each score."""

from dataclasses import dataclass
from typing import Literal

from pubsearch.record import Record

Field = Literal["title", "abstract"]


@dataclass(frozen=True, slots=True)
class Highlight:
    """One term's share of a score, at the word of the record that earned it.

    `term` is the model's vocabulary term, `query_term` the user's own word that brought it into the query, or None
    where the question as a whole did. `start` and `end` count code points of the record's `title` or `abstract`;
    a term that the record as a whole earned has `field`, `start` and `end` None.
    """

    field: Field | None
    start: int | None
    end: int | None
    term: str
    query_term: str | None
    contribution: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One record of a result list. The contributions of `highlights` add up to `score`."""

    pmid: int
    score: float
    record: Record
    highlights: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """One page of the answer to one question.

    `total` counts the records that satisfy the filters, `ranked` those of them with a score above 0, and `best` is the
    highest score of them all. `took_ms` is the time from question to answer in milliseconds. `reading` says how the
    query was read.
    """

    query: str
    topic: str
    version: str
    total: int
    ranked: int
    best: float
    took_ms: float
    offset: int
    hits: tuple[Hit, ...]
    reading: str
