"""One topic: a folder with its query, its records, its vectors and its versions."""

import contextlib
import shutil
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import tomli_w

from pubsearch import durable
from pubsearch.entrez.client import Client
from pubsearch.errors import StorageError, TopicError, UserError
from pubsearch.index import models
from pubsearch.record import Record
from pubsearch.settings import Settings
from pubsearch.topic import ingest
from pubsearch.topic.journal import Run
from pubsearch.topic.layout import CURRENT, DESCRIPTION, LOCK, RECORDS, VERSIONS
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.progress import Progress, silent
from pubsearch.topic.records import RecordStore

if TYPE_CHECKING:
    from pubsearch.topic.version import Version


@dataclass(frozen=True, slots=True)
class About:
    """topic.toml. `query` is the exact string, empty for a topic that is made of files alone."""

    name: str
    title: str
    description: str
    query: str
    model: str
    created: str


class Topic:
    """A topic that is there; `Library.create` makes one."""

    def __init__(self, folder: Path) -> None:
        """Opens the topic in `folder`.

        Raises:
            TopicError: topic.toml cannot be read.
        """
        self.folder = folder
        try:
            self.about = About(**tomllib.loads((folder / DESCRIPTION).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise TopicError(
                f"{folder / DESCRIPTION} cannot be read ({error}): restore it, or create the topic anew."
            ) from error

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def ingest(self, client: Client | None = None, progress: Progress = silent) -> Run:
        """Fetches from PubMed what the topic's query finds and the topic has not yet.

        Raises:
            UserError: the topic has no query, or NCBI cannot read it.
            EntrezError: NCBI did not answer as it should.
            StorageError: the topic cannot be written, or another process writes it.
        """
        if not self.about.query:
            raise UserError(
                f"Topic {self.name} has no query: it is made of files; run pubsearch import {self.name} FILE"
            )
        with self._writing():
            return ingest.ingest(self.folder, self.about.query, client or Client(Settings()), progress)

    def import_files(self, paths: Sequence[Path], progress: Progress = silent) -> Run:
        """Takes in files of PubMed XML, plain or gzip.

        Raises:
            FileError: a file cannot be read as PubMed XML; nothing of it was taken.
            StorageError: the topic cannot be written, or another process writes it.
        """
        with self._writing():
            return ingest.import_files(self.folder, paths, progress)

    def build(self, model: str | None = None, progress: Progress = silent) -> Manifest:
        """Makes a new version from the records and switches to it; `model` becomes the topic's model.

        Raises:
            UserError: the topic has no records.
            ModelError: the model cannot be had.
            StorageError: the topic cannot be written, or another process writes it.
        """
        from pubsearch.topic.build import build

        with self._writing():
            spec = self.about.model if model is None else models.canonical(model)
            made = build(self.folder, self.name, models.resolve(spec), progress)
            self._switch(made.version)
            if spec != self.about.model:
                self.about = About(**{**asdict(self.about), "model": spec})
                write_about(self.folder, self.about)
            return made

    def records(self) -> Iterator[Record]:
        """The record that counts for each PMID.

        Raises:
            StorageError: a file of records is missing or damaged.
        """
        return iter(RecordStore(self.folder / RECORDS))

    def count(self) -> int:
        """How many records the topic has, deleted ones left out.

        Raises:
            StorageError: the log of records is damaged.
        """
        return len(RecordStore(self.folder / RECORDS).places())

    def served(self) -> str | None:
        """The name of the version that is served, or None where nothing was built yet."""
        with durable.storage_errors(self.folder):
            try:
                return (self.folder / CURRENT).read_text().strip() or None
            except FileNotFoundError:
                return None

    def open(self, name: str) -> "Version":
        """The version called `name`.

        Raises:
            VersionError: it is damaged, or of another format.
        """
        from pubsearch.topic.version import Version

        return Version(self.folder / VERSIONS / name, self.name)

    def _switch(self, name: str) -> None:
        """Serves the version called `name`, and keeps the one before it to go back to.

        Who still reads a version that is removed keeps its open files.
        """
        before = self.served()
        durable.write(self.folder / CURRENT, f"{name}\n".encode())
        for path in (self.folder / VERSIONS).iterdir():
            if path.name not in (name, before):
                shutil.rmtree(path, ignore_errors=True)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """One writer at a time."""
        with durable.storage_errors(self.folder):
            lock = filelock.FileLock(self.folder / LOCK, timeout=0)
            try:
                lock.acquire()
            except filelock.Timeout as error:
                raise StorageError(f"Another process is writing topic {self.name}: wait until it is done.") from error
        try:
            durable.sweep(self.folder)
            yield
        finally:
            lock.release()


def write_about(folder: Path, about: About) -> None:
    """Writes topic.toml.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    durable.write(folder / DESCRIPTION, tomli_w.dumps(asdict(about)).encode())
