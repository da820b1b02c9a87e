"""The words of an index that a word may have been meant for."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

# Letters in a word from which on a slip, and then a second one, leaves enough of it to tell what it was.
_ONE_SLIP, _TWO_SLIPS = 4, 7


class Spelling:
    """The words that others are compared with, each once; put the frequent ones first."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._lengths = np.fromiter(map(len, words), np.int64, len(words))
        self._letters = _letters(words, self._lengths)

    def closest(self, word: str, limit: int = 3) -> list[str]:
        """The words that are one or two slips away from `word`, closest first, at most `limit`.

        A slip is a letter too many, missing, wrong, or changed places with its neighbour (Damerau–Levenshtein, as
        optimal string alignment). A word of less than 4 letters has no close ones, one of less than 7 those at one
        slip. Other digits are none: NCT01234568 is another trial. Of words as close, those with the same first letter
        go first, then by their place, so put frequent words first. Case and accents count: fold both.
        """
        slips = (len(word) >= _ONE_SLIP) + (len(word) >= _TWO_SLIPS)
        if not slips:
            return []
        # A slip changes the length by one at most, and which letters there are by two: hardly any word is left.
        own = _letters([word], np.array([len(word)]))
        alike = np.bitwise_count(self._letters ^ own) <= 2 * slips
        places = np.flatnonzero(alike & (np.abs(self._lengths - len(word)) <= slips))
        candidates = [self._words[place] for place in places.tolist()]
        near = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=slips, limit=None)
        near.sort(key=lambda found: (found[1], found[0][:1] != word[:1], found[2]))
        return [found for found, distance, _ in near if distance and _digits(found) == _digits(word)][:limit]


def _letters(words: Sequence[str], lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.uint64]:
    """For each word its letters, as bits; letters of all alphabets share the 64."""
    # A word ends with the zero, so that none is empty.
    points = np.frombuffer("\0".join([*words, ""]).encode("utf-32-le", "surrogatepass"), np.uint32)
    starts = np.cumsum(lengths + 1) - lengths - 1
    letters: npt.NDArray[np.uint64] = np.bitwise_or.reduceat(np.uint64(1) << (points % 64).astype(np.uint64), starts)
    return letters


def _digits(word: str) -> list[str]:
    return [letter for letter in word if letter.isdigit()]
