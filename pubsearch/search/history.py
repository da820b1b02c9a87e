"""A search history pasted as a block of numbered lines, as PubMed and search reports write it.

#1  stroke[mh] OR stroke[tiab]
#2  aspirin[tiab]
#3  #1 AND #2

A box of one line holds it too, though not its line ends: #1 stroke[mh] #2 aspirin[tiab] #3 #1 AND #2
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pubsearch.errors import QueryError
from pubsearch.search import lexer
from pubsearch.search.lexer import Token

_LABEL = re.compile(r"[^\S\n]*(?P<sign>#?)(?P<number>\d{1,3})(?:(?P<dot>[.):])[^\S\n]*|[^\S\n]+)")
# A line of nothing but numbers and operators: there bare numbers are lines too, and operators may be lower-case.
_COMBINATION = re.compile(
    rf"[\s()]*#?\d{{1,4}}[\s()]*(?:(?:{lexer.OPERATOR})\b[\s()]*#?\d{{1,4}}[\s()]*)+", re.IGNORECASE
)
_PIECE = re.compile(rf"#?(?P<number>\d+)|(?P<operator>{lexer.OPERATOR})|[()]", re.IGNORECASE)
# In any other line a number stands first, or behind an operator.
_NAMED = re.compile(rf"(?:(?P<operator>{lexer.OPERATOR})\s+)?(?P<line>#\d{{1,4}})[.,;:]*(?:\s+|$)", re.IGNORECASE)
_STRAY = re.compile(r"(?<!\w)#(?P<number>\d{1,4})(?P<more>\d?)")
_COUNT = re.compile(r"[\d\s,.:]*")
_QUOTED = re.compile(r'"[^"]*"')
_PART = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Line:
    """One numbered search; it stands at `[start, end)` of the text, which goes without label and number of hits."""

    number: int
    start: int
    end: int
    combines: bool


def lines(text: str) -> list[Line]:
    """The numbered lines of a history by number, of which the last is what is searched; none in any other query.

    A history is two lines or more that begin with a number, the first of them with #N or with 1; or one line that holds
    them one after the other, the last of which names another.

    Raises:
        QueryError: a line has no number, or one that another line has.
    """
    places = _lines(text)
    labels = [_LABEL.match(text, start, end) for start, end in places]
    first = labels[0] if labels else None
    if first is None or sum(label is not None for label in labels) < 2 or not (first["sign"] or first["number"] == "1"):
        return []
    found: dict[int, Line] = {}
    for (start, end), label in zip(places, labels, strict=True):
        if label is None:
            raise QueryError(
                f"The line at character {start + 1} has no number from 1 to 999: in a search history every line"
                " begins with its own, as in #2 stroke[ti]; join lines that were broken.",
                start,
            )
        number = int(label["number"])
        if number in found:
            raise QueryError(
                f"The line at character {start + 1} is the second with the number {number}: give each its own.", start
            )
        end = _without_count(text, label.end(), end)
        found[number] = Line(number, label.end(), end, _COMBINATION.fullmatch(text, label.end(), end) is not None)
    return sorted(found.values(), key=lambda line: line.number)


def tokens(text: str, line: Line) -> list[Token]:
    """The pieces of a line; each line that it names is one, such as #1.

    Raises:
        QueryError: a quote or a bracket is not closed, there are too many pieces, or a #1 stands where it names no
            line: among words, or before a tag.
    """
    if line.combines:
        return [_piece(match) for match in _PIECE.finditer(text, line.start, line.end)]
    found: list[Token] = []
    for token in lexer.tokens(text, line.start, line.end):
        if token.kind == "tag" and found and found[-1].kind == "line":
            raise _among_words(found[-1].text, found[-1].start)
        found += _parted(token) if token.kind == "words" else (token,)
    return found


def _piece(match: re.Match[str]) -> Token:
    if match["number"]:
        return Token("line", f"#{match['number']}", *match.span())
    if match["operator"]:
        return _operator(match, 0)
    return Token("open" if match[0] == "(" else "close", match[0], *match.span())


def _parted(run: Token) -> Iterator[Token]:
    """A run of words without the lines that it names at its beginning, which are pieces of their own."""
    place = 0
    while match := _NAMED.match(run.text, place):
        if match["operator"]:
            yield _operator(match, run.start)
        yield Token("line", match["line"], run.start + match.start("line"), run.start + match.end("line"))
        place = match.end()
    stray = _STRAY.search(run.text, place)
    if stray and stray["more"]:
        raise _too_long(stray["number"], run.start + stray.start())
    if stray:
        raise _among_words(stray[0], run.start + stray.start())
    if place < len(run.text):
        yield Token("words", run.text[place:], run.start + place, run.end)


def _too_long(begins: str, place: int) -> QueryError:
    return QueryError(f"The #{begins}… at character {place + 1} names no line: their numbers end with 999.", place)


def _among_words(line: str, place: int) -> QueryError:
    return QueryError(
        f"The {line} at character {place + 1} is no line of its own here: write AND, OR or NOT beside it.", place
    )


def _operator(match: re.Match[str], offset: int) -> Token:
    operator = match["operator"].split()[-1].upper()
    return Token("operator", operator, offset + match.start("operator"), offset + match.end("operator"))


def _lines(text: str) -> list[tuple[int, int]]:
    """Where the lines that hold something begin and end."""
    places = []
    start = 0
    for line in text.split("\n"):
        if line.strip():
            places.append((start, start + len(line)))
        start += len(line) + 1
    return places if len(places) > 1 else [part for place in places for part in _without_ends(text, *place)]


def _without_ends(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The lines of a history that stands in one line, `[start, end)`; all of it where it may be anything else.

    A line can name those before it alone: the number after its own, with no operator beside it, begins the next.
    Numbers may be text: the last line must name one before it, and those without # must each stand there once.
    """
    whole, first = [(start, end)], _LABEL.match(text, start, end)
    if first is None or first["number"] != "1" or not (first["sign"] or first["dot"]):
        return whole
    sign, dot = first["sign"], first["dot"] or ""
    # what is in quotes is no number, and each place stays
    plain = _QUOTED.sub(lambda quoted: "_" * len(quoted[0]), text)
    parts = list(_PART.finditer(plain, start, end))
    starts, ends, labels = [start], [], {f"{sign}1{dot}"}
    for before, part, after in zip(parts, parts[1:], parts[2:], strict=False):
        if part[0] == f"{sign}{len(starts) + 1}{dot}":
            if _operates(before[0]) or _operates(after[0]):
                return whole
            starts.append(part.start())
            ends.append(before.end())
            labels.add(part[0])
        elif part[0] in labels and not sign:
            return whole
    last = _LABEL.match(text, starts[-1], end)
    if last is None or not _names_another(plain, last.end(), end, len(starts)):
        return whole
    return list(zip(starts, [*ends, end], strict=True))


def _names_another(plain: str, start: int, end: int, number: int) -> bool:
    """Whether the line with this number, at `[start, end)`, combines lines or names one with a smaller number."""
    if _COMBINATION.fullmatch(plain, start, end):
        return True
    named = (0 if each["more"] else int(each["number"]) for each in _STRAY.finditer(plain, start, end))
    return any(0 < each < number for each in named)


def _operates(part: str) -> bool:
    """Whether what stands beside a number makes it the number of a line that is combined."""
    return part.strip("()").upper() in ("", "|", "AND", "OR", "NOT")


def _without_count(text: str, start: int, end: int) -> int:
    """PubMed's own history has more columns, with the number of hits and the time; they say nothing of the search."""
    tab = text.rfind("\t", start, end)
    while tab > start and _COUNT.fullmatch(text, tab, end):
        end, tab = tab, text.rfind("\t", start, tab)
    return end
