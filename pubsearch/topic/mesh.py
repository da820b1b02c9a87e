"""NLM's MeSH descriptors, taken once for all topics of a library."""

import gzip
import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from pubsearch import durable
from pubsearch.descriptor import Descriptor
from pubsearch.entrez import mesh as files
from pubsearch.entrez.formats import GZIP_MAGIC
from pubsearch.errors import FileError
from pubsearch.index import mesh
from pubsearch.index.mesh import Mesh, Source
from pubsearch.topic import journal
from pubsearch.topic.progress import Progress, silent

# the dot keeps it from being a topic's name
_NAME = ".mesh.sqlite"
_STEP = 1000
_MB = 1_000_000


def taken(library: Path) -> Mesh | None:
    """The headings that `take` last put into the library's folder; None where it never did.

    Raises:
        VersionError: they are damaged.
        StorageError: they cannot be read.
    """
    return Mesh.open(library / _NAME)


def take(library: Path, file: Path, progress: Progress = silent) -> Source:
    """Takes a file of descriptors, XML or ASCII, plain or gzip'd, for the topics in the folder `library`.

    Raises:
        FileError: the file cannot be read, or is none of MeSH descriptors; what was taken before stays.
        StorageError: the disk is full, or the folder may not be written.
        StoppedError: the user stopped it; what was taken before stays.
    """
    try:
        raw = file.open("rb")
    except OSError as error:
        raise FileError(f"{file} cannot be opened: {error.strerror}.") from error
    with raw:
        try:
            sha256 = hashlib.file_digest(raw, "sha256").hexdigest()
        except OSError as error:
            raise FileError(f"{file} cannot be read: {error.strerror}.") from error
        raw.seek(0)
        packed = raw.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        raw.seek(0)
        source = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        descriptors = _reported(files.descriptors(source, file.name), raw, file.stat().st_size, progress)
        path = durable.make_folder(library) / _NAME
        mesh.write(path, descriptors, file=file.name, sha256=sha256, taken=journal.now().isoformat(timespec="seconds"))
    return Mesh(path).source


def _reported(descriptors: Iterable[Descriptor], raw: BinaryIO, size: int, progress: Progress) -> Iterator[Descriptor]:
    for number, descriptor in enumerate(descriptors):
        if number % _STEP == 0:
            progress("Reading MeSH (MB)", raw.tell() // _MB, size // _MB)
        yield descriptor
    progress("Reading MeSH (MB)", size // _MB, size // _MB)
