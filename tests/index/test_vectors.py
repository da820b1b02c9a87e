"""Vectors are kept by text, and a batch is there whole or not at all."""

from pathlib import Path

import numpy as np
import pytest

from pubsearch.errors import StorageError
from pubsearch.index.rows import Rows, RowsWriter
from pubsearch.index.sparse import SparseVector
from pubsearch.index.vectors import VectorStore


def vector(*terms: int) -> SparseVector:
    numbers = np.array(terms, np.int32)
    return SparseVector(numbers, numbers.astype(np.float32) + 0.5, numbers.astype(np.uint32) * 2)


def key(letter: str) -> bytes:
    return letter.encode() * 16


def same(left: SparseVector, right: SparseVector) -> bool:
    return all((getattr(left, name) == getattr(right, name)).all() for name in ("terms", "weights", "origins"))


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "model")
    store.add({key("a"): vector(1, 5), key("b"): vector()})
    store.add({key("c"): vector(7)})
    again = VectorStore(tmp_path / "model")
    assert again.lengths() == {key("a"): 2, key("b"): 0, key("c"): 1}
    found = dict(again.read({key("a"), key("c")}))
    assert found.keys() == {key("a"), key("c")}
    assert same(found[key("a")], vector(1, 5))


def test_a_damaged_shard_is_named(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add({key("a"): vector(1)})
    [shard] = tmp_path.glob("*.safetensors")
    shard.write_bytes(shard.read_bytes()[:-3])
    with pytest.raises(StorageError, match=shard.name):
        store.lengths()


def test_a_batch_that_was_cut_off_is_not_there(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add({key("a"): vector(1)})
    (tmp_path / ".tmp-1234").write_bytes(b"half a shard")
    assert store.lengths() == {key("a"): 1}


def test_rows_come_back_whatever_the_order_in_which_they_were_put(tmp_path: Path) -> None:
    vectors = [vector(1, 2), vector(), vector(9)]
    writer = RowsWriter(tmp_path / "rows", [2, 0, 1])
    for row in (2, 0, 1):
        writer.put(row, vectors[row])
    writer.close()
    rows = Rows(tmp_path / "rows")
    assert len(rows) == 3
    assert all(same(found, expected) for found, expected in zip(rows, vectors, strict=True))
