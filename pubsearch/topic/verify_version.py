"""Whether a version is what its manifest says: every byte of it, and what its parts count.

Nothing of what is looked at is run, imported or unpickled: a version that came from elsewhere may be looked at.
"""

import hashlib
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from pubsearch.errors import VersionError
from pubsearch.topic import manifest, sealed
from pubsearch.topic.layout import CATALOGUE, MANIFEST, TXTAI
from pubsearch.topic.manifest import FileHash, Manifest
from pubsearch.topic.progress import Progress, silent
from pubsearch.topic.version import Version

DOCUMENTS = f"{TXTAI}/documents"


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with a file (by its path in the folder that was looked at), and what mends it."""

    file: str
    what: str
    repair: str


def drop_damaged(versions: Path, name: str | None) -> None:
    """Removes the version called `name`, where there is one and it is not whole: there is nothing in it to go back to.

    Raises: as `check_version`.
    """
    folder = versions / str(name)
    if folder.is_dir() and any(check_version(folder, "")):
        shutil.rmtree(folder)


def check_version(folder: Path, repair: str, progress: Progress = silent) -> Iterator[Damage]:
    """What is not whole in the version in `folder`, each with `repair`; nothing where all is as it was made.

    Counts and content are compared once every file is known to be what it was. `folder` is only read.

    Raises:
        StoppedError: the progress callback stopped it.
    """
    try:
        made = _manifest(folder / MANIFEST)
    except (OSError, ValueError) as error:
        what = "cannot be read" if isinstance(error, OSError | ValidationError) else str(error)
        yield Damage(MANIFEST, what, repair)
        return
    damaged = False
    for name, what in _changed_files(folder, made.files, progress):
        damaged = True
        yield Damage(name, what, repair)
    if not damaged:
        for name, what in _disagreements(folder, made):
            yield Damage(name, what, repair)


def _manifest(path: Path) -> Manifest:
    """The manifest of a version.

    Raises:
        OSError: it cannot be read.
        ValueError: it is missing, changed, or of another format or version.
    """
    if not path.is_file():
        raise ValueError("is missing")
    stored = path.read_bytes()
    number = manifest.format_number(stored)
    if number != manifest.FORMAT:
        raise ValueError(f"has format {number}, and this pubsearch reads {manifest.FORMAT}")
    match sealed.is_whole(stored):
        case None:
            raise ValueError("has no seal: an earlier pubsearch made it, or it was changed")
        case False:
            raise ValueError("was changed")
    made = manifest.parse(stored)
    if made.version != path.parent.name:
        raise ValueError(f"is that of version {made.version}")
    return made


def _changed_files(folder: Path, files: dict[str, FileHash], progress: Progress) -> Iterator[tuple[str, str]]:
    """Each file that is not what `files` says, and how it differs."""
    there = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()
    }
    yield from ((name, "does not belong there") for name in sorted(there - {MANIFEST} - files.keys()))
    owners = {file.sha256: name for name, file in files.items()}
    done, total = 0, sum(file.size for file in files.values())
    for name, file in files.items():
        progress("Checking the index", done, total)
        done += file.size
        path = folder / name
        if name not in there:
            yield name, "is missing"
        elif not stat.S_ISREG(path.lstat().st_mode):
            yield name, "is no file"
        else:
            try:
                digest = manifest.sha256(path)
            except OSError:
                yield name, "cannot be read"
                continue
            if digest != file.sha256:
                yield name, _difference(owners.get(digest), path.stat().st_size, file.size)
    progress("Checking the index", total, total)


def _difference(owner: str | None, size: int, expected: int) -> str:
    if owner is not None:
        return f"holds what belongs to {owner}"
    return "was changed" if size == expected else f"has {size:,} bytes instead of {expected:,}"


def _disagreements(folder: Path, made: Manifest) -> Iterator[tuple[str, str]]:
    """Where parts of a version, each of which is what it was made, do not belong together."""
    try:
        version = Version(folder, made.topic)
        with closing(_opened(folder / DOCUMENTS)) as documents:
            ids = [int(name) for (name,) in documents.execute("SELECT id FROM sections ORDER BY indexid")]
        with closing(_opened(folder / CATALOGUE)) as catalogue:
            records = catalogue.execute("SELECT json FROM record ORDER BY row")
            content = manifest.content((hashlib.sha256(json).digest() for (json,) in records), made.files)
    except (VersionError, sqlite3.DatabaseError, ValueError):
        yield MANIFEST, "names files that cannot be opened together"
        return
    if version.catalogue.rows != made.counts.records:
        yield MANIFEST, f"counts {made.counts.records:,} records, and {version.catalogue.rows:,} are there"
    if ids != version.catalogue.pmids.tolist():
        yield DOCUMENTS, "does not hold the texts of the catalogue's records"
    if content != made.content:
        yield MANIFEST, "names another content than its files have"


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
