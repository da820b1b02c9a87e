"""The catalogue of a version: every field of every record, by row, in SQLite."""

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from pubsearch.record import Record

_SCHEMA = """
CREATE TABLE record (
    row  INTEGER PRIMARY KEY,        -- the row in the postings; rows ascend by PMID
    pmid INTEGER NOT NULL UNIQUE,
    date INTEGER NOT NULL,           -- sortable_date
    json BLOB NOT NULL               -- the whole Record
) STRICT;
"""

_record = TypeAdapter(Record)


class CatalogueWriter:
    """Fills a new catalogue, a batch at a time; rows may come in any order. `close` makes the file whole."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # A version appears by the rename of its folder, so a journal of half-made files would protect nothing.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)

    def add(self, batch: Sequence[tuple[int, Record]]) -> list[bytes]:
        """Stores records at their rows in one transaction, and returns the bytes that stand for each."""
        jsons = [_record.dump_json(record) for _, record in batch]
        values = [
            (row, record.pmid, sortable_date(record), json) for (row, record), json in zip(batch, jsons, strict=True)
        ]
        with self._connection:
            self._connection.executemany("INSERT INTO record VALUES (?, ?, ?, ?)", values)
        return jsons

    def close(self) -> None:
        """Closes the file."""
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

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = sqlite3.connect(self._uri, uri=True)
        return self._local.connection  # type: ignore[no-any-return]


def sortable_date(record: Record) -> int:
    """The publication date as yyyymmdd, 0 for what is unknown."""
    date = record.publication_date if record.publication_date.year else record.electronic_date
    return (date.year or 0) * 10_000 + (date.month or 0) * 100 + (date.day or 0)
