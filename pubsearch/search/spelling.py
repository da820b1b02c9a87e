"""The words of an index that a word may have been meant for."""

from collections.abc import Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

# Letters in a word from which on a slip, and then a second one, leaves enough of it to tell what it was.
_ONE_SLIP, _TWO_SLIPS = 4, 7


def closest(word: str, vocabulary: Sequence[str], limit: int = 3) -> list[str]:
    """The words of `vocabulary` that are one or two slips away from `word`, closest first, at most `limit`.

    A slip is a letter too many, missing, wrong, or changed places with its neighbour (Damerau–Levenshtein, as optimal
    string alignment). A word of less than 4 letters has no close ones, one of less than 7 those at one slip. Of words
    as close, those with the same first letter go first, then by their place in `vocabulary`, so put frequent words
    first. Case and accents count: fold both.
    """
    slips = (len(word) >= _ONE_SLIP) + (len(word) >= _TWO_SLIPS)
    near = process.extract(word, vocabulary, scorer=OSA.distance, score_cutoff=slips, limit=None) if slips else []
    near.sort(key=lambda found: (found[1], found[0][:1] != word[:1], found[2]))
    return [found for found, distance, _ in near if distance][:limit]
