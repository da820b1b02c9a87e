"""The words of a text, as BM25 counts them, and where they stand.

Letters and digits that are joined by hyphens, or by a space before a short number, are one compound: "IL-6",
"IL 17A", "beta-catenin", "NCT01234567". A compound counts by its pieces, runs of letters, of digits or of Greek
letters, and as a whole without what joins it: "IL-6" is il, 6 and il6. So names of genes, drugs and trials are found
however they are written, and most exactly as a whole. Letters alone are stemmed; words of PubMed's stop list do not
count.
"""

import re
import threading
from functools import lru_cache

import Stemmer

from pubsearch.index.normal import fold
from pubsearch.index.sparse import pack

# https://pubmed.ncbi.nlm.nih.gov/help/#help-stopwords
_STOP_LIST = """
    a about again all almost also although always among an and another any are as at be because been before being
    between both but by can could did do does done due during each either enough especially etc for found from further
    had has have having here how however i if in into is it its itself just kg km made mainly make may mg might ml mm
    most mostly must nearly neither no nor obtained of often on our overall perhaps pmid quite rather really regarding
    seem seen several should show showed shown shows significantly since so some such than that the their theirs them
    then there therefore these they this those through thus to upon use used using various very was we were what when
    which while with within without would
"""
STOP_WORDS = frozenset(_STOP_LIST.split())

_MARKS = "\u0300-\u036f"
_GREEK = "µ\u0370-\u03ff"
_HYPHENS = r"\-\u2010-\u2013\u2212"
_RUN = rf"[^\W_](?:[^\W_]|[{_MARKS}])*"
_COMPOUND = re.compile(rf"{_RUN}(?:[{_HYPHENS}]{_RUN})*(?:[ \u00a0]\d{{1,3}}[^\W\d_]?(?![\w.,%{_HYPHENS}]))?")
_PIECE = re.compile(rf"\d+|[{_GREEK}][{_GREEK}{_MARKS}]*|[^\W\d_{_GREEK}](?:[^\W\d_{_GREEK}]|[{_MARKS}])*")
# "SNPs", "RCTs": the stemmer would keep the s where no vowel comes before it.
_PLURAL = re.compile(r"[A-Z]{2,}s")

Token = tuple[str, int, int]


def occurrences(text: str) -> dict[str, tuple[int, int]]:
    """Each different word of the text that counts: how often it stands there, and the first one's packed place."""
    found: dict[str, tuple[int, int]] = {}
    for word, start, end in tokens(text):
        count, origin = found.get(word) or (0, pack(start, end))
        found[word] = count + 1, origin
    return found


def tokens(text: str) -> list[Token]:
    """Each word of the text that counts, with its place `[start, end)` in code points, in order of the compounds."""
    return [
        (word, found.start() + start, found.start() + end)
        for found in _COMPOUND.finditer(text)
        for word, start, end in _tokens(found.group())
    ]


@lru_cache(1 << 15)
def _tokens(compound: str) -> tuple[Token, ...]:
    pieces = [(_singular(found.group()), found.start(), found.end()) for found in _PIECE.finditer(compound)]
    kept = [(_term(word), start, end) for word, start, end in pieces if word not in STOP_WORDS]
    whole = "".join(word for word, _, _ in pieces)
    if len(pieces) > 1 and not whole.isdigit():
        kept.append((_term(whole), 0, len(compound)))
    return tuple(kept)


def _singular(piece: str) -> str:
    return fold(piece[:-1] if _PLURAL.fullmatch(piece) else piece)


def _term(word: str) -> str:
    """The stem of what is letters alone; anything else as it is."""
    return _stemmer.stem(word) if word.isalpha() else word


class _Stemmer(threading.local):
    """Snowball's stemmer for English (https://snowballstem.org); one of them must not be shared by threads."""

    def __init__(self) -> None:
        self.stem = Stemmer.Stemmer("english", 0).stemWord


_stemmer = _Stemmer()
