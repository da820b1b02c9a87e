"""Text as it is compared: without case and accents, Greek letters spelled out."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_LETTERS = """
    ALPHA BETA GAMMA DELTA EPSILON ZETA ETA THETA IOTA KAPPA LAMDA MU NU XI OMICRON PI RHO SIGMA TAU UPSILON PHI CHI PSI
    OMEGA
"""
_GREEK = {unicodedata.lookup(f"GREEK SMALL LETTER {name}"): name.lower() for name in _LETTERS.split()}
# Letters that are no letter with an accent to Unicode, and are written without it in English all the same.
_LATIN = {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
_PLAIN = str.maketrans({**_GREEK, **_LATIN, "λ": "lambda", "ς": "sigma"})
_WORD = re.compile(r"[^\W_]+(?:[\u0300-\u036f][^\W_]*)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+")


@lru_cache(1 << 16)
def fold(word: str) -> str:
    """The word in lower case, with no accents, ligatures and widths, and with Greek letters spelled out."""
    # Once more in lower case, for the 𝑃 of a formula is one letter, and becomes a P only now.
    decomposed = unicodedata.normalize("NFKD", word.casefold()).casefold()
    return "".join(each for each in decomposed if not unicodedata.combining(each)).translate(_PLAIN)


def words(text: str) -> Iterator[tuple[str, int, int]]:
    """Each run of letters and digits, folded, with its place in the text: "IL-6" is "il" and "6"."""
    return ((fold(found.group()), found.start(), found.end()) for found in _WORD.finditer(text))


def tokens(text: str) -> list[str]:
    """The words of `words`, without their places."""
    if text.isascii():  # most text is, and nothing of it needs folding
        return _ASCII_WORD.findall(text.lower())
    return [fold(word) for word in _WORD.findall(text)]


def key(text: str) -> str:
    """The text as names are compared: its words with single spaces between them."""
    return " ".join(tokens(text))
