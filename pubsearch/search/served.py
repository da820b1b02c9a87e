"""A version with the model that made it, and what questions are to it before a reader narrows and pages the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice

import numpy as np
import numpy.typing as npt

from pubsearch.errors import UserError, VersionError
from pubsearch.index import encoder, models
from pubsearch.index.columns import Mask
from pubsearch.index.encoder import Encoder
from pubsearch.index.facets import Facets
from pubsearch.index.mesh import Mesh
from pubsearch.index.normal import tokens
from pubsearch.index.remembered import remembered
from pubsearch.index.sparse import SparseVector
from pubsearch.index.top import Numbers, Scores
from pubsearch.search import lexer, titles
from pubsearch.search.explain import query_terms
from pubsearch.search.filters import Filters
from pubsearch.search.language import MAX_CHARACTERS
from pubsearch.search.matching import matching, pmids
from pubsearch.search.plan import Plan, headings, plan
from pubsearch.search.ranking import query_vector
from pubsearch.search.results import Misspelt, QueryTerm, Rank
from pubsearch.search.spelling import Spelling
from pubsearch.search.tree import Node, Term, leaves
from pubsearch.topic.topic import Topic
from pubsearch.topic.version import Version

# So many answers are kept, so that narrowing, sorting and paging score nothing anew: some 13 bytes a record each.
KEPT_ANSWERS = 32
SHOWN_HEADINGS = 5
SHOWN_PMIDS = 20
# To look for what a word was meant for takes a look at all words of the records.
SUGGESTIONS = 5
NOTHING_RANKS = "No record has a word of the question: the newest come first."
NOTHING = SparseVector(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.uint32))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: a query, or (`like`) the PMID of a record, or a text, to which similar records are sought.

    `words_weight` is what words count beside meaning where `rank` is "both". `mesh` holds the headings below those of
    the query, and `today` is the end of "last 5 years".
    """

    query: str
    like: int | str | None
    rank: Rank
    words_weight: float
    exact: bool
    mesh: Mesh | None
    today: date


@dataclass(frozen=True, slots=True)
class Answer:
    """`satisfied` has a truth value for each row, `rows` are those that are true, and `scores` theirs."""

    plan: Plan
    terms: tuple[QueryTerm, ...]
    vector: SparseVector
    satisfied: Mask
    rows: Numbers
    scores: Scores
    notes: tuple[str, ...]
    misspelt: tuple[Misspelt, ...]

    def narrowed(self, facets: Facets, filters: Filters) -> tuple[Numbers, Scores]:
        """The rows that pass the filters as well, and their scores."""
        masks = list(filters.masks(facets).values())
        if not masks:
            return self.rows, self.scores
        kept = np.logical_and.reduce([mask[self.rows] for mask in masks])
        return self.rows[kept], self.scores[kept]

    def reading(self, filters: Filters) -> str:
        """How the question and the filters were read, in words."""
        chosen = ", ".join(titles.named(name, text) for name, text in filters.as_pairs())
        return f"{self.plan.reading} Narrowed by {chosen}." if chosen else self.plan.reading


