"""BM25: how much each word says of each record, in two passes with bounded memory.

The first pass counts each record's words into a file. The second has every word's document frequency and the mean
length, and weighs. The variant is Lucene's, without its rounding of lengths
(https://cs.uwaterloo.ca/~jimmylin/publications/Kamphuis_etal_ECIR2020_preprint.pdf):

    weight = ln(1 + (N - df + 0.5) / (df + 0.5)) · tf / (tf + K1 · (1 - B + B · length / mean length))
"""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from pubsearch.index.sparse import SparseVector
from pubsearch.index.words import occurrences

# Chosen on SciFact's training claims (benchmarks.quality), where their neighbours do hardly worse.
K1 = 1.2
B = 0.75

# What the file holds of a word of a record: the word's number, how often it stands there, where it stands first.
_ENTRY = np.dtype((np.uint32, 3))


class WordCounts:
    """The words of all records, counted; `lengths` has by row how many different words a record has."""

    def __init__(self, file: BinaryIO, records: int) -> None:
        """Counts the words of `records` records into an empty `file`."""
        self.lengths = np.zeros(records, np.int64)
        self._totals = np.zeros(records, np.int64)
        self._rows: list[int] = []
        self._numbers: dict[str, int] = {}
        self._frequencies: list[int] = []
        self._file = file

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, row: int, text: str) -> None:
        """Counts the words of one record.

        Raises:
            OSError: the disk is full.
        """
        found = [(self._number(word), count, origin) for word, (count, origin) in occurrences(text).items()]
        for number, _, _ in found:
            self._frequencies[number] += 1
        self._rows.append(row)
        self.lengths[row] = len(found)
        self._totals[row] = sum(count for _, count, _ in found)
        self._file.write(np.array(found, np.uint32).tobytes())

    def vocabulary(self) -> list[str]:
        """All words, sorted; a word's place here is its place among the terms."""
        return sorted(self._numbers)

    def vectors(self, first: int) -> Iterator[tuple[int, SparseVector]]:
        """Each row with its words' weights, in the order in which they were added; `first` is the first word's term.

        Raises:
            OSError: the file cannot be read.
        """
        places = np.empty(len(self), np.int32)
        places[[self._numbers[word] for word in self.vocabulary()]] = np.arange(first, first + len(self))
        frequencies = np.array(self._frequencies)
        rarity = np.log(1 + (len(self._rows) - frequencies + 0.5) / (frequencies + 0.5))
        damping = K1 * (1 - B + B * self._totals / (self._totals.mean() or 1))
        self._file.seek(0)
        for row in self._rows:
            entries = np.frombuffer(self._file.read(int(self.lengths[row]) * _ENTRY.itemsize), _ENTRY)
            numbers, counts, origins = entries.T
            weights = rarity[numbers] * counts / (counts + damping[row])
            terms = places[numbers]
            order = np.argsort(terms)
            yield row, SparseVector(terms[order], weights[order].astype(np.float32), origins[order])

    def _number(self, word: str) -> int:
        number = self._numbers.setdefault(word, len(self._numbers))
        if number == len(self._frequencies):
            self._frequencies.append(0)
        return number
