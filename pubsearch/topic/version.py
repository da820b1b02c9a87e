"""A version of a topic, open for reading: immutable, whole, and never half of one and half of another."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pubsearch.errors import TopicError
from pubsearch.index.catalogue import Catalogue
from pubsearch.index.facets import Facets
from pubsearch.index.postings import Postings
from pubsearch.index.rows import Rows
from pubsearch.index.vocabulary import Vocabulary
from pubsearch.record import Record
from pubsearch.topic import manifest
from pubsearch.topic.layout import CATALOGUE, FACETS, ROWS, TXTAI, WORDS

if TYPE_CHECKING:
    from pubsearch.topic.topic import Topic

_BATCH = 256


class Version:
    """The files of one version: `manifest`, `postings`, `rows`, `words`, `catalogue`, and `facets`."""

    def __init__(self, folder: Path, topic: str) -> None:
        """Opens the version in `folder`.

        Raises:
            VersionError: it is damaged, or of another format.
        """
        self.manifest = manifest.load(folder, topic)
        try:
            self.postings = Postings({})
            self.postings.load(str(folder / TXTAI / "scoring"))
            self.rows = Rows(folder / ROWS)
            self.words = Vocabulary(folder / WORDS, self.manifest.model.terms)
            self.catalogue = Catalogue(folder / CATALOGUE)
            self.facets = Facets(folder / FACETS)
            self.postings.attach(self.rows)
            if not len(self.facets) == len(self.rows) == self.catalogue.rows:
                raise ValueError("postings, rows, facets and catalogue do not belong together")
        except (OSError, ValueError, sqlite3.DatabaseError) as error:
            raise manifest.damaged(topic, error) from error
        self._topic = topic

    def records(self) -> Iterator[Record]:
        """All records, by row.

        Raises:
            VersionError: one of them is damaged.
        """
        for first in range(0, self.catalogue.rows, _BATCH):
            try:
                yield from self.catalogue.records(range(first, min(first + _BATCH, self.catalogue.rows)))
            except (ValueError, KeyError, sqlite3.DatabaseError) as error:
                raise manifest.damaged(self._topic, error) from error


def served(topic: "Topic") -> Version:
    """The version that a topic serves.

    Raises:
        TopicError: the topic has no version yet.
        VersionError: the served version is damaged.
    """
    return topic.open(served_name(topic))


def served_name(topic: "Topic") -> str:
    """The name of the version that a topic serves.

    Raises:
        TopicError: the topic has no version yet.
    """
    name = topic.served()
    if name is None:
        raise TopicError(f"Topic {topic.name} has no index yet: run pubsearch build {topic.name}")
    return name
