"""Writes that are whole or absent: temporary file, fsync, rename, fsync of the folder.

After `kill -9` or a power cut at any moment, a reader finds the old content or the new one, never a part.
"""

import contextlib
import errno
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pubsearch.errors import StorageError

TEMPORARY = ".tmp-"


@contextlib.contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turns what the operating system and SQLite refuse into a `StorageError` that names the path and the cure."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise StorageError(_sentence(error, path)) from error


def _sentence(error: OSError | sqlite3.OperationalError, path: Path) -> str:
    number = getattr(error, "errno", None)
    # numpy and SQLite tell of a full disk in words alone.
    if number in (errno.ENOSPC, errno.EDQUOT) or "requested and" in str(error) or "disk is full" in str(error):
        return f"The disk that holds {path} is full: make room and run the command again; nothing was lost."
    if number in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path} may not be written: give this user the right to write there, or set PUBSEARCH_HOME elsewhere."
    if number in (errno.ENOTDIR, errno.EEXIST):
        return f"{path} is in the way: a file lies where pubsearch needs a folder; move it elsewhere."
    return f"{path} cannot be used: {getattr(error, 'strerror', None) or error}."


def check_folder(path: Path) -> None:
    """Makes sure that the folder of a file to be written is there.

    Raises:
        StorageError: it is not.
    """
    if not path.parent.exists():
        raise StorageError(
            f"{path} cannot be written: there is no folder {path.parent}: make it or name another place."
        )


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A file to fill, which takes the place of `path` when the block ends well and vanishes when it does not.

    Raises:
        StorageError: the disk is full, or the folder is absent or may not be written.
    """
    temporary = path.with_name(f"{TEMPORARY}{uuid.uuid4().hex}")
    with storage_errors(path):
        check_folder(path)
        try:
            with temporary.open("w+b") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        sync_folder(path.parent)


def write(path: Path, data: bytes) -> None:
    """Replaces `path` by `data` atomically.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    with replacing(path) as file:
        file.write(data)


def append_line(path: Path, line: bytes) -> None:
    """Appends one line and a newline; a torn last line of an earlier crash is cut off first.

    Raises:
        StorageError: the disk is full, or the file may not be written.
    """
    with storage_errors(path), path.open("a+b") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.seek(0)
                file.truncate(file.read().rfind(b"\n") + 1)
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())


@contextlib.contextmanager
def making(final: Path) -> Iterator[Path]:
    """A folder to fill, which appears as `final` when the block ends well and vanishes when it does not.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    temporary = final.with_name(f"{TEMPORARY}{final.name}")
    with storage_errors(final):
        try:
            shutil.rmtree(temporary, ignore_errors=True)  # what a killed process left
            temporary.mkdir()
            yield temporary
            for folder, _, files in os.walk(temporary):
                for name in files:
                    with (Path(folder) / name).open("rb") as file:
                        os.fsync(file.fileno())
                sync_folder(Path(folder))
            temporary.rename(final)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        sync_folder(final.parent)


def make_folder(path: Path) -> Path:
    """`path` as a folder, with its parents.

    Raises:
        StorageError: a file is in the way, or the parent may not be written.
    """
    with storage_errors(path):
        path.mkdir(parents=True, exist_ok=True)
    return path


def sweep(folder: Path) -> None:
    """Removes what killed writers left anywhere under `folder`; only the holder of the topic's lock may call it."""
    for left in list(folder.rglob(f"{TEMPORARY}*")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def sync_folder(path: Path) -> None:
    """Puts a folder's entries (new names, renames) on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
