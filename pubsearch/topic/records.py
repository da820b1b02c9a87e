"""The record store: what NCBI sent, as it was sent, append-only.

A file belongs to the store once its line stands in `log.jsonl`, which is written last. Of two records for a PMID the
higher version counts, then the later file; a deletion takes out what came before it and is of no higher version, and a
withdrawal, which is a line without a file, all that came before it.
"""

import gzip
import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import asdict, dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pubsearch import durable
from pubsearch.entrez import formats
from pubsearch.entrez.formats import GZIP_MAGIC, open_source
from pubsearch.entrez.xml import Deleted, chunks
from pubsearch.errors import FileError, StorageError
from pubsearch.record import Record
from pubsearch.topic import sealed
from pubsearch.topic.journal import order
from pubsearch.topic.layout import LOG

Way = Literal["query", "import"]
"""How a record came: by the topic's query, or by a file that somebody gave."""
Seen = Callable[[Record], None]

_HEAD = 1 << 14


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log: a file with its records as (PMID, version, digest) in their order, and the PMIDs that it
    deletes; or PMIDs alone that were withdrawn, with no file."""

    file: str | None
    sha256: str | None
    source: str
    run: str
    by: Way
    records: tuple[tuple[int, int, str], ...]
    deleted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the record that counts for a PMID stands: the number of the entry, and its place among its records.

    `fetched` says that this record came by the query, `imported` that somebody once gave a file with the PMID.
    """

    version: int
    entry: int
    position: int
    digest: str
    fetched: bool
    imported: bool


