"""The exact inverted index; txtai's sparse ANN plug-in.

score(row) = Σ over terms of query weight × record weight, in float32 and in descending order of terms, for each row
that shares a term with the query. Postings are walked segment by segment; under a filter that leaves few rows, these
rows' own vectors are walked instead, where the index has them (`attach`), with the same sums.
It knows nothing of text, models or PubMed: rows and terms are numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, csr_matrix
from txtai.ann import ANN

from pubsearch.index import arrays, segments
from pubsearch.index.segments import Segment
from pubsearch.index.top import Numbers, Scores, top

# An entry of a row's own vector is gathered in as much time as so many postings are added up.
GATHERING = 6


class Matrix(Protocol):
    """Rows × terms, of which `matrix[first:last]` gives some rows as CSR: scipy's matrix, or rows still on disk."""

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and terms."""

    def __getitem__(self, part: slice, /) -> csr_array: ...


class RowVectors(Protocol):
    """Vectors by row."""

    def __len__(self) -> int: ...

    def entries(self, rows: Numbers) -> int:
        """How many terms the vectors of `rows` have in all."""

    def take(self, rows: Numbers) -> tuple[Numbers, npt.NDArray[np.int32], Scores]:
        """The vectors of `rows`, one after the other: where each starts and ends, their terms and their weights."""


class Postings(ANN):  # type: ignore[misc]
    """`Embeddings(sparse={"backend": "pubsearch.index.postings.Postings", …})`."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.backend: list[Segment] = []
        self._deleted: Numbers = np.empty(0, np.int64)
        self._vectors: RowVectors | None = None

    def index(self, embeddings: Matrix) -> None:
        """Indexes the rows of a matrix (records × terms) in place of what was there.

        Raises:
            ValueError: a weight is not finite.
        """
        self.backend, self._deleted = [], np.empty(0, np.int64)
        self.append(embeddings)
        self.metadata({"segment_rows": segments.SEGMENT_ROWS})

    def append(self, embeddings: Matrix) -> None:
        """Adds the rows of a matrix after those that are there.

        Raises:
            ValueError: a weight is not finite, or the matrix has another number of terms.
        """
        if self.backend and embeddings.shape[1] != self.backend[0].terms:
            raise ValueError(_other_vocabulary("matrix", embeddings.shape[1], self.backend[0].terms))
        made = [Segment.make(part) for part in _parts(embeddings, 0, embeddings.shape[0], segments.SEGMENT_ROWS)]
        self.backend, self._vectors = self.backend + made, None
        self.config["offset"] = self.rows

    def attach(self, vectors: RowVectors) -> None:
        """Takes the rows' own vectors, those that were indexed, to answer by them under a filter that leaves few rows.

        Raises:
            ValueError: there are more or fewer of them than rows.
        """
        if len(vectors) != self.rows:
            raise ValueError(f"there are {len(vectors):,} vectors and {self.rows:,} rows in the postings")
        self._vectors = vectors

    def delete(self, ids: Iterable[int]) -> None:
        """Leaves out rows from all later searches; rows that are not there are ignored."""
        valid = [row for row in ids if 0 <= row < self.rows]
        self._deleted = np.union1d(self._deleted, np.array(valid, np.int64))

    def scores(
        self, terms: npt.NDArray[np.int32], weights: Scores, allowed: npt.NDArray[np.int64] | None = None
    ) -> Scores:
        """The score of each of the `allowed` rows (sorted; or of every row), in float32.

        Deleted rows, and rows without a term of the query, have 0.

        Raises:
            ValueError: a weight is not finite, a term is none of the index, or a row is not there.
        """
        if not self.backend:
            return np.zeros(0, np.float32)
        terms, weights = _checked(terms, weights, self.backend[0].terms)
        if allowed is None:
            scores = self._walk_postings(terms, weights)
            scores[self._deleted] = 0
            return scores
        if len(allowed) and not 0 <= allowed[0] <= allowed[-1] < self.rows:
            raise ValueError(f"the filter allows rows that are not among the {self.rows:,} rows of the index")
        scores = self._walk(terms, weights, allowed)
        if len(self._deleted):
            scores[np.isin(allowed, self._deleted, assume_unique=True)] = 0
        return scores

    def search(
        self, queries: csr_matrix, limit: int, allowed: npt.NDArray[Any] | None = None
    ) -> list[list[tuple[int, float]]]:
        """Per query at most `limit` pairs (row, score), best first, ties by row, score > 0.

        `allowed` (sorted row numbers, or a boolean per row) decides which rows count before the ranking. Queries have
        as many terms as the configuration's `dimensions` says, where it says so: an index may have more behind them.

        Raises:
            ValueError: the queries have another number of terms, or as for `scores`.
        """
        if self.backend:
            expected = self.config.get("dimensions", self.backend[0].terms)
            if queries.shape[1] != expected:
                raise ValueError(_other_vocabulary("query", queries.shape[1], expected))
        if allowed is not None and allowed.dtype == np.bool_:
            if len(allowed) != self.rows:
                raise ValueError(f"the filter is for {len(allowed):,} rows, the index has {self.rows:,}")
            allowed = np.flatnonzero(allowed)
        found = []
        for first, last in pairwise(queries.indptr):
            scores = self.scores(queries.indices[first:last], queries.data[first:last], allowed)
            places = top(scores, limit)
            rows = places if allowed is None else allowed[places]
            found.append(list(zip(rows.tolist(), scores[places].tolist(), strict=True)))
        return found

    @property
    def rows(self) -> int:
        """How many rows there are, deleted ones too."""
        return sum(segment.rows for segment in self.backend)

    def count(self) -> int:
        """How many rows are searched."""
        return self.rows - len(self._deleted)

    def save(self, path: str) -> None:
        """Writes the index as a folder of .npy files."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for number, segment in enumerate(self.backend):
            segment.write(folder, number)
        _list(folder, self.backend, self._deleted)

    def load(self, path: str) -> None:
        """Opens a saved index by memory map.

        Raises:
            ValueError: a file is missing, cut short, or is not what `save` wrote there.
        """
        folder = Path(path)
        listed = arrays.mapped(folder / "segments.npy", np.int64).tolist()
        if len(listed) % 2:
            raise ValueError("segments.npy is not a list of segments")
        self.backend = [
            Segment.open(folder, number, rows, seal)
            for number, (rows, seal) in enumerate(zip(listed[::2], listed[1::2], strict=True))
        ]
        if len({segment.terms for segment in self.backend}) > 1:
            raise ValueError("the segments are of different vocabularies")
        self._deleted = np.array(arrays.mapped(folder / "deleted.npy", np.int64))
        if len(self._deleted) and not 0 <= self._deleted.min() <= self._deleted.max() < self.rows:
            raise ValueError("deleted.npy names rows that are not there")
        self._vectors = None

    def _walk(self, terms: npt.NDArray[np.int32], weights: Scores, allowed: Numbers) -> Scores:
        """The scores of the allowed rows, by what is less work: all postings of the terms, or these rows' vectors."""
        ends = np.cumsum([0, *(segment.rows for segment in self.backend)])
        cuts = np.searchsorted(allowed, ends)
        if self._vectors is not None:
            # A segment's scores are also set to 0 and read: about as much work as a posting for every 16 rows.
            work = sum(
                segment.count(terms) + segment.rows // 16
                for segment, (first, last) in zip(self.backend, pairwise(cuts), strict=True)
                if first < last
            )
            if self._vectors.entries(allowed) * GATHERING < work:
                return self._walk_vectors(terms, weights, self._vectors.take(allowed))
        scores = np.zeros(len(allowed), np.float32)
        for number, (first, last) in enumerate(pairwise(cuts)):
            if first < last:
                part = np.zeros(self.backend[number].rows, np.float32)
                self.backend[number].add(terms, weights, part)
                scores[first:last] = part[allowed[first:last] - ends[number]]
        return scores

    def _walk_postings(self, terms: npt.NDArray[np.int32], weights: Scores) -> Scores:
        """Every row's score."""
        scores = np.zeros(self.rows, np.float32)
        first = 0
        for segment in self.backend:
            segment.add(terms, weights, scores[first : first + segment.rows])
            first += segment.rows
        return scores

    def _walk_vectors(
        self, terms: npt.NDArray[np.int32], weights: Scores, vectors: tuple[Numbers, npt.NDArray[np.int32], Scores]
    ) -> Scores:
        """Each vector's score; terms that the query lacks add 0, so that the sums are those of the postings."""
        # All is turned round, for a vector's terms ascend, and the sums are those of descending terms.
        starts, own_terms, own_weights = (part[::-1] for part in vectors)
        query = np.zeros(self.backend[0].terms, np.float32)
        query[terms] = weights
        matrix = csr_array((own_weights, own_terms, starts[0] - starts), shape=(len(starts) - 1, len(query)))
        scores: Scores = (matrix @ query)[::-1]
        return scores


