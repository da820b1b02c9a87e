"""What a search returns: results, hits, the highlights that explain each score, and why a record is where it is."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from pubsearch.errors import UserError
from pubsearch.record import Record
from pubsearch.search.facets import Facet
from pubsearch.search.order import Sort

Field = Literal["title", "abstract"]
Kind = Literal["meaning", "word"]
Rank = Literal["both", "meaning", "words"]
"""What a search ranks by: the model's terms, whole words, or the sum of both."""


@dataclass(frozen=True, slots=True)
class QueryTerm:
    """One term of the question with its weight; `query_term` is the user's word that brought it in, or None where the
    question as a whole did. It is the user's `own` where it is that word or a piece of it, else the model added it.
    `number` is the term's in the index.
    """

    number: int
    term: str
    query_term: str | None
    weight: float
    kind: Kind
    own: bool


@dataclass(frozen=True, slots=True)
class Highlight:
    """One term's share of a score, at the word of the record that earned it.

    `term` is the model's vocabulary term, or of the kind "word" the record's own word; `number`, `query_term`, `kind`
    and `own` are those of the `QueryTerm`. `start` and `end` count code points of the record's `title` or `abstract`; a
    term that the record as a whole earned has `field`, `start` and `end` None. The contribution is query weight ×
    record weight.
    """

    field: Field | None
    start: int | None
    end: int | None
    term: str
    query_term: str | None
    contribution: float
    kind: Kind
    own: bool
    query_weight: float
    record_weight: float
    number: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One record of a result list. The contributions of `highlights` add up to `score`."""

    pmid: int
    score: float
    record: Record
    highlights: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """What one word of the question earned, the largest share first; `query_term` None is the question as a whole."""

    query_term: str | None
    contribution: float
    highlights: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The first records of an answer, or all: their PMIDs in its order, and the records, read as they are asked for.

    `total` is how many satisfy query and filters.
    """

    total: int
    pmids: tuple[int, ...]
    records: Iterator[Record]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a record stands where it does. The contributions of `groups` add up to `score`.

    `place` counts from 1; it is None where the record is not in the list, because of the parts of the query or the
    filters in `unsatisfied`. `missing` are the terms of the question that the record lacks, the heaviest first.
    """

    hit: Hit
    place: int | None
    unsatisfied: tuple[str, ...]
    groups: tuple[Group, ...]
    missing: tuple[QueryTerm, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a query or a filter, in an answer without records: how many records satisfy it alone, how many there
    would be without it, and for a word that no record has, words that it may have been meant for."""

    text: str
    records: int
    without: int
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A word of the question, folded, that no record has, and words that it may have been meant for."""

    word: str
    instead: tuple[str, ...]

    def __str__(self) -> str:
        return f"No record has “{self.word}”. Did you mean {' or '.join(self.instead)}?"


@dataclass(frozen=True, slots=True)
class Results:
    """One page of the answer to one question.

    `total` counts the records that satisfy the query and the filters, `ranked` those of them with a score above 0, and
    `best` is the highest score of them all. `took_ms` is the time from question to answer in milliseconds. `reading`
    says how the query was read, and `notes` what it does not include, each of `misspelt` among them. `ranks` if there
    are words to rank by, whether a record has them or not, and `filters` if the query itself filters, apart from the
    filters beside it. `terms` are the question's, the heaviest first. `facets` are
    there if they were asked for, and `empty` if there are no records.
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
    sort: Sort
    rank: Rank
    reading: str
    notes: tuple[str, ...]
    misspelt: tuple[Misspelt, ...]
    ranks: bool
    filters: bool
    terms: tuple[QueryTerm, ...]
    facets: tuple[Facet, ...]
    empty: tuple[Part, ...]

    def explain(self, pmid: int) -> Explanation:
        """Why a record of this page stands where it does; `Searcher.explain` tells it of every record.

        Raises:
            UserError: the record is not on this page.
        """
        for place, hit in enumerate(self.hits, self.offset + 1):
            if hit.pmid == pmid:
                return explanation(hit, place, (), self.terms)
        raise UserError(f"PMID {pmid} is not on this page of the results: ask the searcher to explain it.")


def explanation(hit: Hit, place: int | None, unsatisfied: tuple[str, ...], terms: tuple[QueryTerm, ...]) -> Explanation:
    """The explanation of a hit whose question has these `terms`."""
    by_word: dict[str | None, list[Highlight]] = defaultdict(list)
    for highlight in hit.highlights:
        by_word[highlight.query_term].append(highlight)
    groups = [Group(word, sum(each.contribution for each in shares), tuple(shares)) for word, shares in by_word.items()]
    groups.sort(key=lambda group: -group.contribution)
    found = {highlight.number for highlight in hit.highlights}
    missing = tuple(term for term in terms if term.number not in found)
    return Explanation(hit, place, unsatisfied, tuple(groups), missing)
