"""The catalogue of a version: every field of every record, by row, in SQLite."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter

from pubsearch.record import Record

_SCHEMA = """
CREATE TABLE record (
    row  INTEGER PRIMARY KEY,        -- the row in the postings; rows ascend by PMID
    pmid INTEGER NOT NULL UNIQUE,
    date INTEGER NOT NULL,           -- publication date as yyyymmdd, 0 for what is unknown
    json BLOB NOT NULL               -- the whole Record
) STRICT;
"""

_record = TypeAdapter(Record)


class CatalogueWriter:
    """Fills a new catalogue; rows may come in any order. The file is whole once `close` has returned."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # A version appears by the rename of its folder, so a journal of half-made files would protect nothing.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)

    def put(self, row: int, record: Record) -> bytes:
        """Stores one record, and returns the bytes that stand for it."""
        json = _record.dump_json(record)
        self._connection.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?)", (row, record.pmid, _sortable_date(record), json)
        )
        return json

    def close(self) -> None:
        """Commits, and closes the file."""
        self._connection.commit()
        self._connection.close()


class Catalogue:
    """A finished catalogue, read-only; each thread has a connection of its own."""

    def __init__(self, path: Path) -> None:
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()

    def records(self, rows: Sequence[int]) -> list[Record]:
        """The records at `rows`, in that order.

        Raises:
            sqlite3.DatabaseError: the file is damaged or gone.
            KeyError: there is no such row.
        """
        marks = ",".join("?" * len(rows))
        query = f"SELECT row, json FROM record WHERE row IN ({marks})"  # noqa: S608 (question marks only)
        found = {row: _record.validate_json(json) for row, json in self._connection().execute(query, tuple(rows))}
        return [found[row] for row in rows]

    def dates(self) -> npt.NDArray[np.int32]:
        """Each row's publication date as yyyymmdd, 0 for what is unknown."""
        dates = self._connection().execute("SELECT date FROM record ORDER BY row")
        return np.array([date for (date,) in dates], np.int32)

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = sqlite3.connect(self._uri, uri=True)
        return self._local.connection  # type: ignore[no-any-return]


def _sortable_date(record: Record) -> int:
    date = record.publication_date if record.publication_date.year else record.electronic_date
    return (date.year or 0) * 10_000 + (date.month or 0) * 100 + (date.day or 0)
