"""A bundle: the served version of a topic with its manifest and its provenance, as one file to be handed on.

    one zstd frame                 a tar: bundle.json, then the files that it names, in its order
    a skippable zstd frame         the SHA-256 of all bytes before it

`tar --zstd -xf` opens it as well. Every byte of the tar follows from bundle.json and the contents of the files, so that
who reads a bundle knows every byte of it beforehand, and the same topic always gives the same bundle.

Formats: https://www.rfc-editor.org/rfc/rfc8878 (zstd; 3.1.2 skippable frames), POSIX.1-1988 ustar (tar).
"""

import hashlib
import io
import re
import shutil
import struct
import tarfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import zstandard
from pydantic import Field, TypeAdapter

from pubsearch import durable
from pubsearch.errors import StorageError, UserError
from pubsearch.index import models, splade_folder
from pubsearch.topic import about, manifest
from pubsearch.topic.layout import DESCRIPTION, LOG, MANIFEST, RECORDS, RUNS, VERSIONS
from pubsearch.topic.manifest import Manifest
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import RecordStore
from pubsearch.topic.verify_version import check_version

if TYPE_CHECKING:
    from pubsearch.topic.topic import Topic

FORMAT = 1
HEAD = "bundle.json"
MODEL = "model"
BLOCK = tarfile.BLOCKSIZE
TAR_END = bytes(2 * BLOCK)

_STAMP = r"\d{8}T\d{6}Z(-\d+)?"
_PART = r"\w[\w.-]*"
_ARRAYS = rf"(catalogue/(words|keys|dates)|facets|rows|takeover|words|txtai/scoring)/{_PART}\.npy"
NAMES = re.compile(
    rf"topic\.toml|runs/{_STAMP}\.(json|log)|records/(\d{{6,}}\.[a-z]+\.gz|log\.jsonl)"
    rf"|versions/{_STAMP}/({_ARRAYS}|manifest\.json|catalogue\.sqlite|facets/labels\.json|txtai/(config\.json|documents))"
    rf"|model/({_PART}/)?{_PART}\.(json|safetensors|model|txt)",
    re.ASCII,
)
"""The paths that a bundle may hold, whole: none is absolute, hidden, or leads out of the folder."""

