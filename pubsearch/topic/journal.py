"""Provenance: who fetched what when; one file a run, made for PRISMA-S (https://doi.org/10.1186/s13643-020-01542-z).

A run's file is there from its first moment, as "running", and is written anew when it ends, however it ends; where a
run was killed, the next one says so in its place, with what the log of records has of it. Beside it stands a log with
the faults on the way.
"""

import contextlib
import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter

from pubsearch import durable
from pubsearch.entrez.client import DatabaseInfo
from pubsearch.entrez.search import Slice
from pubsearch.errors import PubsearchError, StoppedError, StorageError
from pubsearch.release import VERSION
from pubsearch.topic import sealed
from pubsearch.topic.layout import RECORDS
from pubsearch.topic.times import Time

LIBRARIES = ("biopython", "lxml")
STAMP = "%Y%m%dT%H%M%SZ"
BROKEN_OFF = "It was broken off: its process ended before it was done."
STOPPED = "It was stopped before it was done."
_UNTOLD = "why was not kept: the run was broken off"

Kind = Literal["ingest", "update", "import"]
Status = Literal["running", "complete", "incomplete", "stopped", "failed", "killed"]


@dataclass(frozen=True, slots=True)
class Named:
    """A PMID of which something is to be said, and what."""

    pmid: int
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not taken, with the reason."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class SameDoi:
    """A DOI that several records have: perhaps one work twice."""

    doi: str
    pmids: tuple[int, ...]


@dataclass(slots=True)
class Run:
    """One ingestion, update or import: what was asked, what came, what did not. Times are ISO 8601 with zone.

    `source` is the server or the files, `database` PubMed's state by its own word, `count` how many records it has for
    the query (or the files hold), `named` how many of them it named. `missing` are those of them that it did not send,
    `revised` those of the topic of which it sent another text, `stale` those that it has in another state and did not
    send, `left` those that are left out from now
    on, `deleted` how many a file took out. `besides` is how many came that the query may not find: left out once and
    back, or others were merged into them. Of what was imported, `repeated` is how many PMIDs came more than once, and
    `same_doi` which share a DOI. `since` is the first day of revisions that were asked for. `as_of` is the
    time up to which retractions and other notices are known for every record of the topic, and all revisions for
    those of the query; None where records came from files and nobody has held them against PubMed yet. `version` is
    what an update built, `build_error` why it could not. `log` is the SHA-256 of the run's log, where it has one.
    """

    stamp: str
    kind: Kind
    started: Time
    source: str
    status: Status = "running"
    ended: Time | None = None
    error: str | None = None
    database: DatabaseInfo | None = None
    query: str | None = None
    translation: str | None = None
    warnings: tuple[str, ...] = ()
    first_count: int | None = None
    count: int | None = None
    named: int | None = None
    slices: tuple[Slice, ...] = ()
    drift: tuple[str, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)
    since: str | None = None
    already_there: int = 0
    fetched: int = 0
    besides: int = 0
    revised: tuple[int, ...] = ()
    notices: int | None = None
    missing: tuple[Named, ...] = ()
    stale: tuple[Named, ...] = ()
    left: tuple[Named, ...] = ()
    deleted: int = 0
    as_of: Time | None = None
    files: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    repeated: int = 0
    same_doi: tuple[SameDoi, ...] = ()
    version: str | None = None
    build_error: str | None = None
    log: str | None = None
    software: dict[str, str] = field(default_factory=dict)


_adapter = TypeAdapter(Run)


