"""CURRENT: the version that a topic serves, and the one that somebody went back from."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from pubsearch import durable
from pubsearch.topic import journal
from pubsearch.topic.layout import CURRENT, VERSIONS


@dataclass(frozen=True, slots=True)
class Current:
    """What CURRENT says; `withdrawn` is the newest version that was gone back from since the last build."""

    served: str | None
    withdrawn: str | None = None


def read(folder: Path) -> Current:
    """What the topic in `folder` serves.

    Raises:
        StorageError: the file cannot be read.
    """
    path = folder / CURRENT
    with durable.storage_errors(path):
        try:
            stored = path.read_text(errors="replace")
        except FileNotFoundError:
            return Current(None)
    served, _, withdrawn = stored.partition("\n")
    return Current(served.strip() or None, withdrawn.strip() or None)


def write(folder: Path, current: Current) -> None:
    """Switches, atomically.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    durable.write(folder / CURRENT, dump(current))


def switch(folder: Path, name: str) -> None:
    """Serves the version called `name`, and keeps the one before it; only the holder of the lock may call it.

    Who still reads a version that is removed keeps its open files.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    before = read(folder).served
    write(folder, Current(name))
    for path in (folder / VERSIONS).iterdir():
        if path.name not in (name, before):
            shutil.rmtree(path, ignore_errors=True)


def dump(current: Current) -> bytes:
    """The file's content: a name a line."""
    return "".join(f"{name}\n" for name in (current.served, current.withdrawn) if name).encode()


def versions(folder: Path) -> list[str]:
    """The names of the versions that the topic in `folder` has, oldest first; those half made are none.

    Raises:
        StorageError: the folder cannot be read.
    """
    with durable.storage_errors(folder):
        found = (path for path in (folder / VERSIONS).glob("*") if path.is_dir())
        return sorted((path.name for path in found if not path.name.startswith(durable.TEMPORARY)), key=journal.order)
