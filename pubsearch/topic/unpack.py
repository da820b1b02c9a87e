"""A bundle on its arrival: read from beginning to end, each byte known or hashed before it counts.

bundle.json says which files come, and the rest of the tar follows from that. What stands there instead, a link, a
device, a file that was not announced, is no match, so nothing of it is ever interpreted.
"""

import contextlib
import hashlib
import os
import shutil
import tarfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import zstandard
from pydantic import TypeAdapter, ValidationError

from pubsearch.errors import FileError
from pubsearch.topic import bundle, manifest
from pubsearch.topic.bundle import BLOCK, HEAD, NAMES, SEAL_BYTES, TAR_END, Head
from pubsearch.topic.progress import Progress

# Bytes of bundle.json: some 100,000 files.
HEAD_LIMIT = 1 << 24
# Real bundles unpack to 2 to 5 times their size, small ones to 10 times.
RATIO_LIMIT = 200
# What zstd's window may ask of memory; RFC 8878 asks every reader for this much.
_WINDOW_LIMIT = 1 << 23
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class _Format:
    """A head of any format."""

    format: int


_format = TypeAdapter(_Format)


class Arrival:
    """A bundle that is being read; `head` says what is in it."""

    def __init__(self, path: Path, stream: zstandard.ZstdDecompressionReader, size: int) -> None:
        self._path, self._stream = path, stream
        self.head = self._head()
        self._check_head(size)

    def unpack(self, folder: Path, progress: Progress) -> None:
        """Writes all files into the empty `folder`.

        Raises:
            FileError: a file is not the one that was announced, or there is more than was announced.
            OSError: the disk is full.
        """
        members = self.head.members
        for number, member in enumerate(members):
            progress("Unpacking files", number, len(members))
            expected = bundle.tar_header(member.path, member.size)
            if self._read(len(expected)) != expected:
                raise refusal(self._path, f"where {member.path} was announced, there is something else")
            path = folder / member.path
            path.parent.mkdir(parents=True, exist_ok=True)
            if self._copy(path, member.size) != member.sha256:
                raise refusal(self._path, f"{member.path} is not the file that was announced")
            if any(self._read(-member.size % BLOCK)):
                raise refusal(self._path, f"there is something hidden behind {member.path}")
        if self._read(len(TAR_END)) != TAR_END or self._stream.read(1):
            raise refusal(self._path, "it holds more than was announced")
        progress("Unpacking files", len(members), len(members))

    def _head(self) -> Head:
        header = self._read(BLOCK)
        try:
            size = tarfile.TarInfo.frombuf(header, "ascii", "strict").size
        except (tarfile.TarError, ValueError) as error:
            raise refusal(self._path, f"it does not begin with {HEAD}") from error
        if not 0 <= size <= HEAD_LIMIT:
            raise refusal(self._path, f"its {HEAD} is too large, or it holds too many files")
        if header != bundle.tar_header(HEAD, size):
            raise refusal(self._path, f"it does not begin with {HEAD}")
        stored = self._read(size + -size % BLOCK)
        try:
            number = _format.validate_json(stored[:size]).format
            if number != bundle.FORMAT:
                other = "a newer" if number > bundle.FORMAT else "an older"
                raise refusal(
                    self._path, f"it has format {number}, of {other} pubsearch, where this one reads {bundle.FORMAT}"
                )
            head = bundle.load(stored[:size])
        except ValidationError as error:
            raise refusal(self._path, f"its {HEAD} cannot be read") from error
        if any(stored[size:]):
            raise refusal(self._path, f"there is something hidden behind {HEAD}")
        return head

    def _check_head(self, size: int) -> None:
        head = self.head
        if head.index_format != manifest.FORMAT:
            other = "a newer" if head.index_format > manifest.FORMAT else "an older"
            raise refusal(
                self._path,
                f"its index has format {head.index_format}, of {other} pubsearch, where this one reads "
                f"{manifest.FORMAT}; have it built and bundled by the pubsearch that is installed here",
            )
        for member in head.members:
            if not NAMES.fullmatch(member.path):
                raise refusal(self._path, f"it holds {member.path!r}, which belongs to no topic")
        again = [path for path, times in Counter(each.path.lower() for each in head.members).items() if times > 1]
        if again:
            raise refusal(self._path, f"it holds {again[0]} more than once")
        versions = {PurePosixPath(each.path).parts[1] for each in head.members if each.path.startswith("versions/")}
        if versions != {head.version}:
            raise refusal(self._path, f"it does not hold the version {head.version!r} and no other")
        if head.size > RATIO_LIMIT * size:
            raise refusal(self._path, f"it would grow to {head.size:,} bytes, from {size:,}")

    def _copy(self, path: Path, size: int) -> str:
        """Writes the next `size` bytes to `path`, and returns their SHA-256."""
        digest = hashlib.sha256()
        with path.open("xb") as file:
            for first in range(0, size, _CHUNK):
                chunk = self._read(min(_CHUNK, size - first))
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()

    def _read(self, size: int) -> bytes:
        try:
            data = self._stream.read(size) if size else b""
        except zstandard.ZstdError as error:
            raise refusal(self._path, f"its compression cannot be read ({error})") from error
        if len(data) < size:
            raise refusal(self._path, "it ends before all that was announced has come")
        return data


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Arrival]:
    """The bundle at `path`, once its seal holds.

    Raises:
        FileError: it cannot be read, is no bundle, was damaged on its way, or is of another format.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    with file:
        size = _check_seal(path, file)
        reader = zstandard.ZstdDecompressor(max_window_size=_WINDOW_LIMIT)
        with reader.stream_reader(file, closefd=False) as stream:
            yield Arrival(path, stream, size)


def refusal(path: Path, why: str) -> FileError:
    """The error of a bundle that is not let in."""
    return FileError(f"{path} was not installed: {why}; nothing was changed.")


def check_room(folder: Path, path: Path, head: Head) -> None:
    """Makes sure that the disk of `folder` has room for all that the bundle at `path` announces.

    Raises:
        FileError: it has not.
    """
    free = shutil.disk_usage(folder).free
    if head.size > free:
        raise refusal(path, f"it needs {head.size:,} bytes, and the disk of {folder} has {free:,} free")


def _check_seal(path: Path, file: BinaryIO) -> int:
    """Holds all bytes of the file against the last ones; returns how many there are."""
    try:
        size = file.seek(0, os.SEEK_END)
        end = max(size - SEAL_BYTES, 0)
        file.seek(0)
        digest, left = hashlib.sha256(), end
        while left and (chunk := file.read(min(_CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
        if file.read() != bundle.seal(digest.digest()):
            raise refusal(path, "it is no bundle, or was cut short or changed on its way: get it again")
        file.seek(0)
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from error
    return size
