"""Inverted lists: for each term, ascending numbers (rows of records, or places in running text), memory-mapped.

A folder of .npy files: `terms` (UTF-8, in the order of code points, one after the other), `ends` (where each ends, and
0 before them), `starts` (where the list of each begins, and the end) and `numbers`, the lists themselves. Terms that
begin alike stand together, so that a truncated word is one slice of `numbers`.
"""

import heapq
import shutil
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pubsearch.index import arrays

Numbers = npt.NDArray[np.uint32]
Moved = npt.NDArray[np.int64]

# Entries that are sorted in memory at once, here as they come and there as the runs are merged: some 100 MB.
_RUN = 1 << 21
_PART = 1 << 22
# Above every byte of UTF-8.
_AFTER = b"\xff"


class InvertedLists:
    """The lists of a folder that `InvertedListsWriter` filled."""

    def __init__(self, folder: Path) -> None:
        """Opens the folder.

        Raises:
            ValueError: a file is missing, cut short, or is not what the writer wrote.
        """
        # Plain arrays and memory views: a memmap costs more to index than to read.
        self._terms = np.asarray(arrays.mapped(folder / "terms.npy", np.uint8)).data
        ends = np.asarray(arrays.mapped(folder / "ends.npy", np.int64))
        starts = np.asarray(arrays.mapped(folder / "starts.npy", np.int64))
        self._numbers = np.asarray(arrays.mapped(folder / "numbers.npy", np.uint32))
        if len(starts) != len(ends) or ends[-1] != len(self._terms) or starts[-1] != len(self._numbers):
            raise ValueError(f"terms, ends, starts and numbers of {folder.name} do not belong together")
        self._ends, self._starts = ends.data, starts.data
        self._place = lru_cache(1 << 16)(self._search)

    def of(self, term: str) -> Numbers:
        """The numbers of `term`, ascending; none where it is unknown."""
        key = term.encode()
        place = self._place(key)
        if place == len(self._ends) - 1 or self._term(place) != key:
            return self._numbers[:0]
        return self._numbers[self._starts[place] : self._starts[place + 1]]

    def beginning_with(self, prefix: str) -> Numbers:
        """The numbers of all terms that begin with `prefix`, one list after the other."""
        key = prefix.encode()
        return self._numbers[self._starts[self._place(key)] : self._starts[self._place(key + _AFTER)]]

    def terms(self, prefix: str) -> Iterator[tuple[str, Numbers]]:
        """Each term that begins with `prefix`, with its numbers."""
        key = prefix.encode()
        for place in range(self._place(key), self._place(key + _AFTER)):
            yield self._term(place).decode(), self._numbers[self._starts[place] : self._starts[place + 1]]

    def _term(self, place: int) -> bytes:
        return bytes(self._terms[self._ends[place] : self._ends[place + 1]])

    def _search(self, key: bytes) -> int:
        return bisect_left(range(len(self._ends) - 1), key, key=self._term)


