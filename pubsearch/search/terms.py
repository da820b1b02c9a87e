"""A run of words or a quoted phrase, with its tag or without, as what it asks for."""

import re

from pubsearch.errors import QueryError
from pubsearch.index.keys import identifier
from pubsearch.search import fields, subsets
from pubsearch.search.lexer import Token
from pubsearch.search.tree import Node, Range, Term, Words

_SAYS_SOMETHING = re.compile(r"[^\W_]")
_WORD = re.compile(r"\S+")
_RANGE = re.compile(r"(?:^|(?<=\s))(\d[\d/]*)\s*:\s*(\d[\d/]*)$")
_LAST_DATE = re.compile(r"(?<=\s)\d\S*$")
_LONGEST_DATES = 60
# The star of an allele, such as HLA-B*27, is a character; any other star ends its word.
_ALLELE = re.compile(r"(?<=\w)\*(?=\d)")
_STRAY_STAR = re.compile(r"(?<!\w)\*|\*(?=[\w*])")
_SOFT_HYPHEN = "\u00ad"


def untagged(run: Token) -> list[Node]:
    """The run as plain words and, among them, truncated words and filters such as hasabstract; nothing where it is
    punctuation alone.
    """
    found: list[Node] = []
    sentence = 0
    for match in _WORD.finditer(run.text):
        start, end = run.start + match.start(), run.start + match.end()
        if truncated(match[0]):
            term = Term("all", _plain(_ALLELE.sub(" ", match[0])), start, end)
        elif identifier(match[0]) in subsets.UNTAGGED:
            term = Term("sb", match[0], start, end)
        else:
            continue
        found += [*_words(run, sentence, match.start()), term]
        sentence = match.end()
    return found + _words(run, sentence, len(run.text))


def truncated(word: str) -> bool:
    """Whether a * at the end of the word stands for any ending."""
    star = _ALLELE.sub(" ", word)
    return "*" in star and _STRAY_STAR.search(star) is None


def phrase(quoted: Token) -> Term:
    """A quoted phrase without a tag.

    Raises:
        QueryError: there is nothing in the quotes, or a * that ends no word.
    """
    return Term("all", _text(quoted), quoted.start, quoted.end, quoted=True)


def tagged(words: Token, mark: Token) -> list[Node]:
    """What stands before the tag `mark`; of a run before a date tag only the dates belong to it.

    Raises:
        QueryError: the tag is unknown, or this cannot be asked of its field.
    """
    tag = fields.tag(mark.text, mark.start)
    before: list[Node] = []
    if words.kind == "words" and tag.field in fields.RANGED:
        cut = max(len(words.text) - _LONGEST_DATES, 0)
        dates = _RANGE.search(words.text[cut:])
        if dates:
            place = cut + dates.start()
            return [*_first(words, place), Range(tag.field, dates[1], dates[2], words.start + place, mark.end)]
        date = _LAST_DATE.search(words.text[cut:])
        if date and tag.field in fields.DATES:
            place = cut + date.start()
            before = _first(words, place)
            words = Token("words", date[0], words.start + place, words.end)
    text = _text(words)
    quoted = words.kind == "quoted"
    if tag.distance is not None and (not quoted or "*" in text or " " not in text):
        raise QueryError(
            f"The search for nearness at character {words.start + 1} needs two whole words or more in quotes, as in"
            ' "hip pain"[tiab:~3].',
            words.start,
        )
    return [*before, Term(tag.field, text, words.start, mark.end, quoted, tag.explode, tag.distance)]


def _first(run: Token, end: int) -> list[Node]:
    """The part of a run before `end` as what it is without a tag."""
    return untagged(Token("words", run.text[:end], run.start, run.start + end))


def _words(run: Token, start: int, end: int) -> list[Node]:
    """The part `[start, end)` of a run as plain words, or nothing where it has no letter or digit."""
    text = run.text[start:end]
    if _SAYS_SOMETHING.search(text) is None:
        return []
    place = run.start + start + len(text) - len(text.lstrip())
    return [Words(_plain(text), place, place + len(text.strip()))]


def _text(words: Token) -> str:
    """The text of a term; a * in it ends a word."""
    if _SAYS_SOMETHING.search(words.text) is None:
        raise QueryError(f"There is no word in the term at character {words.start + 1}: write one.", words.start)
    text = _ALLELE.sub(" ", words.text)
    stray = _STRAY_STAR.search(text)
    if stray:
        place = words.start + (words.kind == "quoted") + stray.start()
        raise QueryError(
            f"The * at character {place + 1} does not end a word: write it after the beginning of one, as in therap*.",
            place,
        )
    return _plain(text).strip("'")


def _plain(text: str) -> str:
    return " ".join(text.replace(_SOFT_HYPHEN, "").split())
