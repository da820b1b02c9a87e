"""Arrays as .npy files: written whole under another name first, opened by memory map, and checked as they are opened.

What is never read stays on disk. The format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
"""

import errno
import os
import tokenize
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt


def write(path: Path, array: npt.NDArray[Any]) -> None:
    """Writes `array`; whoever has an earlier file of that name mapped goes on reading that one.

    Raises:
        OSError: the disk is full or may not be written.
    """
    new = path.with_name(f"{path.name}.new")
    with new.open("wb") as file:
        np.save(file, array)
    os.replace(new, path)


def mapped(path: Path, *kinds: npt.DTypeLike) -> npt.NDArray[Any]:
    """The one-dimensional array in `path`, read-only, of one of `kinds`.

    Raises:
        ValueError: the file is missing, cut short, or holds something else.
    """
    try:
        array = np.load(path, mmap_mode="r")
    except FileNotFoundError as error:
        raise ValueError(f"{path.name} is missing") from error
    except (ValueError, EOFError, SyntaxError, tokenize.TokenError) as error:  # numpy reads the header as Python
        raise ValueError(f"{path.name} is cut short or is no array") from error
    if array.ndim != 1 or array.dtype not in kinds:
        raise ValueError(f"{path.name} holds {array.ndim}-dimensional {array.dtype}, which belongs elsewhere")
    return array  # type: ignore[no-any-return]


@contextmanager
def appending(path: Path, kind: npt.DTypeLike, length: int) -> Iterator[Callable[[npt.NDArray[Any]], None]]:
    """Writes an array of `length` elements of `kind`, of which the function that it gives appends one piece a call.

    Raises:
        OSError: the disk is full or may not be written.
    """
    header = {"descr": np.lib.format.dtype_to_descr(np.dtype(kind)), "fortran_order": False, "shape": (length,)}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)

        def append(piece: npt.NDArray[Any]) -> None:
            file.write(piece.astype(kind, copy=False).data)

        yield append


class Column:
    """An .npy file that is filled in any order, and written, not mapped: a full disk would end who writes to a map."""

    def __init__(self, path: Path, kind: npt.DTypeLike, length: int) -> None:
        self._kind: np.dtype[Any] = np.dtype(kind)
        self._file = path.open("wb", buffering=0)
        header = {"descr": np.lib.format.dtype_to_descr(self._kind), "fortran_order": False, "shape": (length,)}
        np.lib.format.write_array_header_1_0(self._file, header)
        self._head = self._file.tell()
        self._file.truncate(self._head + length * self._kind.itemsize)

    def put(self, start: int, values: npt.NDArray[Any]) -> None:
        """Writes `values` from the place `start` on.

        Raises:
            OSError: the disk is full.
        """
        data = values.astype(self._kind, copy=False).tobytes()
        if os.pwrite(self._file.fileno(), data, self._head + start * self._kind.itemsize) < len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def close(self) -> None:
        """Hands all to the operating system."""
        self._file.close()
