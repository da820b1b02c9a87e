"""Vectors are kept by text, a batch is there whole or not at all, and damage never passes for a vector."""

import multiprocessing
import random
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pubsearch.errors import StorageError
from pubsearch.index.sparse import SparseVector
from pubsearch.index.vectors import FULL, Size, VectorStore

MOMENTS = 30
BATCH = 8


def vector(*terms: int) -> SparseVector:
    numbers = np.array(terms, np.int32)
    return SparseVector(numbers, numbers.astype(np.float32) + 0.5, numbers.astype(np.uint32) * 2)


def key(letter: str) -> bytes:
    return letter.encode() * 16


def numbered(number: int) -> bytes:
    return number.to_bytes(16, "big")


def batch(numbers: Iterable[int]) -> dict[bytes, SparseVector]:
    """One vector for each number, of the number alone."""
    return {numbered(number): vector(number) for number in numbers}


def holds(store: VectorStore, numbers: set[int]) -> bool:
    """Whether the store has the right vectors of these numbers and no others."""
    found = {key: int(vector.terms[0]) for key, vector in store.read(store.lengths())}
    return found == {numbered(number): number for number in numbers}


def same(left: SparseVector, right: SparseVector) -> bool:
    return all((getattr(left, name) == getattr(right, name)).all() for name in ("terms", "weights", "origins"))


