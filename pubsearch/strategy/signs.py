"""What the signs of a line say before its words do: parentheses, operators, numbers of other lines."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pubsearch.search.lexer import LOWER_CASE, OPERATOR, Token
from pubsearch.search.terms import truncated
from pubsearch.strategy.finding import Finding, finding
from pubsearch.strategy.lines import Line, Strategy

_BETWEEN_TRUNCATED = re.compile(rf"(?<=\*)\s+({OPERATOR})\s+(?=[^\s*]+\*)", re.IGNORECASE)


def operators(tokens: Sequence[Token]) -> list[Token]:
    """The pieces of a line with lower-case operators between terms as operators of their own."""
    found: list[Token] = []
    for place, token in enumerate(tokens):
        before = tokens[place - 1].kind if place else ""
        after = tokens[place + 1].kind if place + 1 < len(tokens) else ""
        found += _pieces(token, before, after) if token.kind == "words" else (token,)
    return found


def _pieces(run: Token, before: str, after: str) -> Iterator[Token]:
    """A run of words without the operators in it; `before` and `after` are the kinds of what stands beside it."""
    place = 0
    first = LOWER_CASE.match(run.text) if before in ("tag", "close", "quoted", "line") else None
    if first:
        rest = run.text[first.end() :]
        if (after == "tag" or truncated(rest.split(None, 1)[0])) if rest else after in ("quoted", "open"):
            yield _operator(run, first)
            place = first.end()
    for match in _BETWEEN_TRUNCATED.finditer(run.text, place):
        yield Token("words", run.text[place : match.start()], run.start + place, run.start + match.start())
        yield _operator(run, match)
        place = match.end()
    if place < len(run.text):
        yield Token("words", run.text[place:], run.start + place, run.end)


def _operator(run: Token, match: re.Match[str]) -> Token:
    return Token("operator", match[1].split()[-1].upper(), run.start + match.start(1), run.start + match.end(1))


_ENDS = ("tag", "close", "line")
_BEGINNINGS = ("words", "quoted", "open", "line")


@dataclass(slots=True)
class _Group:
    """What stands between parentheses, or outside of all: the operators so far, and whether a mixture was told."""

    joined: set[str] = field(default_factory=set)
    told: bool = False


def parentheses(line: Line, tokens: Sequence[Token]) -> Iterator[Finding]:
    """Each parenthesis that has no partner."""
    opened: list[Token] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close" and opened:
            opened.pop()
        elif token.kind == "close":
            yield finding("parenthesis", line, token.start, "The ) closes nothing.", "Take it out, or open it before.")
    for token in opened:
        yield finding("parenthesis", line, token.start, "The ( is not closed.", "Add a ), or take it out.")


def mixed(strategy: Strategy, line: Line, tokens: Sequence[Token]) -> Iterator[Finding]:
    """Where PubMed reads operators from left to right and the author may have meant another order, or none."""
    groups = [_Group()]
    before: Token | None = None
    for place, token in enumerate(tokens):
        group = groups[-1]
        if before is not None and before.kind in _ENDS and token.kind in _BEGINNINGS:
            yield finding(
                "no-operator", line, token.start, "No operator joins this to the term before it.", "Write AND or OR."
            )
        if token.kind == "open":
            groups.append(_Group())
        elif token.kind == "close" and len(groups) > 1:
            groups.pop()
        elif token.kind == "operator":
            written = strategy.text[token.start : token.end]
            if written != "|" and not written.isupper():
                cure = f"Write {' '.join(written.upper().split())}."
                yield finding("lower-case", line, token.start, f"The {written} is in lower case.", cure)
            operator = token.text
            follower = tokens[place + 1] if place + 1 < len(tokens) else None
            if operator == "AND" and follower and follower[:2] == ("operator", "NOT"):
                continue
            clash = {"AND": {"OR"}, "OR": {"AND", "NOT"}, "NOT": set[str]()}[operator] & group.joined
            if clash and not group.told:
                group.told = True
                others = " and ".join(sorted(clash))
                yield finding(
                    "mixed-operators",
                    line,
                    token.start,
                    f"{operator} stands beside {others} without parentheses, and PubMed reads them from left to right.",
                    "Put parentheses around what belongs together.",
                )
            group.joined.add(operator)
        before = token


def bare_number(strategy: Strategy, line: Line, tokens: Sequence[Token]) -> Iterator[Finding]:
    """The first number that seems to name another line and has no #."""
    numbers = {str(each.number) for each in strategy.lines if each.number is not None}
    for place, token in enumerate(tokens):
        written = strategy.text[token.start : token.end]
        if token.kind not in ("words", "line") or written not in numbers:
            continue
        before = tokens[place - 1].kind if place else ""
        after = tokens[place + 1].kind if place + 1 < len(tokens) else ""
        if after != "tag" and {before, after} & {"operator", "open", "close"}:
            what, cure = f"{written} has no #, and PubMed takes it for a word.", f"Write #{written} for line {written}."
            yield finding("bare-number", line, token.start, what, cure)
            return


def missing_lines(strategy: Strategy) -> Iterator[Finding]:
    """Each number that names no line before its own."""
    numbers = {line.number for line in strategy.lines}
    for line in strategy.lines:
        for each in line.references:
            if each.number not in numbers:
                what, cure = f"There is no line {each.number}.", "Name another line, or add it."
            elif each.number >= (line.number or 0):
                what, cure = f"Line {each.number} does not come before this one.", "Name a line before it."
            else:
                continue
            yield finding("no-such-line", line, each.start, what, cure)


def unused_lines(strategy: Strategy) -> Iterator[Finding]:
    """Each line that the last one does not use, by others or itself."""
    *before, last = strategy.lines
    if before and not last.references:
        cure = "End with a line such as #1 AND #2."
        yield finding("no-last-line", last, last.start, "The last line combines no other line.", cure)
        return
    by_number = {line.number: line for line in strategy.lines}
    used, left = {last.number}, [last]
    while left:
        named = {each.number for each in left.pop().references} & by_number.keys() - used
        used |= named
        left += [by_number[number] for number in named]
    for line in before:
        if line.number not in used:
            cure = "Add it to a line that counts, or take it out."
            yield finding("unused-line", line, line.start, f"The last line does not use line {line.number}.", cure)
