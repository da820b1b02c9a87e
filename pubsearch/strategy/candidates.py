"""Headings and words that relevant records have more often than their topic, and that a query lacks.

The measure is the z-score of the log-odds ratio with an informative Dirichlet prior: Monroe, Colaresi, Quinn:
Fightin' Words (2008), https://doi.org/10.1093/pan/mpn018. What is counted is records, not occurrences.
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pubsearch.errors import UserError
from pubsearch.index.mesh import Mesh
from pubsearch.index.normal import key, tokens
from pubsearch.index.normal import words as plain_words
from pubsearch.index.words import STOP_WORDS
from pubsearch.record import Record
from pubsearch.search import language
from pubsearch.search.searcher import Searcher
from pubsearch.search.tree import Node, Term, leaves
from pubsearch.strategy.subjects import is_text

Kind = Literal["heading", "word", "phrase"]
KINDS: tuple[Kind, ...] = ("heading", "word", "phrase")

# In one record alone it may be chance.
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Candidate:
    """A heading, word or phrase of two words with how many records of the set and of the topic have it.

    `z` is its log-odds ratio between the set and the topic as a whole, in standard deviations.
    """

    kind: Kind
    text: str
    in_set: int
    in_topic: int
    z: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a query may lack, best first in each kind; `records` of the set are in the topic, the others `absent`."""

    records: int
    absent: tuple[int, ...]
    headings: tuple[Candidate, ...]
    words: tuple[Candidate, ...]
    phrases: tuple[Candidate, ...]


def candidates(
    searcher: Searcher, query: str, relevant: Sequence[int], mesh: Mesh | None = None, limit: int = 20
) -> Candidates:
    """What the `relevant` records have more often than the topic as a whole and `query` lacks, `limit` of each kind.

    With `mesh`, a heading below one of the query is none that it lacks.

    Raises:
        QueryError: the query cannot be read.
        UserError: the topic has none of the records.
        TopicError: the topic has no version yet.
        VersionError: the served version is damaged.
    """
    tree = language.parse(query)
    wanted = set(relevant)
    chosen, topic = _Counts(), _Counts()
    there: set[int] = set()
    for record in searcher.select("all[sb]", exact=True, rank="words").records:
        topic.add(record)
        if record.pmid in wanted:
            there.add(record.pmid)
            chosen.add(record)
    if not there:
        raise UserError("The topic has none of these records: give PMIDs that it has.")
    lacks = _Lacks(tree, mesh)
    found = {kind: _best(kind, chosen, topic, lacks)[:limit] for kind in KINDS}
    absent = tuple(pmid for pmid in relevant if pmid not in there)
    return Candidates(len(there), absent, *(tuple(found[kind]) for kind in KINDS))


def log_odds(in_set: int, of_set: int, in_topic: int, of_topic: int) -> float:
    """The log-odds ratio of a term between a set and the topic that holds it, in standard deviations.

    The first of each pair is the term's count, the second that of all terms. The prior has the proportions of the topic
    and weighs as much as the set: so a term that both have as often gets 0, and a rare one little.
    """
    if in_topic == of_topic:
        return 0.0
    prior = of_set * in_topic / of_topic
    first, second = in_set + prior, in_topic + prior
    ratio = math.log(first / (2 * of_set - first)) - math.log(second / (of_topic + of_set - second))
    return ratio / math.sqrt(1 / first + 1 / second)


class _Counts:
    """How many records have each term."""

    def __init__(self) -> None:
        self.by_kind: dict[Kind, Counter[str]] = {kind: Counter() for kind in KINDS}

    def add(self, record: Record) -> None:
        self.by_kind["heading"].update({heading.name for heading in record.mesh})
        words, phrases = set[str](), set[str]()
        for text in (record.title, record.abstract):
            found = tokens(text)
            words.update(filter(_says_something, found))
            phrases.update(
                f"{first} {second}"
                for first, second in pairwise(found)
                if _says_something(first) and _says_something(second)
            )
        self.by_kind["word"].update(words)
        self.by_kind["phrase"].update(phrases)


class _Lacks:
    """What a query has no term for."""

    def __init__(self, tree: Node, mesh: Mesh | None) -> None:
        self._headings: set[str] = set()
        self._terms: list[list[tuple[str, bool]]] = []
        for leaf in leaves(tree):
            if isinstance(leaf, Term) and leaf.field in ("mh", "majr"):
                name = leaf.text.partition("/")[0]
                self._headings.add(key(name))
                if mesh is not None and leaf.explode:
                    self._headings |= set(map(key, mesh.narrower(name)))
            elif is_text(leaf):
                pattern = [(word, leaf.text[end : end + 1] == "*") for word, _, end in plain_words(leaf.text)]
                # in all fields, words without quotes are sought each for itself
                each = leaf.field == "all" and not leaf.quoted if isinstance(leaf, Term) else True
                self._terms += [[word] for word in pattern] if each else [pattern]

    def heading(self, name: str) -> bool:
        return key(name) not in self._headings

    def text(self, text: str) -> bool:
        """Whether no term of the query finds it, and it is no part of one."""
        words = text.split()
        return not any(_stands_in(term, words) or _is_part(words, term) for term in self._terms)


def _best(kind: Kind, chosen: _Counts, topic: _Counts, lacks: _Lacks) -> list[Candidate]:
    here, everywhere = chosen.by_kind[kind], topic.by_kind[kind]
    of_set, of_topic = here.total(), everywhere.total()
    is_lacking = lacks.heading if kind == "heading" else lacks.text
    found = []
    for text, count in here.items():
        if count >= _LEAST and is_lacking(text):
            z = log_odds(count, of_set, everywhere[text], of_topic)
            if z > 0:
                found.append(Candidate(kind, text, count, everywhere[text], z))
    return sorted(found, key=lambda each: (-each.z, each.text))


def _says_something(word: str) -> bool:
    return len(word) > 1 and word not in STOP_WORDS and not word.isdigit()


def _stands_in(term: list[tuple[str, bool]], words: Sequence[str]) -> bool:
    """Whether the words have those of a term, one after the other."""
    starts = range(len(words) - len(term) + 1)
    return bool(term) and any(all(map(_fits, term, words[start : start + len(term)])) for start in starts)


def _is_part(words: Sequence[str], term: list[tuple[str, bool]]) -> bool:
    starts = range(len(term) - len(words) + 1)
    return any(all(map(_fits, term[start : start + len(words)], words)) for start in starts)


def _fits(asked: tuple[str, bool], word: str) -> bool:
    return word.startswith(asked[0]) if asked[1] else word == asked[0]