def shards(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"))


def test_what_is_added_is_read_back(tmp_path: Path) -> None:
    store = VectorStore(tmp_path / "model")
    store.add({key("a"): vector(1, 5), key("b"): vector()})
    store.add({key("c"): vector(7)})
    again = VectorStore(tmp_path / "model")
    assert again.lengths() == {key("a"): 2, key("b"): 0, key("c"): 1}
    found = dict(again.read({key("a"), key("c")}))
    assert found.keys() == {key("a"), key("c")}
    assert same(found[key("a")], vector(1, 5))


def test_the_same_batch_twice_is_one_shard(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add(batch(range(3)))
    store.add(batch(range(3)))
    assert store.size() == Size(3, shards(tmp_path)[0].stat().st_size)


def test_a_shard_that_is_cut_short_is_named_with_the_cure(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    shard = store.add({key("a"): vector(1)})
    for left in (shard.stat().st_size - 3, 20, 0):
        with shard.open("r+b") as file:
            file.truncate(left)
        with pytest.raises(StorageError, match=f"{shard.name} is damaged: delete that file and build again"):
            store.lengths()


def test_any_flipped_bit_is_noticed_before_its_vector_is_used(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    shard = store.add(batch(range(1, 4)))
    whole = shard.read_bytes()
    wanted = store.lengths().keys()
    for place in range(len(whole)):
        shard.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << place % 8]) + whole[place + 1 :])
        with pytest.raises(StorageError, match=shard.name):
            list(store.read(wanted))
    shard.write_bytes(whole)
    assert len(list(store.read(wanted))) == 3


def test_lengths_and_hashes_are_checked_though_the_weights_are_not_read(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    shard = store.add({key("a"): vector(1, 2, 3)})
    whole = bytearray(shard.read_bytes())
    whole[whole.index(key("a"))] ^= 1
    shard.write_bytes(whole)
    with pytest.raises(StorageError, match=shard.name):
        store.lengths()


def test_a_shard_in_the_place_of_another_or_of_another_model_is_noticed(tmp_path: Path) -> None:
    store, other = VectorStore(tmp_path / "model"), VectorStore(tmp_path / "other")
    first, second = store.add(batch([1])), store.add(batch([2]))
    foreign = other.add(batch([3]))
    shutil.copy(second, first)
    with pytest.raises(StorageError, match=first.name):
        list(store.read({numbered(2)}))
    first.unlink()
    shutil.copy(foreign, tmp_path / "model")
    with pytest.raises(StorageError, match=foreign.name):
        store.lengths()


def test_a_batch_that_was_cut_off_is_not_there(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add({key("a"): vector(1)})
    (tmp_path / ".tmp-1234").write_bytes(b"half a shard")
    assert store.lengths() == {key("a"): 1}


def test_only_the_living_are_retained_each_once_and_in_one_shard(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add(batch([1, 2]))
    store.add(batch([2, 3]))
    store.add(batch([4]))
    store.retain({numbered(number) for number in (2, 3, 5)})
    assert holds(store, {2, 3})
    assert store.size().vectors == 2
    assert len(shards(tmp_path)) == 1


def test_retaining_what_is_in_order_changes_nothing(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add(batch(range(FULL)))
    store.add(batch(range(FULL, FULL + 3)))
    before = {path: path.read_bytes() for path in shards(tmp_path)}
    store.retain(store.lengths())
    assert {path: path.read_bytes() for path in shards(tmp_path)} == before


def test_full_shards_are_made_of_small_ones_and_of_those_that_lost_some(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add(batch(range(FULL)))
    for first in range(FULL, 2 * FULL, FULL // 4):
        store.add(batch(range(first, first + FULL // 4)))
    living = set(range(5, 2 * FULL))
    store.retain({numbered(number) for number in living})
    assert holds(store, living)
    assert store.size().vectors == len(living)
    assert len(shards(tmp_path)) == 2


def test_nothing_is_left_of_a_store_without_living_texts(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add(batch([1, 2]))
    store.retain(())
    assert shards(tmp_path) == []


def test_a_damaged_shard_stops_what_would_drop_it(tmp_path: Path) -> None:
    store = VectorStore(tmp_path)
    store.add(batch([1]))
    shard = store.add(batch([2]))
    content = shard.read_bytes()
    shard.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(StorageError, match=shard.name):
        store.retain({numbered(1), numbered(2)})
    shard.write_bytes(content)
    assert holds(store, {1, 2})


@pytest.fixture(scope="module")
def context() -> multiprocessing.context.BaseContext:
    """Children that start at once: they are forked from a process that has imported all."""
    made = multiprocessing.get_context("forkserver")
    # modules that are found from any folder: one that is not found is left out without a word
    made.set_forkserver_preload(["pubsearch.index.vectors", "pytest"])
    return made


def fill(folder: str, first: int, batches: int, committed: Any) -> None:
    """Adds batches of numbers from `first` on, and says how many it has committed."""
    store = VectorStore(Path(folder))
    for start in range(first, first + BATCH * batches, BATCH):
        store.add(batch(range(start, start + BATCH)))
        committed.value += 1


def retain_some(folder: str, living: range) -> None:
    VectorStore(Path(folder)).retain({numbered(number) for number in living})


def kill_at_moments(
    context: Any, work: Callable[..., None], trial: Callable[[], tuple[Any, Callable[[], None]]], moments: int
) -> None:
    """Runs `work` again and again in a process of its own that is killed at a random moment.

    `trial` gives the arguments for one run and what must hold after its kill.
    """

    def run(arguments: Any, seconds: float | None) -> int | None:
        process = context.Process(target=work, args=arguments)
        process.start()
        process.join(seconds)
        process.kill()
        process.join()
        return process.exitcode  # type: ignore[no-any-return]

    started = time.perf_counter()
    assert run(trial()[0], None) == 0
    duration = time.perf_counter() - started
    chance, killed = random.Random(1), 0
    for _ in range(4 * moments):
        arguments, check = trial()
        moment = duration * chance.random()
        if run(arguments, moment) == 0:
            # It was done before its moment came: it has become faster than the first time.
            duration = moment
            continue
        check()
        killed += 1
        if killed == moments:
            return
    raise AssertionError(f"only {killed} processes were killed")


def test_a_killed_writer_loses_at_most_the_batch_under_way(
    context: multiprocessing.context.BaseContext, tmp_path: Path
) -> None:
    number = iter(range(1000))

    def trial() -> tuple[Any, Callable[[], None]]:
        folder = tmp_path / str(next(number))
        # a lock would stay with a writer that is killed while it counts, and nobody could read on
        committed = context.Value("i", 0, lock=False)

        def check() -> None:
            found = len(VectorStore(folder).lengths())
            # killed between a commit and the word of it, it has done one more than it said
            assert found in (BATCH * committed.value, BATCH * (committed.value + 1))
            assert holds(VectorStore(folder), set(range(found)))

        return (str(folder), 0, 20, committed), check

    kill_at_moments(context, fill, trial, MOMENTS)


def test_a_killed_vacuum_loses_no_living_vector(context: multiprocessing.context.BaseContext, tmp_path: Path) -> None:
    template = VectorStore(tmp_path / "template" / "model")
    # One shard has lost a text, the others are small: a full one and a rest are made of these.
    template.add(batch(range(FULL)))
    for first in range(FULL, 2 * FULL, FULL // 4):
        template.add(batch(range(first, first + FULL // 4)))
    living = range(1, 3 * FULL // 2)
    number = iter(range(1000))

    def trial() -> tuple[Any, Callable[[], None]]:
        folder = shutil.copytree(tmp_path / "template", tmp_path / str(next(number))) / "model"

        def check() -> None:
            wanted = {numbered(number): number for number in living}
            assert {key: int(vector.terms[0]) for key, vector in VectorStore(folder).read(wanted)} == wanted
            shutil.rmtree(folder)

        return (str(folder), living), check

    kill_at_moments(context, retain_some, trial, MOMENTS // 2)


def test_two_processes_fill_one_store(context: multiprocessing.context.BaseContext, tmp_path: Path) -> None:
    committed = context.Value("i", 0)
    # The second half of the one is the first half of the other.
    writers = [context.Process(target=fill, args=(str(tmp_path), first, 20, committed)) for first in (0, 10 * BATCH)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert holds(VectorStore(tmp_path), set(range(30 * BATCH)))
    assert VectorStore(tmp_path).size().vectors == 30 * BATCH
