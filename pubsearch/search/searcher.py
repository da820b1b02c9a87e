"""One question, one answer."""

import sqlite3
import threading
import time
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pubsearch.errors import TopicError, UserError, VersionError
from pubsearch.index import encoder, models
from pubsearch.index.encoder import Encoder
from pubsearch.index.top import Scores, top
from pubsearch.search.explain import highlights
from pubsearch.search.plan import plan
from pubsearch.search.results import Hit, Results
from pubsearch.topic.manifest import Manifest, damaged
from pubsearch.topic.topic import Topic
from pubsearch.topic.version import Version


@dataclass(frozen=True, slots=True)
class _Open:
    """A version together with the model that made it: what one search works on from beginning to end."""

    name: str
    version: Version
    encoder: Encoder


class Searcher:
    """Searches a topic's served version; threads may share one. It notices by itself when a new version is served."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self._opening = threading.Lock()
        self._open: _Open | None = None

    @property
    def manifest(self) -> Manifest:
        """What the served version is made of.

        Raises:
            TopicError, VersionError, ModelError: as for `search`.
        """
        return self._current().version.manifest

    def search(self, query: str, limit: int = 10, offset: int = 0) -> Results:
        """The records from place `offset` (counted from 0) on, at most `limit`: ranked ones first, then the newest.

        Raises:
            QueryError: the query cannot be read.
            TopicError: the topic has no version yet.
            VersionError: the served version is damaged.
            ModelError: the model that made it cannot be had.
        """
        if limit < 1 or offset < 0:
            raise UserError("The number of results must be 1 or more, and the place of the first 0 or more.")
        started = time.perf_counter()
        planned = plan(query)
        current = self._current()
        version = current.version
        vector = current.encoder.query(planned.text)
        scores = version.postings.scores(vector.terms, vector.weights)
        rows = _page(scores, version.dates, limit, offset)
        try:
            records = version.catalogue.records(rows.tolist())
        except (sqlite3.DatabaseError, KeyError) as error:
            raise damaged(self.topic.name, error) from error
        hits = tuple(
            Hit(
                pmid=record.pmid,
                score=float(scores[row]),
                record=record,
                highlights=highlights(vector, planned.text, version.rows[row], record, current.encoder.vocabulary),
            )
            for row, record in zip(rows, records, strict=True)
        )
        return Results(
            query=query,
            topic=self.topic.name,
            version=current.name,
            total=len(scores),
            ranked=int(np.count_nonzero(scores > 0)),
            best=float(scores.max()),
            took_ms=(time.perf_counter() - started) * 1000,
            offset=offset,
            hits=hits,
            reading=planned.reading,
        )

    def _current(self) -> _Open:
        """The served version; the one that is open stays open for those who still read it."""
        name = self.topic.served()
        if name is None:
            raise TopicError(f"Topic {self.topic.name} has no index yet: run pubsearch build {self.topic.name}")
        current = self._open
        if current is None or current.name != name:
            with self._opening:
                current = self._open
                if current is None or current.name != name:
                    current = self._open = self._opened(name)
        return current

    def _opened(self, name: str) -> _Open:
        try:
            version = self.topic.open(name)
        except VersionError:
            newer = self.topic.served()
            if newer is None or newer == name:
                raise
            # Between the reading of CURRENT and the opening, a build switched on and removed what was old.
            name, version = newer, self.topic.open(newer)
        made_with = version.manifest.model
        model = models.resolve(made_with.name, fingerprint=made_with.fingerprint, revision=made_with.revision)
        return _Open(name, version, encoder.load(model))


def _page(scores: Scores, dates: npt.NDArray[np.int32], limit: int, offset: int) -> npt.NDArray[np.int64]:
    """The rows at places `[offset, offset + limit)` of the whole list: by score, then the unranked, newest first."""
    ranked = top(scores, offset + limit)
    missing = offset + limit - len(ranked)
    if missing <= 0:
        return ranked[offset:]
    rest = np.flatnonzero(scores <= 0)
    newest = rest[np.lexsort((rest, -dates[rest]))][:missing]
    return np.concatenate([ranked, newest])[offset:]
