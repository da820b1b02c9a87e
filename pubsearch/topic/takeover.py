"""What an update takes over from the version before: what follows from a record alone, of records that are the same.

takeover/digests.npy   the digest of each record as it was received, by row
takeover/texts.npy     the hash of its text, which is the key of its vector
takeover/counts.npy    how often each of its words stands in its text, in the order of rows/
takeover/code.npy      the hash of the code that made all this of the records

A version from another code is not taken over: its rows may be others. Nor is one that is not whole.
"""

import contextlib
import hashlib
import importlib.metadata
import sqlite3
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pubsearch.errors import VersionError
from pubsearch.index import arrays
from pubsearch.index.bm25 import Counts
from pubsearch.index.sparse import SparseVector
from pubsearch.topic import manifest
from pubsearch.topic.layout import TAKEOVER
from pubsearch.topic.progress import Progress
from pubsearch.topic.records import Place
from pubsearch.topic.verify_version import check_version
from pubsearch.topic.version import Version

# Of this package, what makes rows of records; and of others.
_SOURCES = ("record.py", "entrez/*.py", "index/*.py")
_LIBRARIES = ("lxml", "numpy", "pydantic", "PyStemmer")
_HASH = np.dtype("V16")


@dataclass(frozen=True, slots=True)
class Before:
    """The version of `topic` before: `moved` says by its rows where each record is now, -1 for one that is gone or was
    revised; `texts` has its texts' hashes, and `counts` how often its words stand there."""

    topic: str
    version: Version
    moved: npt.NDArray[np.int64]
    texts: list[bytes]
    counts: Counts


def write(folder: Path, places: Sequence[Place], texts: Sequence[bytes]) -> None:
    """Writes into a new `folder`, by row, what the next version needs beside this one's own files; but for the counts.

    Raises:
        OSError: the disk is full.
    """
    folder.mkdir()
    digests = b"".join(bytes.fromhex(place.digest) for place in places)
    arrays.write(folder / "digests.npy", np.frombuffer(digests, _HASH))
    arrays.write(folder / "texts.npy", np.frombuffer(b"".join(texts), _HASH))
    arrays.write(folder / "code.npy", _code())


def counts_column(folder: Path, words: int) -> arrays.Column:
    """The file for the counts of so many words of all records together."""
    return arrays.Column(folder / "counts.npy", np.uint16, words)


def before(
    folder: Path, topic: str, pmids: Sequence[int], places: Mapping[int, Place], progress: Progress
) -> Before | None:
    """What the version in `folder` has of the records at `places`, whose rows are those of `pmids`; None where nothing
    of it can be taken over.

    Raises:
        StoppedError: the progress callback stopped it.
    """
    try:
        if not np.array_equal(arrays.mapped(folder / TAKEOVER / "code.npy", np.uint8), _code()):
            return None
        if any(check_version(folder, "", progress)):
            return None
        version = Version(folder, topic)
        digests, texts = (arrays.mapped(folder / TAKEOVER / f"{name}.npy", _HASH) for name in ("digests", "texts"))
        counts = np.asarray(arrays.mapped(folder / TAKEOVER / "counts.npy", np.uint16))
    except (ValueError, VersionError):
        return None
    rows = {pmid: row for row, pmid in enumerate(pmids)}
    stood = zip(version.catalogue.pmids.tolist(), digests.tolist(), strict=False)
    same = (
        rows[pmid] if pmid in rows and bytes.fromhex(places[pmid].digest) == digest else -1 for pmid, digest in stood
    )
    return Before(topic, version, np.array(list(same), np.int64), texts.tolist(), counts)


def vectors(before: Before, wanted: Collection[bytes]) -> Iterator[tuple[bytes, SparseVector]]:
    """What the model made of the texts whose hashes are `wanted`; a version has it without its words. A topic that came
    in a bundle has its vectors there alone."""
    rows, words_from = before.version.rows, before.version.manifest.model.terms
    for row, key in enumerate(before.texts):
        if key in wanted:
            vector = rows[row]
            part = slice(np.searchsorted(vector.terms, words_from))
            yield key, SparseVector(vector.terms[part], vector.weights[part], vector.origins[part])


@contextlib.contextmanager
def damage_named(before: Before) -> Iterator[None]:
    """Names a version whose parts are each as they were made and do not belong together; a bundle may bring one."""
    try:
        yield
    except (IndexError, ValueError, sqlite3.IntegrityError) as error:
        raise manifest.damaged(before.topic, error) from error


def _code() -> npt.NDArray[np.uint8]:
    digest = hashlib.sha256(sys.version.encode())
    for name in _LIBRARIES:
        digest.update(f"{name} {importlib.metadata.version(name)}\n".encode())
    root = Path(__file__).parents[1]
    for path in sorted(path for pattern in _SOURCES for path in root.glob(pattern)):
        digest.update(path.read_bytes())
    return np.frombuffer(digest.digest(), np.uint8)