_SEAL = struct.Struct("<II32s")
_SKIPPABLE = 0x184D2A50
SEAL_BYTES = _SEAL.size


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a bundle; `size` in bytes."""

    path: str
    size: Annotated[int, Field(ge=0)]
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


@dataclass(frozen=True, slots=True)
class Head:
    """bundle.json: the bundle's own format, that of the version in it, the topic's name, and all files."""

    format: int
    index_format: int
    topic: str
    version: str
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        """Bytes of all files together."""
        return sum(member.size for member in self.members)


_adapter = TypeAdapter(Head)
_Source = Path | bytes


def dump(head: Head) -> bytes:
    """The head as JSON."""
    return _adapter.dump_json(head, indent=1) + b"\n"


def load(stored: bytes) -> Head:
    """The head that `dump` wrote.

    Raises:
        ValueError: it is none.
    """
    return _adapter.validate_json(stored)


def tar_header(path: str, size: int) -> bytes:
    """The only header that a file of this path and size has in a bundle: a plain file, of nobody, of no time."""
    info = tarfile.TarInfo(path)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def padding(size: int) -> bytes:
    """What fills the last block of a file in a tar."""
    return bytes(-size % BLOCK)


def seal(digest: bytes) -> bytes:
    """The last frame of a bundle, which says the SHA-256 of all before it."""
    return _SEAL.pack(_SKIPPABLE, len(digest), digest)


def is_bundle(path: Path) -> bool:
    """Whether the file ends as a bundle does; whether it is whole, `unpack` tells.

    Raises:
        OSError: it cannot be read.
    """
    if not path.is_file() or path.stat().st_size < SEAL_BYTES:
        return False
    with path.open("rb") as file:
        file.seek(-SEAL_BYTES, io.SEEK_END)
        end = file.read()
    return end == seal(end[-hashlib.sha256().digest_size :])


def write(topic: "Topic", path: Path, progress: Progress, *, records: bool, model: bool) -> Head:
    """Writes the version that `topic` serves to `path`; only the holder of the topic's lock may call it.

    Raises:
        UserError: the topic serves nothing, has no records to put in, or its model cannot be put in.
        ModelError: the model is to be put in, and cannot be had.
        VersionError: the version is damaged.
        StorageError: the disk is full, the file may not be written, or stored files are damaged.
    """
    version = topic.served()
    if version is None:
        raise UserError(f"Topic {topic.name} serves nothing yet: run pubsearch build {topic.name}")
    made = manifest.load(topic.folder / VERSIONS / version, topic.name)
    for damage in check_version(topic.folder / VERSIONS / version, "", progress):
        # nothing is handed on that was damaged here
        raise manifest.damaged(topic.name, f"{damage.file} {damage.what}")
    place = f"{VERSIONS}/{version}"
    sources = _provenance(topic) | {f"{place}/{name}": topic.folder / place / name for name in (MANIFEST, *made.files)}
    if records:
        sources |= _records(topic)
    if model:
        sources |= _model(made)
    with durable.storage_errors(path):
        members = tuple(_member(name, source) for name, source in sorted(sources.items()))
        head = Head(FORMAT, made.format, topic.name, version, members)
        with durable.replacing(path) as file:
            with zstandard.ZstdCompressor().stream_writer(file, closefd=False) as packed:
                _put(packed, HEAD, dump(head))
                for number, member in enumerate(members):
                    progress("Packing files", number, len(members))
                    _put(packed, member.path, sources[member.path])
                packed.write(TAR_END)
            file.flush()
            file.write(seal(bytes.fromhex(manifest.sha256(Path(file.name)))))
        progress("Packing files", len(members), len(members))
    return head


def _provenance(topic: "Topic") -> dict[str, _Source]:
    """What the topic says of itself, and its runs. Where a model's folder lies here is nobody else's concern."""
    spec = topic.about.model
    portable = Path(spec).name if Path(spec).is_absolute() else spec
    sources: dict[str, _Source] = {DESCRIPTION: about.dump(replace(topic.about, model=portable))}
    paths = {f"{RUNS}/{path.name}": path for path in (topic.folder / RUNS).glob("*")}
    return sources | {name: path for name, path in paths.items() if NAMES.fullmatch(name)}


def _records(topic: "Topic") -> dict[str, _Source]:
    folder, entries = topic.folder / RECORDS, RecordStore(topic.folder / RECORDS).entries()
    if not entries:
        raise UserError(f"Topic {topic.name} has no records to put in: leave out --records.")
    sources: dict[str, _Source] = {f"{RECORDS}/{LOG}": folder / LOG}
    for entry in entries:
        if entry.file is not None:
            path = folder / entry.file
            if not path.is_file() or manifest.sha256(path) != entry.sha256:
                raise StorageError(f"{path} is missing or damaged: restore it from a backup.")
            sources[f"{RECORDS}/{entry.file}"] = path
    return sources


def _model(made: Manifest) -> dict[str, _Source]:
    found = models.resolve(made.model.name, fingerprint=made.model.fingerprint, revision=made.model.revision)
    files = splade_folder.vector_files(splade_folder.names(found.path))
    sources: dict[str, _Source] = {f"{MODEL}/{name}": found.path / name for name in files}
    for name in sources:
        if not NAMES.fullmatch(name):
            raise UserError(
                f"The model {found.name} cannot be put in, for a bundle holds no file such as {name}: save its weights "
                "as safetensors, or leave out --with-model."
            )
    return sources


def _member(name: str, source: _Source) -> Member:
    if isinstance(source, bytes):
        return Member(name, len(source), hashlib.sha256(source).hexdigest())
    return Member(name, source.stat().st_size, manifest.sha256(source))


def _put(packed: zstandard.ZstdCompressionWriter, name: str, source: _Source) -> None:
    with _opened(source) as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        packed.write(tar_header(name, size))
        shutil.copyfileobj(file, packed)
        packed.write(padding(size))


def _opened(source: _Source) -> BinaryIO:
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")
