"""manifest.json: what a version is made of, and the hash of each of its files."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pubsearch.errors import VersionError
from pubsearch.release import VERSION
from pubsearch.topic.layout import MANIFEST

FORMAT = 3
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
    """A version's manifest. `content` is one hash over records, texts, vectors and words, times left out."""

    format: int
    topic: str
    version: str
    created: str
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


def hash_files(folder: Path) -> dict[str, FileHash]:
    """Every file below `folder`, by its path within it."""
    hashes = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        hashes[path.relative_to(folder).as_posix()] = FileHash(digest, path.stat().st_size)
    return hashes


def dump(manifest: Manifest) -> bytes:
    """The manifest as JSON."""
    return _adapter.dump_json(manifest, indent=2) + b"\n"


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
        number = _format.validate_json(stored).format
        if number != FORMAT:
            raise VersionError(
                f"The index of topic {topic} has format {number}, this pubsearch reads {FORMAT}: "
                f"run pubsearch build {topic}"
            )
        manifest = _adapter.validate_json(stored)
    except (OSError, ValidationError) as error:
        raise damaged(topic, f"{MANIFEST} cannot be read") from error
    for name, file in manifest.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != file.size:
            raise damaged(topic, f"{name} is missing or cut short")
    return manifest