class InvertedListsWriter:
    """Fills a folder for `InvertedLists`, a record at a time, in any order; what is sorted at once fits in memory."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._runs = folder / "runs"
        self._runs.mkdir()
        self._count = 0
        self._begin()

    def add(self, row: int, terms: list[str], places: Iterable[int] | None = None) -> None:
        """Adds a record's terms, each with its place in the record, or all with place 0.

        Raises:
            OSError: the disk is full.
        """
        self._ids.extend(map(self._vocabulary.__getitem__, terms))
        self._rows.extend([row] * len(terms))
        self._places.extend([0] * len(terms) if places is None else places)
        if len(self._ids) >= _RUN:
            self._spill()

    def take_over(self, lists: InvertedLists, moved: Callable[[Numbers], tuple[Moved, Moved]]) -> None:
        """Adds finished lists; `moved` gives for numbers of theirs the row of each, -1 where it is left out, and its
        place in the record.

        Raises:
            OSError: the disk is full.
        """
        self._spill()
        starts, first = np.asarray(lists._starts), 0
        while first < len(starts) - 1:
            last = max(first + 1, int(np.searchsorted(starts, starts[first] + _RUN, side="right")) - 1)
            rows, places = moved(lists._numbers[starts[first] : starts[last]])
            taken = rows >= 0
            lengths = np.diff(np.concatenate([[0], np.cumsum(taken)])[starts[first : last + 1] - starts[first]])
            terms = [lists._term(first + place) for place in np.flatnonzero(lengths).tolist()]
            self._write_run(terms, lengths[lengths > 0], rows[taken], places[taken])
            first = last

    def close(self, firsts: npt.NDArray[np.int64]) -> None:
        """Writes the lists: a term at `place` of record `row` has the number `firsts[row] + place`.

        Raises:
            OSError: the disk is full.
        """
        self._spill()
        runs = [_Run(self._runs, number) for number in range(self._count)]
        lengths = self._merge_terms(runs)
        starts = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        arrays.write(self._folder / "starts.npy", starts)
        with arrays.appending(self._folder / "numbers.npy", np.uint32, int(starts[-1])) as append:
            first = 0
            while first < len(lengths):
                last = max(first + 1, int(np.searchsorted(starts, starts[first] + _PART, side="right")) - 1)
                entries = np.concatenate([run.entries(first, last, firsts) for run in runs])
                entries.sort()
                append(entries.astype(np.uint32))  # the lower half of each
                first = last
        shutil.rmtree(self._runs)

    def _begin(self) -> None:
        self._vocabulary = _Vocabulary()
        self._ids, self._rows, self._places = array("I"), array("I"), array("I")

    def _spill(self) -> None:
        """Writes what has come so far as a run: its terms in order, and the entries of each."""
        if not self._ids:
            return
        terms = [term.encode() for term in self._vocabulary]
        order = sorted(range(len(terms)), key=terms.__getitem__)
        ranks = np.empty(len(terms), np.uint32)
        ranks[order] = np.arange(len(terms), dtype=np.uint32)
        entries = ranks[np.frombuffer(self._ids, np.uint32)]
        by_term = np.argsort(entries, kind="stable")
        rows, places = (np.frombuffer(column, np.uint32)[by_term] for column in (self._rows, self._places))
        self._write_run([terms[i] for i in order], np.bincount(entries, minlength=len(terms)), rows, places)
        self._begin()

    def _write_run(
        self, terms: list[bytes], lengths: npt.NDArray[Any], rows: npt.NDArray[Any], places: npt.NDArray[Any]
    ) -> None:
        """Writes the rows and places of sorted `terms`, of which each has so many."""
        name = f"{self._count:05d}"
        (self._runs / f"{name}.terms").write_bytes(b"\n".join(terms))
        np.save(self._runs / f"{name}.starts.npy", np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32))
        np.save(self._runs / f"{name}.rows.npy", rows.astype(np.uint32))
        np.save(self._runs / f"{name}.places.npy", places.astype(np.uint32))
        self._count += 1

    def _merge_terms(self, runs: "list[_Run]") -> npt.NDArray[np.int64]:
        """Writes all terms in order, tells each run which of them its own are, and counts the entries of each."""
        ends, last, numbers = array("q", [0]), None, [array("I") for _ in runs]
        merged = heapq.merge(*(run.terms(number) for number, run in enumerate(runs)))
        unfinished = self._runs / "terms"
        with unfinished.open("wb") as file:
            for term, run in merged:
                if term != last:
                    file.write(term)
                    ends.append(ends[-1] + len(term))
                    last = term
                numbers[run].append(len(ends) - 2)
        arrays.write(self._folder / "terms.npy", np.fromfile(unfinished, np.uint8))
        arrays.write(self._folder / "ends.npy", np.frombuffer(ends, np.int64))
        lengths = np.zeros(len(ends) - 1, np.int64)
        for each, places in zip(runs, numbers, strict=True):
            each.numbers = np.frombuffer(places, np.uint32)
            lengths[each.numbers] += np.diff(each.starts)
        return lengths


class _Vocabulary(dict[str, int]):
    """Numbers the terms as they come."""

    def __missing__(self, term: str) -> int:
        number = self[term] = len(self)
        return number


class _Run:
    """Entries that were sorted together; `numbers` are the places of its terms among all terms, once they are known."""

    def __init__(self, folder: Path, number: int) -> None:
        self._path = folder / f"{number:05d}"
        self.starts = np.load(f"{self._path}.starts.npy")
        self.numbers: npt.NDArray[np.uint32]

    def terms(self, run: int) -> Iterator[tuple[bytes, int]]:
        """Its terms in order, each with `run`."""
        with Path(f"{self._path}.terms").open("rb") as file:
            for line in file:
                yield line.rstrip(b"\n"), run

    def entries(self, first: int, last: int, firsts: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
        """The entries of the terms `[first, last)`: the term's place above 32 bits, the number below them."""
        begin, end = np.searchsorted(self.numbers, [first, last])
        part = slice(self.starts[begin], self.starts[end])
        # Mapped for this part alone, so that the pages that are read do not stay with the process.
        rows = np.load(f"{self._path}.rows.npy", mmap_mode="r")[part]
        places = np.load(f"{self._path}.places.npy", mmap_mode="r")[part]
        terms = np.repeat(self.numbers[begin:end], np.diff(self.starts[begin : end + 1])).astype(np.uint64)
        entries: npt.NDArray[np.uint64] = terms << np.uint64(32) | (firsts[rows] + places).astype(np.uint64)
        return entries