class Served:
    """A version and its encoder: what one search works on from beginning to end. Threads may share one."""

    def __init__(self, name: str, version: Version, encoder: Encoder) -> None:
        self.name = name
        self.version = version
        self.encoder = encoder
        self._remembered = remembered(self._answer, KEPT_ANSWERS)

    def answer(self, question: Question) -> Answer:
        """What the version has for a question; the last answers are kept.

        Raises:
            QueryError: the query cannot be read.
            UserError: the topic does not have the record, or the text has no word or is too long.
        """
        return self._remembered(question)

    def matching(self, node: Node, question: Question) -> Mask:
        """The rows whose records satisfy a part of the question's filter.

        Raises:
            QueryError: a date cannot be read, or a field cannot answer what it is asked.
        """
        return matching(node, self.version.catalogue, question.mesh, today=question.today)

    def _answer(self, question: Question) -> Answer:
        if question.like is not None:
            return self._similar(question.like)
        planned = plan(question.query, question.exact)
        vector = NOTHING
        if planned.text:
            words = self.version.words
            vector = query_vector(planned.text, question.rank, question.words_weight, self.encoder, words)
        satisfied, misspelt = np.ones(len(self.version.rows), np.bool_), tuple(self._misspelt(planned.text))
        notes = [NOTHING_RANKS] if planned.text and not len(vector.terms) else []
        notes += map(str, misspelt)
        if planned.filter is not None:
            satisfied = self.matching(planned.filter, question)
            notes += _headings_left_out(planned.filter, question.mesh)
            notes += _absent(planned.filter, self.version.catalogue.pmids)
        return self._scored(planned, vector, satisfied, tuple(notes), misspelt)

    def known(self, word: str) -> bool:
        """Whether any record has this word, which `normal.tokens` gave."""
        return self.version.catalogue.text.has(word)

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self.version.catalogue.text.words())

    def closest(self, word: str) -> tuple[str, ...]:
        """Words of the records that `word` may have been meant for."""
        return tuple(self._spelling.closest(word))

    def _misspelt(self, text: str) -> Iterator[Misspelt]:
        """The first words of the question that no record has, where others come close."""
        unknown = (word for word in dict.fromkeys(tokens(text)) if not self.known(word))
        for word in islice(unknown, SUGGESTIONS):
            if instead := self.closest(word):
                yield Misspelt(word, instead)

    def _similar(self, like: int | str) -> Answer:
        satisfied = np.ones(len(self.version.rows), np.bool_)
        if isinstance(like, str):
            text, what = _readable(like), "the text given"
            vector = self.encoder.encode([text], "document")[0]
        else:
            row = self.row(like)
            satisfied[row] = False
            text, what = self.version.catalogue.records([row])[0].text, f"PMID {like}"
            vector = _of_model(self.version.rows[row], self.version.words.first)
        reading = f"Ranked by what they share in meaning with {what}."
        return self._scored(Plan(None, text, reading), vector, satisfied)

    def _scored(
        self,
        planned: Plan,
        vector: SparseVector,
        satisfied: Mask,
        notes: tuple[str, ...] = (),
        misspelt: tuple[Misspelt, ...] = (),
    ) -> Answer:
        rows = np.flatnonzero(satisfied)
        everything = len(rows) == len(satisfied)
        scores = self.version.postings.scores(vector.terms, vector.weights, None if everything else rows)
        terms = query_terms(vector, planned.text, self.encoder, self.version.words)
        return Answer(planned, terms, vector, satisfied, rows, scores, notes, misspelt)

    def row(self, pmid: int) -> int:
        """The row of a record.

        Raises:
            UserError: the topic does not have it.
        """
        row = self.version.catalogue.row(pmid)
        if row is None:
            raise UserError(f"PMID {pmid} is not among the {len(self.version.rows):,} records of this topic.")
        return row


def opened(topic: Topic, name: str) -> Served:
    """The topic's version called `name`, or the one that a build put in its place meanwhile.

    Raises:
        VersionError: it is damaged.
        ModelError: the model that made it cannot be had.
    """
    try:
        version = topic.open(name)
    except VersionError:
        newer = topic.served()
        if newer is None or newer == name:
            raise
        # Between the reading of CURRENT and the opening, a build switched on and removed what was old.
        name, version = newer, topic.open(newer)
    made_with = version.manifest.model
    model = models.resolve(made_with.name, fingerprint=made_with.fingerprint, revision=made_with.revision)
    return Served(name, version, encoder.load(model))


def _readable(text: str) -> str:
    """The text without what no model can read, character by character.

    Raises:
        UserError: it has no word, or is too long.
    """
    if len(text) > MAX_CHARACTERS:
        raise UserError(f"The text has {len(text):,} characters, and {MAX_CHARACTERS:,} can be read: shorten it.")
    readable = lexer.plain(text)
    if not tokens(readable):
        raise UserError("The text has no word: give a PMID of the topic, or a text such as a title or an abstract.")
    return readable


def _of_model(vector: SparseVector, terms: int) -> SparseVector:
    """The part of a record's vector that is of the model's `terms`, which come first."""
    end = int(np.searchsorted(vector.terms, terms))
    return SparseVector(vector.terms[:end], vector.weights[:end], vector.origins[:end])


def _headings_left_out(node: Node, mesh: Mesh | None) -> Iterator[str]:
    """What the query's headings do not include, which PubMed would include."""
    names = list(dict.fromkeys(term.text.partition("/")[0] for term in headings(node) if "*" not in term.text))
    if mesh is None and names:
        yield (
            f"Narrower headings are not included ({_some(names)}): whoever keeps this library can run pubsearch mesh "
            "with NLM's file of MeSH descriptors."
        )
    unknown = [name for name in names if mesh is not None and mesh.heading(name) is None]
    if mesh is not None and unknown:
        yield f"Not a heading of {mesh.source.file}, and looked for as written: {_some(unknown)}."


def _absent(node: Node, here: npt.NDArray[np.int64]) -> Iterator[str]:
    """The PMIDs that the query asks for, and does not exclude, that are not `here`."""
    terms = (leaf for leaf in leaves(node, dropped=False) if isinstance(leaf, Term) and leaf.field == "uid")
    asked = np.array(list(dict.fromkeys(pmid for term in terms for pmid in pmids(term))), np.int64)
    absent = asked[~np.isin(asked, here)].tolist()
    if absent:
        yield f"Not in this topic: PMID{'s' * (len(absent) > 1)} {_some(list(map(str, absent)), SHOWN_PMIDS)}."


def _some(names: Sequence[str], most: int = SHOWN_HEADINGS) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