def write(folder: Path, matrix: Matrix) -> None:
    """Writes the index of a matrix as `Postings.save` does; of the matrix, some rows at a time are in memory.

    Raises:
        ValueError: a weight is not finite.
        OSError: the disk is full or may not be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows, size = matrix.shape[0], segments.SEGMENT_ROWS
    written = [
        segments.write(folder, number, _parts(matrix, first, min(first + size, rows), segments.PART_ROWS))
        for number, first in enumerate(range(0, rows, size))
    ]
    _list(folder, written, np.empty(0, np.int64))


def _parts(matrix: Matrix, first: int, last: int, size: int) -> Iterator[csr_array]:
    """The rows from `first` to before `last`, `size` at a time."""
    for start in range(first, last, size):
        yield csr_array(matrix[start : min(start + size, last)])


def _list(folder: Path, written: Sequence[Segment], deleted: Numbers) -> None:
    """Names the segments that make up the index, and removes those of a larger index that was saved here before."""
    listed = [number for segment in written for number in (segment.rows, segment.seal())]
    arrays.write(folder / "segments.npy", np.array(listed, np.int64))
    arrays.write(folder / "deleted.npy", deleted)
    for path in folder.glob("*.*.npy"):
        if int(path.name.split(".")[0]) >= len(written):
            path.unlink()


def _checked(terms: npt.NDArray[np.int32], weights: Scores, vocabulary: int) -> tuple[npt.NDArray[np.int32], Scores]:
    """The query with its terms in descending order, the order in which all ways of adding up agree."""
    if not np.isfinite(weights).all():
        raise ValueError("the query holds weights that are not finite numbers")
    if not len(terms):
        return np.empty(0, np.int32), np.empty(0, np.float32)
    terms, places = np.unique(terms, return_inverse=True)
    if not 0 <= terms[0] <= terms[-1] < vocabulary:
        raise ValueError(f"the query holds a term that is not among the {vocabulary:,} terms of the index")
    return terms[::-1], np.bincount(places, weights)[::-1].astype(np.float32)


def _other_vocabulary(what: str, terms: int, expected: int) -> str:
    return f"the {what} has {terms:,} terms, the index {expected:,}: it is of another vocabulary"
