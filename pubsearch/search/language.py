"""PubMed's query language, read into a tree: tags, phrases, truncation, ranges, AND, OR and NOT.

As in PubMed, operators are read from left to right, and what stands side by side without one is joined by AND. What
stands side by side belongs together before any operator is read: `a OR b[ti] c` is `a OR (b[ti] AND c)`. Operators are
upper-case. In lower case they are words of a sentence, but directly between two terms or parentheses, as in
`Animals[mh] not (Animals[mh] and Humans[mh])`, they can only be operators; and | is OR.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pubsearch.errors import QueryError
from pubsearch.search import fields, history, lexer, terms
from pubsearch.search.lexer import Token
from pubsearch.search.tree import And, Node, Not, Or, Range, Term, Words

MAX_CHARACTERS = 100_000
MAX_TERMS = 10_000
MAX_DEPTH = 200
MAX_PARENTHESES = 100

_REFERENCES = re.compile(r"(#\d{1,4})(?:\s+#\d{1,4})*")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a search history that was read, with the number of its terms and the depth of its tree."""

    node: Node
    terms: int
    depth: int


def parse(query: str) -> Node:
    """The tree of a query, or of the last line of a search history.

    Raises:
        QueryError: the query cannot be read; the error names the place and what was expected there.
    """
    if len(query) > MAX_CHARACTERS:
        raise QueryError(f"The query has {len(query):,} characters, and {MAX_CHARACTERS:,} can be read: shorten it.")
    text = lexer.plain(query)
    lines = history.lines(text)
    if not lines:
        return _measured(_Parser(lexer.tokens(text, 0, len(text)), {}).query(), {}).node
    read: dict[int, _Line] = {}
    known: dict[int, _Line] = {}
    pieces = 0
    for line in lines:
        tokens = history.tokens(text, line)
        if not tokens:
            raise QueryError(f"Line {line.number} at character {line.start + 1} holds no search: write it.", line.start)
        pieces += len(tokens)
        if pieces > lexer.MAX_PIECES:
            raise lexer.too_many(line.start)
        parser = _Parser(tokens, read)
        line_read = _measured(parser.query(), known)
        read[line.number] = known[id(line_read.node)] = line_read
    last = lines[-1]
    if not parser.refers:
        raise QueryError(
            f"Line {last.number} at character {last.start + 1} ends the search history and combines no other line: end"
            " with one such as #1 AND #2.",
            last.start,
        )
    return read[last.number].node


def parse_line(tokens: Iterable[Token]) -> Node:
    """The tree of one line of a search history for itself; the lines that it names stand in it as words, such as #1.

    Raises:
        QueryError: the line cannot be read.
    """
    return _measured(_Parser(tokens, None).query(), {}).node


