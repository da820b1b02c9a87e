"""The labels of every record by row, as memory-mapped .npy files: what is counted, and what is filtered.

Most questions count few of many records, so labels lie by row, and not rows by label.
"""

from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pubsearch.index import arrays

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

# Rows that are brought into order at a time.
_BLOCK = 1 << 16


class Bits:
    """A facet of at most 16 labels, in `NAME.npy`: bit i of a row is set where it has label i."""

    def __init__(self, folder: Path, name: str, labels: int) -> None:
        """Opens `NAME.npy` of a facet of so many `labels`.

        Raises:
            ValueError: the file is missing, cut short, or holds something else.
        """
        self._labels = labels
        self._bits = np.asarray(arrays.mapped(folder / f"{name}.npy", np.uint16))

    def __len__(self) -> int:
        return len(self._bits)

    def counts(self, mask: Mask) -> Numbers:
        """How many rows of `mask` have each label."""
        # There are few different sets of labels, so the sets are counted first.
        records = np.bincount(self._bits[np.flatnonzero(mask)])
        sets = np.flatnonzero(records)
        return records[sets] @ (sets[:, None] >> np.arange(self._labels) & 1)

    def unlabelled(self) -> Mask:
        """The rows that have no label."""
        found: Mask = self._bits == 0
        return found

    def of(self, rows: Numbers) -> npt.NDArray[np.uint16]:
        """The bits of `rows`."""
        return self._bits[rows]

    def mask(self, places: Numbers) -> Mask:
        """The rows that have any of the labels at `places`."""
        found: Mask = (self._bits & np.bitwise_or.reduce(1 << places).astype(np.uint16)) != 0
        return found


class Lists:
    """A facet of any number of labels: those of row r have the numbers `numbers[starts[r]:starts[r + 1]]`.

    `NAME-starts.npy` has a position more than rows; `NAME-numbers.npy` takes 8 or 16 bits a label where that fits.
    """

    def __init__(self, folder: Path, name: str, labels: int) -> None:
        """Opens the files of a facet of so many `labels`.

        Raises:
            ValueError: a file is missing, cut short, or is not what `ListsWriter` wrote.
        """
        self._labels = labels
        self._starts = np.asarray(arrays.mapped(folder / f"{name}-starts.npy", np.int32))
        self._numbers = np.asarray(arrays.mapped(folder / f"{name}-numbers.npy", np.uint8, np.uint16, np.int32))
        if not len(self._starts) or self._starts[-1] != len(self._numbers):
            raise ValueError(f"{name}-starts.npy and {name}-numbers.npy do not belong together")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def counts(self, mask: Mask) -> Numbers:
        """How many rows of `mask` have each label."""
        wanted = np.count_nonzero(mask)
        if wanted == len(self):
            found = self._numbers
        elif 2 * wanted < len(self):
            found = self._numbers[_entries(self._starts, np.flatnonzero(mask))]
        else:
            found = self._numbers[np.repeat(mask, np.diff(self._starts))]
        return np.bincount(found, minlength=self._labels)

    def mask(self, places: Numbers) -> Mask:
        """The rows that have any of the labels at `places`."""
        wanted = np.zeros(self._labels, np.bool_)
        wanted[places] = True
        mask = np.zeros(len(self), np.bool_)
        # Where two starts are the same, `reduceat` would give what comes next instead of nothing.
        filled = np.flatnonzero(np.diff(self._starts))
        if len(filled):
            mask[filled] = np.logical_or.reduceat(np.take(wanted, self._numbers), self._starts[filled])
        return mask

    def unlabelled(self) -> Mask:
        """The rows that have no label."""
        found: Mask = np.diff(self._starts) == 0
        return found


class ListsWriter:
    """Makes `Lists`, rows in any order: labels are numbered as they are met, and in alphabetic order at the end."""

    def __init__(self, rows: int) -> None:
        self._met: dict[str, int] = {}
        self._numbers = array("I")
        self._starts = np.zeros(rows + 1, np.int32)

    def add(self, row: int, labels: Sequence[str]) -> None:
        """Takes in the labels of a row, which differ from each other."""
        self._starts[row + 1] = len(labels)
        self._numbers.extend([self._met.setdefault(label, len(self._met)) for label in labels])

    def take_over(self, lists: Lists, labels: Sequence[str], old: Numbers, new: Numbers) -> None:
        """Takes in the `old` rows of a finished facet with these `labels`, at the rows `new`."""
        met = lists._numbers[_entries(lists._starts, old)]
        numbers = np.zeros(len(labels), np.uint32)
        for place in np.unique(met):
            numbers[place] = self._met.setdefault(labels[place], len(self._met))
        self._numbers.frombytes(numbers[met].tobytes())
        self._starts[new + 1] = lists._starts[old + 1] - lists._starts[old]

    def write(self, folder: Path, name: str, added: npt.NDArray[np.uint32]) -> list[str]:
        """Writes the files for rows that were added in the order of `added`; returns the labels.

        Raises:
            OSError: the disk is full or may not be written.
        """
        labels = sorted(self._met)
        kind = np.uint8 if len(labels) <= 1 << 8 else np.uint16 if len(labels) <= 1 << 16 else np.int32
        places = np.empty(len(labels), kind)
        places[[self._met[label] for label in labels]] = np.arange(len(labels), dtype=kind)
        starts = np.cumsum(self._starts, out=self._starts)
        met = np.frombuffer(self._numbers, np.uint32)
        numbers, done = np.empty(len(met), kind), 0
        for first in range(0, len(added), _BLOCK):
            entries = _entries(starts, added[first : first + _BLOCK])
            numbers[entries] = places[met[done : done + len(entries)]]
            done += len(entries)
        arrays.write(folder / f"{name}-starts.npy", starts)
        arrays.write(folder / f"{name}-numbers.npy", numbers)
        return labels


def _entries(starts: npt.NDArray[np.int32], rows: npt.NDArray[np.integer]) -> npt.NDArray[np.int32]:
    """Where the numbers of `rows` lie, one row after the other."""
    firsts = starts[rows]
    lengths = starts[rows + 1] - firsts
    before = np.cumsum(lengths, dtype=np.int32) - lengths
    entries: npt.NDArray[np.int32] = np.arange(lengths.sum(), dtype=np.int32) + np.repeat(firsts - before, lengths)
    return entries
