"""One question, one answer."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np

from pubsearch.errors import UserError
from pubsearch.index.top import Numbers, Scores
from pubsearch.record import Record
from pubsearch.search import empty, facets, labels, order, ranking
from pubsearch.search.explain import highlights
from pubsearch.search.facets import Facet
from pubsearch.search.filters import LABELLED, Filters
from pubsearch.search.order import Sort
from pubsearch.search.results import Explanation, Hit, Rank, Results, Selection, explanation
from pubsearch.search.served import Answer, Question, Served, opened
from pubsearch.topic import journal, mesh
from pubsearch.topic.manifest import Manifest, damaged
from pubsearch.topic.topic import Topic
from pubsearch.topic.version import served_name

# Records that are read at a time where all of an answer are wanted.
BATCH = 256
NO_FILTERS = Filters()


class Searcher:
    """Searches a topic's served version; threads may share one. It notices by itself when a new version is served.

    Every method raises, beside what it names:
        QueryError: the query cannot be read.
        TopicError: the topic has no version yet.
        VersionError: the served version is damaged.
        ModelError: the model that made it cannot be had.
    """

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self._opening = threading.Lock()
        self._open: Served | None = None

    @property
    def manifest(self) -> Manifest:
        """What the served version is made of."""
        return self._current().version.manifest

    def known(self, filters: Filters) -> Filters:
        """The filters with each label as the topic's records have it, however it was written.

        Raises:
            UserError: no record has one of them.
        """
        return labels.known(filters, self._current().version.facets, self.topic.name)

    def as_had(self, filters: Filters) -> Filters:
        """As `known`, but a label that no record has stays as it is, and lets none pass."""
        return labels.as_had(filters, self._current().version.facets)

    def search(
        self,
        query: str,
        limit: int = 10,
        offset: int = 0,
        *,
        sort: Sort = "relevance",
        rank: Rank | None = None,
        exact: bool = False,
        filters: Filters = NO_FILTERS,
        with_facets: bool = False,
    ) -> Results:
        """The records that satisfy query and filters, from place `offset` (counted from 0) on, at most `limit`.

        By relevance the ranked ones come first, then the newest. Without `rank`, the topic decides. With `exact` every
        word of the query filters.

        Raises:
            UserError: limit or offset cannot be.
        """
        started = time.perf_counter()
        served = self._current()
        question = self._question(served, query, rank, exact)
        return self._results(served, question, limit, offset, sort, filters, with_facets, started)

    def similar(
        self,
        to: int | str,
        limit: int = 10,
        offset: int = 0,
        *,
        sort: Sort = "relevance",
        filters: Filters = NO_FILTERS,
        with_facets: bool = False,
    ) -> Results:
        """The records most like a record of the topic, given by its PMID, or like a text, by what they mean.

        Raises:
            UserError: the topic does not have the record, or the text has no word or is too long; or limit or offset
                cannot be.
        """
        started = time.perf_counter()
        served = self._current()
        return self._results(served, self._similar(served, to), limit, offset, sort, filters, with_facets, started)

    def explain(
        self,
        query: str,
        pmid: int,
        *,
        sort: Sort = "relevance",
        rank: Rank | None = None,
        exact: bool = False,
        filters: Filters = NO_FILTERS,
    ) -> Explanation:
        """Why a record stands where it does in the answer, or why it is not there.

        Raises:
            UserError: the topic does not have the record.
        """
        served = self._current()
        question = self._question(served, query, rank, exact)
        with self._damage():
            answer, row = served.answer(question), served.row(pmid)
            rows, scores = answer.narrowed(served.version.facets, filters)
            unsatisfied = tuple(empty.unsatisfied(served, question, answer, filters, row))
            place = None
            if not unsatisfied:
                places = order.best(scores, served.version.facets.published[rows], sort, len(rows), question.today)
                place = int(np.flatnonzero(rows[places] == row)[0]) + 1
            alone = np.array([row])
            score = served.version.postings.scores(answer.vector.terms, answer.vector.weights, alone)
            hit = self._hits(served, answer, alone, score)[0]
        return explanation(hit, place, unsatisfied, answer.terms)

    def select(
        self,
        query: str,
        *,
        sort: Sort = "relevance",
        rank: Rank | None = None,
        exact: bool = False,
        filters: Filters = NO_FILTERS,
        limit: int | None = None,
    ) -> Selection:
        """All records that satisfy query and filters, or the first `limit` of them, in the order of `search`."""
        served = self._current()
        return self._selected(served, self._question(served, query, rank, exact), sort, filters, limit)

    def select_similar(
        self, to: int | str, *, sort: Sort = "relevance", filters: Filters = NO_FILTERS, limit: int | None = None
    ) -> Selection:
        """All records that pass the filters, or the first `limit` of them, in the order of `similar`.

        Raises:
            UserError: the topic does not have the record, or the text has no word or is too long.
        """
        served = self._current()
        return self._selected(served, self._similar(served, to), sort, filters, limit)

    def facet(
        self,
        name: str,
        query: str,
        *,
        like: int | None = None,
        rank: Rank | None = None,
        exact: bool = False,
        filters: Filters = NO_FILTERS,
    ) -> Facet:
        """One facet of the answer to `search`, or with `like` to `similar`, with all of its labels.

        Raises:
            UserError: there is no facet by labels of that name, or the topic does not have the record.
        """
        if name not in LABELLED:
            raise UserError(f"There is no facet called {name}: use one of {', '.join(LABELLED)}.")
        served = self._current()
        question = self._question(served, query, rank, exact) if like is None else self._similar(served, like)
        with self._damage():
            return facets.facet(served.version.facets, served.answer(question).satisfied, filters, name)

    def record(self, pmid: int) -> Record:
        """The record of a PMID.

        Raises:
            UserError: the topic does not have it.
        """
        served = self._current()
        with self._damage():
            return served.version.catalogue.records([served.row(pmid)])[0]

    def _question(self, served: Served, query: str, rank: Rank | None, exact: bool) -> Question:
        # read anew, for a weight that was chosen while the topic is served counts at once
        weight = Topic(self.topic.folder).about.words_weight
        return Question(
            query=query,
            like=None,
            rank=rank or ranking.default(served.version.manifest.model.name, weight),
            words_weight=ranking.DEFAULT_WEIGHT if weight is None else weight,
            exact=exact,
            mesh=mesh.taken(self.topic.folder.parent),
            today=journal.now().date(),
        )

    def _similar(self, served: Served, to: int | str) -> Question:
        return replace(self._question(served, "", "meaning", exact=False), like=to)

    def _selected(
        self, served: Served, question: Question, sort: Sort, filters: Filters, limit: int | None
    ) -> Selection:
        with self._damage():
            rows, scores = served.answer(question).narrowed(served.version.facets, filters)
            published = served.version.facets.published[rows]
            wanted = rows[order.best(scores, published, sort, limit or len(rows), question.today)]
        pmids = tuple(served.version.catalogue.pmids[wanted].tolist())
        return Selection(len(rows), pmids, self._records(served, wanted))

    def _results(
        self,
        served: Served,
        question: Question,
        limit: int,
        offset: int,
        sort: Sort,
        filters: Filters,
        with_facets: bool,
        started: float,
    ) -> Results:
        if limit < 1 or offset < 0:
            raise UserError("The number of results must be 1 or more, and the place of the first 0 or more.")
        version = served.version
        with self._damage():
            answer = served.answer(question)
            rows, scores = answer.narrowed(served.version.facets, filters)
            places = order.best(scores, version.facets.published[rows], sort, offset + limit, question.today)[offset:]
            hits = self._hits(served, answer, rows[places], scores[places])
            counted = facets.facets(version.facets, answer.satisfied, filters) if with_facets else ()
            parts = () if len(rows) else tuple(empty.parts(served, question, answer, filters))
        return Results(
            query=question.query,
            topic=self.topic.name,
            version=served.name,
            total=len(rows),
            ranked=int(np.count_nonzero(scores > 0)),
            best=float(scores.max(initial=0)),
            took_ms=(time.perf_counter() - started) * 1000,
            offset=offset,
            hits=hits,
            sort=sort,
            rank=question.rank,
            reading=answer.reading(filters),
            notes=answer.notes,
            misspelt=answer.misspelt,
            ranks=bool(answer.plan.text),
            filters=answer.plan.filter is not None,
            terms=answer.terms,
            facets=counted,
            empty=parts,
        )

    def _hits(self, served: Served, answer: Answer, rows: Numbers, scores: Scores) -> tuple[Hit, ...]:
        version = served.version
        records = version.catalogue.records(rows.tolist())
        return tuple(
            Hit(record.pmid, float(score), record, highlights(answer.terms, version.rows[row], record))
            for row, score, record in zip(rows, scores, records, strict=True)
        )

    def _records(self, served: Served, rows: Numbers) -> Iterator[Record]:
        for first in range(0, len(rows), BATCH):
            with self._damage():
                batch = served.version.catalogue.records(rows[first : first + BATCH].tolist())
            yield from batch

    @contextmanager
    def _damage(self) -> Iterator[None]:
        """Says which topic's index is damaged where a file of it cannot be read."""
        try:
            yield
        except (sqlite3.DatabaseError, LookupError, ValueError) as error:
            raise damaged(self.topic.name, error) from error

    def _current(self) -> Served:
        """The served version; the one that is open stays open for those who still read it."""
        name = served_name(self.topic)
        current = self._open
        if current is None or current.name != name:
            with self._opening:
                current = self._open
                if current is None or current.name != name:
                    current = self._open = opened(self.topic, name)
        return current
