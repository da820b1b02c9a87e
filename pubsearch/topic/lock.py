"""One writer at a time in a topic, and who it is.

The lock is the operating system's, so it ends with its process however that ends; the note beside it is for people.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import filelock

from pubsearch import durable
from pubsearch.errors import StorageError
from pubsearch.topic import journal
from pubsearch.topic.layout import LOCK, WRITER


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
        note = {"what": what, "process": os.getpid(), "since": journal.now().isoformat(timespec="seconds")}
        durable.write(folder / WRITER, json.dumps(note).encode())
        yield
    finally:
        with durable.storage_errors(folder):
            (folder / WRITER).unlink(missing_ok=True)
        lock.release()


def is_being_written(folder: Path) -> bool:
    """Whether a process of this machine writes the topic in `folder` now; whoever asks keeps no writer out."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        process = int(json.loads((folder / WRITER).read_text(encoding="utf-8"))["process"])
        with contextlib.suppress(PermissionError):  # another user's is there, too
            os.kill(process, 0)
        return True
    return False


def _holder(folder: Path) -> str:
    """ " (ingest, process 4242, since 2026-01-31T12:00:00+00:00)"; nothing in the moment before it is noted."""
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads((folder / WRITER).read_text(encoding="utf-8"))
        return f" ({note['what']}, process {note['process']}, since {note['since']})"
    return ""
