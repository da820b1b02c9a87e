"""Segments of an inverted index: for each term, the rows that hold it and their weights, side by side (a CSC matrix).

A segment never changes. It has so few rows that all their scores stay in the processor's cache while they are added up.
On disk it is three .npy files, `NNNNN.indptr`, `.indices` and `.data`, and a seal (CRC-32) that tells whether these
three belong together and at this place.
"""

import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import _sparsetools, csc_array, csr_array

from pubsearch.index import arrays

SEGMENT_ROWS = 131_072
_COLUMNS = {"indptr": np.int32, "indices": np.int32, "data": np.float32}
# The seal is over all of indptr, and over this many entries at both ends of the two columns that are too large to read.
_ENDS = 1024


class Segment:
    """The postings of `rows` rows for `terms` terms."""

    def __init__(
        self,
        rows: int,
        indptr: npt.NDArray[np.int32],
        indices: npt.NDArray[np.int32],
        data: npt.NDArray[np.float32],
    ) -> None:
        self.rows = rows
        self.terms = len(indptr) - 1
        # Plain arrays: to slice a memmap costs more than to read the postings of a rare term.
        self._indptr, self._indices, self._data = (np.asarray(column) for column in (indptr, indices, data))

    @classmethod
    def make(cls, matrix: csr_array) -> "Segment":
        """The segment of a matrix (rows × terms).

        Raises:
            ValueError: a weight is not finite.
        """
        if not np.isfinite(matrix.data).all():
            raise ValueError("the matrix holds weights that are not finite numbers: encode these records again")
        columns = csc_array(matrix, dtype=np.float32)
        columns.sum_duplicates()
        rows = columns.indices.astype(np.int32, copy=False)
        return cls(matrix.shape[0], columns.indptr.astype(np.int32, copy=False), rows, columns.data)

    @classmethod
    def open(cls, folder: Path, number: int, rows: int, seal: int) -> "Segment":
        """Opens a segment by memory map.

        Raises:
            ValueError: a file is missing, cut short, or is not the one that was written there.
        """
        indptr, indices, data = (arrays.mapped(_path(folder, number, name), kind) for name, kind in _COLUMNS.items())
        segment = cls(rows, indptr, indices, data)
        if not len(indptr) or not len(indices) == len(data) == indptr[-1] or segment.seal() != seal:
            raise ValueError(f"the files of segment {number:05d} do not belong together")
        return segment

    def write(self, folder: Path, number: int) -> None:
        """Writes the segment's files into `folder`."""
        for name, column in zip(_COLUMNS, (self._indptr, self._indices, self._data), strict=True):
            arrays.write(_path(folder, number, name), column)

    def seal(self) -> int:
        """A checksum that tells this segment from others."""
        parts: list[npt.NDArray[Any]] = [self._indptr]
        for column in (self._indices, self._data):
            parts += [column[:_ENDS], column[-_ENDS:]]
        seal = self.rows
        for part in parts:
            seal = zlib.crc32(part.data, seal)
        return seal

    def count(self, terms: npt.NDArray[np.int32]) -> int:
        """How many postings `terms` have."""
        return int((self._indptr[terms + 1] - self._indptr[terms]).sum())

    def add(
        self, terms: npt.NDArray[np.int32], weights: npt.NDArray[np.float32], scores: npt.NDArray[np.float32]
    ) -> None:
        """Adds query weight × record weight to the `scores` of this segment's rows, term by term.

        scipy's own kernel is called, for `matrix[:, terms] @ weights` copies the postings before it reads them. It lets
        go of the interpreter lock.
        """
        for i, term in enumerate(terms.tolist()):
            _sparsetools.csc_matvec(
                self.rows, 1, self._indptr[term : term + 2], self._indices, self._data, weights[i : i + 1], scores
            )


def _path(folder: Path, number: int, name: str) -> Path:
    return folder / f"{number:05d}.{name}.npy"
