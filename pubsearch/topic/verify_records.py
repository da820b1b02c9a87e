"""Whether records and vectors are what was taken in: every file, every line of the log, every record."""

from collections.abc import Iterator
from pathlib import Path

from pubsearch import durable
from pubsearch.entrez import formats
from pubsearch.entrez.formats import open_source
from pubsearch.entrez.xml import Deleted
from pubsearch.errors import FileError, StorageError
from pubsearch.index.vectors import VectorStore
from pubsearch.topic import manifest
from pubsearch.topic.layout import LOG, RECORDS, VECTORS
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import Entry, RecordStore
from pubsearch.topic.verify_version import Damage

LOG_FILE = f"{RECORDS}/{LOG}"
BACKUP = "restore it from a backup, or delete the topic and make it anew"
STRAY = "move it elsewhere"


class RecordsCheck:
    """Looks at `records/` and `vectors/` of the topic in `folder`, of which `served` is the version that is served."""

    def __init__(self, folder: Path, served: Manifest | None, again: str) -> None:
        """`again` is the command that takes in records once more."""
        self._folder = folder
        self._served = served
        self._again = again
        self._build = f"run pubsearch build {folder.name}"
        self._store = RecordStore(folder / RECORDS)
        self._texts: set[bytes] = set()

    def damages(self, progress: Progress) -> Iterator[Damage]:
        """What is not whole.

        Raises:
            StoppedError: the progress callback stopped it.
        """
        log = self._folder / LOG_FILE
        names = {path.name for path in log.parent.glob("*") if not path.name.startswith(durable.TEMPORARY)}
        if log.is_file():
            try:
                self._store.entries()
            except StorageError:
                yield Damage(LOG_FILE, "was changed, or cannot be read", BACKUP)
            else:
                yield from self._log(log)
                yield from self._files(names - {LOG}, progress)
        elif names or (self._folder / VECTORS).exists():
            # who installed a bundle without records has neither
            yield Damage(LOG_FILE, "is missing", BACKUP)
        yield from self._vectors()

    def _log(self, log: Path) -> Iterator[Damage]:
        stored = log.read_bytes()
        if stored and not stored.endswith(b"\n"):
            yield Damage(LOG_FILE, "ends in half a line, whose file does not count", f"run {self._again}")
        lines = {entry.file: entry.sha256 for entry in self._store.entries()}
        if self._served is not None:
            for name, digest in self._served.record_files.items():
                if lines.get(name) != digest:
                    yield Damage(LOG_FILE, f"lacks the line of {name}, which is in the served version", BACKUP)

    def _files(self, names: set[str], progress: Progress) -> Iterator[Damage]:
        entries = [(number, entry, entry.file) for number, entry in enumerate(self._store.entries()) if entry.file]
        owners = {entry.sha256: file for _, entry, file in entries}
        for done, (number, entry, file) in enumerate(entries):
            progress("Checking records", done, len(entries))
            try:
                digest = manifest.sha256(self._folder / RECORDS / file)
            except OSError:
                yield Damage(f"{RECORDS}/{file}", "is missing" if file not in names else "cannot be read", BACKUP)
                continue
            if digest != entry.sha256:
                owner = owners.get(digest)
                what = f"holds what belongs to {owner}" if owner else "is not the file that was received"
                yield Damage(f"{RECORDS}/{file}", what, BACKUP)
            elif not self._readable(number, entry, file):
                yield Damage(f"{RECORDS}/{file}", f"does not hold the records that {LOG} lists", BACKUP)
        progress("Checking records", len(entries), len(entries))
        following = f"{len(entries) + 1:06d}."
        for name in sorted(names - {file for _, _, file in entries}):
            repair = f"run {self._again}" if name.startswith(following) else STRAY
            yield Damage(f"{RECORDS}/{name}", f"is not in {LOG}, so its records do not count", repair)

    def _readable(self, number: int, entry: Entry, file: str) -> bool:
        """Whether a file has the records of its line; notes the texts of those that count and are served."""
        places = self._store.places()
        served = self._served is not None and file in self._served.record_files
        found: list[tuple[int, int]] = []
        try:
            with open_source(self._folder / RECORDS / file) as content:
                for record in formats.parse(content, file):
                    if isinstance(record, Deleted):
                        continue
                    place = places.get(record.pmid)
                    if served and place is not None and (place.entry, place.position) == (number, len(found)):
                        self._texts.add(record.text_hash)
                    found.append((record.pmid, record.version))
        except FileError:
            return False
        return found == [(pmid, version) for pmid, version, _ in entry.records]

    def _vectors(self) -> Iterator[Damage]:
        folder = self._folder / VECTORS
        if self._texts and not folder.exists():
            yield Damage(VECTORS, "is missing: a build would encode all texts anew", self._build)
        for model in sorted(folder.glob("*")):
            if model.name.startswith(durable.TEMPORARY):
                continue
            if not model.is_dir():
                yield Damage(f"{VECTORS}/{model.name}", "does not belong there", STRAY)
                continue
            damaged = False
            for path in sorted(model.glob("*")):
                if path.suffix != ".safetensors" and not path.name.startswith(durable.TEMPORARY):
                    yield Damage(path.relative_to(self._folder).as_posix(), "does not belong there", STRAY)
            for path in VectorStore(model).damaged():
                damaged = True
                name = path.relative_to(self._folder).as_posix()
                yield Damage(name, "was changed, or is of another model", f"remove it and {self._build}")
            if not damaged and self._served is not None and model.name == self._served.model.fingerprint:
                missing = len(self._texts - VectorStore(model).lengths().keys())
                if missing:
                    what = f"lacks the vectors of {missing:,} texts"
                    yield Damage(f"{VECTORS}/{model.name}", what, self._build)
