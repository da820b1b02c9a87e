"""Each record's own vector with its origins, by row, memory-mapped: what explanations and similarity read."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pubsearch.index.sparse import SparseVector

COLUMNS = {"terms": np.int32, "weights": np.float32, "origins": np.uint32}


class Rows:
    """A folder of .npy files: `starts` (rows + 1 positions) and one file for each of terms, weights and origins."""

    def __init__(self, folder: Path) -> None:
        """Opens a folder that `create` made and that was filled.

        Raises:
            ValueError, OSError: a file is missing or is not what `create` wrote.
        """
        self._starts = np.load(folder / "starts.npy")
        self._columns = {name: np.load(folder / f"{name}.npy", mmap_mode="r") for name in COLUMNS}

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, row: int) -> SparseVector:
        part = slice(self._starts[row], self._starts[row + 1])
        return SparseVector(**{name: np.asarray(column[part]) for name, column in self._columns.items()})

    def __iter__(self) -> Iterator[SparseVector]:
        return (self[row] for row in range(len(self)))


class RowsWriter:
    """Fills a folder for `Rows` in any order, once every row's number of terms is known."""

    def __init__(self, folder: Path, lengths: Sequence[int] | npt.NDArray[np.int64]) -> None:
        folder.mkdir(parents=True)
        self._starts = np.cumsum([0, *lengths], dtype=np.int64)
        np.save(folder / "starts.npy", self._starts)
        self._columns: dict[str, Any] = {
            name: np.lib.format.open_memmap(
                folder / f"{name}.npy", mode="w+", dtype=kind, shape=(int(self._starts[-1]),)
            )
            for name, kind in COLUMNS.items()
        }
        for name in COLUMNS:
            # A full disk is an error here; met while a mapped page is written, it would end the process.
            with (folder / f"{name}.npy").open("r+b") as file:
                os.posix_fallocate(file.fileno(), 0, os.fstat(file.fileno()).st_size)

    def put(self, row: int, vector: SparseVector) -> None:
        """Writes one row's vector, whose length is the one that was announced."""
        part = slice(self._starts[row], self._starts[row + 1])
        for name, column in self._columns.items():
            column[part] = getattr(vector, name)

    def close(self) -> None:
        """Hands all to the operating system."""
        for column in self._columns.values():
            column.flush()
