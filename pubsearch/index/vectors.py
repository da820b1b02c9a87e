"""The vector shards: every text's vector, kept by text hash, so that no text is encoded twice by one model.

A shard is one safetensors file (https://github.com/huggingface/safetensors) that holds a batch's vectors; it appears
whole by one rename, so a build that is killed loses at most the batch under way. Shards never change.
"""

import contextlib
import uuid
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save

from pubsearch import durable
from pubsearch.errors import StorageError
from pubsearch.index.sparse import SparseVector

HASH_BYTES = 16


class VectorStore:
    """The vectors of one model: a folder named by the model's fingerprint."""

    def __init__(self, folder: Path) -> None:
        self._folder = durable.make_folder(folder)

    def lengths(self) -> dict[bytes, int]:
        """For each text hash, how many terms its vector has.

        Raises:
            StorageError: a shard is damaged.
        """
        found: dict[bytes, int] = {}
        for path in self._shards():
            with _opened(path) as shard:
                hashes, starts = shard.get_tensor("hashes"), shard.get_tensor("starts")
            found.update(zip(map(bytes, hashes), np.diff(starts).tolist(), strict=True))
        return found

    def add(self, vectors: Mapping[bytes, SparseVector]) -> None:
        """Commits one batch, all or nothing.

        Raises:
            StorageError: the disk is full or may not be written.
        """
        values = list(vectors.values())
        data = save(
            {
                "hashes": np.frombuffer(b"".join(vectors), np.uint8).reshape(-1, HASH_BYTES),
                "starts": np.cumsum([0, *map(len, values)], dtype=np.int64),
                "terms": np.concatenate([vector.terms for vector in values]),
                "weights": np.concatenate([vector.weights for vector in values]),
                "origins": np.concatenate([vector.origins for vector in values]),
            }
        )
        durable.write(self._folder / f"{uuid.uuid4().hex}.safetensors", data)

    def read(self, wanted: Collection[bytes]) -> Iterator[tuple[bytes, SparseVector]]:
        """Each wanted text's vector, a shard at a time, in no particular order; a text may come twice, the same.

        Raises:
            StorageError: a shard is damaged.
        """
        for path in self._shards():
            with _opened(path) as shard:
                parts = {name: shard.get_tensor(name) for name in ("hashes", "starts", "terms", "weights", "origins")}
            starts = parts["starts"]
            for i, key in enumerate(map(bytes, parts["hashes"])):
                if key in wanted:
                    part = slice(starts[i], starts[i + 1])
                    yield key, SparseVector(parts["terms"][part], parts["weights"][part], parts["origins"][part])

    def _shards(self) -> list[Path]:
        return sorted(self._folder.glob("*.safetensors"))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A shard open for reading; damage becomes one sentence that names the file."""
    try:
        with safe_open(path, framework="numpy") as shard:
            yield shard
    except (SafetensorError, OSError) as error:
        raise StorageError(f"{path} is damaged: delete that file and build again.") from error
