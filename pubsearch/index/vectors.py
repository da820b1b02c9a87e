"""The vector shards: every text's vector, kept by text hash, so that no text is encoded twice by one model.

A shard is one safetensors file (https://github.com/huggingface/safetensors) that never changes. It appears whole by one
rename, so a build that is killed loses at most the batch under way. Its name is the SHA-256 of its model's fingerprint
and its bytes, so a shard that was cut short, altered or put in another's place gives itself away, and processes that
write at once cannot meet: the same name is the same content. Its head, which is read alone to learn what there is, has
a checksum of its own.
"""

import contextlib
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from pubsearch import durable
from pubsearch.errors import StorageError
from pubsearch.index.sparse import SparseVector

HASH_BYTES = 16
# Vectors of a shard that `retain` makes, about 24 MB: a million records are then 61 files, and one fits in memory.
FULL = 16_384


@dataclass(frozen=True, slots=True)
class Size:
    """How many vectors there are, a text's twice where it stands in two shards, and their bytes on disk."""

    vectors: int
    bytes: int


class VectorStore:
    """The vectors of one model: a folder named by the model's fingerprint."""

    def __init__(self, folder: Path) -> None:
        self._folder = durable.make_folder(folder)

    def lengths(self) -> dict[bytes, int]:
        """For each text hash, how many terms its vector has, the first that `read` gives; only the heads of the shards
        are read.

        Raises:
            StorageError: a shard is damaged.
        """
        found: dict[bytes, int] = {}
        for path in self._shards():
            with _opened(path) as shard:
                hashes, starts = self._head(path, shard)
            for key, length in zip(hashes, np.diff(starts).tolist(), strict=True):
                found.setdefault(key, length)
        return found

    def size(self) -> Size:
        """What the folder holds.

        Raises:
            StorageError: a shard is damaged.
        """
        vectors = size = 0
        for path in self._shards():
            with _opened(path) as shard:
                vectors += shard.get_slice("hashes").get_shape()[0]
                size += path.stat().st_size
        return Size(vectors, size)

    def add(self, vectors: Mapping[bytes, SparseVector]) -> Path:
        """Commits one batch of at least one vector, all or nothing, and returns its shard.

        Raises:
            StorageError: the disk is full or may not be written.
        """
        values = list(vectors.values())
        # as 64-bit numbers the hashes stand beside the starts, at the head of the file
        hashes = np.frombuffer(b"".join(vectors), np.uint64).reshape(-1, HASH_BYTES // 8)
        starts = np.cumsum([0, *map(len, values)], dtype=np.int64)
        data = save(
            {
                "hashes": hashes,
                "starts": starts,
                "terms": np.concatenate([vector.terms for vector in values]),
                "weights": np.concatenate([vector.weights for vector in values]),
                "origins": np.concatenate([vector.origins for vector in values]),
            },
            {"head": self._digest(hashes, starts).hexdigest()},
        )
        path = self._folder / f"{self._digest(data).hexdigest()}.safetensors"
        durable.write(path, data)
        return path

    def read(self, wanted: Collection[bytes]) -> Iterator[tuple[bytes, SparseVector]]:
        """Each wanted text's vector, a shard at a time, always in the same order; a text may come twice.

        Raises:
            StorageError: a shard that holds a wanted vector is damaged.
        """
        for path in self._shards():
            yield from self._read(path, wanted)

    def damaged(self) -> Iterator[Path]:
        """The shards that are not what was committed here, or that another model made; every byte is read."""
        for path in self._shards():
            try:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, self._digest).hexdigest()
            except OSError:
                digest = ""
            if digest != path.stem:
                yield path

    def retain(self, living: Collection[bytes]) -> None:
        """Drops the vectors of all texts but `living`, and gathers what is left in full shards, each text once.

        A shard goes when its vectors stand in others: at any moment every living vector that was there is there.

        Raises:
            StorageError: a shard is damaged, or the disk is full.
        """
        kept: set[bytes] = set()
        sources = []
        for path in self._shards():
            with _opened(path) as shard:
                hashes, _ = self._head(path, shard)
            if len(hashes) == FULL and all(key in living and key not in kept for key in hashes):
                kept.update(hashes)
            else:
                sources.append(path)
        made: set[Path] = set()
        for batch, emptied in self._gathered(sources, living, kept):
            if batch:
                made.add(self.add(batch))
            with durable.storage_errors(self._folder):
                for path in emptied:
                    # the same vectors in the same order make the same shard
                    if path not in made:
                        path.unlink()

    def _gathered(
        self, paths: Iterable[Path], living: Collection[bytes], kept: set[bytes]
    ) -> Iterator[tuple[dict[bytes, SparseVector], list[Path]]]:
        """The living vectors of `paths` that are not kept yet, `FULL` at a time; and the shards that they empty."""
        batch: dict[bytes, SparseVector] = {}
        emptied: list[Path] = []
        for path in paths:
            for key, vector in self._read(path, living):
                if key not in kept:
                    kept.add(key)
                    batch[key] = vector
                if len(batch) == FULL:
                    yield batch, emptied
                    batch, emptied = {}, []
            emptied.append(path)
        yield batch, emptied

    def _read(self, path: Path, wanted: Collection[bytes]) -> Iterator[tuple[bytes, SparseVector]]:
        with _opened(path) as shard:
            hashes, starts = self._head(path, shard)
            places = [(i, key) for i, key in enumerate(hashes) if key in wanted]
            if not places:
                return
            with path.open("rb") as file:
                if hashlib.file_digest(file, self._digest).hexdigest() != path.stem:
                    raise _damaged(path)
            terms, weights, origins = map(shard.get_tensor, ("terms", "weights", "origins"))
        for i, key in places:
            part = slice(starts[i], starts[i + 1])
            yield key, SparseVector(terms[part], weights[part], origins[part])

    def _head(self, path: Path, shard: Any) -> tuple[list[bytes], npt.NDArray[np.int64]]:
        """The hashes of a shard's texts, and where their vectors start."""
        hashes, starts = shard.get_tensor("hashes"), shard.get_tensor("starts")
        if (shard.metadata() or {}).get("head") != self._digest(hashes, starts).hexdigest():
            raise _damaged(path)
        return hashes.view(f"V{HASH_BYTES}").ravel().tolist(), starts

    def _digest(self, *parts: Any) -> Any:
        digest = hashlib.sha256(self._folder.name.encode())
        for part in parts:
            digest.update(part)
        return digest

    def _shards(self) -> list[Path]:
        return sorted(self._folder.glob("*.safetensors"))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A shard mapped for reading; damage becomes one sentence that names the file."""
    try:
        with safe_open(path, framework="numpy") as shard:
            yield shard
    except (SafetensorError, OSError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> StorageError:
    return StorageError(f"{path} is damaged: delete that file and build again; its texts are then encoded anew.")
