"""One writer at a time in a topic, and who it is.

The lock is the operating system's, so it ends with its process however that ends; the note beside it is for people. The
note has a lock of its own, by which those who only look tell a writer from the note of one that was killed: its process
number may be another's by now, and the topic's own lock, taken for a moment, would keep a writer out.
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import filelock
from pydantic import TypeAdapter, ValidationError

from pubsearch import durable
from pubsearch.errors import StorageError
from pubsearch.topic import journal
from pubsearch.topic.layout import LOCK, WRITER


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes a topic: what it does ("update"), its process, and since when (ISO 8601)."""

    what: str
    process: int
    since: str


_writer = TypeAdapter(Writer)


@contextlib.contextmanager
def writing(folder: Path, what: str) -> Iterator[None]:
    """Holds the topic in `folder` for one writer, who does `what`; what a killed one left half done is cleared away.

    Raises:
        StorageError: another process writes it, or the folder may not be written.
    """
    if not folder.is_dir():
        raise StorageError(f"Topic {folder.name} is there no more: it was deleted.")
    with durable.storage_errors(folder):
        lock = filelock.FileLock(folder / LOCK, timeout=0)
        try:
            lock.acquire()
        except filelock.Timeout as error:
            raise StorageError(
                f"Another process is writing topic {folder.name}{_holder(folder)}: wait until it is done."
            ) from error
    try:
        durable.sweep(folder)
        with _noting(folder / WRITER, Writer(what, os.getpid(), journal.now().isoformat(timespec="seconds"))):
            yield
    finally:
        with durable.storage_errors(folder):
            (folder / WRITER).unlink(missing_ok=True)
        lock.release()


def writer(folder: Path) -> Writer | None:
    """Which process of this machine writes the topic in `folder` now; whoever asks keeps no writer out."""
    return _noted(folder) if is_being_written(folder) else None


def is_being_written(folder: Path) -> bool:
    """Whether a process of this machine writes the topic in `folder` now."""
    with contextlib.suppress(OSError), (folder / WRITER).open("rb") as note:
        try:
            fcntl.flock(note, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextlib.contextmanager
def _noting(path: Path, note: Writer) -> Iterator[None]:
    """Keeps a note, locked, for as long as the block takes."""
    with contextlib.ExitStack() as stack:
        # a full disk must not keep anybody from deleting a topic
        with contextlib.suppress(OSError):
            file = stack.enter_context(path.open("wb", buffering=0))
            # waits at most for one who looks
            fcntl.flock(file, fcntl.LOCK_EX)
            file.write(_writer.dump_json(note))
        yield


def _noted(folder: Path) -> Writer | None:
    with contextlib.suppress(OSError, ValidationError):
        return _writer.validate_json((folder / WRITER).read_bytes())
    return None


def _holder(folder: Path) -> str:
    """ " (ingest, process 4242, since 2026-01-31T12:00:00+00:00)"; nothing in the moment before it is noted."""
    note = _noted(folder)
    return f" ({note.what}, process {note.process}, since {note.since})" if note else ""
