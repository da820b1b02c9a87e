"""A version of a topic, open for reading: immutable, whole, and never half of one and half of another."""

import sqlite3
from pathlib import Path

import numpy as np

from pubsearch.index import arrays
from pubsearch.index.catalogue import Catalogue
from pubsearch.index.postings import Postings
from pubsearch.index.rows import Rows
from pubsearch.topic import manifest
from pubsearch.topic.layout import CATALOGUE, DATES, ROWS, TXTAI


class Version:
    """The files of one version: `manifest`, `postings`, `rows`, `catalogue`, and `dates` by row (yyyymmdd)."""

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
            self.catalogue = Catalogue(folder / CATALOGUE)
            self.dates = arrays.mapped(folder / DATES, np.int32)
            self.postings.attach(self.rows)
            if len(self.dates) != len(self.rows):
                raise ValueError(f"there are {len(self.dates):,} dates and {len(self.rows):,} rows")
        except (OSError, ValueError, sqlite3.DatabaseError) as error:
            raise manifest.damaged(topic, error) from error
