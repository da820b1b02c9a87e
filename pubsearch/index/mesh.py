"""MeSH for all topics of a library: names → headings, headings → those below them; one SQLite file, read-only."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from pubsearch import durable
from pubsearch.descriptor import Descriptor
from pubsearch.errors import VersionError
from pubsearch.index.normal import key

_APPLICATION = int.from_bytes(b"MeSH")
_FORMAT = 1
_SCHEMA = f"""
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA application_id = {_APPLICATION};
PRAGMA user_version = {_FORMAT};
CREATE TABLE source (file TEXT, sha256 TEXT, taken TEXT, year INTEGER, headings INTEGER) STRICT;
CREATE TABLE heading (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE name (                  -- what a heading is called
    key     TEXT PRIMARY KEY,        -- its folded words
    heading INTEGER NOT NULL,
    own     INTEGER NOT NULL         -- 1: the heading itself, 0: an entry term
) STRICT, WITHOUT ROWID;
CREATE TABLE tree (number TEXT, heading INTEGER, PRIMARY KEY (number, heading)) STRICT, WITHOUT ROWID;
CREATE TABLE action (key TEXT, heading INTEGER, PRIMARY KEY (key, heading)) STRICT, WITHOUT ROWID;
"""
_OWN_NAME = (
    "INSERT INTO name VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET heading = excluded.heading, own = 1 WHERE own = 0"
)
# "/" comes right after "." in ASCII: from C04 up to C04/ is C04 and all that begins with "C04."
_NARROWER = """
    SELECT DISTINCT heading.name FROM tree AS top
    JOIN tree AS below ON below.number >= top.number AND below.number < top.number || '/'
    JOIN heading ON heading.id = below.heading
    WHERE top.heading = ?
"""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the headings are from: NLM's file with its SHA-256, when it was taken (ISO 8601), MeSH's year (None where
    the file does not tell) and the number of headings."""

    file: str
    sha256: str
    taken: str
    year: int | None
    headings: int


def write(path: Path, descriptors: Iterable[Descriptor], *, file: str, sha256: str, taken: str) -> None:
    """Puts these descriptors in the place of `path`, whole or not at all.

    The year is that of the newest descriptor, since NLM adds some every year.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    with durable.replacing(path) as temporary, closing(sqlite3.connect(temporary.name)) as connection:
        connection.executescript(_SCHEMA)
        number, year = 0, 0
        for number, descriptor in enumerate(descriptors, 1):
            year = max(year, descriptor.year)
            connection.execute("INSERT INTO heading VALUES (?, ?)", (number, descriptor.name))
            connection.execute(_OWN_NAME, (key(descriptor.name), number))
            terms = ((key(term), number) for term in descriptor.terms)
            connection.executemany("INSERT OR IGNORE INTO name VALUES (?, ?, 0)", terms)
            connection.executemany(
                "INSERT OR IGNORE INTO tree VALUES (?, ?)", ((place, number) for place in descriptor.tree_numbers)
            )
            connection.executemany(
                "INSERT OR IGNORE INTO action VALUES (?, ?)", ((key(action), number) for action in descriptor.actions)
            )
        source = Source(file, sha256, taken, year or None, number)
        connection.execute("INSERT INTO source VALUES (?, ?, ?, ?, ?)", astuple(source))
        connection.execute("CREATE INDEX places ON tree (heading)")
        connection.commit()


class Mesh:
    """The headings; threads may share one. Names are compared by their words, without case and accents.

    Every method raises VersionError where the file is damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._uri = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        self._local = threading.local()
        with self._explained():
            kind = [self._one(f"PRAGMA {pragma}") for pragma in ("application_id", "user_version")]
            row = self._connection().execute("SELECT * FROM source").fetchone()
            if kind != [_APPLICATION, _FORMAT] or row is None:
                raise sqlite3.DatabaseError
        self.source = Source(*row)

    @staticmethod
    def open(path: Path) -> "Mesh | None":
        """The headings in `path` as they are now, opened anew only where the file is another; None where there is none.

        Raises:
            VersionError: the file is damaged, or of another format.
            StorageError: the file cannot be read.
        """
        with durable.storage_errors(path):
            try:
                state = path.stat()
            except FileNotFoundError:
                return None
        return _opened(path, state.st_ino, state.st_mtime_ns, state.st_size)

    def heading(self, name: str) -> str | None:
        """The heading that is called `name`, or has that entry term; None where there is none."""
        query = "SELECT heading.name FROM name JOIN heading ON id = heading WHERE key = ?"
        with self._explained():
            found: str | None = self._one(query, key(name))
        return found

    def narrower(self, name: str) -> frozenset[str]:
        """The heading that is called `name` and all below it, in every tree that it stands in; none where none is."""
        with self._explained():
            heading = self._one("SELECT heading FROM name WHERE key = ?", key(name))
            below = {each for (each,) in self._connection().execute(_NARROWER, (heading,))}
            own = self._one("SELECT name FROM heading WHERE id = ?", heading)
        # a check tag stands in no tree
        return frozenset(below | {own} if own else below)

    def acting_as(self, name: str) -> frozenset[str]:
        """The substances that have this pharmacological action (a heading or entry term), headings all of them.

        NLM gives actions to supplementary concepts too, which a file of descriptors does not have.
        """
        query = "SELECT heading.name FROM action JOIN heading ON id = heading WHERE key = ?"
        action = key(self.heading(name) or name)
        with self._explained():
            return frozenset(each for (each,) in self._connection().execute(query, (action,)))

    def _one(self, query: str, *values: object) -> Any:
        row = self._connection().execute(query, values).fetchone()
        return row[0] if row else None

    def _connection(self) -> sqlite3.Connection:
        if not hasattr(self._local, "connection"):
            self._local.connection = sqlite3.connect(self._uri, uri=True)
        return self._local.connection  # type: ignore[no-any-return]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise VersionError(
                f"{self._path} is damaged, or of another version of pubsearch: run pubsearch mesh FILE again."
            ) from error


@lru_cache(1)
def _opened(path: Path, *_state: int) -> Mesh:
    return Mesh(path)
