"""BM25: how much each word says of each record, in two passes with bounded memory.

The first pass counts each record's words into a file. The second has every word's document frequency and the mean
length, and weighs. The variant is Lucene's, without its rounding of lengths
(https://cs.uwaterloo.ca/~jimmylin/publications/Kamphuis_etal_ECIR2020_preprint.pdf):

    weight = ln(1 + (N - df + 0.5) / (df + 0.5)) · tf / (tf + K1 · (1 - B + B · length / mean length))
"""

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from pubsearch.index.rows import Rows
from pubsearch.index.sparse import SparseVector
from pubsearch.index.vocabulary import Vocabulary
from pubsearch.index.words import occurrences

# Chosen on SciFact's training claims (benchmarks.quality), where their neighbours do hardly worse.
K1 = 1.2
B = 0.75

# What the file holds of a word of a record: the word's number, how often it stands there, where it stands first.
_ENTRY = np.dtype((np.uint32, 3))
# Rows that are worked on at a time.
_BLOCK = 4_096
# A word that stands more often says no more.
_MOST = np.iinfo(np.uint16).max

Counts = npt.NDArray[np.uint16]


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
        found = [(self._number(word), min(count, _MOST), origin) for word, (count, origin) in occurrences(text).items()]
        for number, _, _ in found:
            self._frequencies[number] += 1
        self._rows.append(row)
        self.lengths[row] = len(found)
        self._totals[row] = sum(count for _, count, _ in found)
        self._file.write(np.array(found, np.uint32).tobytes())

    def take_over(self, rows: Rows, words: Vocabulary, counts: Counts, moved: npt.NDArray[np.int64]) -> None:
        """Counts the words of finished `rows`, each row's at the row that `moved` says; -1 leaves it out. `counts` has
        how often each of their words stands there, row after row.

        Raises:
            OSError: the disk is full.
        """
        numbers, frequencies, done = np.zeros(len(words), np.int64), np.zeros(len(words), np.int64), 0
        for first in range(0, len(moved), _BLOCK):
            new = moved[first : first + _BLOCK]
            lengths, terms, origins = rows.from_term(words.first, slice(first, first + len(new)))
            kept = np.repeat(new >= 0, lengths)
            places, times = terms[kept] - words.first, counts[done : done + len(terms)][kept]
            done += len(terms)
            for place in np.unique(places[frequencies[places] == 0]).tolist():
                numbers[place] = self._number(words[place])
            frequencies += np.bincount(places, minlength=len(words))
            self._file.write(np.stack([numbers[places], times, origins[kept]], axis=1).astype(np.uint32).tobytes())
            lengths, new = lengths[new >= 0], new[new >= 0]
            self._rows += new.tolist()
            self.lengths[new] = lengths
            ends = np.cumsum(lengths)
            self._totals[new] = np.diff(np.concatenate([[0], np.cumsum(times, dtype=np.int64)])[[0, *ends]])
        for place in np.flatnonzero(frequencies).tolist():
            self._frequencies[numbers[place]] += int(frequencies[place])

    def vocabulary(self) -> list[str]:
        """All words, sorted; a word's place here is its place among the terms."""
        return sorted(self._numbers)

    def vectors(self, first: int) -> Iterator[tuple[int, SparseVector, Counts]]:
        """Each row with its words' weights, and how often each stands there, in the order in which the rows were
        added; `first` is the first word's term.

        Raises:
            OSError: the file cannot be read.
        """
        places = np.empty(len(self), np.int32)
        places[[self._numbers[word] for word in self.vocabulary()]] = np.arange(first, first + len(self))
        frequencies = np.array(self._frequencies)
        rarity = np.log(1 + (len(self._rows) - frequencies + 0.5) / (frequencies + 0.5))
        damping = K1 * (1 - B + B * self._totals / (self._totals.mean() or 1))
        self._file.seek(0)
        for start in range(0, len(self._rows), _BLOCK):
            rows = self._rows[start : start + _BLOCK]
            lengths = self.lengths[rows]
            entries = np.frombuffer(self._file.read(int(lengths.sum()) * _ENTRY.itemsize), _ENTRY)
            numbers, counts, origins = entries.T
            weights = rarity[numbers] * counts / (counts + np.repeat(damping[rows], lengths))
            terms = places[numbers]
            order = np.lexsort((terms, np.repeat(np.arange(len(rows)), lengths)))
            columns = terms[order], weights[order].astype(np.float32), origins[order]
            counts = counts[order].astype(np.uint16)
            for row, end, length in zip(rows, np.cumsum(lengths).tolist(), lengths.tolist(), strict=True):
                part = slice(end - length, end)
                yield row, SparseVector(*(column[part] for column in columns)), counts[part]

    def _number(self, word: str) -> int:
        number = self._numbers.setdefault(word, len(self._numbers))
        if number == len(self._frequencies):
            self._frequencies.append(0)
        return number