class _Parser:
    """Reads one query or line; `read` holds the lines that it may refer to, None where they stand as words."""

    def __init__(self, tokens: Iterable[Token], read: Mapping[int, _Line] | None) -> None:
        self._left = list(tokens)
        self._left.reverse()
        self._read = read
        self.refers = False
        self._terms = 0
        # Whether what was read last holds a term, so that a lower-case operator may follow.
        self._firm = False

    def query(self) -> Node:
        """The whole of it as a tree."""
        node = self._expression(None, 0)
        if self._left:
            raise _closes_nothing(self._left[-1])
        return node

    def _expression(self, after: Token | None, depth: int) -> Node:
        """Everything up to the parenthesis that closes, or to the end."""
        joined, parts = "AND", self._side(after, depth)
        while self._left and self._left[-1].kind == "operator":
            operator = self._left.pop()
            if operator.text == "AND" and self._left and self._left[-1][:2] == ("operator", "NOT"):
                operator = self._left.pop()
            side = self._side(operator, depth)
            if operator.text == "NOT":
                joined, parts = "AND", [Not(_join(joined, parts), _join("AND", side))]
                continue
            if operator.text != joined:
                joined, parts = operator.text, [_join(joined, parts)]
            parts += side if joined == "AND" else [_join("AND", side)]
        return _join(joined, parts)

    def _side(self, after: Token | None, depth: int) -> list[Node]:
        """What stands side by side up to the next operator; `after` is the operator or the parenthesis before it."""
        side: list[Node] = []
        while self._left:
            token = self._left.pop()
            if token.kind == "words" and self._firm and side:
                token = self._operator_first(token)
            if token.kind in ("operator", "close"):
                self._left.append(token)
                break
            if token.kind in ("words", "quoted"):
                side += self._operand(token)
            elif token.kind == "line":
                side.append(self._line(token))
            elif token.kind == "open":
                side.append(self._group(token, depth + 1))
            elif token.kind == "range":
                self._range(side, token)
            else:
                raise QueryError(
                    f"The tag [{token.text[:40]}] at character {token.start + 1} has no words before it: a tag stands"
                    " after its words, as in stroke[ti], not after parentheses or another tag.",
                    token.start,
                )
        if not side:
            raise self._nothing(after)
        return side

    def _operator_first(self, run: Token) -> Token:
        """The lower-case operator that a run begins with, its other words put back; else the run."""
        match = lexer.LOWER_CASE.match(run.text)
        if match is None:
            return run
        rest = run.text[match.end() :]
        follower = self._left[-1].kind if self._left else None
        if not rest and follower not in ("quoted", "open"):
            return run
        if rest:
            if follower != "tag" and not terms.truncated(rest.split(None, 1)[0]):
                return run
            self._left.append(Token("words", rest, run.end - len(rest), run.end))
        return Token("operator", match[1].split()[-1].upper(), run.start, run.start + len(match[1]))

    def _operand(self, token: Token) -> list[Node]:
        """Words or a phrase, with the tag that follows; no node where it is punctuation alone."""
        nodes: list[Node]
        if self._left and self._left[-1].kind == "tag":
            nodes = terms.tagged(token, self._left.pop())
        elif token.kind == "quoted":
            nodes = [terms.phrase(token)]
        elif named := _REFERENCES.fullmatch(token.text):
            raise _no_line(named[1], token.start)
        else:
            nodes = terms.untagged(token)
        self._firm = bool(nodes) and not isinstance(nodes[-1], Words)
        self._terms += self._firm
        return nodes

    def _line(self, token: Token) -> Node:
        """The line of a search history that a number such as #1 names."""
        self.refers = self._firm = True
        self._terms += 1
        if self._read is None:
            return Words(token.text, token.start, token.end)
        line = self._read.get(int(token.text[1:]))
        if line is None:
            raise _no_line(token.text, token.start)
        return line.node

    def _group(self, opened: Token, depth: int) -> Node:
        """What stands between parentheses."""
        if depth > MAX_PARENTHESES:
            raise QueryError(
                f"The ( at character {opened.start + 1} stands inside {MAX_PARENTHESES} others, and more cannot be"
                " read: take out needless ones.",
                opened.start,
            )
        before = self._terms
        node = self._expression(opened, depth)
        if not self._left:
            raise _not_closed(opened)
        self._left.pop()
        self._firm = self._terms > before
        return node

    def _range(self, side: list[Node], colon: Token) -> None:
        """Joins the last date and the next one, each with its tag; a : after a phrase without a tag is punctuation."""
        first = side[-1]
        if len(self._left) > 1 and self._left[-2].kind == "tag" and self._left[-1].kind in ("words", "quoted"):
            match first, terms.tagged(self._left[-1], self._left[-2]):
                case Term(), [Term() as last] if last.field in fields.RANGED and first.field in (last.field, "all"):
                    del self._left[-2:]
                    side[-1] = Range(last.field, first.text, last.text, first.start, last.end)
                    return
        if not (isinstance(first, Term) and first.field == "all"):
            raise QueryError(
                f"The : at character {colon.start + 1} joins no two dates: write a range such as 2015:2020[dp].",
                colon.start,
            )

    def _nothing(self, after: Token | None) -> QueryError:
        """The error of a side that holds nothing; `after` is the operator or parenthesis before it."""
        follower = self._left[-1] if self._left else None
        if follower is not None and follower.kind == "operator":
            return QueryError(
                f"Nothing stands before the {follower.text} at character {follower.start + 1}: write a term there or"
                " take it out.",
                follower.start,
            )
        if after is not None and after.kind == "operator":
            return QueryError(
                f"Nothing follows the {after.text} at character {after.start + 1}: write a term there or take it out.",
                after.start,
            )
        if follower is not None and after is not None:
            return QueryError(
                f"The parentheses at character {after.start + 1} hold no word: write one or take them out.",
                after.start,
            )
        if follower is not None:
            return _closes_nothing(follower)
        if after is not None:
            return _not_closed(after)
        return QueryError("The query is empty: type a question or some words, such as: aspirin after stroke.")


def _join(operator: str, parts: list[Node]) -> Node:
    if len(parts) == 1:
        return parts[0]
    return And(tuple(parts)) if operator == "AND" else Or(tuple(parts))


def _no_line(reference: str, place: int) -> QueryError:
    return QueryError(
        f"The {reference} at character {place + 1} names no line before it: write that line before it, as in #1"
        " stroke[ti] #2 aspirin[ti] #3 #1 AND #2.",
        place,
    )


def _closes_nothing(closed: Token) -> QueryError:
    return QueryError(f"The ) at character {closed.start + 1} closes nothing: take it out.", closed.start)


def _not_closed(opened: Token) -> QueryError:
    return QueryError(f"The ( at character {opened.start + 1} is not closed: add a ) or take it out.", opened.start)


def _measured(node: Node, known: Mapping[int, _Line]) -> _Line:
    """A tree with its size; `known` has by `id` the trees in it that were measured before.

    Raises:
        QueryError: it has too many terms, or is too deep.
    """
    count = deepest = 0
    left: list[tuple[Node, int]] = [(node, 1)]
    while left:
        each, depth = left.pop()
        line = known.get(id(each))
        if line is not None:
            count += line.terms
            deepest = max(deepest, depth + line.depth - 1)
        elif isinstance(each, And | Or):
            left += [(part, depth + 1) for part in each.parts]
        elif isinstance(each, Not):
            left += [(each.kept, depth + 1), (each.dropped, depth + 1)]
        else:
            count += 1
            deepest = max(deepest, depth)
    if count > MAX_TERMS:
        raise QueryError(f"The query has {count:,} terms, and {MAX_TERMS:,} can be read: divide it into several.")
    if deepest > MAX_DEPTH:
        raise QueryError(
            f"AND, OR and NOT take turns or nest {deepest:,} times in the query, and {MAX_DEPTH} can be read: put all"
            " that OR joins side by side."
        )
    return _Line(node, count, deepest)
