"""manifest.json: what a version is made of, and the hash of each of its files."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pubsearch.errors import VersionError
from pubsearch.release import VERSION
from pubsearch.topic import sealed
from pubsearch.topic.layout import CATALOGUE_COLUMNS, FACETS, MANIFEST, ROWS, SCORING, WORDS
from pubsearch.topic.times import Time

FORMAT = 4
# Each ends in "/", so that catalogue.sqlite, whose pages depend on SQLite's release, is none of them.
_CONTENT = tuple(f"{folder}/" for folder in (CATALOGUE_COLUMNS, FACETS, ROWS, SCORING, WORDS))
LIBRARIES = ("txtai", "sentence-transformers", "transformers", "torch", "numpy", "scipy", "PyStemmer")


@dataclass(frozen=True, slots=True)
class ModelName:
    """The model that a version was made with; `terms` is the size of its vocabulary."""

    name: str
    fingerprint: str
    revision: str | None
    terms: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records the version holds, and how many of them are of a kind; `deleted` ones are not in it."""

    records: int
    deleted: int
    without_abstract: int
    retracted: int


@dataclass(frozen=True, slots=True)
class FileHash:
    """One file of the version, or one file of records that it was made from."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """A version's manifest. `content` is what `content` gave."""

    format: int
    topic: str
    version: str
    created: Time
    model: ModelName
    counts: Counts
    content: str
    libraries: dict[str, str]
    record_files: dict[str, str]
    files: dict[str, FileHash]


@dataclass(frozen=True, slots=True)
class _Format:
    """A manifest of any format."""

    format: int


_adapter, _format = TypeAdapter(Manifest), TypeAdapter(_Format)


def libraries() -> dict[str, str]:
    """The versions of the libraries that make an index."""
    return {"pubsearch": VERSION, **{name: version(name) for name in LIBRARIES}}


def sha256(path: Path) -> str:
    """The SHA-256 of a file, read a piece at a time, in hexadecimal.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_files(folder: Path) -> dict[str, FileHash]:
    """Every file below `folder`, by its path within it."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): FileHash(sha256(path), path.stat().st_size) for path in paths}


def content(records: Iterable[bytes], files: Mapping[str, FileHash]) -> str:
    """One hash over all that a version serves, with nothing of when or where it was made: the SHA-256 of each of the
    catalogue's `records`, by row, and those of its `files` that hold vectors, words, postings and what filters ask.

    txtai's texts are in it with the records; its file keeps the time of each.
    """
    digest = hashlib.sha256()
    for record in records:
        digest.update(record)
    for name in sorted(name for name in files if name.startswith(_CONTENT)):
        digest.update(f"{name} {files[name].sha256}\n".encode())
    return digest.hexdigest()


def dump(manifest: Manifest) -> bytes:
    """The manifest as JSON, sealed."""
    return sealed.seal_json(_adapter.dump_json(manifest, indent=2))


def parse(stored: bytes) -> Manifest:
    """The manifest of `dump`.

    Raises:
        ValidationError: it is none (pydantic's).
    """
    return _adapter.validate_json(stored)


def format_number(stored: bytes) -> int:
    """The format of a manifest, of whatever format.

    Raises:
        ValidationError: it is no manifest (pydantic's).
    """
    return _format.validate_json(stored).format


def damaged(topic: str, what: object) -> VersionError:
    """The error of a version of which something cannot be read."""
    return VersionError(f"The index of topic {topic} is damaged ({what}): run pubsearch build {topic}")


def load(folder: Path, topic: str) -> Manifest:
    """The manifest of the version in `folder`, once every file that it names is there with its size.

    Raises:
        VersionError: the version is damaged, or of another format.
    """
    try:
        stored = (folder / MANIFEST).read_bytes()
        number = format_number(stored)
        if number != FORMAT:
            raise VersionError(
                f"The index of topic {topic} has format {number}, this pubsearch reads {FORMAT}: "
                f"run pubsearch build {topic}"
            )
        if sealed.is_whole(stored) is False:
            raise damaged(topic, f"{MANIFEST} was changed")
        manifest = parse(stored)
    except (OSError, ValidationError) as error:
        raise damaged(topic, f"{MANIFEST} cannot be read") from error
    for name, file in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != file.size:
            raise damaged(topic, f"{name} is missing or cut short")
    return manifest
