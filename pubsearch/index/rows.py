"""Each record's own vector with its origins, by row: what explanations, similarity and narrow filters read.

A folder of .npy files: `starts` (rows + 1 positions), and `terms`, `weights` and `origins` one row after the other.
Terms take 16 bits where the vocabulary fits.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from pubsearch.index import arrays
from pubsearch.index.sparse import SparseVector

_SMALL = np.iinfo(np.uint16).max + 1


class Rows:
    """The vectors of a folder that `RowsWriter` filled, memory-mapped."""

    def __init__(self, folder: Path) -> None:
        """Opens the folder.

        Raises:
            ValueError: a file is missing, cut short, or is not what `RowsWriter` wrote.
        """
        self.folder = folder
        self._starts = np.asarray(arrays.mapped(folder / "starts.npy", np.int64))
        self._terms = np.asarray(arrays.mapped(folder / "terms.npy", np.uint16, np.int32))
        self._weights = np.asarray(arrays.mapped(folder / "weights.npy", np.float32))
        self._origins = np.asarray(arrays.mapped(folder / "origins.npy", np.uint32))
        lengths = {len(self._terms), len(self._weights), len(self._origins)}
        if not len(self._starts) or {int(self._starts[-1])} != lengths:
            raise ValueError("starts.npy, terms.npy, weights.npy and origins.npy do not belong together")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, row: int) -> SparseVector:
        part = slice(self._starts[row], self._starts[row + 1])
        return SparseVector(self._terms[part].astype(np.int32), self._weights[part], self._origins[part])

    def __iter__(self) -> Iterator[SparseVector]:
        return (self[row] for row in range(len(self)))

    def entries(self, rows: npt.NDArray[np.int64]) -> int:
        """How many terms the vectors of `rows` have in all."""
        return int((self._starts[rows + 1] - self._starts[rows]).sum())

    def take(
        self, rows: npt.NDArray[np.int64]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.float32]]:
        """The vectors of `rows`, one after the other: where each starts and ends, their terms and their weights."""
        firsts = self._starts[rows]
        lengths = self._starts[rows + 1] - firsts
        starts = np.concatenate([[0], np.cumsum(lengths)])
        places = np.arange(starts[-1]) + np.repeat(firsts - starts[:-1], lengths)
        return starts, self._terms[places].astype(np.int32), self._weights[places]

    def from_term(
        self, first: int, rows: slice
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.uint32]]:
        """What the vectors of `rows` have from the term `first` on: how many terms each, these terms, and their
        origins."""
        starts = self._starts[rows.start : rows.stop + 1]
        terms = self._terms[starts[0] : starts[-1]]
        wanted = terms >= first
        lengths = np.diff(np.concatenate([[0], np.cumsum(wanted)])[starts - starts[0]])
        return lengths, terms[wanted].astype(np.int32), self._origins[starts[0] : starts[-1]][wanted]


class RowMatrix:
    """Rows as a matrix (records × terms), of which only the slices that are asked for are ever in memory."""

    def __init__(self, rows: Rows, vocabulary: int) -> None:
        self._rows = rows
        self.shape = (len(rows), vocabulary)

    def __getitem__(self, part: slice) -> csr_array:
        """The rows of a slice.

        Raises:
            ValueError: a term is not of the vocabulary.
        """
        first, last, _ = part.indices(self.shape[0])
        # Mapped for this slice alone, so that the pages that are read do not stay with the process.
        rows = Rows(self._rows.folder)
        starts = rows._starts[first : last + 1]
        entries = slice(starts[0], starts[-1])
        terms, weights = rows._terms[entries].astype(np.int32), np.array(rows._weights[entries])
        if len(terms) and not 0 <= terms.min() <= terms.max() < self.shape[1]:
            raise ValueError(f"terms.npy holds a term that is not among the {self.shape[1]:,} terms of the vocabulary")
        # With 64-bit starts, scipy would widen the terms too.
        starts = (starts - starts[0]).astype(np.int32)
        return csr_array((weights, terms, starts), shape=(last - first, self.shape[1]))


class RowsWriter:
    """Fills a folder for `Rows` in any order, once every row's number of terms is known."""

    def __init__(self, folder: Path, lengths: Sequence[int] | npt.NDArray[np.int64], vocabulary: int = _SMALL) -> None:
        """Makes the files for rows of these `lengths` whose terms are below `vocabulary`."""
        folder.mkdir(parents=True)
        self._starts = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=self._starts[1:])
        np.save(folder / "starts.npy", self._starts)
        total = int(self._starts[-1])
        kinds = {
            "terms": np.uint16 if vocabulary <= _SMALL else np.int32,
            "weights": np.float32,
            "origins": np.uint32,
        }
        self._columns = {name: arrays.Column(folder / f"{name}.npy", kind, total) for name, kind in kinds.items()}

    def put(self, row: int, vector: SparseVector, after: int = 0) -> None:
        """Writes a row's vector, or the part of it that stands after its first `after` terms; together its parts have
        the length that was announced.

        Raises:
            OSError: the disk is full.
        """
        for name, column in self._columns.items():
            column.put(int(self._starts[row]) + after, getattr(vector, name))

    def close(self) -> None:
        """Hands all to the operating system."""
        for column in self._columns.values():
            column.close()
