"""The words of a version, which are terms after the model's: a question's words → terms.

Two .npy files: `text`, all words in UTF-8 one after the other, sorted, and `starts`, where each begins and ends. A word
is looked up by bisection in the mapped files, so that opening a version reads none of them.
"""

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pubsearch.index import arrays
from pubsearch.index.sparse import SparseVector
from pubsearch.index.words import occurrences


class Vocabulary:
    """The words of a folder that `write` filled; the word at `place` is the term `first + place`."""

    def __init__(self, folder: Path, first: int) -> None:
        """Opens the folder.

        Raises:
            ValueError: a file is missing, cut short, or is not what `write` wrote.
        """
        self.first = first
        self._starts = np.asarray(arrays.mapped(folder / "starts.npy", np.int64))
        self._text = np.asarray(arrays.mapped(folder / "text.npy", np.uint8))
        if not len(self._starts) or self._starts[-1] != len(self._text):
            raise ValueError("starts.npy and text.npy do not belong together")

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, place: int) -> str:
        return self._text[self._starts[place] : self._starts[place + 1]].tobytes().decode()

    def vector(self, text: str) -> SparseVector:
        """The words of a question that some record has; each weighs as often as it stands in the question."""
        found = []
        for word, (count, origin) in occurrences(text).items():
            place = bisect_left(self, word)
            if place < len(self) and self[place] == word:
                found.append((self.first + place, count, origin))
        terms, counts, origins = np.array(sorted(found), np.int64).reshape(-1, 3).T
        return SparseVector(terms.astype(np.int32), counts.astype(np.float32), origins.astype(np.uint32))


def write(folder: Path, words: Sequence[str]) -> None:
    """Writes the sorted `words` into a new folder.

    Raises:
        OSError: the disk is full.
    """
    folder.mkdir()
    encoded = [word.encode() for word in words]
    arrays.write(folder / "starts.npy", np.cumsum([0, *map(len, encoded)], dtype=np.int64))
    arrays.write(folder / "text.npy", np.frombuffer(b"".join(encoded), np.uint8))
