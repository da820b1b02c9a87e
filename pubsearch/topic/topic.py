"""One topic: a folder with its query, its records, its vectors and its versions."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pubsearch.entrez.client import Client
from pubsearch.errors import UserError, VersionError
from pubsearch.index import models
from pubsearch.record import Record
from pubsearch.settings import Settings
from pubsearch.topic import about, current, imports, ingest, manifest, sealed
from pubsearch.topic.current import Current
from pubsearch.topic.journal import Journal, Run
from pubsearch.topic.layout import DESCRIPTION, RECORDS, RUNS, VERSIONS
from pubsearch.topic.lock import writing
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.progress import Progress, silent
from pubsearch.topic.records import RecordStore

if TYPE_CHECKING:
    from pubsearch.index.vectors import Size
    from pubsearch.topic.bundle import Head
    from pubsearch.topic.version import Version


class Topic:
    """A topic that is there; `Library.create` makes one."""

    def __init__(self, folder: Path) -> None:
        """Opens the topic in `folder`.

        Raises:
            TopicError: topic.toml cannot be read.
        """
        self.folder = folder
        self.about = about.read(folder)

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def ingest(
        self,
        client: Client | None = None,
        progress: Progress = silent,
        *,
        since: date | None = None,
        many: bool = False,
    ) -> Run:
        """Fetches from PubMed what the topic's query finds and the topic has not yet, and leaves out what it finds no
        more; with `since` also what was revised from that day on, and notices such as retractions. `many` allows that
        a great part of the topic is left out, which else is taken for an outage.

        Raises:
            UserError: the topic has no query, or NCBI cannot read it.
            EntrezError: NCBI did not answer as it should; what came is kept, and the next run goes on from there.
            StorageError: the topic cannot be written, or another process writes it.
            StoppedError: the progress callback stopped it.
        """
        if not self.about.query:
            raise UserError(
                f"Topic {self.name} has no query: it is made of files; run pubsearch import {self.name} FILE"
            )
        with writing(self.folder, "ingest"):
            client = client or Client(Settings())
            return ingest.ingest(self.folder, self.about.query, client, progress, since=since, many=many)

    def update(self, client: Client | None = None, progress: Progress = silent, *, many: bool = False) -> Run:
        """Fetches what is new and what was revised since the last run, asks for retractions and other notices on all
        records, those of files too, and leaves out what left the query or was deleted or merged by NCBI.

        Raises: as `ingest`; and UserError where the topic has neither a query nor records.
        """
        self._check_updatable()
        with writing(self.folder, "update"):
            return ingest.update(self.folder, self.about.query, client or Client(Settings()), progress, many=many)

    def keep_current(self, client: Client | None = None, progress: Progress = silent, *, many: bool = False) -> Run:
        """Does as `update`, then makes a new version where the records are not those that are served, and switches to
        it; no other writer comes between. Whatever fails, what was served before is served on.

        Raises: as `update` and `build`; a build that failed stands in the run's file, and is made up for next time.
        """
        self._check_updatable()
        with writing(self.folder, "update"):
            run = ingest.update(self.folder, self.about.query, client or Client(Settings()), progress, many=many)
            if self.outdated():
                with Journal(self.folder / RUNS).building(run):
                    run.version = self._build(progress, before=self.served()).version
            return run

    def import_files(self, paths: Sequence[Path], progress: Progress = silent, *, keep_going: bool = False) -> Run:
        """Takes in files of PubMed XML or MEDLINE text, plain or gzip, and folders of them.

        Raises:
            FileError: a file cannot be read; nothing of it was taken. With `keep_going` it is named and skipped.
            StorageError: the topic cannot be written, or another process writes it.
            StoppedError: the progress callback stopped it.
        """
        with writing(self.folder, "import"):
            return imports.import_files(self.folder, paths, progress, keep_going=keep_going)

    def build(self, model: str | None = None, progress: Progress = silent, *, leave_out: bool = False) -> Manifest:
        """Makes a new version from the records and switches to it; `model` becomes the topic's model, as its hub has
        it now. Without one the model that made what is served stays, whatever its hub has. `leave_out` lets go records
        that are served and of which the topic has no copy.

        Raises:
            UserError: the topic has no records, or lacks some that it serves.
            ModelError: the model cannot be had.
            StorageError: the topic cannot be written, or another process writes it.
        """
        from pubsearch.topic.verify_version import drop_damaged

        with writing(self.folder, "build"):
            before = self.served()
            made = self._build(progress, None if model is None else models.canonical(model), leave_out=leave_out)
            if sealed.is_whole((self.folder / DESCRIPTION).read_bytes()) is None:
                about.write(self.folder, about.read(self.folder))
            drop_damaged(self.folder / VERSIONS, before)
            return made

    def rollback(self, progress: Progress = silent) -> Manifest:
        """Serves the version before the served one again, from now on, and returns its manifest; the model that made
        it becomes the topic's model.

        An update makes a new version once it brings something that the version gone back from had not; a build makes
        one at once. Until then another rollback goes one version further back, where there is one.

        Raises:
            UserError: there is no version before.
            VersionError: it is damaged.
            ModelError: the model that made it cannot be had.
            StorageError: the topic cannot be written, or another process writes it.
            StoppedError: the progress callback stopped it.
        """
        from pubsearch.topic.rollback import model_served, spec_of, version_before

        with writing(self.folder, "rollback"):
            made = version_before(self.folder, self.name, progress)
            model = spec_of(made.model)
            served = model_served(self.folder, self.name)
            if served is None or made.model.fingerprint != served.fingerprint:
                self.about = replace(about.read(self.folder), model=model, words_weight=None)
                about.write(self.folder, self.about)
            before = current.read(self.folder)
            current.write(self.folder, Current(made.version, before.withdrawn or before.served))
            return made

    def versions(self) -> list[str]:
        """The names of the versions that are there, oldest first.

        Raises:
            StorageError: the folder cannot be read.
        """
        return current.versions(self.folder)

    def weigh_words(self, weight: float) -> None:
        """Makes words count `weight` times beside meaning, from the next question on, without a new version.

        Raises:
            StorageError: the topic cannot be written, or another process writes it.
        """
        with writing(self.folder, "tune"):
            self.about = replace(about.read(self.folder), words_weight=weight)
            about.write(self.folder, self.about)

    def vacuum(self, progress: Progress = silent) -> "Size":
        """Drops the vectors that no build would use again, and returns what was dropped; versions stay as they are.

        Raises:
            UserError: the topic has no records.
            ModelError: the topic's model cannot be had.
            VersionError: a kept version is damaged.
            StorageError: the topic cannot be written, or another process writes it.
            StoppedError: the progress callback stopped it.
        """
        from pubsearch.topic.rollback import model_kept
        from pubsearch.topic.vacuum import vacuum

        with writing(self.folder, "vacuum"):
            return vacuum(self.folder, self.name, model_kept(self.folder, self.name, self.about.model), progress)

    def bundle(self, path: Path, progress: Progress = silent, *, records: bool = False, model: bool = False) -> "Head":
        """Writes the served version with its manifest and provenance to the file `path`, for `Library.install`; with
        `records` what came from PubMed as well, so that it can be built anew, and with `model` the model's folder.

        Raises:
            UserError: nothing is served yet, there are no records, or the model cannot be put in.
            ModelError: the model is to be put in, and cannot be had.
            VersionError: the served version is damaged.
            StorageError: the file or the topic cannot be written, or another process writes the topic.
            StoppedError: the progress callback stopped it.
        """
        from pubsearch.topic import bundle

        with writing(self.folder, "bundle"):
            return bundle.write(self, path, progress, records=records, model=model)

    def records(self) -> Iterator[Record]:
        """The record that counts for each PMID; of a topic installed without records, those that it serves.

        Raises:
            StorageError: a file of records is missing or damaged.
            VersionError: the topic was installed without records, and what it serves is damaged.
        """
        store = RecordStore(self.folder / RECORDS)
        name = None if store.entries() else self.served()
        return iter(store) if name is None else self.open(name).records()

    def count(self) -> int:
        """How many records the topic has, deleted ones left out; of a topic installed without them, how many it serves.

        Raises:
            StorageError: the log of records is damaged.
            VersionError: the topic was installed without records, and what it serves is damaged.
        """
        store, name = RecordStore(self.folder / RECORDS), self.served()
        if store.entries() or name is None:
            return len(store.places())
        return manifest.load(self.folder / VERSIONS / name, self.name).counts.records

    def runs(self) -> list[Run]:
        """All ingestions, updates and imports, oldest first.

        Raises:
            StorageError: a run's file is damaged.
        """
        return Journal(self.folder / RUNS).runs()

    def as_of(self) -> str | None:
        """Up to when retractions and other notices are known for every record (ISO 8601); None where some records
        came from files and PubMed was not asked since.

        Raises:
            StorageError: a run's file is damaged.
        """
        return Journal(self.folder / RUNS).as_of()

    def outdated(self) -> bool:
        """Whether the topic has records that the served version has not, or lacks some that it has. After a rollback
        the version that the topic went back from counts: what it had is not served again for having it.

        Raises:
            StorageError: the log of records is damaged.
        """
        store, said = RecordStore(self.folder / RECORDS), current.read(self.folder)
        name = said.withdrawn or said.served
        if name is None or not store.entries():
            # nothing was ever fetched, or the topic was installed without its records
            return bool(store.places())
        try:
            made = manifest.load(self.folder / VERSIONS / name, self.name)
        except VersionError:
            return True
        # a withdrawal has no file, and only takes away
        return store.files() != made.record_files or len(store.places()) != made.counts.records

    def served(self) -> str | None:
        """The name of the version that is served, or None where nothing was built yet."""
        return current.read(self.folder).served

    def open(self, name: str) -> "Version":
        """The version called `name`.

        Raises:
            VersionError: it is damaged, or of another format.
        """
        from pubsearch.topic.version import Version

        return Version(self.folder / VERSIONS / name, self.name)

    def _check_updatable(self) -> None:
        store = RecordStore(self.folder / RECORDS)
        if not self.about.query and not store.places() and not store.imported_once():
            raise UserError(f"Topic {self.name} has no query and no records: run pubsearch import {self.name} FILE")

    def _build(
        self, progress: Progress, model: str | None = None, *, before: str | None = None, leave_out: bool = False
    ) -> Manifest:
        """A new version, served, of the `model` that was asked for; `before` is the version that it takes over from.
        Only the holder of the lock may call it."""
        from pubsearch.topic.build import build
        from pubsearch.topic.rollback import model_kept

        spec = model or self.about.model
        found = models.resolve(model) if model else model_kept(self.folder, self.name, spec)
        made = build(self.folder, self.name, found, progress, before=before, leave_out=leave_out)
        if spec != self.about.model:
            # Before the switch: killed in between, the next update builds with the model that was asked for. A weight
            # that was chosen for one model says nothing of another.
            self.about = replace(self.about, model=spec, words_weight=None)
            about.write(self.folder, self.about)
        current.switch(self.folder, made.version)
        return made
