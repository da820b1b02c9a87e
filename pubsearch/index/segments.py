"""Segments of an inverted index: for each term, the rows that hold it and their weights, side by side (a CSC matrix).

A segment never changes. It has so few rows that all their scores stay in the processor's cache while they are added up.
On disk it is three .npy files, `NNNNN.indptr`, `.indices` and `.data`, and a seal (CRC-32) that tells whether these
three belong together and at this place.
"""

import zlib
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import _sparsetools, csc_array, csr_array, hstack

from pubsearch.index import arrays

SEGMENT_ROWS = 262_144
# Rows of a part: a segment that is written from rows on disk is made of parts, of which one at a time is in memory.
PART_ROWS = 32_768
_COLUMNS = {"indptr": np.int32, "indices": np.int32, "data": np.float32}
# Postings that are joined from the parts at a time.
_JOINED = 1 << 20
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
        segment = _opened(folder, number, rows)
        indptr, indices, data = segment._indptr, segment._indices, segment._data
        if not len(indptr) or not len(indices) == len(data) == indptr[-1] or segment.seal() != seal:
            raise ValueError(f"the files of segment {number:05d} do not belong together")
        return segment

    def write(self, folder: Path, number: int) -> None:
        """Writes the segment's files into `folder`."""
        for name, column in zip(_COLUMNS, (self._indptr, self._indices, self._data), strict=True):
            arrays.write(_path(folder, number, name), column)

    def block(self, first: int, last: int) -> csr_array:
        """The postings of the terms from `first` to before `last`, as a matrix (terms × rows)."""
        starts = self._indptr[first : last + 1]
        entries = slice(starts[0], starts[-1])
        return csr_array((self._data[entries], self._indices[entries], starts - starts[0]), (last - first, self.rows))

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

        `terms` descend. scipy's own kernel is called, once: `matrix[:, terms] @ weights` copies the postings before it
        reads them, and each call lets go of the interpreter lock and waits to have it back.
        """
        # The kernel is shown columns that lie each from the end of one term's postings to the start of the next term's.
        # As terms descend, that is a step back, and such a column is empty, whatever its weight.
        bounds = self._indptr[np.add.outer(terms, [0, 1])].ravel()
        _sparsetools.csc_matvec(
            self.rows, len(bounds) - 1, bounds, self._indices, self._data, np.repeat(weights, 2), scores
        )


def write(folder: Path, number: int, parts: Iterable[csr_array]) -> Segment:
    """Writes the segment of rows that come in parts, the same as one made of them all; of the parts, which lie on disk
    meanwhile, a block of terms at a time is joined.

    Raises:
        ValueError: a weight is not finite.
        OSError: the disk is full or may not be written.
    """
    with TemporaryDirectory(dir=folder) as name:
        scratch = Path(name)
        made = [_moved(Segment.make(part), scratch, i) for i, part in enumerate(parts)]
        indptr = np.stack([part._indptr for part in made]).sum(0, np.int32)
        total = int(indptr[-1])
        arrays.write(_path(folder, number, "indptr"), indptr)
        cuts = np.unique([0, *np.searchsorted(indptr, np.arange(_JOINED, total, _JOINED)), len(indptr) - 1])
        with (
            arrays.appending(_path(folder, number, "indices"), np.int32, total) as add_rows,
            arrays.appending(_path(folder, number, "data"), np.float32, total) as add_weights,
        ):
            for first, last in pairwise(cuts.tolist()):
                joined = hstack([part.block(first, last) for part in made], format="csr")
                add_rows(joined.indices)
                add_weights(joined.data)
        rows = sum(part.rows for part in made)
    return _opened(folder, number, rows)


def _moved(segment: Segment, folder: Path, number: int) -> Segment:
    """The segment on disk in place of the one in memory."""
    segment.write(folder, number)
    return _opened(folder, number, segment.rows)


def _opened(folder: Path, number: int, rows: int) -> Segment:
    return Segment(rows, *(arrays.mapped(_path(folder, number, name), kind) for name, kind in _COLUMNS.items()))


def _path(folder: Path, number: int, name: str) -> Path:
    return folder / f"{number:05d}.{name}.npy"
