"""The signs and runs of words that a query is made of, each with its place."""

import re
import unicodedata
from typing import Literal, NamedTuple, cast

from pubsearch.errors import QueryError

MAX_PIECES = 16_000

OPERATOR = r"and\s+not|and|or|not"
# What PubMed takes for an operator though it is in lower case: language.py and strategy/signs.py say where.
LOWER_CASE = re.compile(rf"({OPERATOR})(?:\s+|$)", re.IGNORECASE)

Kind = Literal["words", "quoted", "tag", "open", "close", "operator", "range", "line"]

_QUOTES = "“”„‟«»″＂"
_DASHES = "‐‑‒–—―−"
_APOSTROPHES = "‘’‚‛′"
_INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff"
_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_QUOTES, '"'),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_APOSTROPHES, "'"),
        **dict.fromkeys(_INVISIBLE, " "),
        **dict.fromkeys("\x85\u2028\u2029", "\n"),
    }
)
_OPERATOR = r"""(?:AND|OR|NOT)(?![^\s"()\[|])"""
# Parentheses within a word are its characters: S0140-6736(97)11096-0
_WORD = r"""[^\s"()\[|]++(?:\([^\s"()\[|]++\)[^\s"()\[|]*+)*+"""
_RUN = rf"""(?:(?!{_OPERATOR}){_WORD}\s*+)++"""
_TOKEN = re.compile(
    rf"""
      "(?P<quoted>[^"]*)"
    | \[(?P<tag>[^\[\]]*)\]
    # A name may end in parentheses before its tag: Vaccines (Basel)[ta]
    | (?P<words>{_RUN}(?:\(\s*+{_RUN}\)(?=\s*\[))?)
    | (?P<operator>\||{_OPERATOR})
    | (?P<open>\()
    | (?P<close>\))
    | (?P<unclosed>["\[])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """A piece of a query. `text` is without quotes and brackets; an operator's is AND, OR or NOT.

    A `line` is the number of a line of a search history, such as #1; `history.tokens` finds them.
    """

    kind: Kind
    text: str
    start: int
    end: int


def plain(query: str) -> str:
    """The query, as long as it was, with typographic quotes and dashes made plain.

    What says nothing to a reader becomes spaces: control characters, halves of surrogate pairs, invisible characters.
    """
    unreadable = {ord(each): " " for each in set(query) if each not in "\t\n\x85" and _unreadable(each)}
    return query.translate(_PLAIN | unreadable)


def tokens(text: str, start: int, end: int) -> list[Token]:
    """The pieces of `text[start:end]`, which `plain` has made plain, in their order.

    Raises:
        QueryError: a quote or a bracket is not closed, or there are more than `MAX_PIECES`; a * counts as one.
    """
    found: list[Token] = []
    most = MAX_PIECES - text.count("*", start, end)
    for match in _TOKEN.finditer(text, start, end):
        if len(found) > most:
            raise too_many(match.start())
        kind = match.lastgroup
        place, stop = match.span()
        if kind == "words":
            _add_words(found, text, place, stop)
        elif kind == "unclosed":
            raise QueryError(f"The {match[0]} at character {place + 1} is not closed: close it or take it out.", place)
        else:
            found.append(Token(cast(Kind, kind), "OR" if match[0] == "|" else match[str(kind)], place, stop))
    return found


def too_many(place: int) -> QueryError:
    """The error of a query whose limit is reached at `place`."""
    return QueryError(
        f"The query has more than {MAX_PIECES:,} terms, tags and operators up to character {place + 1}: divide it into"
        " several.",
        place,
    )


def _add_words(found: list[Token], text: str, start: int, end: int) -> None:
    """A colon after a quote or a tag may join the two ends of a range; elsewhere it is a character like others."""
    if text[start] == ":" and found and found[-1].kind in ("quoted", "tag"):
        found.append(Token("range", ":", start, start + 1))
        start += 1
    run = text[start:end]
    words = run.strip()
    if words:
        start += len(run) - len(run.lstrip())
        found.append(Token("words", words, start, start + len(words)))


def _unreadable(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs", "Co", "Cn")
