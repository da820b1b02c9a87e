"""The catalogue of a version: every field of every record, by row, and what filters ask of it.

catalogue.sqlite        the records themselves
catalogue/words/        their running text (`FullText`)
catalogue/keys/         names, headings, types …: keys → rows
catalogue/dates/        a column for each date field, and one for PMIDs
"""

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import TypeAdapter, ValidationError

from pubsearch.index import arrays
from pubsearch.index.days import DATES, day
from pubsearch.index.fulltext import FullText, FullTextWriter
from pubsearch.index.inverted import InvertedLists, InvertedListsWriter, Moved
from pubsearch.index.keys import keys
from pubsearch.index.texts import texts
from pubsearch.record import Record

_SCHEMA = """
CREATE TABLE record (
    row  INTEGER PRIMARY KEY,        -- the row in the postings; rows ascend by PMID
    pmid INTEGER NOT NULL UNIQUE,
    json BLOB NOT NULL               -- the whole Record
) STRICT;
"""

# SQLite has no greater number.
_LARGEST = 2**63 - 1

_record = TypeAdapter(Record)


class CatalogueWriter:
    """Fills a new catalogue, a batch at a time; rows may come in any order. `close` makes the files whole."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path)
        # A version appears by the rename of its folder, so a journal of half-made files would protect nothing.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self._folder = _beside(path)
        self._text = FullTextWriter(self._folder / "words")
        self._keys = InvertedListsWriter(self._folder / "keys")
        self._rows = array("q")
        self._columns = {name: array("q") for name in ("pmid", *DATES)}

    def add(self, batch: Sequence[tuple[int, Record]]) -> None:
        """Stores records at their rows in one transaction."""
        self._insert((row, record.pmid, _record.dump_json(record)) for row, record in batch)
        for row, record in batch:
            self._text.add(row, texts(record))
            self._keys.add(row, sorted(keys(record)))
            self._rows.append(row)
            self._columns["pmid"].append(record.pmid)
            for name, date in DATES.items():
                self._columns[name].append(day(date(record)))

    def take_over(self, catalogue: "Catalogue", moved: Moved) -> None:
        """Stores the records of a finished catalogue, each row's at the row that `moved` says; -1 leaves it out.

        Raises:
            sqlite3.DatabaseError: the file is damaged or gone.
            OSError: the disk is full.
        """
        taken = moved >= 0
        self._insert((int(moved[row]), pmid, json) for row, pmid, json in catalogue.stored() if taken[row])
        self._text.take_over(catalogue.text, moved)
        self._keys.take_over(catalogue.keys, lambda rows: (moved[rows], np.zeros(len(rows), np.int64)))
        self._rows.frombytes(moved[taken].tobytes())
        for name, column in self._columns.items():
            column.frombytes(catalogue._columns[name][taken].tobytes())

    def close(self) -> None:
        """Writes what is found by words, keys and dates, and closes the files.

        Raises:
            OSError: the disk is full.
        """
        self._connection.close()
        self._text.close()
        rows = np.frombuffer(self._rows, np.int64)
        self._keys.close(np.arange(len(rows)))
        (self._folder / "dates").mkdir()
        for name, values in self._columns.items():
            column = np.empty(len(rows), np.int64)
            column[rows] = np.frombuffer(values, np.int64)
            arrays.write(self._folder / "dates" / f"{name}.npy", column)

    def _insert(self, values: Iterable[tuple[int, int, bytes]]) -> None:
        with self._connection:
            self._connection.executemany("INSERT INTO record VALUES (?, ?, ?)", values)


class Catalogue:
    """A finished catalogue, read-only; threads may share one.

    `text` finds rows by words, and `keys` by what `index.keys` makes of a record.
    """

    def __init__(self, path: Path) -> None:
        """Opens the catalogue.

        Raises:
            ValueError: a file beside `path` is missing, cut short, or is not what the writer wrote.
        """
        # Opened once, for all threads: it stays readable when the version is removed from the disk. SQLite lets in one
        # of them at a time (https://www.sqlite.org/threadsafe.html, serialized).
        uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        folder = _beside(path)
        self.text = FullText(folder / "words")
        self.keys = InvertedLists(folder / "keys")
        self._columns = {
            name: np.asarray(arrays.mapped(folder / "dates" / f"{name}.npy", np.int64)) for name in ("pmid", *DATES)
        }
        self.pmids = self._columns["pmid"]

    @property
    def rows(self) -> int:
        """How many records there are."""
        return len(self.pmids)

    def days(self, field: str) -> npt.NDArray[np.int64]:
        """The dates of a field of `days.DATES` by row: yyyymmdd, 0 where there is none."""
        return self._columns[field]

    def row(self, pmid: int) -> int | None:
        """The row of a record; None where it is not here.

        Raises:
            sqlite3.DatabaseError: the file is damaged or gone.
        """
        if pmid > _LARGEST:
            return None
        found = self._connection.execute("SELECT row FROM record WHERE pmid = ?", (pmid,)).fetchone()
        return found[0] if found else None

    def records(self, rows: Sequence[int]) -> list[Record]:
        """The records at `rows`, in that order.

        Raises:
            sqlite3.DatabaseError: the file is damaged or gone.
            KeyError: there is no such row.
            ValueError: a record is damaged.
        """
        marks = ",".join("?" * len(rows))
        query = f"SELECT row, json FROM record WHERE row IN ({marks})"  # noqa: S608 (question marks only)
        stored = self._connection.execute(query, tuple(rows))
        try:
            found = {row: _record.validate_json(json) for row, json in stored}
        except ValidationError as error:
            raise ValueError("a record of the catalogue cannot be read") from error
        return [found[row] for row in rows]

    def stored(self) -> Iterator[tuple[int, int, bytes]]:
        """Each row with its PMID and the bytes that stand for its record, in order.

        Raises:
            sqlite3.DatabaseError: the file is damaged or gone.
        """
        return self._connection.execute("SELECT row, pmid, json FROM record ORDER BY row")


def _beside(path: Path) -> Path:
    return path.with_suffix("")