class Journal:
    """The folder `runs/` of a topic."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def runs(self) -> list[Run]:
        """All runs, oldest first.

        Raises:
            StorageError: a run's file is damaged.
        """
        with durable.storage_errors(self._folder):
            paths = sorted(self._folder.glob("*.json"), key=lambda path: order(path.stem))
            return [_read(path) for path in paths]

    @contextlib.contextmanager
    def recording(self, kind: Kind, source: str) -> Iterator[Run]:
        """A run to fill, kept with its end however the block ends; only the holder of the topic's lock may call it.

        Raises:
            StorageError: the disk is full, the folder may not be written, or what a killed run kept cannot be told, for
                the log of records is damaged.
        """
        durable.make_folder(self._folder)
        before = self.runs()
        self._mark_killed(before)
        started = now()
        run = Run(stamp(started, self._folder), kind, started.isoformat(timespec="seconds"), source)
        run.as_of = known_as_of(before)
        run.software = {"pubsearch": VERSION, **{name: version(name) for name in LIBRARIES}}
        self._write(run)
        try:
            with _logging(self._folder / f"{run.stamp}.log"):
                yield run
        except StoppedError:
            run.status = "stopped"
            raise
        except PubsearchError as error:
            run.status, run.error = "failed", str(error)
            raise
        except BaseException as error:
            # such as a second Ctrl-C, or an error of pubsearch itself
            run.status, run.error = "failed", type(error).__name__
            raise
        else:
            if run.status == "running":
                run.status = "complete"
        finally:
            run.ended, run.log = now().isoformat(timespec="seconds"), self._log_sum(run)
            # what is kept here may fail as the run did, on a full disk, and the first error counts
            with contextlib.suppress(*([StorageError] if run.status == "failed" else [])):
                self._write(run)

    @contextlib.contextmanager
    def building(self, run: Run) -> Iterator[None]:
        """Keeps with `run` what becomes of the build in the block; one that is killed has left word that it was.

        Raises:
            StorageError: the disk is full, or the folder may not be written.
        """
        run.build_error = BROKEN_OFF
        self._write(run)
        try:
            yield
            run.build_error = None
        except StoppedError:
            run.build_error = STOPPED
            raise
        except PubsearchError as error:
            run.build_error = str(error)
            raise
        except BaseException as error:
            run.build_error = type(error).__name__
            raise
        finally:
            with contextlib.suppress(*([StorageError] if run.build_error else [])):
                self._write(run)

    def as_of(self) -> str | None:
        """Up to when revisions, retractions and other notices are known for every record; see `Run`."""
        return known_as_of(self.runs())

    def _mark_killed(self, runs: Sequence[Run]) -> None:
        """Ends the file of a run that was killed, with what it kept: a later run may go on from there, and keep nothing
        of that itself."""
        for run in runs:
            if run.status == "running":
                run.files, run.left = self._kept(run)
                run.status, run.log = "killed", self._log_sum(run)
                self._write(run)

    def _kept(self, run: Run) -> tuple[tuple[str, ...], tuple[Named, ...]]:
        """The files that the log of records has of a run, and whom it withdrew."""
        from pubsearch.topic.records import RecordStore

        lines = [line for line in RecordStore(self._folder.with_name(RECORDS)).entries() if line.run == run.stamp]
        withdrawn = (pmid for line in lines if line.file is None for pmid in line.deleted)
        return tuple(line.file for line in lines if line.file), tuple(Named(pmid, _UNTOLD) for pmid in withdrawn)

    def _log_sum(self, run: Run) -> str | None:
        path = self._folder / f"{run.stamp}.log"
        return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None

    def _write(self, run: Run) -> None:
        durable.write(self._folder / f"{run.stamp}.json", sealed.seal_json(_adapter.dump_json(run, indent=2)))


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def stamp(moment: datetime, folder: Path) -> str:
    """A name that sorts after all in `folder`: "20260131T120000Z", then "20260131T120000Z-2"…

    Where the clock was once ahead, names go on from there: their order is that of the runs.
    """
    there = (path.name.removesuffix(".json").removesuffix(".log") for path in folder.glob("2*Z*"))
    base, number = max(map(order, there), default=("", 0))
    now = moment.astimezone(UTC).strftime(STAMP)
    return now if now > base else f"{base}-{number + 1}"


def order(name: str) -> tuple[str, int]:
    """By time, and "…Z-10" after "…Z-9"."""
    base, _, number = name.partition("-")
    return base, int(number) if number.isdigit() else 1


def known_as_of(runs: Sequence[Run]) -> str | None:
    """What the last of the runs says; nothing where that is not known."""
    # how far an import came that was killed, nobody knows
    unknown = not runs or (runs[-1].kind == "import" and runs[-1].status in ("running", "killed"))
    return None if unknown else runs[-1].as_of


def _read(path: Path) -> Run:
    try:
        run = _adapter.validate_json(path.read_bytes())
        if run.stamp != path.stem:
            # it is written again under its stamp
            raise ValueError("the run is another one than its file")
        return run
    except ValueError as error:
        raise StorageError(f"{path} is damaged: restore it from a backup, or move it elsewhere.") from error


@contextlib.contextmanager
def _logging(path: Path) -> Iterator[None]:
    """What pubsearch logs goes to `path` as well; it is made with the first line."""
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("pubsearch")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        handler.close()
