"""A search strategy as the numbered lines that people write, and each of them as one query that PubMed can be asked."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pubsearch.errors import QueryError
from pubsearch.search import history, lexer
from pubsearch.search.language import MAX_CHARACTERS
from pubsearch.search.lexer import Token


@dataclass(frozen=True, slots=True)
class Reference:
    """Where a line names another: #1, or 1 in a line of numbers and operators alone."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """One search; it stands at `[start, end)` of the strategy. `number` is None where the strategy has no numbers."""

    number: int | None
    start: int
    end: int
    references: tuple[Reference, ...]
    combines: bool = False


@dataclass(frozen=True, slots=True)
class Strategy:
    """A strategy: its text, with typographic quotes and the like made plain, and its lines by number.

    All places count code points of the text, which is as long as it was given.
    """

    text: str
    lines: tuple[Line, ...]

    def tokens(self, line: Line) -> list[Token]:
        """The pieces of a line, in their order.

        Raises:
            QueryError: as for `history.tokens`.
        """
        return history.tokens(self.text, history.Line(line.number or 0, line.start, line.end, line.combines))

    def place(self, position: int) -> tuple[int, int]:
        """The row of the text and the character within it, both counted from 1."""
        return self.text.count("\n", 0, position) + 1, position - self.text.rfind("\n", 0, position)

    def told(self, error: QueryError) -> str:
        """An error of this text with its place as the row has it."""
        if error.position is None:
            return str(error)
        whole, within = error.position + 1, self.place(error.position)[1]
        return str(error).replace(f"at character {whole}", f"at character {within}")

    def line_at(self, position: int) -> Line:
        """The line that holds this place."""
        return next(line for line in self.lines if line.start <= position <= line.end)


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """A line as a query of its own: what stands in lines that it names is put in their place.

    `query` is None where that cannot be, and `error` says why.
    """

    line: Line
    query: str | None
    error: str = ""


def read(text: str) -> Strategy:
    """The strategy that a text holds: the lines of a search history, else one query.

    Raises:
        QueryError: the text is empty or too long, or a line has no number of its own.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(f"The strategy has {len(text):,} characters, and {MAX_CHARACTERS:,} can be read: divide it.")
    if not text.strip():
        raise QueryError("The strategy is empty: write a query, or the numbered lines of a search history.")
    plain = lexer.plain(text)
    numbered = [Line(each.number, each.start, each.end, (), each.combines) for each in history.lines(plain)]
    bare = Strategy(plain, tuple(numbered) or (Line(None, 0, len(plain), ()),))
    return Strategy(plain, tuple(replace(line, references=tuple(_references(bare, line))) for line in bare.lines))


def written_out(strategy: Strategy) -> Iterator[WrittenOut]:
    """Each line as a query of its own, by number; where a line cannot be, those that name it cannot either."""
    queries: dict[int, str] = {}
    for line in strategy.lines:
        error = _hindrance(strategy, line, queries)
        if error:
            yield WrittenOut(line, None, error)
        else:
            query = _query(strategy, line, queries)
            queries[line.number or 0] = query
            yield WrittenOut(line, query)


def _hindrance(strategy: Strategy, line: Line, queries: dict[int, str]) -> str:
    """Why a line cannot be a query of its own; nothing where it can."""
    try:
        strategy.tokens(line)
    except QueryError as error:
        return strategy.told(error)
    for each in line.references:
        if each.number not in queries:
            return f"#{each.number} is no line before this one that can be asked: mend one of the two."
    if line.end - line.start + sum(len(queries[each.number]) + 2 for each in line.references) > MAX_CHARACTERS:
        return f"Written out it has more than {MAX_CHARACTERS:,} characters: divide it."
    return ""


def _query(strategy: Strategy, line: Line, queries: dict[int, str]) -> str:
    if line.combines:
        return " ".join(
            f"({queries[int(token.text[1:])]})" if token.kind == "line" else token.text
            for token in strategy.tokens(line)
        )
    parts, place = [], line.start
    for each in line.references:
        parts += [strategy.text[place : each.start], f"({queries[each.number]})"]
        place = each.end
    return "".join([*parts, strategy.text[place : line.end]]).strip()


def _references(strategy: Strategy, line: Line) -> Iterator[Reference]:
    try:
        tokens = strategy.tokens(line)
    except QueryError:
        # what cannot be read in pieces names no line
        return
    for token in tokens:
        if token.kind == "line":
            yield Reference(int(token.text[1:]), token.start, token.end)
