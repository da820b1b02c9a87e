"""The exact inverted index; txtai's sparse ANN plug-in.

score(row) = Σ over terms of query weight × record weight, in float32, for every row that shares a term with the query.
For each term, the rows that hold it and their weights lie side by side (a CSC matrix), in segments of rows small
enough for a segment's scores to stay in the cache. The files are memory-mapped: what no query touches stays on disk.
It knows nothing of text, models or PubMed: rows and terms are numbers.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_matrix
from txtai.ann import ANN

SEGMENT_ROWS = 131_072

Scores = npt.NDArray[np.float32]


class Postings(ANN):  # type: ignore[misc]
    """`Embeddings(sparse={"backend": "pubsearch.index.postings.Postings", …})`."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self.backend: list[csc_array] = []
        self._deleted: npt.NDArray[np.int64] = np.empty(0, np.int64)

    def index(self, embeddings: csr_matrix) -> None:
        """Indexes the rows of a matrix (records × terms) in place of what was there.

        Raises:
            ValueError: a weight is not finite.
        """
        self.backend, self._deleted = [], np.empty(0, np.int64)
        self.append(embeddings)
        self.metadata({"segment_rows": SEGMENT_ROWS})

    def append(self, embeddings: csr_matrix) -> None:
        """Adds the rows of a matrix after those that are there.

        Raises:
            ValueError: a weight is not finite, or the matrix has another number of terms.
        """
        if not np.isfinite(embeddings.data).all():
            raise ValueError("the matrix holds weights that are not finite numbers")
        if self.backend and embeddings.shape[1] != self.backend[0].shape[1]:
            raise ValueError(f"the matrix has {embeddings.shape[1]} terms, the index {self.backend[0].shape[1]}")
        for first in range(0, embeddings.shape[0], SEGMENT_ROWS):
            segment = csc_array(embeddings[first : first + SEGMENT_ROWS], dtype=np.float32)
            segment.sort_indices()
            self.backend.append(segment)
        self.config["offset"] = self._rows()

    def delete(self, ids: Iterable[int]) -> None:
        """Leaves out rows from all later searches; rows that are not there are ignored."""
        valid = [row for row in ids if 0 <= row < self._rows()]
        self._deleted = np.union1d(self._deleted, np.array(valid, np.int64))

    def scores(self, terms: npt.NDArray[np.int32], weights: npt.NDArray[np.float32]) -> Scores:
        """Every row's score for one query, by row; deleted rows and rows without a common term have 0."""
        if not self.backend:
            return np.zeros(0, np.float32)
        scores = np.concatenate([segment[:, terms] @ weights for segment in self.backend])
        scores[self._deleted] = 0
        return scores

    def search(
        self, queries: csr_matrix, limit: int, allowed: npt.NDArray[Any] | None = None
    ) -> list[list[tuple[int, float]]]:
        """Per query at most `limit` pairs (row, score), best first, ties by row, score > 0.

        `allowed` (sorted row numbers, or a boolean per row) decides which rows count before the ranking.
        """
        found = []
        for query in range(queries.shape[0]):
            part = slice(queries.indptr[query], queries.indptr[query + 1])
            scores = self.scores(queries.indices[part], queries.data[part].astype(np.float32, copy=False))
            rows = top(scores, limit, allowed)
            found.append([(int(row), float(scores[row])) for row in rows])
        return found

    def count(self) -> int:
        """How many rows are searched."""
        return self._rows() - len(self._deleted)

    def save(self, path: str) -> None:
        """Writes the index as a folder of .npy files."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for number, segment in enumerate(self.backend):
            for name in ("indptr", "indices", "data"):
                np.save(folder / f"{number:05d}.{name}.npy", getattr(segment, name))
        shapes = np.array([segment.shape for segment in self.backend], np.int64).reshape(-1, 2)
        np.save(folder / "shapes.npy", shapes)
        np.save(folder / "deleted.npy", self._deleted)

    def load(self, path: str) -> None:
        """Opens a saved index by memory map.

        Raises:
            ValueError, OSError: a file is missing or is not what `save` wrote.
        """
        folder = Path(path)
        self._deleted = np.load(folder / "deleted.npy")
        self.backend = [
            csc_array(
                tuple(_mapped(folder, number, name) for name in ("data", "indices", "indptr")), shape=tuple(shape)
            )
            for number, shape in enumerate(np.load(folder / "shapes.npy").tolist())
        ]

    def _rows(self) -> int:
        return sum(segment.shape[0] for segment in self.backend)


def top(scores: Scores, limit: int, allowed: npt.NDArray[Any] | None = None) -> npt.NDArray[np.int64]:
    """The rows of the `limit` highest scores above 0 among `allowed`, best first, ties by row."""
    if allowed is None:
        rows = np.flatnonzero(scores > 0)
    elif allowed.dtype == np.bool_:
        rows = np.flatnonzero((scores > 0) & allowed)
    else:
        rows = allowed[scores[allowed] > 0]
    if limit <= 0:
        return rows[:0]
    if len(rows) > limit:
        values = scores[rows]
        # All that tie with the last place stay in, so that the tie is broken by row and not by chance.
        rows = rows[values >= np.partition(values, len(values) - limit)[len(values) - limit]]
    return rows[np.lexsort((rows, -scores[rows]))][:limit]


def _mapped(folder: Path, number: int, name: str) -> npt.NDArray[Any]:
    return np.load(folder / f"{number:05d}.{name}.npy", mmap_mode="r")  # type: ignore[no-any-return]