class RecordStore:
    """The folder `records/` of a topic, as it is when it is first asked; it sees its own additions and no others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / LOG
        self._entries: list[Entry] = []
        self._places: dict[int, Place] = {}
        # deleted or withdrawn, and whether a file had brought them
        self._gone: dict[int, bool] = {}
        self._sums: set[str] = set()
        # of all whole lines, which the seal of the next one covers
        self._sealed = hashlib.sha256()
        self._loaded = False

    def entries(self) -> list[Entry]:
        """All lines of the log, oldest first.

        Raises:
            StorageError: the log is damaged.
        """
        if not self._loaded and self._log.exists():
            with durable.storage_errors(self._log):
                lines = self._log.read_bytes().split(b"\n")
            try:
                # What stands after the last newline is a line that a crash tore: its file was never part of the store.
                for line in lines[:-1]:
                    self._take(_entry(line, self._sealed))
                    self._sealed.update(line + b"\n")
            except (ValueError, KeyError, TypeError) as error:
                raise StorageError(
                    f"{self._log} is damaged: restore it from a backup, or delete the topic and make it anew."
                ) from error
        self._loaded = True
        return self._entries

    def files(self) -> dict[str, str]:
        """The files of the store, each with its SHA-256."""
        return {entry.file: entry.sha256 for entry in self.entries() if entry.file and entry.sha256}

    def places(self) -> dict[int, Place]:
        """For each PMID of the store, the place of the record that counts."""
        self.entries()
        return self._places

    def deleted(self) -> Set[int]:
        """The PMIDs that were in the store, and that were deleted or withdrawn since."""
        self.entries()
        return self._gone.keys()

    def imported_once(self) -> set[int]:
        """Those of the deleted PMIDs that a file had brought."""
        self.entries()
        return {pmid for pmid, imported in self._gone.items() if imported}

    def after(self, run: str) -> "RecordStore":
        """The store as the run called `run` left it, to look at.

        Raises: as `entries`.
        """
        then, entries = RecordStore(self._folder), [line for line in self.entries() if order(line.run) <= order(run)]
        if len(entries) == len(self._entries):
            # nothing came since: no line has to count once more
            then._entries, then._places, then._gone, entries = entries, self._places.copy(), self._gone.copy(), []
        for entry in entries:
            then._take(entry)
        then._loaded = True
        return then

    def add(
        self, source: BinaryIO, name: str, run: str, by: Way, seen: Seen | None = None, *, sent: bool = False
    ) -> Entry:
        """Takes in one file of PubMed's (XML or MEDLINE, plain or gzip), whole or not at all; `name` is where it
        came from, and `seen` is given each of its records. A file that brings nothing new is not kept: its entry names
        no file. `sent` says that NCBI sent it just now, so that it sets nothing back to what was once.

        Raises:
            FileError: the file is not PubMed's, or is damaged; nothing of it was taken.
            StorageError: the disk is full, or the folder may not be written.
        """
        durable.make_folder(self._folder)
        pieces = chunks(source, name)
        head = next(pieces, b"")
        number = sum(entry.file is not None for entry in self.entries()) + 1
        for orphan in self._folder.glob(f"{number:06d}.*"):
            # a crash came between the file and its line in the log
            orphan.unlink()
        path = self._folder / f"{number:06d}.{formats.extension(_plain(head), name)}.gz"
        try:
            with durable.replacing(path) as file:
                _copy_compressed(head, chain([head], pieces), file)
                file.flush()
                entry = self._read(Path(file.name), path.name, name, run, by, seen)
                if not self._brings_anything(entry, sent):
                    raise _NothingNewError
        except _NothingNewError:
            return replace(entry, file=None, sha256=None)
        self._append(entry)
        return entry

    def withdraw(self, pmids: Iterable[int], source: str, run: str) -> None:
        """Takes PMIDs out of what counts; their records are kept, and counted again once they come again."""
        self._append(Entry(None, None, source, run, "query", (), tuple(sorted(pmids))))

    def __iter__(self) -> Iterator[Record]:
        """The record that counts for each PMID, file by file.

        Raises: as `of`.
        """
        return self.of(self.places())

    def of(self, pmids: Collection[int]) -> Iterator[Record]:
        """The record that counts for each of `pmids`, file by file; only the files that hold some of them are read.

        Raises:
            StorageError: a file is missing or damaged.
        """
        places = {pmid: place for pmid, place in self.places().items() if pmid in pmids}
        wanted = {place.entry for place in places.values()}
        for number, entry in enumerate(self._entries):
            if entry.file is None or number not in wanted:
                continue
            path = self._folder / entry.file
            try:
                if _sha256(path) != entry.sha256:
                    raise FileError("it is not the file that was received")
                with open_source(path) as content:
                    records = (item for item in formats.parse(content, path.name) if isinstance(item, Record))
                    for position, record in enumerate(records):
                        place = places.get(record.pmid)
                        if place is not None and (place.entry, place.position) == (number, position):
                            yield record
            except FileError as error:
                raise StorageError(f"{path} is missing or damaged ({error}): restore it from a backup.") from error

    def _read(self, path: Path, file: str, name: str, run: str, by: Way, seen: Seen | None) -> Entry:
        """What stands in the file at `path`."""
        records: list[tuple[int, int, str]] = []
        # in their order, each once: of documents one after the other, a later one may bring back what one deleted
        deleted: dict[int, None] = {}
        versions: defaultdict[int, int] = defaultdict(int)
        with open_source(path) as content:
            for item, digest in formats.parse_with_digests(content, name):
                if isinstance(item, Deleted):
                    there = getattr(self._places.get(item.pmid), "version", 0)
                    if item.version is None or item.version >= max(there, versions[item.pmid]):
                        deleted[item.pmid] = None
                else:
                    deleted.pop(item.pmid, None)
                    versions[item.pmid] = max(versions[item.pmid], item.version)
                    records.append((item.pmid, item.version, digest))
                    if seen is not None:
                        seen(item)
        return Entry(file, _sha256(path), name, run, by, tuple(records), tuple(deleted))

    def _brings_anything(self, entry: Entry, sent: bool) -> bool:
        """Whether a file is to be kept. One that was imported before brings nothing: to take it again would set
        records back to what they were then."""
        if entry.by == "query":
            return bool(entry.records)

        def known(pmid: int, version: int, digest: str) -> bool:
            place = self._places.get(pmid)
            return place is not None and place.imported and (version < place.version or digest == place.digest)

        return (sent or entry.sha256 not in self._sums) and (
            not all(known(*record) for record in entry.records) or any(pmid in self._places for pmid in entry.deleted)
        )

    def _append(self, entry: Entry) -> None:
        self.entries()
        document = json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":")).encode()
        line = sealed.seal_json(document, self._sealed)
        durable.append_line(self._log, line)
        self._sealed.update(line + b"\n")
        self._take(entry)

    def _take(self, entry: Entry) -> None:
        """Lets one line of the log count."""
        number = len(self._entries)
        self._entries.append(entry)
        if entry.sha256 is not None and entry.by == "import":
            self._sums.add(entry.sha256)
        for position, (pmid, version, digest) in enumerate(entry.records):
            before = self._places.get(pmid)
            imported = entry.by == "import" or (before is not None and before.imported) or self._gone.get(pmid, False)
            if before is None or version >= before.version:
                self._places[pmid] = Place(version, number, position, digest, entry.by == "query", imported)
            else:
                self._places[pmid] = replace(before, imported=imported)
            self._gone.pop(pmid, None)
        for pmid in entry.deleted:
            if place := self._places.pop(pmid, None):
                self._gone[pmid] = place.imported


class _NothingNewError(Exception):
    """Ends the writing of a file that brings nothing."""


def _entry(line: bytes, before: Any) -> Entry:
    """A line of the log; `before` is the running SHA-256 of the lines before it."""
    fields = json.loads(line)
    # lines of the first releases have no seal
    if "seal" in fields and not sealed.is_whole(line, before):
        raise ValueError("a line was changed, or one before it")
    fields.pop("seal", None)
    fields["records"] = tuple((pmid, version, digest) for pmid, version, digest in fields["records"])
    return Entry(**{**fields, "deleted": tuple(fields["deleted"])})


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}") from error


def _plain(head: bytes) -> bytes:
    """The beginning of a file without its compression; nothing where that is broken."""
    if not head.startswith(GZIP_MAGIC):
        return head
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(head, _HEAD)
    except zlib.error:
        return b""


def _copy_compressed(head: bytes, pieces: Iterable[bytes], target: BinaryIO) -> None:
    """A gzip file as it is; anything else compressed, without a time, so that the same bytes give the same file."""
    if head.startswith(GZIP_MAGIC):
        target.writelines(pieces)
        return
    with gzip.GzipFile(fileobj=target, mode="wb", mtime=0, filename="") as compressed:
        compressed.writelines(pieces)
