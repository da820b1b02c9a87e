"""The record store: what NCBI sent, as it was sent, append-only.

A file belongs to the store once its line stands in `log.jsonl`, which is written last. Of two records for a PMID the
higher version counts, then the later file; a deletion takes out what came before it.
"""

import gzip
import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from pubsearch import durable
from pubsearch.entrez.xml import Deleted, open_source, parse
from pubsearch.errors import FileError, StorageError
from pubsearch.record import Record

GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the store: its records as (PMID, version) in their order, and the PMIDs that it deletes."""

    file: str
    sha256: str
    source: str
    run: str
    records: tuple[tuple[int, int], ...]
    deleted: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the record that counts for a PMID stands: the number of the entry, and its place among its records."""

    version: int
    entry: int
    position: int


class RecordStore:
    """The folder `records/` of a topic."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "log.jsonl"

    def entries(self) -> list[Entry]:
        """All files, oldest first.

        Raises:
            StorageError: the log is damaged.
        """
        if not self._log.exists():
            return []
        with durable.storage_errors(self._log):
            lines = self._log.read_bytes().split(b"\n")
        try:
            # What stands after the last newline is a line that a crash tore: its file was never part of the store.
            return [_entry(line) for line in lines[:-1]]
        except (ValueError, KeyError, TypeError) as error:
            raise StorageError(
                f"{self._log} is damaged: restore it from a backup, or import the files anew."
            ) from error

    def add(self, source: BinaryIO, name: str, run: str) -> Entry:
        """Takes in one file of PubMed XML (plain or gzip), whole or not at all; `name` is where it came from.

        Raises:
            FileError: the file is not PubMed XML, or is damaged; nothing of it was taken.
            StorageError: the disk is full, or the folder may not be written.
        """
        durable.make_folder(self._folder)
        path = self._folder / f"{len(self.entries()) + 1:06d}.xml.gz"
        with durable.replacing(path) as file:
            _copy_compressed(source, file)
            file.flush()
            records, deleted = [], []
            with open_source(Path(file.name)) as content:
                for item in parse(content, name):
                    if isinstance(item, Deleted):
                        deleted.append(item.pmid)
                    else:
                        records.append((item.pmid, item.version))
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        entry = Entry(path.name, digest, name, run, tuple(records), tuple(deleted))
        durable.append_line(self._log, json.dumps(asdict(entry), ensure_ascii=False).encode())
        return entry

    def places(self) -> dict[int, Place]:
        """For each PMID of the store, the place of the record that counts."""
        return _places(self.entries())

    def deleted(self) -> set[int]:
        """The PMIDs that a file deleted and that none brought back."""
        entries = self.entries()
        return {pmid for entry in entries for pmid in entry.deleted} - _places(entries).keys()

    def __iter__(self) -> Iterator[Record]:
        """The record that counts for each PMID, file by file.

        Raises:
            StorageError: a file is missing or damaged.
        """
        entries = self.entries()
        places = _places(entries)
        for number, entry in enumerate(entries):
            path = self._folder / entry.file
            try:
                with open_source(path) as content:
                    records = (item for item in parse(content, path.name) if isinstance(item, Record))
                    for position, record in enumerate(records):
                        if places.get(record.pmid) == Place(record.version, number, position):
                            yield record
            except FileError as error:
                raise StorageError(f"{path} is missing or damaged ({error}): restore it from a backup.") from error


def _entry(line: bytes) -> Entry:
    fields = json.loads(line)
    fields["records"] = tuple((pmid, version) for pmid, version in fields["records"])
    return Entry(**{**fields, "deleted": tuple(fields["deleted"])})


def _places(entries: list[Entry]) -> dict[int, Place]:
    places: dict[int, Place] = {}
    for number, entry in enumerate(entries):
        for position, (pmid, version) in enumerate(entry.records):
            if pmid not in places or version >= places[pmid].version:
                places[pmid] = Place(version, number, position)
        for pmid in entry.deleted:
            places.pop(pmid, None)
    return places


def _copy_compressed(source: BinaryIO, target: BinaryIO) -> None:
    """A gzip file as it is; anything else compressed, without a time, so that the same bytes give the same file."""
    head = source.read(len(GZIP_MAGIC))
    if head == GZIP_MAGIC:
        target.write(head)
        shutil.copyfileobj(source, target)
        return
    with gzip.GzipFile(fileobj=target, mode="wb", mtime=0, filename="") as compressed:
        compressed.write(head)
        shutil.copyfileobj(source, compressed)
